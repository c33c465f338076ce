/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_rows.h"

#include <stdlib.h>
#include <string.h>

static bool lies_on(const struct tocsin_region_path *path, const char *code)
{
	for (size_t i = 0; i < path->count; i++)
		if (strcmp(path->levels[i], code) == 0)
			return true;
	return false;
}

/* Of a place whose regions nobody tells, where it was spoken of is taken. */
static bool is_wanted_place(
	const struct tocsin_figure_want *want, const struct tocsin_figure_place *place)
{
	for (size_t i = 0; i < want->region_count; i++) {
		const struct tocsin_region_path *region = &want->regions[i];
		const char *code = region->count ? region->levels[region->count - 1] : "";
		if (strcmp(place->code, code) == 0 || lies_on(&place->path, code))
			return true;
	}
	return want->region_count == 0;
}

static bool is_wanted(const struct tocsin_figure_book *book, const struct tocsin_figure_want *want,
	const struct tocsin_figure *figure)
{
	if (want->operation_key && strcmp(want->operation_key, figure->operation_key) != 0)
		return false;
	const char *const ends[] = {figure->place, figure->origin, figure->destination};
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const struct tocsin_figure_place *place = tocsin_figure_book_place(book, ends[i]);
		if (place && is_wanted_place(want, place))
			return true;
	}
	return false;
}

static bool is_withdrawn(const struct tocsin_figure_book *book, const struct tocsin_figure *figure)
{
	return figure->cleared || figure->revision <= book->chains[figure->chain].withdrawn;
}

/* Figures that name no operation come last. */
static int compare_operations(const char *a, const char *b)
{
	bool none_a = strcmp(a, "-") == 0, none_b = strcmp(b, "-") == 0;
	return none_a != none_b ? none_a - none_b : strcmp(a, b);
}

int tocsin_figure_series_compare(
	const struct tocsin_figure_row *a, const struct tocsin_figure_row *b)
{
	int by = compare_operations(a->figure->operation_key, b->figure->operation_key);
	if (by == 0)
		by = strcmp(a->place->path.levels[0], b->place->path.levels[0]);
	if (by == 0)
		by = (int)a->figure->population - (int)b->figure->population;
	if (by == 0)
		by = (int)a->figure->measure - (int)b->figure->measure;
	return by ? by : strcmp(a->figure->place, b->figure->place);
}

int tocsin_figure_run_compare(const struct tocsin_figure *a, const struct tocsin_figure *b)
{
	if (a->cumulative != b->cumulative)
		return a->cumulative ? 1 : -1;
	if (a->since_ms != b->since_ms)
		return a->since_ms < b->since_ms ? -1 : 1;
	return (int)a->assessment - (int)b->assessment;
}

/* By series, counted before evidence, then run, incident, and the newest version first. */
static int by_version(const void *left, const void *right)
{
	const struct tocsin_figure_row *a = left, *b = right;
	int by = tocsin_figure_series_compare(a, b);
	if (by == 0)
		by = a->figure->evidence - b->figure->evidence;
	if (by == 0)
		by = tocsin_figure_run_compare(a->figure, b->figure);
	if (by == 0)
		by = (a->figure->chain > b->figure->chain) - (a->figure->chain < b->figure->chain);
	if (by == 0)
		by = (a->figure->revision < b->figure->revision) -
			(a->figure->revision > b->figure->revision);
	return by ? by : tocsin_figure_compare(a->figure, b->figure);
}

/* By series, then incident, and the newest version first. */
static int by_incident(const void *left, const void *right)
{
	const struct tocsin_figure_row *a = left, *b = right;
	int by = tocsin_figure_series_compare(a, b);
	if (by == 0)
		by = (a->figure->chain > b->figure->chain) - (a->figure->chain < b->figure->chain);
	if (by == 0)
		by = (a->figure->revision < b->figure->revision) -
			(a->figure->revision > b->figure->revision);
	return by ? by : tocsin_figure_compare(a->figure, b->figure);
}

static bool same_run(const struct tocsin_figure_row *a, const struct tocsin_figure_row *b)
{
	return tocsin_figure_series_compare(a, b) == 0 && a->figure->chain == b->figure->chain &&
		a->figure->evidence == b->figure->evidence &&
		tocsin_figure_run_compare(a->figure, b->figure) == 0;
}

/* A level (people present, or counted up since a day) has a value at each date: what
 * an earlier version says of an earlier date stays true. All else is corrected. */
static bool is_level(const struct tocsin_figure *figure)
{
	return figure->measure == TOCSIN_MEASURE_STOCK || figure->cumulative;
}

static enum tocsin_row_state judge(const struct tocsin_figure_book *book,
	const struct tocsin_figure *figure, bool restated, int64_t earliest_later_ms)
{
	if (figure->revision >= book->chains[figure->chain].newest)
		return TOCSIN_ROW_CURRENT;
	if (restated && is_level(figure) && !figure->evidence && earliest_later_ms > figure->as_of_ms)
		return TOCSIN_ROW_HISTORY;
	return TOCSIN_ROW_SUPERSEDED;
}

/* Rows sorted by version: each is judged by the earliest date that a later version
 * of the same incident speaks of in the same run. */
static void judge_versions(const struct tocsin_figure_book *book, struct tocsin_figure_rows *rows)
{
	bool restated = false;
	int64_t earliest_ms = INT64_MAX, pending_ms = INT64_MAX;
	for (size_t i = 0; i < rows->count; i++) {
		struct tocsin_figure_row *row = &rows->items[i];
		bool same = i > 0 && same_run(row, row - 1);
		if (!same) {
			restated = false;
			earliest_ms = pending_ms = INT64_MAX;
		} else if (row->figure->revision != row[-1].figure->revision) {
			restated = true;
			earliest_ms = pending_ms;
		}
		row->state = judge(book, row->figure, restated, earliest_ms);
		if (row->figure->as_of_ms < pending_ms)
			pending_ms = row->figure->as_of_ms;
	}
}

/* Rows sorted by incident: the newest version tells what the one before it said. */
static void note_revisions(struct tocsin_figure_rows *rows, size_t begin, size_t end)
{
	const struct tocsin_figure *was = NULL;
	for (size_t i = begin; i < end; i++) {
		const struct tocsin_figure_row *row = &rows->items[i];
		if (row->state == TOCSIN_ROW_SUPERSEDED && !row->figure->evidence && !was)
			was = row->figure;
	}
	for (size_t i = begin; i < end; i++) {
		struct tocsin_figure_row *row = &rows->items[i];
		row->revised = row->figure->revised;
		row->was_people = row->figure->was_people;
		if (was && row->state == TOCSIN_ROW_CURRENT && !row->figure->evidence &&
			was->people != row->figure->people) {
			row->revised = true;
			row->was_people = was->people;
		}
	}
}

static void note_all_revisions(struct tocsin_figure_rows *rows)
{
	size_t begin = 0;
	for (size_t i = 1; i <= rows->count; i++) {
		const struct tocsin_figure_row *first = &rows->items[begin];
		if (i < rows->count && tocsin_figure_series_compare(first, first + (i - begin)) == 0 &&
			first->figure->chain == rows->items[i].figure->chain)
			continue;
		note_revisions(rows, begin, i);
		begin = i;
	}
}

enum tocsin_status tocsin_figure_rows_make(const struct tocsin_figure_book *book,
	const struct tocsin_figure_want *want, struct tocsin_arena *arena,
	struct tocsin_figure_table *table, struct tocsin_figure_rows *rows)
{
	rows->count = 0;
	rows->items = tocsin_arena_zero(arena, book->figure_count + 1, sizeof(*rows->items));
	if (!rows->items)
		return TOCSIN_NO_MEMORY;
	for (size_t i = 0; i < book->figure_count; i++) {
		const struct tocsin_figure *figure = &book->figures[i];
		if (!is_wanted(book, want, figure))
			continue;
		if (is_withdrawn(book, figure)) {
			table->withdrawn++;
			continue;
		}
		table->rounded |= figure->rounded;
		rows->items[rows->count++] = (struct tocsin_figure_row){.figure = figure,
			.place = tocsin_figure_book_place(book, figure->place),
			.shown = !want->since || figure->as_of_ms >= want->from_ms};
	}
	qsort(rows->items, rows->count, sizeof(*rows->items), by_version);
	judge_versions(book, rows);
	qsort(rows->items, rows->count, sizeof(*rows->items), by_incident);
	note_all_revisions(rows);
	for (size_t i = 0; i < rows->count; i++)
		table->superseded += rows->items[i].state == TOCSIN_ROW_SUPERSEDED;
	return TOCSIN_OK;
}
