/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/view.h"

enum { ROUNDED_TO = 100, SMALLEST = 50 };

static bool has_figure(const Tocsin__V1__Displacement *entry)
{
	return entry->figure_presence_case == TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
}

static uint32_t to_hundreds(uint32_t figure)
{
	uint64_t rounded = ((uint64_t)figure + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO;
	return rounded > UINT32_MAX ? (uint32_t)(rounded - ROUNDED_TO) : (uint32_t)rounded;
}

/* A rounded figure is not exact, and "more than" may no longer hold of it. That it
 * happened to be round already is not told. */
static void round_figure(Tocsin__V1__Displacement *copy)
{
	copy->qualifier = TOCSIN__V1__QUALIFIER__QUALIFIER_APPROXIMATELY;
	copy->figure = to_hundreds(copy->figure);
}

/* An entry without a code is about the incident's own place. One whose code the
 * gazetteer does not know must not turn into that: below severe it is about the
 * incident's country. */
static const char *place_of(struct tocsin_view *view, const char *code)
{
	const char *shown = tocsin_view_code(view, TOCSIN_REDACTED_PLACE, code);
	if (code[0] == '\0' || shown[0] != '\0' || view->facts->depth == 0) {
		return shown;
	}
	uint32_t country = view->facts->path[view->facts->depth - 1];
	return tocsin_gazetteer_region(view->gazetteer, country)->code;
}

static void cut_places(
	struct tocsin_view *view, const Tocsin__V1__Displacement *entry, Tocsin__V1__Displacement *copy)
{
	copy->pcode = (char *)place_of(view, entry->pcode);
	copy->origin_pcode = (char *)tocsin_view_code(view, TOCSIN_REDACTED_PLACE, entry->origin_pcode);
	copy->destination_pcode =
		(char *)tocsin_view_code(view, TOCSIN_REDACTED_DESTINATION, entry->destination_pcode);
}

/* "Sudan: Al Fasher" would tell the place that the code no longer does. */
static bool operation_betrays(const struct tocsin_view *view, const Tocsin__V1__Displacement *entry)
{
	const char *const codes[] = {"", entry->pcode, entry->origin_pcode, entry->destination_pcode};
	return tocsin_view_betrays(view, entry->operation, codes, sizeof codes / sizeof codes[0]);
}

Tocsin__V1__Displacement *tocsin_view_figure(
	struct tocsin_view *view, const Tocsin__V1__Displacement *entry)
{
	bool rounded = tocsin_view_treatment(view, TOCSIN_REDACTED_FIGURES) == TOCSIN_TREAT_HUNDREDS;
	if (rounded && has_figure(entry) && entry->figure < SMALLEST) {
		return NULL;
	}
	Tocsin__V1__Displacement *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = *entry;
	tocsin_view_strip(&copy->base);
	if (rounded && has_figure(entry)) {
		round_figure(copy);
	}
	cut_places(view, entry, copy);
	copy->as_of = tocsin_view_time(view, TOCSIN_REDACTED_OCCURRED, entry->as_of);
	copy->cumulative_since =
		tocsin_view_time(view, TOCSIN_REDACTED_OCCURRED, entry->cumulative_since);
	if (operation_betrays(view, entry)) {
		copy->operation = (char *)protobuf_c_empty_string;
	}
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_OTHER) != TOCSIN_TREAT_KEEP) {
		copy->reason = (char *)protobuf_c_empty_string;
	}
	return copy;
}

Tocsin__V1__Displacement **tocsin_view_figures(struct tocsin_view *view, size_t *count)
{
	const Tocsin__V1__Incident *incident = view->incident;
	*count = 0;
	if (incident->n_displacement == 0) {
		return NULL;
	}
	Tocsin__V1__Displacement **list =
		tocsin_view_alloc(view, incident->n_displacement, sizeof(Tocsin__V1__Displacement *));
	for (size_t i = 0; list != NULL && i < incident->n_displacement; i++) {
		Tocsin__V1__Displacement *copy = tocsin_view_figure(view, incident->displacement[i]);
		if (copy != NULL) {
			list[(*count)++] = copy;
		}
	}
	return list;
}
