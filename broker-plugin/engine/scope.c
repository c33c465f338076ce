/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "engine/state.h"
#include "rules/sender.h"

/* Errors about the place itself already say why it cannot be judged. */
static bool place_in_doubt(const struct tocsin_violations *violations)
{
	for (size_t i = 0; i < violations->count; ++i) {
		const struct tocsin_violation *violation = &violations->items[i];

		if (violation->level == TOCSIN_LEVEL_ERROR &&
			strncmp(violation->field, "location", strlen("location")) == 0) {
			return true;
		}
	}
	return false;
}

static bool region_allowed(const struct tocsin_draft *draft, const struct tocsin_sender *sender)
{
	const struct tocsin_gazetteer *gazetteer = draft->engine->ruleset->gazetteer;
	const Tocsin__V1__Location *location = draft->incident->location;
	uint32_t path[TOCSIN_MAX_REGION_DEPTH];

	if (sender->region_count == 0) {
		return true;
	}
	const uint32_t region = tocsin_gazetteer_locate(
		gazetteer, location->country, location->pcode, location->pcode_version);
	return tocsin_sender_reports_from(sender, path,
		region == TOCSIN_NO_REGION ? 0 : tocsin_gazetteer_path(gazetteer, region, path));
}

static void check(struct tocsin_draft *draft, const struct tocsin_sender *sender)
{
	const Tocsin__V1__Incident *incident = draft->incident;

	if (incident->location && !place_in_doubt(&draft->violations) &&
		!region_allowed(draft, sender)) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_REGION, "location", NULL);
	}
	if (incident->event && !tocsin_sender_reports_event(sender, (int)incident->event->type)) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_EVENT, "event.type", NULL);
	}
}

void tocsin_scope_check(struct tocsin_draft *draft)
{
	const struct tocsin_sender *sender =
		tocsin_ruleset_sender(draft->engine->ruleset, draft->sender);

	/* What a Cancel is about is its predecessor's, which was in scope. */
	if (draft->incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		return;
	}
	/* A bridge that is seized must not reach beyond its own region by the names of those
	 * who may. */
	if (draft->relay) {
		check(draft, draft->relay);
	}
	if (sender) {
		check(draft, sender);
	}
}

/* region is a path of codes with slashes around each; NULL or "" where it is not known. */
static bool path_allowed(
	const struct tocsin_draft *draft, const struct tocsin_sender *sender, const char *region)
{
	for (size_t i = 0; region && i < sender->region_count; ++i) {
		const struct tocsin_region *allowed =
			tocsin_gazetteer_region(draft->engine->ruleset->gazetteer, sender->regions[i]);
		char code[TOCSIN_MAX_PCODE + 3];

		snprintf(code, sizeof(code), "/%s/", allowed->code);
		if (strstr(region, code)) {
			return true;
		}
	}
	return sender->region_count == 0;
}

/* An earlier version may have come on another way, from a place that is not the relay's:
 * it moves and cancels only what it might have brought itself. */
void tocsin_scope_check_chain(struct tocsin_draft *draft)
{
	const struct tocsin_sender *relay = draft->relay;

	if (!relay || !draft->chain || !draft->chain->state->named) {
		return;
	}
	const struct tocsin_state *state = draft->chain->state;
	if (!path_allowed(draft, relay, state->region ? state->region->bytes : NULL)) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_REGION, "references", NULL);
	}
	if (!tocsin_sender_reports_event(relay, (int)state->event)) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_EVENT, "references", NULL);
	}
}
