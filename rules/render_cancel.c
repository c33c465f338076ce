/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/country.h"
#include "proto/instant.h"
#include "rules/header.h"
#include "rules/redaction.h"
#include "rules/template.h"
#include "rules/view.h"

/* The audience may have seen more when last was sent than its rules allow now. */
static bool sees_less(const struct tocsin_view *view, const Tocsin__V1__Alert *last)
{
	return view->level < last->redaction ||
		(last->area != NULL && last->area->n_pcodes > view->depth);
}

static size_t shown_codes(const struct tocsin_view *view, const Tocsin__V1__Area *area)
{
	return area->n_pcodes < view->depth ? area->n_pcodes : view->depth;
}

static Tocsin__V1__Area *cut_area(struct tocsin_view *view, const Tocsin__V1__Alert *last)
{
	const Tocsin__V1__Area *area = last->area;
	Tocsin__V1__Area *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = *area;
	tocsin_view_strip(&copy->base);
	if (!sees_less(view, last)) {
		return copy;
	}
	copy->n_pcodes = shown_codes(view, area);
	copy->point = NULL;
	copy->locality = (char *)protobuf_c_empty_string;
	copy->reported_pcode = (char *)protobuf_c_empty_string;
	copy->geo_precision = TOCSIN__V1__GEO_PRECISION__GEO_PRECISION_UNSPECIFIED;
	if (copy->n_pcodes < area->n_pcodes) {
		/* Which part of the name belongs to which code cannot be told for sure. */
		const struct tocsin_country *country = tocsin_country_by_alpha2(area->country);
		copy->name = country != NULL ? (char *)country->name : (char *)protobuf_c_empty_string;
	}
	return copy;
}

static Tocsin__V1__Event *cut_event(struct tocsin_view *view, const Tocsin__V1__Event *event)
{
	Tocsin__V1__Event *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = *event;
	tocsin_view_strip(&copy->base);
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_SUB_TYPE) != TOCSIN_TREAT_KEEP) {
		copy->sub_type = (char *)protobuf_c_empty_string;
	}
	return copy;
}

static Tocsin__V1__Close *cut_close(struct tocsin_view *view, const Tocsin__V1__Close *close)
{
	Tocsin__V1__Close *copy = tocsin_view_alloc(view, 1, sizeof *copy);
	if (copy == NULL) {
		return NULL;
	}
	*copy = *close;
	tocsin_view_strip(&copy->base);
	if (tocsin_view_treatment(view, TOCSIN_REDACTED_OTHER) != TOCSIN_TREAT_KEEP) {
		copy->note = (char *)protobuf_c_empty_string;
	}
	return copy;
}

static void set_last(struct tocsin_view *view, const Tocsin__V1__Alert *last,
	const Tocsin__V1__Close *close, Tocsin__V1__Alert *alert)
{
	alert->msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	alert->status = last->status;
	alert->occurred = tocsin_view_period(view, last->occurred);
	alert->event = last->event != NULL ? cut_event(view, last->event) : NULL;
	alert->urgency = last->urgency;
	alert->severity = last->severity;
	alert->certainty = last->certainty;
	alert->area = last->area != NULL ? cut_area(view, last) : NULL;
	alert->close = close != NULL ? cut_close(view, close) : NULL;
	alert->language = (char *)"en";
}

enum tocsin_status tocsin_render_cancel(const Tocsin__V1__Alert *last,
	const Tocsin__V1__Close *close, const struct tocsin_audience *audience,
	const struct tocsin_version *version, const char *rules_version, struct tocsin_arena *arena,
	Tocsin__V1__Alert **alert)
{
	struct tocsin_view view = tocsin_view_of(audience, arena);
	/* What it was shown of an incident by its detail it may be shown of its end. */
	if (view.depth == 1 && audience->detail == TOCSIN_DETAIL_ADM2) {
		view.depth = 2;
	}
	Tocsin__V1__Alert *made = tocsin_header_make(version, audience, rules_version, arena);
	if (made == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	made->sent = tocsin_view_instant(&view, TOCSIN_REDACTED_SENT, version->received_ms);
	set_last(&view, last, close, made);
	if (view.short_of_memory) {
		return TOCSIN_NO_MEMORY;
	}
	made->headline = tocsin_template_headline(made, arena);
	made->text = tocsin_template_line(made, arena);
	if (made->headline == NULL || made->text == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	*alert = made;
	return TOCSIN_OK;
}
