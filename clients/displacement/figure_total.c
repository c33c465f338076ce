/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A total never counts anybody twice: not over operations, rounds or windows; not a
 * region and what lies within it; not people where they left and where they came. */
#include <stdlib.h>
#include <string.h>

#include "clients/displacement/figure_rows.h"
#include "proto/limits.h"

#define NOT_IN SIZE_MAX

/* The series of one operation in one country, of one population and measure: many
 * operations bear the same name ("Countrywide monitoring"). */
struct group {
	struct tocsin_figure_series *series;
	size_t count;
	struct tocsin_figure_total *total;
	size_t *by_code; /* number of the place's code: index into series, or NOT_IN */
	const struct tocsin_figure_book *book;
	enum tocsin_period every;
};

const char *tocsin_share_name(enum tocsin_figure_share share)
{
	static const char *const names[] = {"", "added", "within", "linked", "earlier", "window"};
	return names[share];
}

static const struct tocsin_figure *newest_of(const struct group *group)
{
	const struct tocsin_figure *newest = NULL;
	for (size_t i = 0; i < group->count; i++) {
		const struct tocsin_figure_point *point = group->series[i].current;
		if (point && (!newest || tocsin_figure_compare(point->figure, newest) > 0))
			newest = point->figure;
	}
	return newest;
}

static int64_t period_of(const struct group *group, const struct tocsin_figure *figure)
{
	return tocsin_period_of(group->every, figure->as_of_ms);
}

static bool same_window(const struct tocsin_figure *a, const struct tocsin_figure *b)
{
	return a->cumulative == b->cumulative && a->since_ms == b->since_ms;
}

/* What belongs to the newest round, which is known by its number or else by its time. */
static void choose(struct group *group, const struct tocsin_figure *newest)
{
	for (size_t i = 0; i < group->count; i++) {
		struct tocsin_figure_series *series = &group->series[i];
		if (!series->current)
			continue;
		const struct tocsin_figure *figure = series->current->figure;
		bool numbered = figure->round && newest->round;
		bool same_round = numbered ? figure->round == newest->round
								   : period_of(group, figure) == period_of(group, newest);
		series->share = !same_round        ? TOCSIN_SHARE_EARLIER
			: !same_window(figure, newest) ? TOCSIN_SHARE_WINDOWED
										   : TOCSIN_SHARE_ADDED;
		group->total->of++;
	}
}

static size_t *slot_of(const struct group *group, const char *code)
{
	uint32_t number = *code ? tocsin_texts_find(group->book->codes, code) : TOCSIN_NO_TEXT;
	return number == TOCSIN_NO_TEXT ? NULL : &group->by_code[number];
}

/* The series of a place that is in the total, or NULL. */
static struct tocsin_figure_series *added_at(const struct group *group, const char *code)
{
	size_t *slot = slot_of(group, code);
	if (!slot || *slot == NOT_IN)
		return NULL;
	struct tocsin_figure_series *series = &group->series[*slot];
	return series->share == TOCSIN_SHARE_ADDED ? series : NULL;
}

static void enter(struct group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		size_t *slot = slot_of(group, group->series[i].place->code);
		if (slot && group->series[i].share == TOCSIN_SHARE_ADDED)
			*slot = i;
	}
}

static void leave(struct group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		size_t *slot = slot_of(group, group->series[i].place->code);
		if (slot)
			*slot = NOT_IN;
	}
}

static bool is_other(const struct tocsin_figure_series *series, const char *code)
{
	return *code && strcmp(series->place->code, code) != 0;
}

/* People who came from a place that is in the total are counted there. So are those
 * at a place of which another says that its people went there. */
static void unlink_arrivals(struct group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		struct tocsin_figure_series *series = &group->series[i];
		if (series->share != TOCSIN_SHARE_ADDED)
			continue;
		for (size_t p = 0; p < series->current->part_count; p++) {
			const struct tocsin_figure *part = series->current->parts[p];
			if (is_other(series, part->origin) && added_at(group, part->origin))
				series->share = TOCSIN_SHARE_LINKED;
		}
		if (series->share != TOCSIN_SHARE_ADDED)
			continue;
		for (size_t p = 0; p < series->current->part_count; p++) {
			const char *to = series->current->parts[p]->destination;
			struct tocsin_figure_series *other = is_other(series, to) ? added_at(group, to) : NULL;
			if (other)
				other->share = TOCSIN_SHARE_LINKED;
		}
	}
}

/* The nearest region around a place that is in the total. Where nobody tells a
 * place's regions, a code that begins another may be one: COD-AB writes them so, and
 * a sum that may be too small says so while one that counts twice does not. */
static struct tocsin_figure_series *region_around(
	const struct group *group, const struct tocsin_figure_place *place)
{
	char code[TOCSIN_MAX_PCODE + 1];
	for (size_t i = place->path.count; i > 0; i--) {
		const char *above = place->path.levels[i - 1];
		struct tocsin_figure_series *series =
			strcmp(above, place->code) != 0 ? added_at(group, above) : NULL;
		if (series && (place->known || i == 1))
			return series;
	}
	size_t length = strlen(place->code);
	while (!place->known && --length >= 2 && length < sizeof(code)) {
		memcpy(code, place->code, length);
		code[length] = '\0';
		struct tocsin_figure_series *series = added_at(group, code);
		if (series)
			return series;
	}
	return NULL;
}

/* Adds a place with what lies within it: the larger of its own figure and the sum of
 * those, since it holds at least as many. */
static void add_up(struct group *group, uint64_t *within, size_t *order, size_t count)
{
	struct tocsin_figure_total *total = group->total;
	for (size_t i = 0; i < count; i++) {
		struct tocsin_figure_series *series = &group->series[order[i]];
		uint64_t own = series->current->people, inner = within[order[i]];
		struct tocsin_figure_series *around = region_around(group, series->place);
		if (inner)
			total->at_least = true;
		uint64_t held = own > inner ? own : inner;
		if (around)
			within[around - group->series] += held;
		else
			total->people += held;
	}
}

/* Deeper codes come first: a region's code is shorter than those within it. */
static size_t order_inside_out(const struct group *group, size_t *order)
{
	size_t count = 0;
	for (size_t length = TOCSIN_MAX_PCODE; length > 0; length--)
		for (size_t i = 0; i < group->count; i++)
			if (group->series[i].share == TOCSIN_SHARE_ADDED &&
				strlen(group->series[i].place->code) == length)
				order[count++] = i;
	return count;
}

static void describe(struct group *group)
{
	struct tocsin_figure_total *total = group->total;
	bool first = true;
	for (size_t i = 0; i < group->count; i++) {
		struct tocsin_figure_series *series = &group->series[i];
		total->earlier += series->share == TOCSIN_SHARE_EARLIER;
		total->linked += series->share == TOCSIN_SHARE_LINKED;
		total->windowed += series->share == TOCSIN_SHARE_WINDOWED;
		if (series->share != TOCSIN_SHARE_ADDED)
			continue;
		const struct tocsin_figure_point *point = series->current;
		total->qualifier =
			first ? point->qualifier : tocsin_qualifier_sum(total->qualifier, point->qualifier);
		total->converted |= point->converted;
		total->places++;
		first = false;
	}
	total->at_least |= total->linked > 0;
}

/* within is not needed any more and takes the marks: a place that is marked at once
 * would be found around no other. */
static void mark_nested(struct group *group, uint64_t *within)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->series[i].share == TOCSIN_SHARE_ADDED)
			within[i] |= region_around(group, group->series[i].place) != NULL;
	for (size_t i = 0; i < group->count; i++)
		if (within[i])
			group->series[i].share = TOCSIN_SHARE_WITHIN;
}

static enum tocsin_status total_group(struct group *group, struct tocsin_arena *arena)
{
	const struct tocsin_figure *newest = newest_of(group);
	uint64_t *within = tocsin_arena_zero(arena, group->count, sizeof(*within));
	size_t *order = tocsin_arena_zero(arena, group->count, sizeof(*order));
	if (!within || !order)
		return TOCSIN_NO_MEMORY;
	*group->total = (struct tocsin_figure_total){.first = group->series,
		.series_count = group->count,
		.round = newest->round,
		.period = period_of(group, newest),
		.cumulative = newest->cumulative,
		.since_ms = newest->since_ms};
	choose(group, newest);
	enter(group);
	unlink_arrivals(group);
	add_up(group, within, order, order_inside_out(group, order));
	describe(group);
	mark_nested(group, within);
	leave(group);
	return TOCSIN_OK;
}

/* Periods in which others of the group reported and this place did not. A flow that is
 * counted once is not expected again. */
static void note_silence(struct group *group)
{
	const struct tocsin_figure *newest = newest_of(group);
	for (size_t i = 0; newest && i < group->count; i++) {
		struct tocsin_figure_series *series = &group->series[i];
		const struct tocsin_figure *figure = series->current ? series->current->figure : NULL;
		bool level = figure && (figure->measure == TOCSIN_MEASURE_STOCK || figure->cumulative);
		if (level && same_window(figure, newest))
			series->silent = period_of(group, newest) - period_of(group, figure);
	}
}

/* Figures without an operation belong to none: they are not added up. */
static bool has_total(const struct group *group)
{
	return strcmp(group->series->operation_key, "-") != 0 && newest_of(group);
}

enum tocsin_status tocsin_figure_totals_make(struct tocsin_figure_series *series,
	struct tocsin_arena *arena, struct tocsin_figure_table *table)
{
	size_t codes = tocsin_texts_count(table->book->codes);
	struct group group = {.book = table->book, .every = table->every};
	struct tocsin_figure_total *totals =
		tocsin_arena_zero(arena, table->series_count + 1, sizeof(*totals));
	group.by_code = tocsin_arena_alloc(arena, (codes + 1) * sizeof(*group.by_code));
	if (!totals || !group.by_code)
		return TOCSIN_NO_MEMORY;
	for (size_t i = 0; i <= codes; i++)
		group.by_code[i] = NOT_IN;
	for (size_t begin = 0, end; begin < table->series_count; begin = end) {
		for (end = begin + 1; end < table->series_count; end++)
			if (!tocsin_figure_series_together(&series[begin], &series[end]))
				break;
		group.series = &series[begin];
		group.count = end - begin;
		group.total = &totals[table->total_count];
		note_silence(&group);
		if (!has_total(&group))
			continue;
		enum tocsin_status status = total_group(&group, arena);
		if (status != TOCSIN_OK)
			return status;
		table->total_count++;
	}
	table->totals = totals;
	return TOCSIN_OK;
}
