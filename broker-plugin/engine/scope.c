/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"

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
	const uint32_t region = tocsin_gazetteer_locate(
		gazetteer, location->country, location->pcode, location->pcode_version);

	if (sender->region_count == 0 || region == TOCSIN_NO_REGION) {
		return sender->region_count == 0;
	}
	const size_t depth = tocsin_gazetteer_path(gazetteer, region, path);
	for (size_t i = 0; i < depth; ++i) {
		for (size_t k = 0; k < sender->region_count; ++k) {
			if (sender->regions[k] == path[i]) {
				return true;
			}
		}
	}
	return false;
}

void tocsin_scope_check(struct tocsin_draft *draft)
{
	const Tocsin__V1__Incident *incident = draft->incident;
	const struct tocsin_sender *sender =
		tocsin_ruleset_sender(draft->engine->ruleset, draft->sender);

	/* What a Cancel is about is its predecessor's, which was in scope. */
	if (!sender || incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		return;
	}
	if (incident->location && !place_in_doubt(&draft->violations) &&
		!region_allowed(draft, sender)) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_REGION, "location", NULL);
	}
	const int event = incident->event ? (int)incident->event->type : 0;
	if (event > 0 && event < 32 && sender->events && !(sender->events & TOCSIN_BIT(event))) {
		tocsin_violations_add(&draft->violations, TOCSIN_CHECK_SENDER_EVENT, "event.type", NULL);
	}
}
