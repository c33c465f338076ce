/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>

#include "clients/displacement/figure_rows.h"

/* Newest first; of one version the largest, as it gave them. */
static int by_weight(const struct tocsin_figure *a, const struct tocsin_figure *b)
{
	bool together =
		a->chain == b->chain && a->revision == b->revision && a->as_of_ms == b->as_of_ms;
	if (!together)
		return -tocsin_figure_compare(a, b);
	if (a->people != b->people)
		return a->people < b->people ? 1 : -1;
	return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

/* By series, evidence last; what is counted by run, then time. */
static int by_time(const void *left, const void *right)
{
	const struct tocsin_figure_row *a = left, *b = right;
	int by = tocsin_figure_series_compare(a, b);
	if (by == 0)
		by = a->figure->evidence - b->figure->evidence;
	if (by == 0 && a->figure->evidence)
		return by_weight(a->figure, b->figure);
	if (by == 0)
		by = tocsin_figure_run_compare(a->figure, b->figure);
	return by ? by : tocsin_figure_compare(a->figure, b->figure);
}

/* What it rose or fell by, where points are levels; figures of a flow stand alone. */
static void note_changes(struct tocsin_figure_point *points, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct tocsin_figure *figure = points[i].figure;
		points[i].changed = figure->measure == TOCSIN_MEASURE_STOCK || figure->cumulative;
		points[i].change = (int64_t)points[i].people - (int64_t)points[i - 1].people;
	}
}

/* rows are of one run, in order of time. */
static enum tocsin_status make_run(const struct tocsin_figure_row *rows, size_t count,
	struct tocsin_arena *arena, struct tocsin_figure_run *run)
{
	struct tocsin_figure_point *points = tocsin_arena_zero(arena, count, sizeof(*points));
	size_t used = 0, hidden = 0;
	if (!points)
		return TOCSIN_NO_MEMORY;
	for (size_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count; end++)
			if (rows[end].figure->as_of_ms != rows[begin].figure->as_of_ms)
				break;
		enum tocsin_status status =
			tocsin_figure_point_make(rows + begin, end - begin, arena, &points[used]);
		if (status != TOCSIN_OK)
			return status;
		hidden += !rows[begin].shown;
		used++;
	}
	note_changes(points, used);
	*run = (struct tocsin_figure_run){.cumulative = rows[0].figure->cumulative,
		.since_ms = rows[0].figure->since_ms,
		.assessment = rows[0].figure->assessment,
		.points = points + hidden,
		.count = used - hidden};
	return TOCSIN_OK;
}

/* The run that speaks last first. */
static int by_last_point(const void *left, const void *right)
{
	const struct tocsin_figure_run *a = left, *b = right;
	return -tocsin_figure_compare(a->points[a->count - 1].figure, b->points[b->count - 1].figure);
}

static enum tocsin_status make_runs(const struct tocsin_figure_row *rows, size_t count,
	struct tocsin_arena *arena, struct tocsin_figure_series *series)
{
	struct tocsin_figure_run *runs = tocsin_arena_zero(arena, count + 1, sizeof(*runs));
	if (!runs)
		return TOCSIN_NO_MEMORY;
	for (size_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count; end++)
			if (tocsin_figure_run_compare(rows[begin].figure, rows[end].figure) != 0)
				break;
		enum tocsin_status status =
			make_run(rows + begin, end - begin, arena, &runs[series->run_count]);
		if (status != TOCSIN_OK)
			return status;
		series->run_count += runs[series->run_count].count > 0;
	}
	qsort(runs, series->run_count, sizeof(*runs), by_last_point);
	series->runs = runs;
	if (series->run_count)
		series->current = &runs[0].points[runs[0].count - 1];
	return TOCSIN_OK;
}

static enum tocsin_status list_evidence(const struct tocsin_figure_row *rows, size_t count,
	struct tocsin_arena *arena, struct tocsin_figure_series *series)
{
	const struct tocsin_figure **list = tocsin_arena_zero(arena, count + 1, sizeof(*list));
	if (!list)
		return TOCSIN_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		if (rows[i].shown)
			list[series->evidence_count++] = rows[i].figure;
	series->evidence = list;
	return TOCSIN_OK;
}

static void mark_counted(
	struct tocsin_figure_row *rows, size_t count, const struct tocsin_figure_point *current)
{
	for (size_t p = 0; current && p < current->part_count; p++)
		for (size_t i = 0; i < count; i++)
			rows[i].counted |= rows[i].figure == current->parts[p];
}

/* rows are of one series, evidence last. */
static enum tocsin_status make_series(struct tocsin_figure_row *rows, size_t count,
	struct tocsin_arena *arena, struct tocsin_figure_series *series)
{
	size_t counted = 0;
	while (counted < count && !rows[counted].figure->evidence)
		counted++;
	*series = (struct tocsin_figure_series){.operation = rows[0].figure->operation,
		.operation_key = rows[0].figure->operation_key,
		.population = rows[0].figure->population,
		.measure = rows[0].figure->measure,
		.place = rows[0].place};
	enum tocsin_status status = make_runs(rows, counted, arena, series);
	if (status == TOCSIN_OK)
		status = list_evidence(rows + counted, count - counted, arena, series);
	if (series->current)
		series->operation = series->current->figure->operation;
	mark_counted(rows, counted, series->current);
	return status;
}

/* The first and the last period of all that is shown. */
static void span_periods(const struct tocsin_figure_want *want, struct tocsin_figure_table *table)
{
	int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
	for (size_t s = 0; s < table->series_count; s++) {
		const struct tocsin_figure_series *series = &table->series[s];
		for (size_t r = 0; r < series->run_count; r++) {
			const struct tocsin_figure_run *run = &series->runs[r];
			int64_t begin = run->points[0].figure->as_of_ms;
			int64_t end = run->points[run->count - 1].figure->as_of_ms;
			first_ms = begin < first_ms ? begin : first_ms;
			last_ms = end > last_ms ? end : last_ms;
		}
	}
	table->first_period = 0;
	table->last_period = -1;
	if (first_ms > last_ms)
		return;
	if (want->now_ms > last_ms)
		last_ms = want->now_ms;
	table->first_period = tocsin_period_of(table->every, first_ms);
	table->last_period = tocsin_period_of(table->every, last_ms);
}

/* Standing rows alone, moved to the front. */
static size_t drop_superseded(struct tocsin_figure_row *rows, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (rows[i].state != TOCSIN_ROW_SUPERSEDED)
			rows[kept++] = rows[i];
	return kept;
}

enum tocsin_status tocsin_figure_series_make(const struct tocsin_figure_rows *rows,
	const struct tocsin_figure_want *want, struct tocsin_arena *arena,
	struct tocsin_figure_table *table)
{
	struct tocsin_figure_row *items = rows->items;
	size_t count = drop_superseded(items, rows->count);
	struct tocsin_figure_series *series = tocsin_arena_zero(arena, count + 1, sizeof(*series));
	if (!series)
		return TOCSIN_NO_MEMORY;
	qsort(items, count, sizeof(*items), by_time);
	for (size_t begin = 0, end; begin < count; begin = end) {
		struct tocsin_figure_series *one = &series[table->series_count];
		for (end = begin + 1; end < count; end++)
			if (tocsin_figure_series_compare(&items[begin], &items[end]) != 0)
				break;
		enum tocsin_status status = make_series(items + begin, end - begin, arena, one);
		if (status != TOCSIN_OK)
			return status;
		table->series_count += one->current || one->evidence_count;
	}
	table->series = series;
	table->rows = items;
	table->row_count = count;
	span_periods(want, table);
	return tocsin_figure_totals_make(series, arena, table);
}
