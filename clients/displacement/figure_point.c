/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The entries of one date to one value: a whole beside its parts, people beside
 * households, departures beside arrivals are the same people. */
#include <string.h>

#include "clients/displacement/figure_rows.h"

/* How narrowly an entry says who is meant: the whole first. */
enum ends { ENDS_NONE, ENDS_LEFT, ENDS_ORIGIN, ENDS_DESTINATION, ENDS_BOTH };

/* Beyond this many parts a sum is no longer what a person would check. */
enum { MAX_PARTS = 256 };

Tocsin__V1__Qualifier tocsin_qualifier_sum(Tocsin__V1__Qualifier a, Tocsin__V1__Qualifier b)
{
	const Tocsin__V1__Qualifier exact = TOCSIN__V1__QUALIFIER__QUALIFIER_EXACT;
	if (a == b)
		return a;
	if (a <= exact && b <= exact)
		return TOCSIN__V1__QUALIFIER__QUALIFIER_UNSPECIFIED;
	if (a <= exact)
		return b;
	return b <= exact ? a : TOCSIN__V1__QUALIFIER__QUALIFIER_APPROXIMATELY;
}

static bool is_elsewhere(const char *code, const struct tocsin_figure *figure)
{
	return *code && strcmp(code, figure->place) != 0;
}

/* A destination that is the place itself says nothing beside an origin elsewhere. */
static enum ends ends_of(const struct tocsin_figure *figure)
{
	bool from = is_elsewhere(figure->origin, figure);
	bool to = is_elsewhere(figure->destination, figure);
	if (from)
		return to ? ENDS_BOTH : ENDS_ORIGIN;
	if (!*figure->origin)
		return *figure->destination ? ENDS_DESTINATION : ENDS_NONE;
	return *figure->destination ? ENDS_BOTH : ENDS_LEFT;
}

static bool same_ends(const struct tocsin_figure *a, const struct tocsin_figure *b)
{
	return strcmp(a->origin, b->origin) == 0 && strcmp(a->destination, b->destination) == 0;
}

/* Of two entries about the same people: a count of people before one of households,
 * which had to be converted; then the larger. */
static bool is_better(const struct tocsin_figure *a, const struct tocsin_figure *than)
{
	if (a->households != than->households)
		return !a->households;
	return a->people > than->people;
}

static enum ends widest_ends(const struct tocsin_figure_row *rows, size_t count)
{
	enum ends widest = ENDS_BOTH;
	for (size_t i = 0; i < count; i++) {
		enum ends ends = ends_of(rows[i].figure);
		widest = ends < widest ? ends : widest;
	}
	return widest;
}

/* One entry for each pair of ends that is as wide as the widest. */
static size_t pick_parts(const struct tocsin_figure_row *rows, size_t count, enum ends widest,
	const struct tocsin_figure_row *parts[MAX_PARTS])
{
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		if (ends_of(rows[i].figure) != widest)
			continue;
		while (at < used && !same_ends(parts[at]->figure, rows[i].figure))
			at++;
		if (at == used && used < MAX_PARTS)
			parts[used++] = &rows[i];
		else if (at < used && is_better(rows[i].figure, parts[at]->figure))
			parts[at] = &rows[i];
	}
	return used;
}

/* Only one incident speaks for a date: that of the last row, by its newest version. */
static size_t speaker_begin(const struct tocsin_figure_row *rows, size_t count)
{
	const struct tocsin_figure *last = rows[count - 1].figure;
	size_t begin = count - 1;
	while (begin > 0 && rows[begin - 1].figure->chain == last->chain)
		begin--;
	return begin;
}

enum tocsin_status tocsin_figure_point_make(const struct tocsin_figure_row *rows, size_t count,
	struct tocsin_arena *arena, struct tocsin_figure_point *point)
{
	const struct tocsin_figure_row *picked[MAX_PARTS] = {&rows[count - 1]};
	size_t begin = speaker_begin(rows, count);
	enum ends widest = widest_ends(rows + begin, count - begin);
	size_t used = pick_parts(rows + begin, count - begin, widest, picked);
	const struct tocsin_figure **parts = tocsin_arena_zero(arena, used, sizeof(*parts));
	if (!parts)
		return TOCSIN_NO_MEMORY;
	*point = (struct tocsin_figure_point){.figure = picked[0]->figure,
		.parts = parts,
		.part_count = used,
		.others = count - used,
		.qualifier = picked[0]->figure->qualifier,
		.revised = picked[0]->revised && used == 1,
		.was_people = picked[0]->was_people};
	for (size_t i = 0; i < used; i++) {
		parts[i] = picked[i]->figure;
		point->people += parts[i]->people;
		point->converted |= parts[i]->households;
		point->qualifier = tocsin_qualifier_sum(point->qualifier, parts[i]->qualifier);
	}
	return TOCSIN_OK;
}
