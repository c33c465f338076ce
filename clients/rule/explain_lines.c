/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/explain_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/member.h"
#include "proto/text.h"

enum { MAX_SHORT = 128 };

/* One line, taken apart. */
struct line {
	const char *incident;
	size_t size;
	char sender[MAX_SHORT]; /* "" where it names none */
	char at[MAX_SHORT];
};

static bool is_named(const struct tocsin_member *member, const char *name)
{
	return member->name_length == strlen(name) &&
		memcmp(member->name, name, member->name_length) == 0;
}

static bool read_text(const struct tocsin_member *member, char text[MAX_SHORT])
{
	json_t *value = json_loadb(member->value, member->value_length, JSON_DECODE_ANY, NULL);
	const char *read = json_string_value(value);
	bool fine = read && *read && strlen(read) < MAX_SHORT;
	if (fine)
		memcpy(text, read, strlen(read) + 1);
	json_decref(value);
	return fine;
}

/* NULL, or what is wrong with one that wraps an incident. */
static const char *take_member(struct line *line, const struct tocsin_member *member)
{
	if (is_named(member, "incident")) {
		if (line->incident)
			return "\"incident\" stands twice";
		line->incident = member->value;
		line->size = member->value_length;
		return NULL;
	}
	if (is_named(member, "sender"))
		return !*line->sender && read_text(member, line->sender) &&
				tocsin_text_is_level(line->sender, strlen(line->sender))
			? NULL
			: "\"sender\" must be one text of 1 to 64 of A-Z a-z 0-9 _ -";
	if (is_named(member, "at"))
		return !*line->at && read_text(member, line->at)
			? NULL
			: "\"at\" must be one time, as text, such as \"2024-08-07T19:00Z\"";
	return "beside \"incident\" there can be \"sender\" and \"at\" alone";
}

static bool wraps(const char *text, size_t length)
{
	struct tocsin_member_reader reader;
	struct tocsin_member member;
	if (!tocsin_members_begin(&reader, text, length))
		return false;
	while (tocsin_members_next(&reader, &member))
		if (is_named(&member, "incident"))
			return true;
	return false;
}

/* Whatever wraps no incident is taken for one: the engine says what is wrong with it. */
static const char *take_apart(struct line *line, const char *text, size_t length, bool wrapped)
{
	struct tocsin_member_reader reader;
	struct tocsin_member member;
	const char *wrong = NULL;
	line->incident = NULL;
	line->sender[0] = line->at[0] = '\0';
	if (!wrapped && !wraps(text, length)) {
		line->incident = text;
		line->size = length;
		return NULL;
	}
	if (!tocsin_members_begin(&reader, text, length))
		return "not a JSON object";
	while (!wrong && tocsin_members_next(&reader, &member))
		wrong = take_member(line, &member);
	if (wrong)
		return wrong;
	if (!tocsin_members_ended(&reader))
		return "not a JSON object";
	return line->incident ? NULL : "\"incident\" is missing";
}

static const char *read_time(const struct line *line, int64_t *now_ms)
{
	if (!*line->at)
		return NULL;
	switch (tocsin_time_read(line->at, *now_ms, now_ms)) {
	case TOCSIN_TIME_MOMENT:
	case TOCSIN_TIME_DAY:
		return NULL;
	default:
		return "\"at\" must be a time with its zone, such as \"2024-08-07T19:00Z\"";
	}
}

static bool complain(size_t number, const char *wrong)
{
	fprintf(stderr, _("tocsin explain: line %zu: %s\n"), number, wrong);
	tocsin_json_line_value(
		json_pack("{s:I, s:s}", "line", (json_int_t)number, "error", wrong), stdout);
	return false;
}

static bool judge(struct tocsin_forecaster *forecaster, const struct tocsin_explain_lines *lines,
	size_t number, const char *text, size_t length)
{
	struct line line;
	struct tocsin_forecast forecast;
	int64_t now_ms = lines->now_ms;
	const char *wrong = take_apart(&line, text, length, lines->wrapped);
	if (!wrong)
		wrong = read_time(&line, &now_ms);
	if (wrong)
		return complain(number, wrong);
	const struct tocsin_forecast_want want = {
		.form = TOCSIN_FORM_JSON,
		.bytes = (const uint8_t *)line.incident,
		.size = line.size,
		.sender = *line.sender ? line.sender : lines->sender,
		.now_ms = now_ms,
	};
	if (!tocsin_forecast_make(&forecast, forecaster, &want))
		return complain(number, _("cannot be judged"));
	return tocsin_forecast_print_line(&forecast);
}

static size_t trimmed(const char *text, size_t length)
{
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) && text[length - 1])
		length--;
	return length;
}

enum tocsin_exit tocsin_explain_lines(
	struct tocsin_forecaster *forecaster, const struct tocsin_explain_lines *lines)
{
	FILE *file = strcmp(lines->path, "-") == 0 ? stdin : fopen(lines->path, "re");
	char *text = NULL;
	size_t room = 0, number = 0;
	ssize_t length;
	bool fine = true;
	if (!file) {
		fprintf(stderr, _("tocsin: %s: %s\n"), lines->path, strerror(errno));
		return TOCSIN_EXIT_REFUSED;
	}
	while ((length = getline(&text, &room, file)) >= 0) {
		size_t kept = trimmed(text, (size_t)length);
		number++;
		if (kept > 0 && !judge(forecaster, lines, number, text, kept))
			fine = false;
	}
	if (ferror(file)) {
		fprintf(stderr, _("tocsin: %s: %s\n"), lines->path, strerror(errno));
		fine = false;
	}
	free(text);
	if (file != stdin)
		fclose(file);
	return fine ? TOCSIN_EXIT_OK : TOCSIN_EXIT_REFUSED;
}
