/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/displacement/figure_csv.h"
#include "clients/displacement/figure_csv_row.h"

enum { MAX_TAG = 128 };

/* Tags without spaces and regard to the order of attributes: #adm1+code+origin is
 * #adm1+origin+code. */
static bool has_attribute(const char *tag, const char *attribute, size_t length)
{
	for (const char *at = strchr(tag, '+'); at; at = strchr(at + 1, '+'))
		if (strncmp(at + 1, attribute, length) == 0 && strchr("+", at[1 + length]))
			return true;
	return false;
}

static bool same_tag(const char *a, const char *b)
{
	size_t stem = strcspn(b, "+");
	if (strlen(a) != strlen(b) || strncmp(a, b, stem) != 0 || !strchr("+", a[stem]))
		return false;
	for (const char *at = strchr(b, '+'); at; at = strchr(at + 1, '+'))
		if (!has_attribute(a, at + 1, strcspn(at + 1, "+")))
			return false;
	return true;
}

static void clean_tag(const char *text, char tag[MAX_TAG])
{
	size_t used = 0;
	for (; *text && used < MAX_TAG - 1; text++)
		if (*text != ' ')
			tag[used++] = *text;
	tag[used] = '\0';
}

static void find_columns(struct tocsin_figure_csv *reader)
{
	char tag[MAX_TAG];
	for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++)
		reader->at[c] = TOCSIN_NO_COLUMN;
	for (size_t i = 0; i < reader->csv.count; i++) {
		clean_tag(reader->csv.fields[i].text, tag);
		for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++)
			if (reader->at[c] == TOCSIN_NO_COLUMN && same_tag(tag, tocsin_figure_columns[c].tag))
				reader->at[c] = i;
	}
}

static bool is_hxl(const struct tocsin_figure_csv *reader)
{
	return reader->csv.count > 0 && reader->csv.fields[0].text[0] == '#';
}

/* The HXL row stands first, or beneath one of titles. */
static enum tocsin_status begin(struct tocsin_figure_csv *reader, char why[TOCSIN_CSV_WHY])
{
	enum tocsin_status status = tocsin_csv_next(&reader->csv);
	if (status == TOCSIN_OK && !is_hxl(reader))
		status = tocsin_csv_next(&reader->csv);
	if (status == TOCSIN_OK && is_hxl(reader)) {
		find_columns(reader);
		bool dated = reader->at[TOCSIN_COLUMN_REPORTING_DATE] != TOCSIN_NO_COLUMN;
		bool counted = reader->at[TOCSIN_COLUMN_PEOPLE] != TOCSIN_NO_COLUMN ||
			reader->at[TOCSIN_COLUMN_PRESENT_IDPS] != TOCSIN_NO_COLUMN;
		if (dated && counted)
			return TOCSIN_OK;
		snprintf(why, TOCSIN_CSV_WHY, "%s",
			_("the HXL row wants #date+reported, and #affected+idps or #affected+ind"));
		return TOCSIN_INVALID;
	}
	snprintf(why, TOCSIN_CSV_WHY, "%s",
		_("neither JSON nor CSV with an HXL row (#country+code, #affected+idps, ...) beneath its "
		  "titles"));
	return TOCSIN_INVALID;
}

static enum tocsin_status read_rows(struct tocsin_figure_csv *reader, char why[TOCSIN_CSV_WHY])
{
	for (;;) {
		enum tocsin_status status = tocsin_csv_next(&reader->csv);
		if (status == TOCSIN_NOT_FOUND)
			return TOCSIN_OK;
		if (status != TOCSIN_OK) {
			snprintf(why, TOCSIN_CSV_WHY, "line %u: %s", reader->csv.fault_line, reader->csv.fault);
			return status;
		}
		reader->rows++;
		if (!tocsin_figure_csv_row(reader)) {
			snprintf(why, TOCSIN_CSV_WHY, "line %u, %s: %s", reader->csv.fields[0].line,
				tocsin_figure_columns[reader->fault].name, reader->wrong);
			return TOCSIN_INVALID;
		}
	}
}

enum tocsin_status tocsin_figure_csv_read(
	struct tocsin_figure_book *book, const char *text, size_t length, char why[TOCSIN_CSV_WHY])
{
	struct tocsin_figure_csv reader = {.book = book};
	char *storage = malloc(length + 1);
	if (!storage)
		return TOCSIN_NO_MEMORY;
	tocsin_csv_init(&reader.csv, text, length, storage);
	enum tocsin_status status = begin(&reader, why);
	if (status == TOCSIN_OK)
		status = read_rows(&reader, why);
	free(storage);
	return status;
}
