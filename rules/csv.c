/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/csv.h"

#include <string.h>

/* Counts on from where it last stood, so that a long line costs no more than once. */
static unsigned column_of(struct tocsin_csv *csv, const char *at)
{
	for (; csv->counted < at; csv->counted++)
		csv->column += ((unsigned char)*csv->counted & 0xC0) != 0x80;
	return csv->column;
}

static void start_line(struct tocsin_csv *csv, const char *at)
{
	csv->counted = at;
	csv->column = 1;
}

static void next_line(struct tocsin_csv *csv)
{
	csv->line++;
	start_line(csv, csv->at);
}

void tocsin_csv_init(struct tocsin_csv *csv, const char *text, size_t length, char *storage)
{
	static const char mark[] = "\xEF\xBB\xBF";
	*csv = (struct tocsin_csv){.at = text, .end = text + length, .line = 1, .storage = storage};
	if (length >= sizeof(mark) - 1 && memcmp(text, mark, sizeof(mark) - 1) == 0)
		csv->at += sizeof(mark) - 1;
	start_line(csv, csv->at);
}

static bool at_line_end(const struct tocsin_csv *csv)
{
	return csv->at == csv->end || *csv->at == '\n' ||
		(*csv->at == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n');
}

static void skip_line_end(struct tocsin_csv *csv)
{
	if (csv->at == csv->end)
		return;
	csv->at += *csv->at == '\r' ? 2 : 1;
	next_line(csv);
}

static enum tocsin_status fail(struct tocsin_csv *csv, const char *at, const char *fault)
{
	csv->fault = fault;
	csv->fault_line = csv->line;
	csv->fault_column = column_of(csv, at);
	const char *line_end = memchr(csv->at, '\n', (size_t)(csv->end - csv->at));
	csv->at = line_end ? line_end + 1 : csv->end;
	next_line(csv);
	return TOCSIN_INVALID;
}

/* The body of a quoted field; at stands after the opening quote. False at the end
 * of the text. */
static bool read_quoted(struct tocsin_csv *csv)
{
	for (;;) {
		if (csv->at == csv->end)
			return false;
		char byte = *csv->at++;
		if (byte == '"') {
			if (csv->at == csv->end || *csv->at != '"')
				return true;
			csv->at++;
		}
		csv->storage[csv->used++] = byte;
	}
}

static enum tocsin_status read_field(struct tocsin_csv *csv)
{
	const char *start = csv->at;
	struct tocsin_csv_field *field = &csv->fields[csv->count];
	*field = (struct tocsin_csv_field){
		.text = csv->storage + csv->used, .line = csv->line, .column = column_of(csv, start)};
	size_t from = csv->used;
	if (csv->at < csv->end && *csv->at == '"') {
		csv->at++;
		if (!read_quoted(csv))
			return fail(csv, start, "a quote that nothing closes");
		for (const char *byte = start; byte < csv->at; byte++) {
			if (*byte == '\n') {
				csv->line++;
				start_line(csv, byte + 1);
			}
		}
		if (!at_line_end(csv) && *csv->at != ',')
			return fail(csv, csv->at, "text after a closing quote");
	} else {
		while (!at_line_end(csv) && *csv->at != ',') {
			if (*csv->at == '"')
				return fail(csv, csv->at, "a quote inside an unquoted field");
			csv->storage[csv->used++] = *csv->at++;
		}
	}
	field->length = csv->used - from;
	csv->storage[csv->used++] = '\0';
	if (memchr(field->text, '\0', field->length))
		return fail(csv, start, "a NUL byte");
	csv->count++;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_csv_next(struct tocsin_csv *csv)
{
	while (csv->at < csv->end && at_line_end(csv))
		skip_line_end(csv);
	if (csv->at == csv->end)
		return TOCSIN_NOT_FOUND;
	csv->count = 0;
	for (;;) {
		if (csv->count == TOCSIN_MAX_COLUMNS)
			return fail(csv, csv->at, "too many columns");
		enum tocsin_status status = read_field(csv);
		if (status != TOCSIN_OK)
			return status;
		if (csv->at == csv->end || *csv->at != ',')
			break;
		csv->at++;
	}
	skip_line_end(csv);
	return TOCSIN_OK;
}
