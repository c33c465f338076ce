/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How a table is made, step by step; for the sources of the table alone. */
#pragma once

#include "clients/displacement/figure_table.h"

struct tocsin_figure_rows {
	struct tocsin_figure_row *items;
	size_t count;
};

/* The figures that are asked for and stand, or once stood; sorted by series, with
 * each judged against the later versions of its incident. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_rows_make(const struct tocsin_figure_book *book,
	const struct tocsin_figure_want *want, struct tocsin_arena *arena,
	struct tocsin_figure_table *table, struct tocsin_figure_rows *rows);

/* Of one series: operation, country, population, measure, place. */
int tocsin_figure_series_compare(
	const struct tocsin_figure_row *a, const struct tocsin_figure_row *b);

/* Of one run of a series: window and assessment. */
int tocsin_figure_run_compare(const struct tocsin_figure *a, const struct tocsin_figure *b);

/* One point of the rows of one run and one date, newest last. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_point_make(const struct tocsin_figure_row *rows,
	size_t count, struct tocsin_arena *arena, struct tocsin_figure_point *point);

/* The series of rows, into table. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_series_make(const struct tocsin_figure_rows *rows,
	const struct tocsin_figure_want *want, struct tocsin_arena *arena,
	struct tocsin_figure_table *table);

/* The totals of the series in table; says in each series what became of it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_totals_make(struct tocsin_figure_series *series,
	struct tocsin_arena *arena, struct tocsin_figure_table *table);

TOCSIN_MUST_USE enum tocsin_status tocsin_figure_corridors_make(
	const struct tocsin_figure_rows *rows, struct tocsin_arena *arena,
	struct tocsin_figure_table *table);
