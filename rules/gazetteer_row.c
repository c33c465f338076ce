/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One row of a list into one region. */
#include <stdlib.h>
#include <string.h>

#include "proto/country.h"
#include "proto/limits.h"
#include "proto/text.h"
#include "rules/gazetteer_adding.h"
#include "rules/gazetteer_number.h"

enum { DATE_TEXT = 10 };

static void read_country(struct tocsin_gazetteer_adding *adding, struct tocsin_region *region)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_COUNTRY);
	if (!adding->country || strcmp(adding->country->alpha3, field.text) != 0)
		adding->country = tocsin_country_by_alpha3(field.text);
	if (adding->country)
		memcpy(region->country, adding->country->alpha2, sizeof(region->country));
	else
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"'%.64s' is not a country code of three capital letters (ISO 3166-1 alpha-3)",
			field.text);
}

static void read_level(struct tocsin_gazetteer_adding *adding, struct tocsin_region *region)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_LEVEL);
	if (field.length == 1 && *field.text >= '0' && *field.text < '0' + TOCSIN_MAX_REGION_DEPTH)
		region->level = (uint8_t)(*field.text - '0');
	else
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"'%.64s' is not an admin level from 0 to %d", field.text, TOCSIN_MAX_REGION_DEPTH - 1);
}

static void read_code(struct tocsin_gazetteer_adding *adding, struct tocsin_region *region,
	struct tocsin_gazetteer_origin *origin)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_CODE);
	region->code = field.text;
	origin->line = field.line;
	origin->column = field.column;
	if (!tocsin_text_is_pcode(field.text, field.length))
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"'%.64s' is not a P-code: 1 to %d capital letters and digits", field.text,
			TOCSIN_MAX_PCODE);
	else if (region->level > 0 && tocsin_country_by_alpha2(field.text))
		tocsin_gazetteer_complain(
			adding, field.line, field.column, "'%s' is the code of a country", field.text);
}

static void read_name(struct tocsin_gazetteer_adding *adding, struct tocsin_region *region)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_NAME);
	size_t code_points;
	enum tocsin_text_fault fault = tocsin_text_check(field.text, field.length, &code_points);
	region->name = field.text;
	if (fault == TOCSIN_TEXT_BAD_UTF8)
		tocsin_gazetteer_complain(
			adding, field.line, field.column, "the name is not UTF-8: save the file as UTF-8");
	else if (fault != TOCSIN_TEXT_FINE || strpbrk(field.text, "\n\t"))
		tocsin_gazetteer_complain(
			adding, field.line, field.column, "the name has a control character");
	else if (code_points > TOCSIN_MAX_TEXT)
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"the name is longer than %d characters", TOCSIN_MAX_TEXT);
}

static void read_parent(struct tocsin_gazetteer_adding *adding, const struct tocsin_region *region,
	struct tocsin_gazetteer_origin *origin)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_PARENT);
	origin->parent = field.text;
	if (region->level > 0 && !tocsin_text_is_pcode(field.text, field.length))
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"'%.64s' is not the P-code of a parent, or the country's code", field.text);
}

static bool is_date(const char *text, size_t length)
{
	static const char form[] = "dddd-dd-dd";
	if (length != DATE_TEXT)
		return false;
	for (size_t i = 0; i < DATE_TEXT; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';
		if (form[i] == 'd' ? !digit : text[i] != form[i])
			return false;
	}
	int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static void read_date(struct tocsin_gazetteer_adding *adding, struct tocsin_region *region)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_DATE);
	region->valid_from = field.text;
	if (field.length > 0 && !is_date(field.text, field.length))
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"'%.64s' is not a date such as 2021-12-20", field.text);
}

/* Reads a number of a column that may be empty. False where it is. */
static bool read_number(struct tocsin_gazetteer_adding *adding, enum tocsin_gazetteer_column column,
	double least, double most, double *number)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, column);
	if (field.length == 0)
		return false;
	double value;
	if (!tocsin_gazetteer_number(field.text, field.length, &value) || value < least ||
		value > most) {
		tocsin_gazetteer_complain(adding, field.line, field.column,
			"'%.64s' is not a number from %g to %g", field.text, least, most);
		return false;
	}
	*number = value;
	return true;
}

static void read_figures(struct tocsin_gazetteer_adding *adding, struct tocsin_region *region)
{
	size_t errors = adding->errors;
	bool latitude = read_number(adding, TOCSIN_COLUMN_LATITUDE, -90, 90, &region->latitude);
	bool longitude = read_number(adding, TOCSIN_COLUMN_LONGITUDE, -180, 180, &region->longitude);
	region->has_point = latitude && longitude;
	if (latitude != longitude && adding->errors == errors)
		tocsin_gazetteer_complain(adding, adding->csv.fields[0].line, 1,
			"a latitude without a longitude, or a "
			"longitude without a latitude");
	(void)read_number(adding, TOCSIN_COLUMN_HOUSEHOLD, TOCSIN_MIN_HOUSEHOLD, TOCSIN_MAX_HOUSEHOLD,
		&region->household_size);
}

static enum tocsin_status add_replaced(
	struct tocsin_gazetteer *gazetteer, const char *code, uint32_t successor)
{
	if (gazetteer->replaced_count == gazetteer->replaced_capacity) {
		size_t capacity = gazetteer->replaced_capacity ? gazetteer->replaced_capacity * 2 : 16;
		struct tocsin_gazetteer_replaced *replaced =
			realloc(gazetteer->replaced, capacity * sizeof(*replaced));
		if (!replaced)
			return TOCSIN_NO_MEMORY;
		gazetteer->replaced = replaced;
		gazetteer->replaced_capacity = capacity;
	}
	gazetteer->replaced[gazetteer->replaced_count++] =
		(struct tocsin_gazetteer_replaced){.code = code, .successor = successor};
	return TOCSIN_OK;
}

/* Codes separated by spaces; cut apart where they stand in the storage. */
static enum tocsin_status read_replaces(struct tocsin_gazetteer_adding *adding, uint32_t successor)
{
	struct tocsin_csv_field field = tocsin_gazetteer_field(adding, TOCSIN_COLUMN_REPLACES);
	char *rest = adding->csv.storage + (field.length ? field.text - adding->csv.storage : 0);
	size_t count = 0;
	for (char *code = field.length ? strtok_r(rest, " ", &rest) : NULL; code;
		 code = strtok_r(NULL, " ", &rest)) {
		if (!tocsin_text_is_pcode(code, strlen(code))) {
			tocsin_gazetteer_complain(adding, field.line, field.column,
				"'%.64s' is not a P-code: Replaces holds codes separated by spaces", code);
			continue;
		}
		if (++count > TOCSIN_MAX_REPLACES) {
			tocsin_gazetteer_complain(adding, field.line, field.column,
				"a row replaces at most %d codes", TOCSIN_MAX_REPLACES);
			break;
		}
		if (add_replaced(adding->gazetteer, code, successor) != TOCSIN_OK)
			return TOCSIN_NO_MEMORY;
	}
	return TOCSIN_OK;
}

/* A row at level 0 adds what the list knows of a country that is there already. */
static void merge_country(struct tocsin_gazetteer_adding *adding, const struct tocsin_region *row)
{
	struct tocsin_gazetteer *gazetteer = adding->gazetteer;
	if (strcmp(row->code, row->country) != 0 && strcmp(row->code, adding->country->alpha3) != 0) {
		tocsin_gazetteer_complain(
			adding, adding->csv.fields[0].line, 1, "a row at level 0 has its country's code");
		return;
	}
	for (size_t i = 0; i < gazetteer->country_count; i++) {
		struct tocsin_region *country = &gazetteer->regions[i];
		if (strcmp(country->code, row->country) != 0)
			continue;
		country->household_size = row->household_size;
		country->has_point = row->has_point;
		country->latitude = row->latitude;
		country->longitude = row->longitude;
	}
}

enum tocsin_status tocsin_gazetteer_read_row(struct tocsin_gazetteer_adding *adding)
{
	struct tocsin_gazetteer *gazetteer = adding->gazetteer;
	if (adding->csv.count != adding->header_count) {
		tocsin_gazetteer_complain(adding, adding->csv.fields[0].line, 1,
			"%zu columns, but the header has %zu", adding->csv.count, adding->header_count);
		return TOCSIN_OK;
	}
	size_t errors = adding->errors;
	struct tocsin_region region = {.parent = TOCSIN_NO_REGION};
	struct tocsin_gazetteer_origin origin = {.file = (uint32_t)gazetteer->file_count - 1};
	read_country(adding, &region);
	read_level(adding, &region);
	read_code(adding, &region, &origin);
	read_name(adding, &region);
	read_parent(adding, &region, &origin);
	read_date(adding, &region);
	read_figures(adding, &region);
	if (region.level == 0) {
		if (adding->errors == errors)
			merge_country(adding, &region);
		return TOCSIN_OK;
	}
	if (read_replaces(adding, (uint32_t)gazetteer->count) != TOCSIN_OK)
		return TOCSIN_NO_MEMORY;
	if (gazetteer->count == TOCSIN_MAX_REGIONS) {
		tocsin_gazetteer_complain(
			adding, origin.line, origin.column, "more than %d rows", TOCSIN_MAX_REGIONS);
		return TOCSIN_LIMIT;
	}
	/* A row with errors stays, so that its other faults are found; finish refuses. */
	if (tocsin_gazetteer_grow(gazetteer) != TOCSIN_OK)
		return TOCSIN_NO_MEMORY;
	gazetteer->origins[gazetteer->count] = origin;
	gazetteer->regions[gazetteer->count++] = region;
	return TOCSIN_OK;
}
