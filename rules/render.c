/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/render.h"

#include <string.h>

#include "proto/reading.h"
#include "rules/disputed.h"
#include "rules/grade.h"
#include "rules/header.h"
#include "rules/template.h"
#include "rules/view.h"

static bool keeps(const struct tocsin_view *view, enum tocsin_redacted field)
{
	return tocsin_view_treatment(view, field) == TOCSIN_TREAT_KEEP;
}

static bool shows_text(const struct tocsin_view *view)
{
	return keeps(view, TOCSIN_REDACTED_FREE_TEXT) ||
		(tocsin_view_treatment(view, TOCSIN_REDACTED_FREE_TEXT) == TOCSIN_TREAT_IF_REVIEWED &&
			view->reviewed);
}

/* After the area and all that the words are made from. */
static void set_words(struct tocsin_view *view, Tocsin__V1__Alert *alert)
{
	const Tocsin__V1__Incident *incident = view->incident;
	bool as_written = keeps(view, TOCSIN_REDACTED_HEADLINE) || shows_text(view);
	alert->language = as_written ? incident->language : (char *)"en";
	alert->headline = keeps(view, TOCSIN_REDACTED_HEADLINE)
		? incident->headline
		: tocsin_template_headline(alert, view->arena);
	alert->text = tocsin_template_line(alert, view->arena);
	if (alert->headline == NULL || alert->text == NULL) {
		view->short_of_memory = true;
	}
}

static void set_judgement(struct tocsin_view *view, Tocsin__V1__Alert *alert)
{
	char grade[TOCSIN_GRADE_TEXT];
	if (keeps(view, TOCSIN_REDACTED_DISPUTED)) {
		alert->disputed = tocsin_disputed(view->incident);
	}
	if (keeps(view, TOCSIN_REDACTED_SOURCE_GRADE)) {
		tocsin_grade_write(view->incident, grade);
		alert->source_grade = tocsin_arena_text(view->arena, grade, strlen(grade));
		view->short_of_memory |= alert->source_grade == NULL;
	}
}

static void set_content(struct tocsin_view *view, Tocsin__V1__Alert *alert)
{
	const Tocsin__V1__Incident *incident = view->incident;
	alert->casualty_claims = tocsin_view_claims(view, &alert->n_casualty_claims);
	alert->actors = tocsin_view_actors(view, &alert->n_actors);
	alert->displacement = tocsin_view_figures(view, &alert->n_displacement);
	if (keeps(view, TOCSIN_REDACTED_NEEDS)) {
		alert->n_needs = incident->n_needs;
		alert->needs = tocsin_view_stated(view, incident->needs, &alert->n_needs);
	}
	if (keeps(view, TOCSIN_REDACTED_IMPACTS)) {
		alert->n_impacts = incident->n_impacts;
		alert->impacts = tocsin_view_stated(view, incident->impacts, &alert->n_impacts);
	}
	if (shows_text(view)) {
		alert->description = incident->description;
		alert->instruction = incident->instruction;
	}
}

static void set_origin(struct tocsin_view *view, Tocsin__V1__Alert *alert)
{
	alert->sources = tocsin_view_sources(view, &alert->n_sources);
	if (keeps(view, TOCSIN_REDACTED_OTHER)) {
		alert->sender = (char *)view->facts->sender;
		alert->correlation_key = view->incident->correlation_key;
	}
}

/* What every alert of a version says, whatever else it carries. */
static Tocsin__V1__Alert *start(struct tocsin_view *view, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience, const struct tocsin_version *version)
{
	const Tocsin__V1__Incident *incident = view->incident;
	Tocsin__V1__Alert *alert = tocsin_header_make(version, audience, ruleset->version, view->arena);
	if (alert == NULL) {
		view->short_of_memory = true;
		return NULL;
	}
	alert->msg_type = incident->msg_type;
	alert->status = incident->status;
	alert->sent = tocsin_view_instant(view, TOCSIN_REDACTED_SENT, version->received_ms);
	alert->occurred = tocsin_view_period(view, incident->occurred);
	alert->event = tocsin_view_event(view);
	alert->urgency = incident->urgency;
	alert->severity = view->facts->severity;
	alert->certainty = view->facts->certainty;
	return alert;
}

enum tocsin_status tocsin_render_alert(const Tocsin__V1__Incident *incident,
	const struct tocsin_facts *facts, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience, const struct tocsin_version *version,
	struct tocsin_arena *arena, Tocsin__V1__Alert **alert)
{
	struct tocsin_view view =
		tocsin_view_make(incident, facts, ruleset->gazetteer, audience, version->reviewed, arena);
	Tocsin__V1__Alert *made = start(&view, ruleset, audience, version);
	if (made == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	made->area = tocsin_view_area(&view, facts->path, facts->depth, true);
	set_content(&view, made);
	set_judgement(&view, made);
	set_origin(&view, made);
	if (view.short_of_memory) {
		return TOCSIN_NO_MEMORY; /* before words are made from what is not there */
	}
	set_words(&view, made);
	if (view.short_of_memory) {
		return TOCSIN_NO_MEMORY;
	}
	*alert = made;
	return TOCSIN_OK;
}

/* The place of a figure: its own code; where the gazetteer does not know that, the
 * incident's country. */
static Tocsin__V1__Area *figure_area(
	struct tocsin_view *view, const Tocsin__V1__Displacement *entry)
{
	const struct tocsin_facts *facts = view->facts;
	const Tocsin__V1__Location *place = view->incident->location;
	uint32_t path[TOCSIN_MAX_REGION_DEPTH];
	if (entry->pcode[0] == '\0' || facts->depth == 0) {
		return tocsin_view_area(view, facts->path, facts->depth, true);
	}
	uint32_t region = tocsin_gazetteer_find(
		view->gazetteer, entry->pcode, place != NULL ? place->pcode_version : "")
						  .region;
	if (region == TOCSIN_NO_REGION) {
		return tocsin_view_area(view, &facts->path[facts->depth - 1], 1, false);
	}
	size_t depth = tocsin_gazetteer_path(view->gazetteer, region, path);
	/* That both are the same place is not told where the place itself is not. */
	bool own = region == facts->path[0] &&
		tocsin_gazetteer_region(view->gazetteer, region)->level <= view->depth;
	return tocsin_view_area(view, path, depth, own);
}

enum tocsin_status tocsin_render_figure(const Tocsin__V1__Incident *incident, size_t entry,
	const struct tocsin_facts *facts, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience, const struct tocsin_version *version,
	struct tocsin_arena *arena, Tocsin__V1__Alert **alert)
{
	const Tocsin__V1__Displacement *figure = incident->displacement[entry];
	struct tocsin_view view =
		tocsin_view_make(incident, facts, ruleset->gazetteer, audience, version->reviewed, arena);
	if (!tocsin_displacement_counted(figure)) {
		*alert = NULL;
		return TOCSIN_OK;
	}
	Tocsin__V1__Displacement *shown = tocsin_view_figure(&view, figure);
	if (shown == NULL && !view.short_of_memory) {
		*alert = NULL;
		return TOCSIN_OK;
	}
	Tocsin__V1__Displacement **list =
		tocsin_view_alloc(&view, 1, sizeof(Tocsin__V1__Displacement *));
	Tocsin__V1__Alert *made = start(&view, ruleset, audience, version);
	if (made == NULL || list == NULL || shown == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	list[0] = shown;
	made->displacement = list;
	made->n_displacement = 1;
	made->area = figure_area(&view, figure);
	set_origin(&view, made);
	if (view.short_of_memory) {
		return TOCSIN_NO_MEMORY;
	}
	set_words(&view, made);
	if (view.short_of_memory) {
		return TOCSIN_NO_MEMORY;
	}
	*alert = made;
	return TOCSIN_OK;
}
