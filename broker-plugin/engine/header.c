/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"

static const char *uuid_text(struct tocsin_arena *arena, const uint8_t id[TOCSIN_UUID])
{
	char text[TOCSIN_UUID_TEXT];

	tocsin_uuid_write(id, text);
	return tocsin_arena_text(arena, text, TOCSIN_UUID_TEXT - 1);
}

/* The chain's name as the audience may know it. */
static const char *incident_name(const struct tocsin_engine *engine,
	const struct tocsin_audience *audience, const struct tocsin_state *state)
{
	uint8_t id[TOCSIN_UUID];

	if (audience->max_sensitivity >= TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE) {
		memcpy(id, state->name, TOCSIN_UUID);
	} else if (tocsin_incident_pseudonym(&engine->key, audience->name, state->name, id) !=
		TOCSIN_OK) {
		return NULL;
	}
	return uuid_text(engine->rendering, id);
}

static const char **reference_texts(struct tocsin_arena *arena, const struct tocsin_reach *reach)
{
	const char **texts = tocsin_arena_zero(arena, reach->alert_count + 1, sizeof(*texts));

	for (size_t i = 0; texts && i < reach->alert_count; ++i) {
		texts[i] = uuid_text(arena, reach->alerts[i]);
		if (!texts[i]) {
			return NULL;
		}
	}
	return texts;
}

enum tocsin_status tocsin_version_fill(struct tocsin_draft *draft, struct tocsin_sending *sending,
	uint64_t sequence, struct tocsin_version *version)
{
	const struct tocsin_engine *engine = draft->engine;
	const struct tocsin_reach *reach = sending->reach;

	*version = (struct tocsin_version){
		.alert_id = uuid_text(engine->rendering, sending->id),
		.incident_id = incident_name(engine, sending->audience, sending->next),
		.revision = sending->next->revision,
		.references = reference_texts(engine->rendering, reach),
		.reference_count = reach->alert_count,
		.hub = tocsin_engine_hub(engine),
		.received_ms = draft->now_ms,
		.expires_ms = reach->expires_ms,
		.sequence = sequence,
	};
	return version->alert_id && version->incident_id && version->references ? TOCSIN_OK
																			: TOCSIN_NO_MEMORY;
}
