/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_csv.h"

#include <string.h>

#include "clients/displacement/figure_columns.h"
#include "clients/displacement/periods.h"
#include "proto/country.h"
#include "proto/enum_name.h"
#include "proto/instant.h"

enum { MAX_CELL = 64 };

struct line {
	const struct tocsin_figure_table *table;
	const struct tocsin_figure_row *row;
	char cell[MAX_CELL]; /* of what is no text of the figure */
};

/* Texts of messages: none becomes a formula, whatever it begins with. */
static void put_text(FILE *out, const char *text)
{
	bool quoted = text[strcspn(text, ",\"\r\n")] != '\0';
	bool guarded = *text && strchr("=+-@\t\r'", *text);
	if (quoted || guarded)
		fputc('"', out);
	if (guarded)
		fputc('\'', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	if (quoted || guarded)
		fputc('"', out);
}

static const char *level_code(const struct line *line, size_t level)
{
	const struct tocsin_figure_place *place = line->row->place;
	return place->known && level < place->path.count ? place->path.levels[level] : "";
}

static const char *level_name(const struct line *line, size_t level)
{
	const struct tocsin_figure_place *place =
		tocsin_figure_book_place(line->table->book, level_code(line, level));
	return place ? place->name : "";
}

/* DTM writes countries by their three letters. */
static const char *country_code(const struct line *line)
{
	const char *first = line->row->place->path.levels[0];
	const struct tocsin_country *country = tocsin_country_by_alpha2(first);
	return country ? country->alpha3 : "";
}

static const char *country_name(const struct line *line)
{
	const char *first = line->row->place->path.levels[0];
	const struct tocsin_country *country = tocsin_country_by_alpha2(first);
	return country ? country->name : "";
}

static const char *number(struct line *line, uint64_t value)
{
	snprintf(line->cell, sizeof(line->cell), "%llu", (unsigned long long)value);
	return line->cell;
}

static const char *instant(struct line *line, int64_t time_ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	tocsin_instant_set(&time, time_ms);
	tocsin_instant_write(&time, line->cell);
	return line->cell;
}

static const char *date_part(struct line *line, enum tocsin_period period, size_t skip)
{
	char text[TOCSIN_PERIOD_TEXT];
	int64_t index = tocsin_period_of(period, line->row->figure->as_of_ms);
	tocsin_period_write(period, index, text);
	const char *part = text + skip;
	snprintf(line->cell, sizeof(line->cell), "%s", part + (skip && *part == '0'));
	return line->cell;
}

static const char *name_of(const ProtobufCEnumDescriptor *type, int value)
{
	const char *name = value ? tocsin_enum_name(type, value) : "";
	return name ? name : "";
}

static const char *decimal(struct line *line, double value)
{
	snprintf(line->cell, sizeof(line->cell), "%.15g", value);
	return line->cell;
}

static const char *closed(const struct line *line)
{
	const struct tocsin_figure_chain *chain = &line->table->book->chains[line->row->figure->chain];
	if (chain->closed <= chain->newest)
		return "";
	const char *cause = name_of(&tocsin__v1__close_cause__descriptor, (int)chain->cause);
	return *cause ? cause : "unspecified";
}

static const char *place_cell(struct line *line, enum tocsin_figure_column column)
{
	const struct tocsin_figure_place *place = line->row->place;
	switch (column) {
	case TOCSIN_COLUMN_ADMIN0_NAME:
		return country_name(line);
	case TOCSIN_COLUMN_ADMIN0_PCODE:
		return country_code(line);
	case TOCSIN_COLUMN_ADMIN1_NAME:
		return level_name(line, 1);
	case TOCSIN_COLUMN_ADMIN1_PCODE:
		return level_code(line, 1);
	case TOCSIN_COLUMN_ADMIN2_NAME:
		return level_name(line, 2);
	case TOCSIN_COLUMN_ADMIN2_PCODE:
		return level_code(line, 2);
	case TOCSIN_COLUMN_ADMIN_LEVEL:
		return place->known ? number(line, place->path.count - 1) : "";
	case TOCSIN_COLUMN_PLACE_PCODE:
		return place->code;
	default:
		return place->name;
	}
}

/* Flows, evidence and other people must not stand in a column that says "present". */
static const char *present_idps(struct line *line)
{
	const struct tocsin_figure *figure = line->row->figure;
	bool fits = figure->measure == TOCSIN_MEASURE_STOCK && !figure->evidence &&
		figure->population == TOCSIN__V1__POPULATION__POPULATION_IDP;
	return fits ? number(line, figure->people) : "";
}

static const char *amount_cell(struct line *line, enum tocsin_figure_column column)
{
	const struct tocsin_figure *figure = line->row->figure;
	switch (column) {
	case TOCSIN_COLUMN_PRESENT_IDPS:
		return present_idps(line);
	case TOCSIN_COLUMN_PEOPLE:
		return number(line, figure->people);
	case TOCSIN_COLUMN_QUALIFIER:
		return name_of(&tocsin__v1__qualifier__descriptor, (int)figure->qualifier);
	case TOCSIN_COLUMN_HOUSEHOLDS:
		return figure->households ? number(line, figure->count) : "";
	case TOCSIN_COLUMN_HOUSEHOLD_SIZE:
		return figure->households ? decimal(line, figure->household_size) : "";
	case TOCSIN_COLUMN_SIZE_SOURCE:
		return tocsin_size_source_name(figure->size_source);
	case TOCSIN_COLUMN_ROLE:
		return figure->evidence ? "triangulation" : "recommended";
	case TOCSIN_COLUMN_COUNTED:
		return line->row->counted ? "yes" : "no";
	default:
		return line->row->revised ? number(line, line->row->was_people) : "";
	}
}

static const char *what_cell(struct line *line, enum tocsin_figure_column column)
{
	const struct tocsin_figure *figure = line->row->figure;
	switch (column) {
	case TOCSIN_COLUMN_REPORTING_DATE:
		return instant(line, figure->as_of_ms);
	case TOCSIN_COLUMN_REPORTING_YEAR:
		return date_part(line, TOCSIN_PERIOD_YEAR, 0);
	case TOCSIN_COLUMN_REPORTING_MONTH:
		return date_part(line, TOCSIN_PERIOD_MONTH, sizeof("2024-") - 1);
	case TOCSIN_COLUMN_ROUND:
		return figure->round ? number(line, figure->round) : "";
	case TOCSIN_COLUMN_ASSESSMENT:
		return tocsin_assessment_code((int)figure->assessment);
	case TOCSIN_COLUMN_POPULATION:
		return name_of(&tocsin__v1__population__descriptor, (int)figure->population);
	case TOCSIN_COLUMN_MEASURE:
		return tocsin_measure_name(figure->measure);
	case TOCSIN_COLUMN_TERM:
		return name_of(&tocsin__v1__term__descriptor, (int)figure->term);
	case TOCSIN_COLUMN_SINCE:
		return figure->cumulative ? instant(line, figure->since_ms) : "";
	case TOCSIN_COLUMN_ORIGIN:
		return figure->origin;
	default:
		return figure->destination;
	}
}

static const char *who_cell(struct line *line, enum tocsin_figure_column column)
{
	const struct tocsin_figure *figure = line->row->figure;
	switch (column) {
	case TOCSIN_COLUMN_DISPUTED:
		return figure->disputed ? "yes" : "";
	case TOCSIN_COLUMN_ROUNDED:
		return figure->rounded ? "yes" : "";
	case TOCSIN_COLUMN_REVISION:
		return number(line, figure->revision);
	case TOCSIN_COLUMN_CLOSED:
		return closed(line);
	case TOCSIN_COLUMN_RECEIVED:
		return figure->received_ms ? instant(line, figure->received_ms) : "";
	default:
		return figure->sequence ? number(line, figure->sequence) : "";
	}
}

/* The texts that somebody wrote. */
static const char *text_cell(struct line *line, enum tocsin_figure_column column)
{
	const struct tocsin_figure *figure = line->row->figure;
	switch (column) {
	case TOCSIN_COLUMN_ID:
		return figure->id;
	case TOCSIN_COLUMN_OPERATION:
		return figure->operation;
	case TOCSIN_COLUMN_REASON:
		return figure->reason;
	case TOCSIN_COLUMN_SOURCES:
		return figure->sources;
	case TOCSIN_COLUMN_SENDER:
		return figure->sender;
	case TOCSIN_COLUMN_HUB:
		return figure->hub;
	case TOCSIN_COLUMN_GRADE:
		return figure->grade;
	default:
		return tocsin_texts_at(line->table->book->incidents, figure->chain);
	}
}

/* What a column tells of; the value is valid until the next call. */
static const char *(*const cells[TOCSIN_FIGURE_COLUMNS])(
	struct line *line, enum tocsin_figure_column column) = {
	[TOCSIN_COLUMN_ADMIN0_NAME] = place_cell,
	[TOCSIN_COLUMN_ADMIN0_PCODE] = place_cell,
	[TOCSIN_COLUMN_ADMIN1_NAME] = place_cell,
	[TOCSIN_COLUMN_ADMIN1_PCODE] = place_cell,
	[TOCSIN_COLUMN_ADMIN2_NAME] = place_cell,
	[TOCSIN_COLUMN_ADMIN2_PCODE] = place_cell,
	[TOCSIN_COLUMN_ADMIN_LEVEL] = place_cell,
	[TOCSIN_COLUMN_PLACE_PCODE] = place_cell,
	[TOCSIN_COLUMN_PLACE_NAME] = place_cell,
	[TOCSIN_COLUMN_PRESENT_IDPS] = amount_cell,
	[TOCSIN_COLUMN_PEOPLE] = amount_cell,
	[TOCSIN_COLUMN_QUALIFIER] = amount_cell,
	[TOCSIN_COLUMN_HOUSEHOLDS] = amount_cell,
	[TOCSIN_COLUMN_HOUSEHOLD_SIZE] = amount_cell,
	[TOCSIN_COLUMN_SIZE_SOURCE] = amount_cell,
	[TOCSIN_COLUMN_ROLE] = amount_cell,
	[TOCSIN_COLUMN_COUNTED] = amount_cell,
	[TOCSIN_COLUMN_WAS_PEOPLE] = amount_cell,
	[TOCSIN_COLUMN_REPORTING_DATE] = what_cell,
	[TOCSIN_COLUMN_REPORTING_YEAR] = what_cell,
	[TOCSIN_COLUMN_REPORTING_MONTH] = what_cell,
	[TOCSIN_COLUMN_ROUND] = what_cell,
	[TOCSIN_COLUMN_ASSESSMENT] = what_cell,
	[TOCSIN_COLUMN_POPULATION] = what_cell,
	[TOCSIN_COLUMN_MEASURE] = what_cell,
	[TOCSIN_COLUMN_TERM] = what_cell,
	[TOCSIN_COLUMN_SINCE] = what_cell,
	[TOCSIN_COLUMN_ORIGIN] = what_cell,
	[TOCSIN_COLUMN_DESTINATION] = what_cell,
	[TOCSIN_COLUMN_DISPUTED] = who_cell,
	[TOCSIN_COLUMN_ROUNDED] = who_cell,
	[TOCSIN_COLUMN_REVISION] = who_cell,
	[TOCSIN_COLUMN_CLOSED] = who_cell,
	[TOCSIN_COLUMN_RECEIVED] = who_cell,
	[TOCSIN_COLUMN_SEQUENCE] = who_cell,
	[TOCSIN_COLUMN_ID] = text_cell,
	[TOCSIN_COLUMN_OPERATION] = text_cell,
	[TOCSIN_COLUMN_REASON] = text_cell,
	[TOCSIN_COLUMN_SOURCES] = text_cell,
	[TOCSIN_COLUMN_SENDER] = text_cell,
	[TOCSIN_COLUMN_HUB] = text_cell,
	[TOCSIN_COLUMN_GRADE] = text_cell,
	[TOCSIN_COLUMN_INCIDENT] = text_cell,
};

void tocsin_figure_csv_write(const struct tocsin_figure_table *table, FILE *out)
{
	for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++)
		fprintf(out, "%s%s", c ? "," : "", tocsin_figure_columns[c].name);
	fputc('\n', out);
	for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++)
		fprintf(out, "%s%s", c ? "," : "", tocsin_figure_columns[c].tag);
	fputc('\n', out);
	for (size_t i = 0; i < table->row_count && !ferror(out); i++) {
		struct line line = {.table = table, .row = &table->rows[i]};
		if (!line.row->shown)
			continue;
		for (int c = 0; c < TOCSIN_FIGURE_COLUMNS; c++) {
			if (c)
				fputc(',', out);
			put_text(out, cells[c](&line, (enum tocsin_figure_column)c));
		}
		fputc('\n', out);
	}
}
