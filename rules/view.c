/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/view.h"

#include <string.h>

static unsigned depth_of(Tocsin__V1__Sensitivity level)
{
	switch (tocsin_redaction(TOCSIN_REDACTED_PLACE, level)) {
	case TOCSIN_TREAT_KEEP:
		return TOCSIN_DEPTH_ALL;
	case TOCSIN_TREAT_ADM3:
		return 3;
	case TOCSIN_TREAT_ADM2:
		return 2;
	case TOCSIN_TREAT_ADM1:
		return 1;
	default:
		return 0;
	}
}

struct tocsin_view tocsin_view_of(
	const struct tocsin_audience *audience, struct tocsin_arena *arena)
{
	return (struct tocsin_view){
		.arena = arena,
		.level = audience->max_sensitivity,
		.depth = depth_of(audience->max_sensitivity),
	};
}

struct tocsin_view tocsin_view_make(const Tocsin__V1__Incident *incident,
	const struct tocsin_facts *facts, const struct tocsin_gazetteer *gazetteer,
	const struct tocsin_audience *audience, bool reviewed, struct tocsin_arena *arena)
{
	struct tocsin_view view = tocsin_view_of(audience, arena);
	view.incident = incident;
	view.facts = facts;
	view.gazetteer = gazetteer;
	view.reviewed = reviewed;
	/* The option opens admin-2 only for what is of low sensitivity itself. */
	if (view.depth == 1 && audience->detail == TOCSIN_DETAIL_ADM2 &&
		facts->sensitivity == TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW) {
		view.depth = 2;
	}
	return view;
}

enum tocsin_treatment tocsin_view_treatment(
	const struct tocsin_view *view, enum tocsin_redacted field)
{
	return tocsin_redaction(field, view->level);
}

void *tocsin_view_alloc(struct tocsin_view *view, size_t count, size_t size)
{
	void *memory = tocsin_arena_zero(view->arena, count, size);
	if (memory == NULL) {
		view->short_of_memory = true;
	}
	return memory;
}

/* protobuf-c keeps each value of any enum as an int. */
void *tocsin_view_stated(struct tocsin_view *view, const void *values, size_t *count)
{
	const char *at = values;
	size_t stated = 0;
	int value;
	for (size_t i = 0; i < *count; i++) {
		memcpy(&value, at + i * sizeof value, sizeof value);
		stated += value != 0;
	}
	if (stated == *count) {
		return (void *)values;
	}
	int *kept = stated > 0 ? tocsin_view_alloc(view, stated, sizeof value) : NULL;
	size_t length = 0;
	for (size_t i = 0; kept != NULL && i < *count; i++) {
		memcpy(&value, at + i * sizeof value, sizeof value);
		if (value != 0) {
			kept[length++] = value;
		}
	}
	*count = length;
	return kept;
}

void tocsin_view_strip(ProtobufCMessage *message)
{
	message->n_unknown_fields = 0;
	message->unknown_fields = NULL;
}

Tocsin__V1__Event *tocsin_view_event(struct tocsin_view *view)
{
	const Tocsin__V1__Event *event = view->incident->event;
	if (event == NULL) {
		return NULL;
	}
	Tocsin__V1__Event *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = (Tocsin__V1__Event)TOCSIN__V1__EVENT__INIT;
	copy->type = event->type;
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_SUB_TYPE) == TOCSIN_TREAT_KEEP) {
		copy->sub_type = event->sub_type;
	}
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_CATEGORY) == TOCSIN_TREAT_KEEP) {
		copy->n_category = event->n_category;
		copy->category = tocsin_view_stated(view, event->category, &copy->n_category);
	}
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_CAUSE) == TOCSIN_TREAT_KEEP) {
		copy->cause = event->cause;
	}
	return copy;
}

static Tocsin__V1__Source *copy_source(struct tocsin_view *view, const Tocsin__V1__Source *source)
{
	Tocsin__V1__Source *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = *source;
	tocsin_view_strip(&copy->base);
	copy->published = tocsin_view_time(view, TOCSIN_REDACTED_OTHER, source->published);
	return copy;
}

Tocsin__V1__Source **tocsin_view_sources(struct tocsin_view *view, size_t *count)
{
	const Tocsin__V1__Incident *incident = view->incident;
	*count = 0;
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_OTHER) != TOCSIN_TREAT_KEEP ||
		incident->n_sources == 0) {
		return NULL;
	}
	Tocsin__V1__Source **sources =
		tocsin_view_alloc(view, incident->n_sources, sizeof(Tocsin__V1__Source *));
	for (size_t i = 0; sources != NULL && i < incident->n_sources; i++) {
		sources[(*count)++] = copy_source(view, incident->sources[i]);
	}
	return sources;
}
