/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/figure.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "proto/limits.h"

static const char *const measures[] = {NULL, "stock", "flow", "returns", "movements"};
enum { MEASURES = sizeof(measures) / sizeof(*measures) };

const char *tocsin_measure_name(enum tocsin_measure measure)
{
	return measures[measure];
}

bool tocsin_measure_read(const char *text, enum tocsin_measure *measure)
{
	for (int i = 1; i < MEASURES; i++) {
		if (strcmp(text, measures[i]) == 0) {
			*measure = (enum tocsin_measure)i;
			return true;
		}
	}
	return false;
}

const char *tocsin_size_source_name(enum tocsin_size_source source)
{
	static const char *const names[] = {"", "stated", "country", "assumed"};
	return names[source];
}

bool tocsin_figure_is_whole(const Tocsin__V1__Displacement *entry)
{
	bool unit = entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_PERSON ||
		entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD;
	bool kind = entry->flow_or_stock == TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_FLOW ||
		entry->flow_or_stock == TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_STOCK;
	return unit && kind && entry->population != 0 &&
		entry->figure_presence_case == TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
}

/* The hub knows flow and stock alone; what else must not be mixed follows from who
 * moved, in which sense, and how that was seen. */
static enum tocsin_measure measure_of(const Tocsin__V1__Displacement *entry)
{
	if (entry->flow_or_stock == TOCSIN__V1__FLOW_OR_STOCK__FLOW_OR_STOCK_STOCK)
		return TOCSIN_MEASURE_STOCK;
	if (entry->assessment == TOCSIN__V1__ASSESSMENT__ASSESSMENT_FLOW_MONITORING)
		return TOCSIN_MEASURE_MOVEMENTS;
	if (entry->population == TOCSIN__V1__POPULATION__POPULATION_RETURNEE ||
		entry->term == TOCSIN__V1__TERM__TERM_RETURNS)
		return TOCSIN_MEASURE_RETURNS;
	return TOCSIN_MEASURE_FLOW;
}

/* One person at least, whatever a hub lets pass; not NaN. */
static bool is_size(double size)
{
	return size >= TOCSIN_MIN_HOUSEHOLD && size <= TOCSIN_MAX_HOUSEHOLD;
}

void tocsin_figure_convert(struct tocsin_figure *figure, double stated_size, double usual_size)
{
	figure->household_size = 0;
	figure->size_source = TOCSIN_SIZE_NONE;
	figure->people = figure->count;
	if (!figure->households)
		return;
	if (is_size(stated_size)) {
		figure->household_size = stated_size;
		figure->size_source = TOCSIN_SIZE_STATED;
	} else if (is_size(usual_size)) {
		figure->household_size = usual_size;
		figure->size_source = TOCSIN_SIZE_COUNTRY;
	} else {
		figure->household_size = TOCSIN_ASSUMED_HOUSEHOLD;
		figure->size_source = TOCSIN_SIZE_ASSUMED;
	}
	figure->people = (uint64_t)llround(figure->count * figure->household_size);
}

void tocsin_figure_fill(
	const Tocsin__V1__Displacement *entry, double usual_size, struct tocsin_figure *figure)
{
	bool stated = entry->household_size_presence_case ==
		TOCSIN__V1__DISPLACEMENT__HOUSEHOLD_SIZE_PRESENCE_HOUSEHOLD_SIZE;
	figure->population = entry->population;
	figure->measure = measure_of(entry);
	figure->assessment = entry->assessment;
	figure->term = entry->term;
	figure->round = entry->round;
	figure->evidence = entry->role == TOCSIN__V1__FIGURE_ROLE__FIGURE_ROLE_TRIANGULATION;
	figure->households = entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD;
	figure->count = entry->figure;
	figure->qualifier = entry->qualifier;
	tocsin_figure_convert(figure, stated ? entry->household_size : 0, usual_size);
}

int tocsin_figure_compare(const struct tocsin_figure *a, const struct tocsin_figure *b)
{
	if (a->as_of_ms != b->as_of_ms)
		return a->as_of_ms < b->as_of_ms ? -1 : 1;
	if (a->received_ms != b->received_ms)
		return a->received_ms < b->received_ms ? -1 : 1;
	if (a->sequence != b->sequence)
		return a->sequence < b->sequence ? -1 : 1;
	if (a->chain == b->chain && a->revision != b->revision)
		return a->revision < b->revision ? -1 : 1;
	return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}
