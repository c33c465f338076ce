/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From where to where, as one version of one incident tells it. */
#include <stdlib.h>
#include <string.h>

#include "clients/displacement/figure_rows.h"

static bool is_movement(const struct tocsin_figure *figure)
{
	return figure->measure != TOCSIN_MEASURE_STOCK && (*figure->origin || *figure->destination);
}

static bool is_departure(const struct tocsin_figure *figure)
{
	return !*figure->destination && strcmp(figure->origin, figure->place) == 0;
}

/* Where they were seen again: an origin elsewhere means that the place is it. */
static const char *arrived_at(const struct tocsin_figure *figure)
{
	return *figure->destination ? figure->destination : figure->place;
}

static int compare_corridor(const struct tocsin_figure *a, const struct tocsin_figure *b)
{
	int by = strcmp(a->operation_key, b->operation_key);
	if (by == 0)
		by = (int)a->population - (int)b->population;
	if (by == 0)
		by = (int)a->measure - (int)b->measure;
	/* Newest first; origins of one date together, whatever incident tells of them. */
	if (by == 0)
		by = (a->as_of_ms < b->as_of_ms) - (a->as_of_ms > b->as_of_ms);
	if (by == 0)
		by = (a->chain > b->chain) - (a->chain < b->chain);
	return by ? by : strcmp(a->origin, b->origin);
}

/* Departures first, then by where they arrived, the better of two entries first. */
static int by_corridor(const void *left, const void *right)
{
	const struct tocsin_figure *a = *(const struct tocsin_figure *const *)left;
	const struct tocsin_figure *b = *(const struct tocsin_figure *const *)right;
	int by = compare_corridor(a, b);
	if (by == 0)
		by = is_departure(b) - is_departure(a);
	if (by == 0 && !is_departure(a))
		by = strcmp(arrived_at(a), arrived_at(b));
	if (by == 0)
		by = a->households - b->households;
	return by ? by : (a->people < b->people) - (a->people > b->people);
}

/* One entry for each place of arrival: further ones are the same people again. */
static void fill_corridor(
	const struct tocsin_figure **figures, size_t count, struct tocsin_figure_corridor *corridor)
{
	const struct tocsin_figure *first = figures[0];
	size_t kept = 0;
	*corridor = (struct tocsin_figure_corridor){.operation = first->operation,
		.operation_key = first->operation_key,
		.population = first->population,
		.measure = first->measure,
		.origin = first->origin,
		.as_of_ms = first->as_of_ms,
		.left = is_departure(first) ? first : NULL};
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_figure *one = figures[i];
		if (is_departure(one) ||
			(kept && strcmp(arrived_at(figures[kept - 1]), arrived_at(one)) == 0))
			continue;
		corridor->qualifier =
			kept ? tocsin_qualifier_sum(corridor->qualifier, one->qualifier) : one->qualifier;
		corridor->arrived += one->people;
		figures[kept++] = one;
	}
	corridor->arrivals = figures;
	corridor->arrival_count = kept;
}

enum tocsin_status tocsin_figure_corridors_make(const struct tocsin_figure_rows *rows,
	struct tocsin_arena *arena, struct tocsin_figure_table *table)
{
	const struct tocsin_figure **figures =
		tocsin_arena_zero(arena, rows->count + 1, sizeof(*figures));
	struct tocsin_figure_corridor *corridors =
		tocsin_arena_zero(arena, rows->count + 1, sizeof(*corridors));
	size_t count = 0;
	if (!figures || !corridors)
		return TOCSIN_NO_MEMORY;
	for (size_t i = 0; i < rows->count; i++) {
		const struct tocsin_figure_row *row = &rows->items[i];
		if (row->state == TOCSIN_ROW_CURRENT && row->shown && is_movement(row->figure))
			figures[count++] = row->figure;
	}
	qsort(figures, count, sizeof(*figures), by_corridor);
	for (size_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count; end++)
			if (compare_corridor(figures[begin], figures[end]) != 0)
				break;
		fill_corridor(figures + begin, end - begin, &corridors[table->corridor_count++]);
	}
	table->corridors = corridors;
	return TOCSIN_OK;
}
