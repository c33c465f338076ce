/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/header.h"

#include "proto/instant.h"
#include "rules/redaction.h"
#include "rules/render.h"

/* protobuf-c's texts and lists are not const, though packing only reads them. */
static char *text_of(const char *text)
{
	return text != NULL ? (char *)text : (char *)protobuf_c_empty_string;
}

static char **list_of(const char *const *list)
{
	return (char **)list;
}

Tocsin__V1__Alert *tocsin_header_make(const struct tocsin_version *version,
	const struct tocsin_audience *audience, const char *rules_version, struct tocsin_arena *arena)
{
	Tocsin__V1__Alert *alert = tocsin_arena_alloc(arena, sizeof *alert);
	Google__Protobuf__Timestamp *expires = tocsin_arena_alloc(arena, sizeof *expires);
	if (alert == NULL || expires == NULL) {
		return NULL;
	}
	*expires = (Google__Protobuf__Timestamp)GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	tocsin_instant_set(expires, tocsin_render_expires(audience, version->expires_ms));
	*alert = (Tocsin__V1__Alert)TOCSIN__V1__ALERT__INIT;
	alert->id = text_of(version->alert_id);
	alert->incident_id = text_of(version->incident_id);
	alert->revision = version->revision;
	alert->n_references = version->reference_count;
	alert->references = list_of(version->references);
	alert->hub = text_of(version->hub);
	alert->expires = expires;
	alert->n_rules = version->rule_count;
	alert->rules = list_of(version->rules);
	alert->n_held_by = version->held_by_count;
	alert->held_by = list_of(version->held_by);
	alert->rules_version = text_of(rules_version);
	alert->audience = text_of(audience->name);
	alert->redaction = audience->max_sensitivity;
	alert->sequence = version->sequence;
	alert->n_possible_duplicate_of = version->possible_duplicate_count;
	alert->possible_duplicate_of = list_of(version->possible_duplicates);
	if (tocsin_redaction(TOCSIN_REDACTED_REPORTS, audience->max_sensitivity) == TOCSIN_TREAT_KEEP) {
		alert->reports = version->reports;
	}
	return alert;
}
