/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/misdated.h"

#include <string.h>

#include "engine/state.h"
#include "proto/decode.h"
#include "proto/instant.h"

enum {
	AHEAD_MS = 60 * 1000, /* less is nobody's trouble */
	LOOK_AGAIN_MS = 1000,
};

size_t tocsin_engine_misdated(const struct tocsin_engine *engine, uint64_t *newest)
{
	*newest = engine->misdated_newest;
	return engine->misdated.count;
}

/* All that stands open of the chain came of this record. */
static bool is_of(const struct tocsin_chain *chain, const struct tocsin_record *record)
{
	const struct tocsin_state *state = chain->state;
	uint8_t id[TOCSIN_UUID];

	if (!tocsin_uuid_read(record->incident_id, id) ||
		memcmp(id, state->version, TOCSIN_UUID) != 0) {
		return false;
	}
	for (size_t i = 0; i < state->reach_count; ++i) {
		const struct tocsin_reach *reach = state->reaches[i];

		if (reach->open &&
			(reach->last_row < tocsin_alert_row(record->journal_id, 0) ||
				reach->last_row >= tocsin_alert_row(record->journal_id + 1, 0))) {
			return false;
		}
	}
	return true;
}

/* Its sender said until when: that holds, whatever the hub's clock was. So does what
 * nobody can read any more. */
static bool dates_itself(struct tocsin_engine *engine, const struct tocsin_record *record)
{
	const struct tocsin_archive *archive = engine->archive;
	const int64_t received_ms = record->received_ms;
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;
	enum tocsin_form form;
	const uint8_t *bytes;
	size_t size;

	if (!archive ||
		archive->published(archive->ctx, record->incident_id, &form, &bytes, &size) != TOCSIN_OK) {
		return true;
	}
	tocsin_arena_reset(engine->decoding);
	tocsin_violations_init(&violations, engine->working);
	if (tocsin_incident_decode(form, bytes, size, engine->decoding, &violations, &incident) !=
			TOCSIN_OK ||
		!incident) {
		return true;
	}
	return incident->expires && tocsin_instant_valid(incident->expires) &&
		tocsin_instant_ms(incident->expires) > received_ms;
}

void tocsin_misdated_keep(struct tocsin_engine *engine, struct tocsin_chain *chain,
	const struct tocsin_record *record, int64_t now_ms)
{
	const int64_t span_ms = record->open_until_ms - record->received_ms;

	if (record->received_ms <= now_ms + AHEAD_MS || span_ms <= 0 || !is_of(chain, record) ||
		dates_itself(engine, record) ||
		!tocsin_expiries_add(&engine->misdated, engine->heap, span_ms, chain->key)) {
		return;
	}
	chain->state->stands_ms = span_ms;
	if (record->journal_id > engine->misdated_newest) {
		engine->misdated_newest = record->journal_id;
	}
}

/* False where it has to be tried again. */
static bool close_open(struct tocsin_draft *draft, struct tocsin_chain *chain, uint64_t *journal_id)
{
	/* What waits for its commit may still be taken back. */
	if (chain->node.pins > 0 || !tocsin_tick_begin(draft) ||
		tocsin_tick_clear(draft, chain, INT64_MAX) != TOCSIN_OK) {
		return false;
	}
	*journal_id = chain->state->journal_id;
	chain->state->expires_ms = chain->state->stands_ms = 0;
	return true;
}

struct tocsin_outcome *tocsin_engine_close_misdated(
	struct tocsin_engine *engine, int64_t ran_ms, uint64_t *journal_id)
{
	struct tocsin_expiry entry;

	while (tocsin_expiries_take(&engine->misdated, ran_ms, &entry)) {
		struct tocsin_draft draft = {.engine = engine};
		struct tocsin_chain *chain =
			tocsin_chain_find(&engine->chains, entry.chain, tocsin_id_hash(engine, entry.chain));

		*journal_id = 0;
		/* A newer version has a date of its own. */
		if (chain && chain->state->stands_ms > 0 && !close_open(&draft, chain, journal_id)) {
			(void)tocsin_expiries_add(
				&engine->misdated, engine->heap, ran_ms + LOOK_AGAIN_MS, entry.chain);
		}
		if (draft.outcome && draft.outcome->publication_count > 0) {
			return draft.outcome;
		}
		tocsin_outcome_destroy(engine, draft.outcome);
	}
	return NULL;
}
