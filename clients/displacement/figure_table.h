/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the figures of a book come to: one series for each counting key (operation,
 * population, measure, place), the newest figure of each, what stands beside it
 * without being counted, and totals within one operation. Facts in, table out; no
 * clock, no output. Sources: IDMC, IOM DTM, OCHA HDX HAPI (aggregation). */
#pragma once

#include "clients/displacement/figure_book.h"
#include "clients/displacement/periods.h"
#include "proto/arena.h"

/* Which figures are asked for. */
struct tocsin_figure_want {
	const struct tocsin_region_path *regions; /* none: everywhere */
	size_t region_count;
	const char *operation_key; /* NULL: all */
	bool since;                /* only figures that hold for from_ms or later */
	int64_t from_ms;
	int64_t now_ms; /* 0: the newest report is the present */
	enum tocsin_period every;
};

enum tocsin_row_state {
	TOCSIN_ROW_CURRENT,    /* the newest version of its incident says it */
	TOCSIN_ROW_HISTORY,    /* an earlier version said it of an earlier date: still true */
	TOCSIN_ROW_SUPERSEDED, /* a later version says otherwise */
};

/* A figure in its place. */
struct tocsin_figure_row {
	const struct tocsin_figure *figure;
	const struct tocsin_figure_place *place;
	enum tocsin_row_state state;
	bool counted; /* part of the newest figure of its series */
	bool shown;   /* holds for a date that is asked for */
	bool revised; /* the same incident said was_people before */
	uint64_t was_people;
};

/* What a series said at one date. */
struct tocsin_figure_point {
	const struct tocsin_figure *figure;       /* the (first) entry that says so */
	const struct tocsin_figure *const *parts; /* all of them */
	size_t part_count;                        /* more than 1: parts by origin or destination */
	size_t others;                            /* entries for the same date that are not added */
	uint64_t people;
	Tocsin__V1__Qualifier qualifier;
	bool converted; /* from households, in whole or in part */
	bool changed;   /* there is a point before it, and by how much it differs */
	int64_t change;
	bool revised; /* the same incident said was_people before */
	uint64_t was_people;
};

/* Points that can be compared: of one window (all cumulative since the same day, or
 * none of them) and one kind of assessment. In order of time. */
struct tocsin_figure_run {
	bool cumulative;
	int64_t since_ms;
	Tocsin__V1__Assessment assessment;
	const struct tocsin_figure_point *points;
	size_t count;
};

/* What a total does with the figure of a place. */
enum tocsin_figure_share {
	TOCSIN_SHARE_NONE,     /* there is no total, or no figure */
	TOCSIN_SHARE_ADDED,    /* it is in the total */
	TOCSIN_SHARE_WITHIN,   /* it lies within, or around, another place of the total */
	TOCSIN_SHARE_LINKED,   /* the same people are counted where they came from */
	TOCSIN_SHARE_EARLIER,  /* no report in the newest round, or period: a gap, not 0 */
	TOCSIN_SHARE_WINDOWED, /* it counts since another day */
};

struct tocsin_figure_series {
	const char *operation; /* as the newest figure writes it */
	const char *operation_key;
	Tocsin__V1__Population population;
	enum tocsin_measure measure;
	const struct tocsin_figure_place *place;
	const struct tocsin_figure_point *current; /* NULL: there is only evidence */
	const struct tocsin_figure_run *runs;      /* that of current first, then newest first */
	size_t run_count;
	const struct tocsin_figure *const *evidence; /* newest first */
	size_t evidence_count;
	int64_t silent; /* periods since, in which others reported and this place did not */
	enum tocsin_figure_share share;
};

/* The sum of one round of one operation in one country; never over operations, never
 * over time. */
struct tocsin_figure_total {
	const struct tocsin_figure_series *first; /* of its series, which stand together */
	size_t series_count;
	uint32_t round; /* 0: by period */
	int64_t period;
	bool cumulative;
	int64_t since_ms;
	uint64_t people;
	Tocsin__V1__Qualifier qualifier;
	bool at_least;  /* something was left out that may be more people */
	bool converted; /* from households, in whole or in part */
	size_t places;  /* whose figures are in it */
	size_t of;      /* places of the operation with a figure: these, and the next three */
	size_t earlier, linked, windowed; /* see tocsin_figure_share */
};

/* Who left a place and where they were seen again: the same people, twice. */
struct tocsin_figure_corridor {
	const char *operation, *operation_key;
	Tocsin__V1__Population population;
	enum tocsin_measure measure;
	const char *origin; /* "": not said */
	int64_t as_of_ms;
	const struct tocsin_figure *left; /* or NULL */
	const struct tocsin_figure *const *arrivals;
	size_t arrival_count;
	uint64_t arrived; /* sum of arrivals */
	Tocsin__V1__Qualifier qualifier;
};

struct tocsin_figure_table {
	const struct tocsin_figure_book *book;
	enum tocsin_period every;
	int64_t first_period, last_period; /* of what is shown; last before first: nothing */
	const struct tocsin_figure_series *series;
	size_t series_count;
	const struct tocsin_figure_row *rows; /* what stands, series by series */
	size_t row_count;
	const struct tocsin_figure_total *totals;
	size_t total_count;
	const struct tocsin_figure_corridor *corridors;
	size_t corridor_count;
	size_t withdrawn;  /* figures cancelled as an error, or taken away by the hub */
	size_t superseded; /* figures of earlier versions that no longer stand */
	bool rounded;      /* some are, to hundreds, for this audience */
};

/* Everything but the book's own texts and places lives in arena; valid until the book
 * takes something more. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_table_make(const struct tocsin_figure_book *book,
	const struct tocsin_figure_want *want, struct tocsin_arena *arena,
	struct tocsin_figure_table *table);

/* Of one operation in one country, one population and measure: such series stand
 * together, under one total. */
bool tocsin_figure_series_together(
	const struct tocsin_figure_series *a, const struct tocsin_figure_series *b);

enum { TOCSIN_MAX_PERIODS = 1000 };

/* The first period that can be shown: the table's own, but no more than
 * TOCSIN_MAX_PERIODS before its last. */
int64_t tocsin_figure_table_begin(const struct tocsin_figure_table *table);

/* The newest point of a run in one period; NULL where there was no report, which is a
 * gap and not 0. *at is where to look on, 0 at first; periods must rise. */
const struct tocsin_figure_point *tocsin_figure_run_at(const struct tocsin_figure_table *table,
	const struct tocsin_figure_run *run, int64_t period, size_t *at);

/* What a sum of two qualified figures is. */
Tocsin__V1__Qualifier tocsin_qualifier_sum(Tocsin__V1__Qualifier a, Tocsin__V1__Qualifier b);

/* "added", "within", "linked", "earlier", "window", "" for none. */
const char *tocsin_share_name(enum tocsin_figure_share share);
