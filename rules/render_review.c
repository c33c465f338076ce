/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/render.h"
#include "rules/template.h"
#include "rules/view.h"

enum tocsin_status tocsin_render_review(const Tocsin__V1__Alert *sent,
	const Tocsin__V1__Incident *incident, const struct tocsin_audience *audience,
	const struct tocsin_version *version, struct tocsin_arena *arena, Tocsin__V1__Alert **alert)
{
	struct tocsin_view view = tocsin_view_of(audience, arena);
	Tocsin__V1__Alert *made = tocsin_view_alloc(&view, 1, sizeof *made);
	if (made == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	*made = *sent;
	tocsin_view_strip(&made->base);
	made->id = (char *)version->alert_id;
	made->incident_id = (char *)version->incident_id;
	made->revision = version->revision;
	made->msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE;
	made->n_references = version->reference_count;
	made->references = (char **)version->references;
	made->sent = tocsin_view_instant(&view, TOCSIN_REDACTED_SENT, version->received_ms);
	made->sequence = version->sequence;
	if (tocsin_view_treatment(&view, TOCSIN_REDACTED_FREE_TEXT) == TOCSIN_TREAT_IF_REVIEWED) {
		made->language = incident->language;
		made->description = incident->description;
		made->instruction = incident->instruction;
	}
	made->text = tocsin_template_line(made, arena);
	if (view.short_of_memory || made->text == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	*alert = made;
	return TOCSIN_OK;
}
