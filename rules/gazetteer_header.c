/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The header of a list, and its fields by name. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rules/gazetteer_adding.h"
#include "rules/suggest.h"

static const char *const column_names[TOCSIN_COLUMN_COUNT] = {"Location", "Admin Level", "P-Code",
	"Name", "Parent P-Code", "Valid from date", "Replaces", "Latitude", "Longitude",
	"Household size"};

void tocsin_gazetteer_complain(
	struct tocsin_gazetteer_adding *adding, unsigned line, unsigned column, const char *format, ...)
{
	char message[512];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	tocsin_diagnostics_add(
		adding->diagnostics, TOCSIN_NOTE_ERROR, adding->file, line, column, "%s", message);
	adding->errors++;
}

struct tocsin_csv_field tocsin_gazetteer_field(
	const struct tocsin_gazetteer_adding *adding, enum tocsin_gazetteer_column column)
{
	int place = adding->places[column];
	if (place < 0)
		return (struct tocsin_csv_field){.text = "", .line = adding->csv.fields[0].line};
	struct tocsin_csv_field field = adding->csv.fields[place];
	while (field.length > 0 && *field.text == ' ') {
		field.text++;
		field.length--;
	}
	size_t offset = (size_t)(field.text - adding->csv.storage);
	while (field.length > 0 && field.text[field.length - 1] == ' ')
		field.length--;
	adding->csv.storage[offset + field.length] = '\0';
	return field;
}

static void note_unused(
	struct tocsin_gazetteer_adding *adding, const struct tocsin_csv_field *field)
{
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, field->text, field->length);
	for (int column = 0; column < TOCSIN_COLUMN_COUNT; column++)
		tocsin_suggest_offer(&suggest, column_names[column]);
	tocsin_diagnostics_add(adding->diagnostics, TOCSIN_NOTE_WARNING, adding->file, field->line,
		field->column, "column '%.64s' is not used%s%s%s", field->text,
		suggest.best ? ": did you mean '" : "", suggest.best ? suggest.best : "",
		suggest.best ? "'?" : "");
}

static void read_header_field(struct tocsin_gazetteer_adding *adding, size_t place)
{
	const struct tocsin_csv_field *field = &adding->csv.fields[place];
	for (int column = 0; column < TOCSIN_COLUMN_COUNT; column++) {
		if (!tocsin_suggest_same(field->text, column_names[column]))
			continue;
		if (adding->places[column] >= 0)
			tocsin_gazetteer_complain(adding, field->line, field->column,
				"column '%s' appears twice", column_names[column]);
		adding->places[column] = (int)place;
		return;
	}
	if (field->length > 0)
		note_unused(adding, field);
}

enum tocsin_status tocsin_gazetteer_read_header(struct tocsin_gazetteer_adding *adding)
{
	for (int column = 0; column < TOCSIN_COLUMN_COUNT; column++)
		adding->places[column] = -1;
	enum tocsin_status status = tocsin_csv_next(&adding->csv);
	if (status == TOCSIN_NOT_FOUND) {
		tocsin_gazetteer_complain(adding, 1, 1, "the list is empty: it starts with a header line");
		return TOCSIN_INVALID;
	}
	if (status != TOCSIN_OK) {
		tocsin_gazetteer_complain(
			adding, adding->csv.fault_line, adding->csv.fault_column, "%s", adding->csv.fault);
		return TOCSIN_INVALID;
	}
	for (size_t i = 0; i < adding->csv.count; i++)
		read_header_field(adding, i);
	for (int column = 0; column <= TOCSIN_COLUMN_DATE; column++) {
		if (adding->places[column] < 0)
			tocsin_gazetteer_complain(adding, adding->csv.fields[0].line, 1,
				"column '%s' is missing", column_names[column]);
	}
	if ((adding->places[TOCSIN_COLUMN_LATITUDE] < 0) !=
		(adding->places[TOCSIN_COLUMN_LONGITUDE] < 0))
		tocsin_gazetteer_complain(adding, adding->csv.fields[0].line, 1,
			"columns 'Latitude' and 'Longitude' stand together or not at all");
	adding->header_count = adding->csv.count;
	return adding->errors == 0 ? TOCSIN_OK : TOCSIN_INVALID;
}
