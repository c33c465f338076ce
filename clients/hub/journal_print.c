/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/journal_print.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/violation_words.h"
#include "proto/instant.h"

enum { TIME_WIDTH = 20, SENDER_WIDTH = 16, WHAT_WIDTH = 30, PLACE_WIDTH = 16, MAX_CELL = 512 };

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

/* Puts a text and blanks up to the width; what is longer goes on all the same. */
static void put_cell(const struct tocsin_paper *paper, const char *text, size_t width)
{
	size_t points = 0;
	for (const char *at = text; *at; at++)
		points += ((unsigned char)*at & 0xC0) != 0x80;
	tocsin_put(paper, text);
	fprintf(paper->out, "%*s", (int)(points < width ? width - points + 2 : 2), "");
}

/* "2024-08-07 18:30 UTC" of an RFC 3339 time. */
static void put_time(const struct tocsin_paper *paper, const char *text)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char cell[TOCSIN_TIME_TEXT] = "?";
	if (tocsin_instant_read(text, strlen(text), &time))
		tocsin_time_write(tocsin_instant_ms(&time), TOCSIN_TIME_MOMENT, cell);
	cell[TIME_WIDTH] = '\0';
	put_cell(paper, cell, TIME_WIDTH);
}

static void add(char cell[MAX_CELL], const char *before, const char *text)
{
	const size_t used = strlen(cell);
	if (*text)
		snprintf(cell + used, MAX_CELL - used, "%s%s", used ? before : "", text);
}

/* "severe battles, update, exercise" */
static void put_what(const struct tocsin_paper *paper, const json_t *row)
{
	char cell[MAX_CELL] = "";
	const char *severity = text_of(row, "severity");
	const char *type = text_of(row, "msg_type");
	const char *status = text_of(row, "status");
	char text[TOCSIN_NAME_TEXT];
	if (strcmp(severity, "unknown") != 0)
		add(cell, " ", tocsin_name_say(&tocsin__v1__severity__descriptor, severity, text));
	add(cell, " ",
		tocsin_name_say(&tocsin__v1__event_type__descriptor, text_of(row, "event"), text));
	if (strcmp(text_of(row, "reason"), "review") == 0)
		add(cell, ", ", _("texts released"));
	else if (strcmp(type, "alert") != 0)
		add(cell, ", ", tocsin_name_say(&tocsin__v1__msg_type__descriptor, type, text));
	if (strcmp(status, "actual") != 0)
		add(cell, ", ", tocsin_name_say(&tocsin__v1__status__descriptor, status, text));
	put_cell(paper, *cell ? cell : "-", WHAT_WIDTH);
}

static bool holds(const json_t *list, const json_t *value)
{
	json_t *item;
	size_t i;
	json_array_foreach(list, i, item) if (json_equal(item, value)) return true;
	return false;
}

/* Those that are not among others, after a word. */
static void put_names(
	const struct tocsin_paper *paper, const char *before, const json_t *names, const json_t *others)
{
	json_t *name;
	size_t i;
	json_array_foreach(names, i, name)
	{
		if (holds(others, name))
			continue;
		fputs(before, paper->out);
		tocsin_put(paper, json_string_value(name));
		before = ", ";
	}
}

/* Each audience once: an incident may go to several topics of one. */
static json_t *audiences_of(const json_t *row)
{
	json_t *names = json_array();
	json_t *alert;
	size_t i;
	json_array_foreach(json_object_get(row, "alerts"), i, alert)
	{
		json_t *audience = json_object_get(alert, "audience");
		if (!holds(names, audience))
			json_array_append(names, audience);
	}
	return names;
}

static void put_accepted(const struct tocsin_paper *paper, const json_t *row)
{
	const bool by_default = strcmp(text_of(row, "routing"), "defaulted") == 0;
	const json_t *held_by = json_object_get(row, "held_by");
	json_t *audiences = audiences_of(row);
	if (json_array_size(audiences) > 0)
		put_names(paper, by_default ? _("by default to ") : _("sent to "), audiences, NULL);
	else
		fputs(_("no alert"), paper->out);
	put_names(paper, _(", by "), json_object_get(row, "rules"), held_by);
	put_names(paper, _(", held back by "), held_by, NULL);
	if (json_is_false(json_object_get(row, "bytes_kept")))
		fputs(_(", its text is no longer kept"), paper->out);
	json_decref(audiences);
}

static void put_violation(const struct tocsin_paper *paper, const json_t *violation)
{
	const char *field = text_of(violation, "field");
	tocsin_put(paper, field);
	fputs(*field ? ": " : "", paper->out);
	char message[TOCSIN_VIOLATION_TEXT];
	tocsin_violation_words(
		text_of(violation, "check"), text_of(violation, "message"), message, sizeof(message));
	tocsin_put(paper, message);
	fputs(" [", paper->out);
	tocsin_put(paper, text_of(violation, "check"));
	fputc(']', paper->out);
}

static bool is_error(const json_t *violation)
{
	return strcmp(text_of(violation, "level"), "error") == 0;
}

static void put_refused(const struct tocsin_paper *paper, const json_t *row)
{
	json_t *violation;
	size_t errors = 0;
	size_t i;
	fputs(_("refused"), paper->out);
	json_array_foreach(json_object_get(row, "violations"), i, violation)
	{
		if (!is_error(violation))
			continue;
		if (errors++ == 0) {
			fputs(": ", paper->out);
			put_violation(paper, violation);
		}
	}
	if (errors > 1)
		fprintf(paper->out, _(" and %zu more"), errors - 1);
}

void tocsin_journal_print_head(const struct tocsin_paper *paper)
{
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	put_cell(paper, _("received"), TIME_WIDTH);
	put_cell(paper, _("from"), SENDER_WIDTH);
	put_cell(paper, _("what"), WHAT_WIDTH);
	put_cell(paper, _("where"), PLACE_WIDTH);
	fputs(_("what became of it"), paper->out);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputc('\n', paper->out);
}

void tocsin_journal_print_row(const struct tocsin_paper *paper, const json_t *row)
{
	const char *sender = text_of(row, "sender");
	const char *region = text_of(row, "region");
	put_time(paper, text_of(row, "received"));
	put_cell(paper, *sender ? sender : "-", SENDER_WIDTH);
	put_what(paper, row);
	put_cell(paper, *region ? region : "-", PLACE_WIDTH);
	if (strcmp(text_of(row, "verdict"), "accepted") == 0)
		put_accepted(paper, row);
	else
		put_refused(paper, row);
	fputc('\n', paper->out);
}

void tocsin_journal_print_refusal(const struct tocsin_paper *paper, const json_t *refusal)
{
	const char *id = text_of(refusal, "incident_id");
	json_t *violation;
	size_t i;
	put_time(paper, text_of(refusal, "received"));
	put_cell(paper, text_of(refusal, "sender"), SENDER_WIDTH);
	tocsin_put(paper, *id ? id : _("no id that could be read"));
	fprintf(paper->out, _(", %lld bytes\n"),
		(long long)json_integer_value(json_object_get(refusal, "size")));
	json_array_foreach(json_object_get(refusal, "violations"), i, violation)
	{
		fputs(is_error(violation) ? "  " : _("  warning: "), paper->out);
		put_violation(paper, violation);
		fputc('\n', paper->out);
	}
}
