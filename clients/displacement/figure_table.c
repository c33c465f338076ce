/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure_table.h"

#include <string.h>

#include "clients/displacement/figure_rows.h"

enum tocsin_status tocsin_figure_table_make(const struct tocsin_figure_book *book,
	const struct tocsin_figure_want *want, struct tocsin_arena *arena,
	struct tocsin_figure_table *table)
{
	struct tocsin_figure_table made = {.book = book, .every = want->every};
	struct tocsin_figure_rows rows;
	enum tocsin_status status = tocsin_figure_rows_make(book, want, arena, &made, &rows);
	/* Before the series, which take the rows that no longer stand out of them. */
	if (status == TOCSIN_OK)
		status = tocsin_figure_corridors_make(&rows, arena, &made);
	if (status == TOCSIN_OK)
		status = tocsin_figure_series_make(&rows, want, arena, &made);
	if (status == TOCSIN_OK)
		*table = made;
	return status;
}

int64_t tocsin_figure_table_begin(const struct tocsin_figure_table *table)
{
	int64_t earliest = table->last_period - TOCSIN_MAX_PERIODS + 1;
	return table->first_period > earliest ? table->first_period : earliest;
}

const struct tocsin_figure_point *tocsin_figure_run_at(const struct tocsin_figure_table *table,
	const struct tocsin_figure_run *run, int64_t period, size_t *at)
{
	const struct tocsin_figure_point *newest = NULL;
	for (; *at < run->count; (*at)++) {
		const struct tocsin_figure_point *point = &run->points[*at];
		int64_t own = tocsin_period_of(table->every, point->figure->as_of_ms);
		if (own > period)
			break;
		if (own == period)
			newest = point;
	}
	return newest;
}

bool tocsin_figure_series_together(
	const struct tocsin_figure_series *a, const struct tocsin_figure_series *b)
{
	return strcmp(a->operation_key, b->operation_key) == 0 && a->population == b->population &&
		a->measure == b->measure && strcmp(a->place->path.levels[0], b->place->path.levels[0]) == 0;
}
