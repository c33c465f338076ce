/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_csv_row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/enum_name.h"
#include "proto/instant.h"
#include "rules/slug.h"

enum { MAX_MARK = 64 };

const char *tocsin_figure_csv_cell(
	const struct tocsin_figure_csv *reader, enum tocsin_figure_column column)
{
	size_t at = reader->at[column];
	return at < reader->csv.count ? reader->csv.fields[at].text : "";
}

/* Without the mark that keeps it from being a formula. */
static const char *text_cell(
	const struct tocsin_figure_csv *reader, enum tocsin_figure_column column)
{
	const char *text = tocsin_figure_csv_cell(reader, column);
	return *text == '\'' ? text + 1 : text;
}

bool tocsin_figure_csv_fail(
	struct tocsin_figure_csv *reader, enum tocsin_figure_column column, const char *wrong)
{
	reader->fault = column;
	reader->wrong = wrong;
	return false;
}

/* A whole number, also as "1068882.0"; empty leaves *value alone. */
static bool read_number(struct tocsin_figure_csv *reader, enum tocsin_figure_column column,
	double ceiling, uint64_t *value)
{
	double number;
	const char *text = tocsin_figure_csv_cell(reader, column);
	if (!*text)
		return true;
	if (!tocsin_decimal_read(text, &number) || number < 0 || number != floor(number))
		return tocsin_figure_csv_fail(reader, column, _("not a whole number"));
	if (number > ceiling)
		return tocsin_figure_csv_fail(reader, column, _("too large"));
	*value = (uint64_t)number;
	return true;
}

static bool read_count(
	struct tocsin_figure_csv *reader, enum tocsin_figure_column column, uint32_t *value)
{
	uint64_t number = *value;
	if (!read_number(reader, column, UINT32_MAX, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

/* DTM writes no zone: its dates are taken as UTC. */
static bool read_time(struct tocsin_figure_csv *reader, enum tocsin_figure_column column,
	bool *given, int64_t *time_ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const char *text = tocsin_figure_csv_cell(reader, column);
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
		return tocsin_figure_csv_fail(reader, column, _("not a date"));
	*time_ms = tocsin_instant_ms(&time);
	return true;
}

static bool read_word(struct tocsin_figure_csv *reader, enum tocsin_figure_column column,
	const ProtobufCEnumDescriptor *type, int *value)
{
	const char *text = tocsin_figure_csv_cell(reader, column);
	if (*text && !tocsin_enum_read(type, text, strlen(text), value))
		return tocsin_figure_csv_fail(reader, column, _("not a word that is known here"));
	return true;
}

static bool is_yes(const struct tocsin_figure_csv *reader, enum tocsin_figure_column column)
{
	return strcmp(tocsin_figure_csv_cell(reader, column), "yes") == 0;
}

/* What DTM's own files leave unsaid: people present, displaced within their country. */
static bool read_kind(struct tocsin_figure_csv *reader, struct tocsin_figure *figure)
{
	int population = TOCSIN__V1__POPULATION__POPULATION_IDP, term = 0;
	const char *measure = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_MEASURE);
	const char *role = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_ROLE);
	int assessment =
		tocsin_assessment_read(tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_ASSESSMENT));
	figure->measure = TOCSIN_MEASURE_STOCK;
	if (*measure && !tocsin_measure_read(measure, &figure->measure))
		return tocsin_figure_csv_fail(
			reader, TOCSIN_COLUMN_MEASURE, _("not a word that is known here"));
	if (!read_word(
			reader, TOCSIN_COLUMN_POPULATION, &tocsin__v1__population__descriptor, &population) ||
		!read_word(reader, TOCSIN_COLUMN_TERM, &tocsin__v1__term__descriptor, &term))
		return false;
	if (assessment < 0)
		return tocsin_figure_csv_fail(
			reader, TOCSIN_COLUMN_ASSESSMENT, _("not a word that is known here"));
	figure->population = (Tocsin__V1__Population)population;
	figure->term = (Tocsin__V1__Term)term;
	figure->assessment = (Tocsin__V1__Assessment)assessment;
	figure->evidence = strcmp(role, "triangulation") == 0;
	return true;
}

static bool read_amount(struct tocsin_figure_csv *reader, struct tocsin_figure *figure, bool *empty)
{
	int qualifier = 0;
	double size = 0;
	enum tocsin_figure_column people = reader->at[TOCSIN_COLUMN_PEOPLE] == TOCSIN_NO_COLUMN
		? TOCSIN_COLUMN_PRESENT_IDPS
		: TOCSIN_COLUMN_PEOPLE;
	const char *stated = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_HOUSEHOLD_SIZE);
	const char *source = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_SIZE_SOURCE);
	figure->households = *tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_HOUSEHOLDS) != '\0';
	if (*stated && !tocsin_decimal_read(stated, &size))
		return tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_HOUSEHOLD_SIZE, _("not a number"));
	*empty =
		!*tocsin_figure_csv_cell(reader, figure->households ? TOCSIN_COLUMN_HOUSEHOLDS : people);
	if (!read_count(
			reader, figure->households ? TOCSIN_COLUMN_HOUSEHOLDS : people, &figure->count) ||
		!read_number(reader, TOCSIN_COLUMN_WAS_PEOPLE, 1e15, &figure->was_people) ||
		!read_word(reader, TOCSIN_COLUMN_QUALIFIER, &tocsin__v1__qualifier__descriptor, &qualifier))
		return false;
	figure->qualifier = (Tocsin__V1__Qualifier)qualifier;
	figure->revised = *tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_WAS_PEOPLE) != '\0';
	bool said = strcmp(source, "stated") == 0 || !*source;
	bool usual = strcmp(source, "country") == 0;
	tocsin_figure_convert(figure, said ? size : 0, usual ? size : 0);
	return true;
}

static bool read_times(struct tocsin_figure_csv *reader, struct tocsin_figure *figure)
{
	bool dated, received;
	if (!read_time(reader, TOCSIN_COLUMN_REPORTING_DATE, &dated, &figure->as_of_ms) ||
		!read_time(reader, TOCSIN_COLUMN_SINCE, &figure->cumulative, &figure->since_ms) ||
		!read_time(reader, TOCSIN_COLUMN_RECEIVED, &received, &figure->received_ms))
		return false;
	return dated || tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_REPORTING_DATE, _("is empty"));
}

static bool read_who(struct tocsin_figure_csv *reader, struct tocsin_figure *figure)
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

/* The incident that a row belongs to. DTM's rows have none: each stands for itself. */
static const char *chain_of(const struct tocsin_figure_csv *reader, char text[MAX_MARK])
{
	const char *incident = text_cell(reader, TOCSIN_COLUMN_INCIDENT);
	const char *id = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_ID);
	if (*incident)
		return incident;
	if (*id)
		snprintf(text, MAX_MARK, "row id %.40s", id);
	else
		snprintf(text, MAX_MARK, "row %zu of %zu", reader->rows, reader->book->figure_count);
	return text;
}

static bool close_chain(
	struct tocsin_figure_csv *reader, const struct tocsin_figure *figure, const char *name)
{
	const char *text = tocsin_figure_csv_cell(reader, TOCSIN_COLUMN_CLOSED);
	int cause = 0;
	if (!*text)
		return true;
	if (strcmp(text, "unspecified") != 0 &&
		!read_word(reader, TOCSIN_COLUMN_CLOSED, &tocsin__v1__close_cause__descriptor, &cause))
		return false;
	struct tocsin_figure_chain *chain = tocsin_figure_book_chain(reader->book, name);
	if (!chain)
		return tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_CLOSED, _("out of memory"));
	if (chain->closed <= figure->revision)
		chain->closed = figure->revision + 1;
	chain->cause = (Tocsin__V1__CloseCause)cause;
	return true;
}

bool tocsin_figure_csv_row(struct tocsin_figure_csv *reader)
{
	struct tocsin_figure figure = {0};
	bool empty;
	char code[TOCSIN_MAX_PCODE + 1], key[TOCSIN_SLUG], mark[MAX_MARK];
	if (!tocsin_figure_csv_place(reader, code) || !read_kind(reader, &figure) ||
		!read_amount(reader, &figure, &empty) || !read_times(reader, &figure) ||
		!read_who(reader, &figure) ||
		!tocsin_figure_csv_end(reader, TOCSIN_COLUMN_ORIGIN, &figure.origin) ||
		!tocsin_figure_csv_end(reader, TOCSIN_COLUMN_DESTINATION, &figure.destination))
		return false;
	if (empty || !*code) {
		reader->book->incomplete++;
		return true;
	}
	const char *chain = chain_of(reader, mark);
	figure.place = code;
	figure.operation_key = key;
	bool fine = tocsin_slug_write(figure.operation, key) &&
		tocsin_figure_book_add(reader->book, &figure, chain) == TOCSIN_OK;
	return fine ? close_chain(reader, &figure, chain)
				: tocsin_figure_csv_fail(reader, TOCSIN_COLUMN_OPERATION, _("out of memory"));
}
