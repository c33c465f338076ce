/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/violation_words.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "proto/check.h"

/* What follows a check's own words, as proto and engine write it; %s stands for
 * anything. */
static const char *const details[] = {
	N_(": there is no text"),
	N_(": an object is wanted"),
	N_(": a list is wanted"),
	N_(": a text is wanted"),
	N_(": true or false is wanted"),
	N_(": a whole number is wanted"),
	N_(": a number is wanted"),
	N_(": a carriage return?"),
	N_(": RFC 3339 with its offset from UTC, such as 2024-08-07T20:30:00+02:00; Z is UTC"),
	N_(": years 1 to 9999, nanos 0 to 999999999"),
	N_(": a country or a P-code"),
	N_(": the id of the version that this one supersedes"),
	N_(": did you mean %s?"),
	N_(": one of %s"),
	N_(": field number %s"),
	N_(": at most %s bytes"),
	N_(": at most %s levels"),
	N_(": at most %s characters"),
	N_(": 1 to %s people"),
	N_(": at most %s"),
	N_(": already accepted at %s"),
	N_(": the limit is %s bytes"),
};

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);
	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static const struct tocsin_check_row *row_of(const char *check, const char *message)
{
	for (size_t i = 0; i < TOCSIN_CHECK_COUNT; i++) {
		const struct tocsin_check_row *row = tocsin_check_row((enum tocsin_check)i);
		bool suffix = row->id[0] == '.';
		if ((strcmp(check, row->id + suffix) == 0 || (suffix && ends_with(check, row->id))) &&
			strncmp(message, row->message, strlen(row->message)) == 0)
			return row;
	}
	return NULL;
}

/* The part of text that a pattern's %s stands for. */
static bool fits(const char *pattern, const char *text, const char **value, size_t *length)
{
	const char *gap = strstr(pattern, "%s");
	if (!gap)
		return strcmp(pattern, text) == 0;
	size_t before = (size_t)(gap - pattern), after = strlen(gap + 2);
	if (strncmp(text, pattern, before) != 0 || strlen(text) < before + after ||
		!ends_with(text, gap + 2))
		return false;
	*value = text + before;
	*length = strlen(text) - before - after;
	return true;
}

static void write_detail(const char *detail, char *text, size_t size)
{
	for (size_t i = 0; i < sizeof(details) / sizeof(*details); i++) {
		const char *value = "";
		size_t length = 0;
		if (!fits(details[i], detail, &value, &length))
			continue;
		const char *words = _(details[i]), *gap = strstr(words, "%s");
		if (gap)
			snprintf(
				text, size, "%.*s%.*s%s", (int)(gap - words), words, (int)length, value, gap + 2);
		else
			snprintf(text, size, "%s", words);
		return;
	}
	snprintf(text, size, "%s", detail);
}

void tocsin_violation_words(const char *check, const char *message, char *text, size_t size)
{
	const struct tocsin_check_row *row = row_of(check, message);
	if (!row || tocsin_tongue_language() == TOCSIN_ENGLISH) {
		snprintf(text, size, "%s", message);
		return;
	}
	snprintf(text, size, "%s", _(row->message));
	size_t used = strlen(text);
	write_detail(message + strlen(row->message), text + used, size - used);
}

const char *tocsin_violation_level(const char *level)
{
	if (strcmp(level, "warning") == 0)
		return _("warning");
	return strcmp(level, "error") == 0 ? _("error") : level;
}
