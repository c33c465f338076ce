/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clients/figure_columns.h"
#include "clients/figure_csv.h"
#include "clients/number.h"
#include "proto/country.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/text.h"
#include "rules/csv.h"
#include "rules/slug.h"

enum { MAX_MARK = 64, MAX_TAG = 128 };
#define ABSENT SIZE_MAX

struct reader {
	struct tocsin_figure_book *book;
	struct tocsin_csv csv;
	size_t at[TOCSIN_FIGURE_COLUMNS]; /* index of the column in the file, or ABSENT */
	enum tocsin_figure_column fault;  /* of a value that cannot be read */
	const char *wrong;                /* what is wrong with it */
	size_t rows;
};

/* "" where the file has no such column, or the row is short. */
static const char *cell(const struct reader *reader, enum tocsin_figure_column column)
{
	size_t at = reader->at[column];
	return at < reader->csv.count ? reader->csv.fields[at].text : "";
}

/* Without the mark that keeps it from being a formula. */
static const char *text_cell(const struct reader *reader, enum tocsin_figure_column column)
{
	const char *text = cell(reader, column);
	return *text == '\'' ? text + 1 : text;
}

static bool fail(struct reader *reader, enum tocsin_figure_column column, const char *wrong)
{
	reader->fault = column;
	reader->wrong = wrong;
	return false;
}

/* A whole number, also as "1068882.0"; empty leaves *value alone. */
static bool read_number(
	struct reader *reader, enum tocsin_figure_column column, double ceiling, uint64_t *value)
{
	double number;
	const char *text = cell(reader, column);
	if (!*text)
		return true;
	if (!tocsin_decimal_read(text, &number) || number < 0 || number != floor(number))
		return fail(reader, column, "not a whole number");
	if (number > ceiling)
		return fail(reader, column, "too large");
	*value = (uint64_t)number;
	return true;
}

static bool read_count(struct reader *reader, enum tocsin_figure_column column, uint32_t *value)
{
	uint64_t number = *value;
	if (!read_number(reader, column, UINT32_MAX, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

/* DTM writes no zone: its dates are taken as UTC. */
static bool read_time(
	struct reader *reader, enum tocsin_figure_column column, bool *given, int64_t *time_ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const char *text = cell(reader, column);
	char zoned[MAX_MARK];
	*given = *text != '\0';
	if (!*given || tocsin_instant_read(text, strlen(text), &time)) {
		*time_ms = *given ? tocsin_instant_ms(&time) : 0;
		return true;
	}
	bool day = strlen(text) == sizeof("2024-05-31") - 1;
	int length = snprintf(zoned, sizeof(zoned), "%s%s", text, day ? "T00:00:00Z" : "Z");
	if (length < 0 || (size_t)length >= sizeof(zoned) ||
		!tocsin_instant_read(zoned, (size_t)length, &time))
		return fail(reader, column, "not a date");
	*time_ms = tocsin_instant_ms(&time);
	return true;
}

static bool read_word(struct reader *reader, enum tocsin_figure_column column,
	const ProtobufCEnumDescriptor *type, int *value)
{
	const char *text = cell(reader, column);
	if (*text && !tocsin_enum_read(type, text, strlen(text), value))
		return fail(reader, column, "not a word that is known here");
	return true;
}

static bool is_yes(const struct reader *reader, enum tocsin_figure_column column)
{
	return strcmp(cell(reader, column), "yes") == 0;
}

/* What DTM's own files leave unsaid: people present, displaced within their country. */
static bool read_kind(struct reader *reader, struct tocsin_figure *figure)
{
	int population = TOCSIN__V1__POPULATION__POPULATION_IDP, term = 0;
	const char *measure = cell(reader, TOCSIN_COLUMN_MEASURE);
	const char *role = cell(reader, TOCSIN_COLUMN_ROLE);
	int assessment = tocsin_assessment_read(cell(reader, TOCSIN_COLUMN_ASSESSMENT));
	figure->measure = TOCSIN_MEASURE_STOCK;
	if (*measure && !tocsin_measure_read(measure, &figure->measure))
		return fail(reader, TOCSIN_COLUMN_MEASURE, "not a word that is known here");
	if (!read_word(
			reader, TOCSIN_COLUMN_POPULATION, &tocsin__v1__population__descriptor, &population) ||
		!read_word(reader, TOCSIN_COLUMN_TERM, &tocsin__v1__term__descriptor, &term))
		return false;
	if (assessment < 0)
		return fail(reader, TOCSIN_COLUMN_ASSESSMENT, "not a word that is known here");
	figure->population = (Tocsin__V1__Population)population;
	figure->term = (Tocsin__V1__Term)term;
	figure->assessment = (Tocsin__V1__Assessment)assessment;
	figure->evidence = strcmp(role, "triangulation") == 0;
	return true;
}

static bool read_amount(struct reader *reader, struct tocsin_figure *figure)
{
	int qualifier = 0;
	double size = 0;
	enum tocsin_figure_column people = reader->at[TOCSIN_COLUMN_PEOPLE] == ABSENT
		? TOCSIN_COLUMN_PRESENT_IDPS
		: TOCSIN_COLUMN_PEOPLE;
	const char *stated = cell(reader, TOCSIN_COLUMN_HOUSEHOLD_SIZE);
	const char *source = cell(reader, TOCSIN_COLUMN_SIZE_SOURCE);
	figure->households = *cell(reader, TOCSIN_COLUMN_HOUSEHOLDS) != '\0';
	if (*stated && !tocsin_decimal_read(stated, &size))
		return fail(reader, TOCSIN_COLUMN_HOUSEHOLD_SIZE, "not a number");
	if (!*cell(reader, figure->households ? TOCSIN_COLUMN_HOUSEHOLDS : people))
		return fail(reader, people, "is empty");
	if (!read_count(
			reader, figure->households ? TOCSIN_COLUMN_HOUSEHOLDS : people, &figure->count) ||
		!read_number(reader, TOCSIN_COLUMN_WAS_PEOPLE, 1e15, &figure->was_people) ||
		!read_word(reader, TOCSIN_COLUMN_QUALIFIER, &tocsin__v1__qualifier__descriptor, &qualifier))
		return false;
	figure->qualifier = (Tocsin__V1__Qualifier)qualifier;
	figure->revised = *cell(reader, TOCSIN_COLUMN_WAS_PEOPLE) != '\0';
	bool said = strcmp(source, "stated") == 0 || !*source;
	bool usual = strcmp(source, "country") == 0;
	tocsin_figure_convert(figure, said ? size : 0, usual ? size : 0);
	return true;
}

static bool read_times(struct reader *reader, struct tocsin_figure *figure)
{
	bool dated, received;
	if (!read_time(reader, TOCSIN_COLUMN_REPORTING_DATE, &dated, &figure->as_of_ms) ||
		!read_time(reader, TOCSIN_COLUMN_SINCE, &figure->cumulative, &figure->since_ms) ||
		!read_time(reader, TOCSIN_COLUMN_RECEIVED, &received, &figure->received_ms))
		return false;
	return dated || fail(reader, TOCSIN_COLUMN_REPORTING_DATE, "is empty");
}

static bool read_who(struct reader *reader, struct tocsin_figure *figure)
{
	figure->id = text_cell(reader, TOCSIN_COLUMN_ID);
	figure->operation = text_cell(reader, TOCSIN_COLUMN_OPERATION);
	figure->sources = text_cell(reader, TOCSIN_COLUMN_SOURCES);
	figure->sender = text_cell(reader, TOCSIN_COLUMN_SENDER);
	figure->hub = text_cell(reader, TOCSIN_COLUMN_HUB);
	figure->grade = text_cell(reader, TOCSIN_COLUMN_GRADE);
	figure->reason = text_cell(reader, TOCSIN_COLUMN_REASON);
	figure->disputed = is_yes(reader, TOCSIN_COLUMN_DISPUTED);
	figure->rounded = is_yes(reader, TOCSIN_COLUMN_ROUNDED);
	figure->revision = 1;
	return read_count(reader, TOCSIN_COLUMN_REVISION, &figure->revision) &&
		read_count(reader, TOCSIN_COLUMN_ROUND, &figure->round) &&
		read_number(reader, TOCSIN_COLUMN_SEQUENCE, 9e15, &figure->sequence);
}

static bool add_level(struct tocsin_region_path *path, const char *code)
{
	if (path->count == TOCSIN_MAX_LEVELS || !tocsin_text_is_pcode(code, strlen(code)))
		return false;
	snprintf(path->levels[path->count++], sizeof(path->levels[0]), "%s", code);
	return true;
}

static const struct tocsin_country *find_country(const char *code)
{
	return strlen(code) == 2 ? tocsin_country_by_alpha2(code) : tocsin_country_by_alpha3(code);
}

/* The regions of the row, down to its place: false where a code is none. level is how
 * deep the row says that it goes; -1 where it does not say. */
static bool read_path(struct reader *reader, struct tocsin_region_path *path,
	const char *names[TOCSIN_MAX_LEVELS], int64_t *level)
{
	const char *text = cell(reader, TOCSIN_COLUMN_ADMIN_LEVEL);
	const char *code = cell(reader, TOCSIN_COLUMN_ADMIN0_PCODE);
	const struct tocsin_country *country = find_country(code);
	path->count = 0;
	*level = -1;
	if (*text && (!tocsin_number_read(text, level) || *level < 0 || *level >= TOCSIN_MAX_LEVELS))
		return fail(reader, TOCSIN_COLUMN_ADMIN_LEVEL, "not a level");
	if (!country)
		return !*code || fail(reader, TOCSIN_COLUMN_ADMIN0_PCODE, "not a country's code");
	(void)add_level(path, country->alpha2);
	for (int i = 1; i <= 2; i++) {
		int shift = 2 * i;
		code = cell(reader, (enum tocsin_figure_column)(TOCSIN_COLUMN_ADMIN0_PCODE + shift));
		names[path->count] =
			cell(reader, (enum tocsin_figure_column)(TOCSIN_COLUMN_ADMIN0_NAME + shift));
		if (!*code)
			break;
		if (!add_level(path, code))
			return fail(reader, (enum tocsin_figure_column)(TOCSIN_COLUMN_ADMIN0_PCODE + shift),
				"not a P-code");
	}
	return true;
}

/* Says where the place is, and gives its code: "" where the row has none that is deep
 * enough. */
static bool read_place(struct reader *reader, char code[TOCSIN_MAX_PCODE + 1])
{
	struct tocsin_region_path path;
	const char *names[TOCSIN_MAX_LEVELS] = {NULL};
	int64_t level;
	const char *own = cell(reader, TOCSIN_COLUMN_PLACE_PCODE);
	if (!read_path(reader, &path, names, &level))
		return false;
	const char *deepest = path.count ? path.levels[path.count - 1] : "";
	snprintf(code, TOCSIN_MAX_PCODE + 1, "%s", *own ? own : deepest);
	if (*code && !tocsin_text_is_pcode(code, strlen(code)))
		return fail(reader, TOCSIN_COLUMN_PLACE_PCODE, "not a P-code");
	if (!*own && level >= (int64_t)path.count)
		code[0] = '\0';
	bool ours = reader->at[TOCSIN_COLUMN_PLACE_PCODE] != ABSENT;
	bool known = ours ? level >= 0 : path.count > 0;
	if (known && strcmp(deepest, code) != 0) {
		names[path.count < TOCSIN_MAX_LEVELS ? path.count : 0] =
			cell(reader, TOCSIN_COLUMN_PLACE_NAME);
		known = *code && add_level(&path, code);
	}
	enum tocsin_status status = TOCSIN_OK;
	if (known)
		status = tocsin_figure_book_locate(reader->book, &path, names);
	else if (*code)
		status = tocsin_figure_book_mention(reader->book, code, &path);
	return status == TOCSIN_OK || fail(reader, TOCSIN_COLUMN_PLACE_PCODE, "out of memory");
}

static bool mention(struct reader *reader, const char *code)
{
	const struct tocsin_region_path nowhere = {.count = 0};
	return !*code || tocsin_figure_book_mention(reader->book, code, &nowhere) == TOCSIN_OK;
}

static bool read_end(struct reader *reader, enum tocsin_figure_column column, const char **end)
{
	*end = cell(reader, column);
	if (**end && !tocsin_text_is_pcode(*end, strlen(*end)))
		return fail(reader, column, "not a P-code");
	return mention(reader, *end) || fail(reader, column, "out of memory");
}

/* The incident that a row belongs to. DTM's rows have none: each stands for itself. */
static const char *chain_of(const struct reader *reader, char text[MAX_MARK])
{
	const char *incident = text_cell(reader, TOCSIN_COLUMN_INCIDENT);
	const char *id = cell(reader, TOCSIN_COLUMN_ID);
	if (*incident)
		return incident;
	if (*id)
		snprintf(text, MAX_MARK, "row id %.40s", id);
	else
		snprintf(text, MAX_MARK, "row %zu of %zu", reader->rows, reader->book->figure_count);
	return text;
}

static bool close_chain(struct reader *reader, const struct tocsin_figure *figure, const char *name)
{
	const char *text = cell(reader, TOCSIN_COLUMN_CLOSED);
	int cause = 0;
	if (!*text)
		return true;
	if (strcmp(text, "unspecified") != 0 &&
		!read_word(reader, TOCSIN_COLUMN_CLOSED, &tocsin__v1__close_cause__descriptor, &cause))
		return false;
	struct tocsin_figure_chain *chain = tocsin_figure_book_chain(reader->book, name);
	if (!chain)
		return fail(reader, TOCSIN_COLUMN_CLOSED, "out of memory");
	if (chain->closed <= figure->revision)
		chain->closed = figure->revision + 1;
	chain->cause = (Tocsin__V1__CloseCause)cause;
	return true;
}

static bool read_row(struct reader *reader)
{
	struct tocsin_figure figure = {0};
	char code[TOCSIN_MAX_PCODE + 1], key[TOCSIN_SLUG], mark[MAX_MARK];
	if (!read_place(reader, code) || !read_kind(reader, &figure) || !read_amount(reader, &figure) ||
		!read_times(reader, &figure) || !read_who(reader, &figure) ||
		!read_end(reader, TOCSIN_COLUMN_ORIGIN, &figure.origin) ||
		!read_end(reader, TOCSIN_COLUMN_DESTINATION, &figure.destination))
		return false;
	if (!*code) {
		reader->book->incomplete++;
		return true;
	}
	const char *chain = chain_of(reader, mark);
	figure.place = code;
	figure.operation_key = key;
	bool fine = tocsin_slug_write(figure.operation, key) &&
		tocsin_figure_book_add(reader->book, &figure, chain) == TOCSIN_OK;
	return fine ? close_chain(reader, &figure, chain)
				: fail(reader, TOCSIN_COLUMN_OPERATION, "out of memory");
}

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

static void find_columns(struct reader *reader)
{
	char tag[MAX_TAG];
	for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++)
		reader->at[c] = ABSENT;
	for (size_t i = 0; i < reader->csv.count; i++) {
		clean_tag(reader->csv.fields[i].text, tag);
		for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++)
			if (reader->at[c] == ABSENT && same_tag(tag, tocsin_figure_columns[c].tag))
				reader->at[c] = i;
	}
}

static bool is_hxl(const struct reader *reader)
{
	return reader->csv.count > 0 && reader->csv.fields[0].text[0] == '#';
}

/* The HXL row stands first, or beneath one of titles. */
static enum tocsin_status begin(struct reader *reader, char why[TOCSIN_CSV_WHY])
{
	enum tocsin_status status = tocsin_csv_next(&reader->csv);
	if (status == TOCSIN_OK && !is_hxl(reader))
		status = tocsin_csv_next(&reader->csv);
	if (status == TOCSIN_OK && is_hxl(reader)) {
		find_columns(reader);
		bool dated = reader->at[TOCSIN_COLUMN_REPORTING_DATE] != ABSENT;
		bool counted = reader->at[TOCSIN_COLUMN_PEOPLE] != ABSENT ||
			reader->at[TOCSIN_COLUMN_PRESENT_IDPS] != ABSENT;
		if (dated && counted)
			return TOCSIN_OK;
		snprintf(why, TOCSIN_CSV_WHY,
			"the HXL row wants #date+reported, and #affected+idps or "
			"#affected+ind");
		return TOCSIN_INVALID;
	}
	snprintf(why, TOCSIN_CSV_WHY,
		"neither JSON nor CSV with an HXL row (#country+code, "
		"#affected+idps, ...) beneath its titles");
	return TOCSIN_INVALID;
}

static enum tocsin_status read_rows(struct reader *reader, char why[TOCSIN_CSV_WHY])
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
		if (!read_row(reader)) {
			snprintf(why, TOCSIN_CSV_WHY, "line %u, %s: %s", reader->csv.fields[0].line,
				tocsin_figure_columns[reader->fault].name, reader->wrong);
			return TOCSIN_INVALID;
		}
	}
}

enum tocsin_status tocsin_figure_csv_read(
	struct tocsin_figure_book *book, const char *text, size_t length, char why[TOCSIN_CSV_WHY])
{
	struct reader reader = {.book = book};
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
