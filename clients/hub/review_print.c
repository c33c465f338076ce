/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/review_print.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/instant.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "";
}

static void put_time(const struct tocsin_paper *paper, const char *text)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char cell[TOCSIN_TIME_TEXT] = "?";
	if (tocsin_instant_read(text, strlen(text), &time))
		tocsin_time_write(tocsin_instant_ms(&time), TOCSIN_TIME_MOMENT, cell);
	fputs(cell, paper->out);
}

void tocsin_review_print_head(
	const struct tocsin_paper *paper, const char *id, const json_t *object)
{
	const char *status = text_of(object, "status");
	char text[TOCSIN_NAME_TEXT], event[TOCSIN_NAME_TEXT];
	tocsin_ink(paper, TOCSIN_INK_BOLD);
	tocsin_put(paper, id);
	tocsin_ink(paper, TOCSIN_INK_PLAIN);
	fputs(_(", from "), paper->out);
	tocsin_put(paper, text_of(object, "sender"));
	fputs(", ", paper->out);
	put_time(paper, text_of(object, "received"));
	fprintf(paper->out, "\n%s %s, ",
		tocsin_name_say(&tocsin__v1__severity__descriptor, text_of(object, "severity"), text),
		tocsin_name_say(&tocsin__v1__event_type__descriptor, text_of(object, "event"), event));
	if (*status && strcmp(status, "actual") != 0)
		fprintf(paper->out, "%s, ", tocsin_name_say(&tocsin__v1__status__descriptor, status, text));
	tocsin_put(paper, text_of(object, "region"));
	fputs("\n", paper->out);
}

void tocsin_review_print_names(const struct tocsin_paper *paper, const json_t *names)
{
	json_t *name;
	size_t i;
	json_array_foreach(names, i, name)
	{
		fputs(i > 0 ? ", " : "", paper->out);
		tocsin_put(paper, json_string_value(name));
	}
}
