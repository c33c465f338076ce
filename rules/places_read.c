/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The list of villages from its text. */
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "proto/text.h"
#include "rules/csv.h"
#include "rules/gazetteer_number.h"
#include "rules/places_table.h"
#include "rules/suggest.h"

enum column { NAME, ALIASES, CODE, LATITUDE, LONGITUDE, COLUMNS };
enum { ABSENT = TOCSIN_MAX_COLUMNS, FOLDED = TOCSIN_MAX_TEXT * 4 + 1 };

static const char *const titles[COLUMNS] = {
	[NAME] = "Name",
	[ALIASES] = "Aliases",
	[CODE] = "P-Code",
	[LATITUDE] = "Latitude",
	[LONGITUDE] = "Longitude",
};

struct reading {
	const struct tocsin_gazetteer *gazetteer;
	const char *file;
	struct tocsin_diagnostics *diagnostics;
	struct tocsin_csv csv;
	size_t columns[COLUMNS]; /* their places, or ABSENT */
	size_t width;            /* fields of the header */
	struct tocsin_localities *list;
	bool broken, out_of_memory;
};

#define COMPLAIN(reading, kind, at, ...)                                                           \
	tocsin_diagnostics_add(                                                                        \
		(reading)->diagnostics, kind, (reading)->file, (at)->line, (at)->column, __VA_ARGS__)
#define REFUSE(reading, at, ...)                                                                   \
	do {                                                                                           \
		(reading)->broken = true;                                                                  \
		COMPLAIN(reading, TOCSIN_NOTE_ERROR, at, __VA_ARGS__);                                     \
	} while (0)

static const struct tocsin_csv_field no_field = {.text = ""};

static const struct tocsin_csv_field *field_of(const struct reading *reading, enum column column)
{
	size_t place = reading->columns[column];
	return place == ABSENT ? &no_field : &reading->csv.fields[place];
}

static void read_title(struct reading *reading, size_t place)
{
	const struct tocsin_csv_field *field = &reading->csv.fields[place];
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, field->text, field->length);
	for (int column = 0; column < COLUMNS; column++) {
		if (strcmp(titles[column], field->text) != 0) {
			tocsin_suggest_offer(&suggest, titles[column]);
			continue;
		}
		if (reading->columns[column] != ABSENT)
			REFUSE(reading, field, "column '%s' appears twice", titles[column]);
		reading->columns[column] = place;
		return;
	}
	if (suggest.best)
		COMPLAIN(reading, TOCSIN_NOTE_WARNING, field,
			"column '%.64s' is not used: did you mean '%s'?", field->text, suggest.best);
	else
		COMPLAIN(reading, TOCSIN_NOTE_WARNING, field, "column '%.64s' is not used", field->text);
}

static void read_header(struct reading *reading)
{
	static const struct tocsin_csv_field top = {.line = 1, .column = 1};
	for (int column = 0; column < COLUMNS; column++)
		reading->columns[column] = ABSENT;
	enum tocsin_status status = tocsin_csv_next(&reading->csv);
	if (status == TOCSIN_NOT_FOUND) {
		REFUSE(reading, &top, "the file is empty");
		return;
	}
	reading->width = reading->csv.count;
	for (size_t i = 0; status == TOCSIN_OK && i < reading->csv.count; i++)
		read_title(reading, i);
	if (reading->columns[NAME] == ABSENT)
		REFUSE(reading, &top, "column '%s' is missing", titles[NAME]);
	if (reading->columns[CODE] == ABSENT)
		REFUSE(reading, &top, "column '%s' is missing", titles[CODE]);
	if ((reading->columns[LATITUDE] == ABSENT) != (reading->columns[LONGITUDE] == ABSENT))
		REFUSE(reading, &top, "columns '%s' and '%s' stand together or not at all",
			titles[LATITUDE], titles[LONGITUDE]);
}

/* Room for one more; NULL without memory. */
static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	size_t larger = *capacity ? *capacity * 2 : 64;
	void *grown = realloc(items, larger * size);
	if (grown)
		*capacity = larger;
	return grown;
}

static void add_name(
	struct reading *reading, const struct tocsin_csv_field *field, const char *text, size_t length)
{
	struct tocsin_localities *list = reading->list;
	char folded[FOLDED];
	size_t code_points;
	while (length > 0 && *text == ' ') {
		text++;
		length--;
	}
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (tocsin_text_check(text, length, &code_points) != TOCSIN_TEXT_FINE ||
		code_points > TOCSIN_MAX_TEXT || code_points == 0 ||
		!tocsin_text_fold(text, length, folded, sizeof(folded))) {
		REFUSE(reading, field, "a name has 1 to %d characters of UTF-8", TOCSIN_MAX_TEXT);
		return;
	}
	struct tocsin_locality_name *names =
		grow(list->names, list->name_count, &list->name_capacity, sizeof(*names));
	list->names = names ? names : list->names;
	const char *kept = tocsin_pool_text(&list->pool, text, length);
	const char *kept_folded = tocsin_pool_text(&list->pool, folded, strlen(folded));
	if (!names || !kept || !kept_folded) {
		reading->out_of_memory = true;
		return;
	}
	names[list->name_count++] =
		(struct tocsin_locality_name){kept, kept_folded, (uint32_t)list->count};
}

static void add_aliases(struct reading *reading)
{
	const struct tocsin_csv_field *field = field_of(reading, ALIASES);
	size_t count = 0;
	for (const char *at = field->text; *at && !reading->out_of_memory;) {
		size_t length = strcspn(at, ";");
		if (++count > TOCSIN_MAX_ALIASES) {
			REFUSE(reading, field, "a place has at most %d aliases", TOCSIN_MAX_ALIASES);
			return;
		}
		add_name(reading, field, at, length);
		at += length + (at[length] == ';');
	}
}

static bool read_degrees(struct reading *reading, enum column column, double most, double *degrees)
{
	const struct tocsin_csv_field *field = field_of(reading, column);
	if (tocsin_gazetteer_number(field->text, field->length, degrees) && *degrees >= -most &&
		*degrees <= most)
		return true;
	REFUSE(reading, field, "'%.64s' is not a number from %d to %d", field->text, -(int)most,
		(int)most);
	return false;
}

static void read_point(struct reading *reading, struct tocsin_locality *place)
{
	const bool south_north = *field_of(reading, LATITUDE)->text != '\0';
	const bool west_east = *field_of(reading, LONGITUDE)->text != '\0';
	if (south_north != west_east) {
		REFUSE(reading, field_of(reading, NAME),
			"a latitude without a longitude, or a longitude without a latitude");
		return;
	}
	place->has_point = south_north && read_degrees(reading, LATITUDE, 90, &place->latitude) &&
		read_degrees(reading, LONGITUDE, 180, &place->longitude);
}

static void read_code(struct reading *reading, struct tocsin_locality *place)
{
	const struct tocsin_csv_field *field = field_of(reading, CODE);
	if (!tocsin_text_is_pcode(field->text, field->length)) {
		REFUSE(reading, field, "'%.64s' is not a P-code: 1 to %d capital letters and digits",
			field->text, TOCSIN_MAX_PCODE);
		return;
	}
	place->code = tocsin_pool_text(&reading->list->pool, field->text, field->length);
	reading->out_of_memory |= !place->code;
	place->region = tocsin_gazetteer_find(reading->gazetteer, field->text, "").region;
	if (place->region == TOCSIN_NO_REGION)
		COMPLAIN(reading, TOCSIN_NOTE_WARNING, field,
			"the gazetteer does not say which region '%s' is", field->text);
}

static void read_row(struct reading *reading)
{
	struct tocsin_localities *list = reading->list;
	const struct tocsin_csv_field *first = &reading->csv.fields[0];
	if (reading->csv.count != reading->width) {
		REFUSE(reading, first, "%zu columns, but the header has %zu", reading->csv.count,
			reading->width);
		return;
	}
	if (list->count >= TOCSIN_MAX_LOCALITIES) {
		REFUSE(reading, first, "more than %d places", TOCSIN_MAX_LOCALITIES);
		return;
	}
	struct tocsin_locality *items = grow(list->items, list->count, &list->capacity, sizeof(*items));
	if (!items) {
		reading->out_of_memory = true;
		return;
	}
	list->items = items;
	items[list->count] = (struct tocsin_locality){.region = TOCSIN_NO_REGION};
	const struct tocsin_csv_field *name = field_of(reading, NAME);
	size_t before = list->name_count;
	add_name(reading, name, name->text, name->length);
	if (list->name_count > before)
		items[list->count].name = list->names[before].text;
	add_aliases(reading);
	read_code(reading, &items[list->count]);
	read_point(reading, &items[list->count]);
	list->count++;
}

static void read_rows(struct reading *reading)
{
	while (!reading->out_of_memory) {
		enum tocsin_status status = tocsin_csv_next(&reading->csv);
		if (status == TOCSIN_NOT_FOUND)
			return;
		if (status == TOCSIN_OK) {
			read_row(reading);
			continue;
		}
		const struct tocsin_csv_field at = {
			.line = reading->csv.fault_line, .column = reading->csv.fault_column};
		REFUSE(reading, &at, "%s", reading->csv.fault);
	}
}

enum tocsin_status tocsin_localities_read(const struct tocsin_gazetteer *gazetteer,
	const char *file, const char *text, size_t length, struct tocsin_diagnostics *diagnostics,
	struct tocsin_localities **localities)
{
	struct reading reading = {.gazetteer = gazetteer, .file = file, .diagnostics = diagnostics};
	reading.list = calloc(1, sizeof(*reading.list));
	char *storage = malloc(length + 1);
	if (reading.list && storage) {
		tocsin_csv_init(&reading.csv, text, length, storage);
		read_header(&reading);
		if (!reading.broken)
			read_rows(&reading);
	}
	const bool whole = reading.list && storage && !reading.out_of_memory;
	free(storage);
	if (!whole || reading.broken) {
		tocsin_localities_destroy(reading.list);
		return whole ? TOCSIN_INVALID : TOCSIN_NO_MEMORY;
	}
	*localities = reading.list;
	return TOCSIN_OK;
}
