/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/state.h"

enum { LOOK_AGAIN_MS = 1000 };

/* Only what had expired by the time that the entry names: an entry from a state that
 * was taken back changes nothing. */
enum tocsin_status tocsin_tick_clear(
	struct tocsin_draft *draft, struct tocsin_chain *chain, int64_t at_ms)
{
	for (size_t i = 0; i < chain->state->reach_count; ++i) {
		struct tocsin_reach *reach = chain->state->reaches[i];

		if (!reach->open || reach->expires_ms > at_ms) {
			continue;
		}
		if (tocsin_send_clear(draft, TOCSIN_PUBLISH_OPEN, reach->open_topic, reach->audience->bytes,
				reach->formats) != TOCSIN_OK) {
			return TOCSIN_NO_MEMORY;
		}
		reach->open = false;
	}
	return TOCSIN_OK;
}

bool tocsin_tick_begin(struct tocsin_draft *draft)
{
	if (!draft->outcome) {
		draft->outcome = tocsin_outcome_create(draft->engine);
		draft->arena = draft->outcome ? draft->outcome->memory : NULL;
		draft->undo = draft->outcome ? draft->outcome->undo : NULL;
	}
	return draft->outcome != NULL;
}

static void expire(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	const int64_t now_ms = draft->now_ms;
	struct tocsin_expiry expiry;

	for (int i = 0; i < TOCSIN_MAX_TICK && tocsin_expiries_take(&engine->expiries, now_ms, &expiry);
		 ++i) {
		struct tocsin_chain *chain =
			tocsin_chain_find(&engine->chains, expiry.chain, tocsin_id_hash(engine, expiry.chain));

		if (!chain) {
			continue;
		}
		/* What waits for its commit may still be taken back: look later. */
		if (!tocsin_tick_begin(draft) || chain->node.pins > 0 ||
			tocsin_tick_clear(draft, chain, expiry.at_ms) != TOCSIN_OK) {
			(void)tocsin_expiries_add(
				&engine->expiries, engine->heap, now_ms + LOOK_AGAIN_MS, expiry.chain);
		}
	}
}

/* Refusals that were only counted. Without memory they are told of later. */
static void tell_noise(struct tocsin_draft *draft)
{
	struct tocsin_noisy *noisy;

	while ((noisy = tocsin_noise_due(&draft->engine->noise, draft->now_ms)) != NULL &&
		tocsin_tick_begin(draft) && tocsin_notice_counted(draft, noisy) == TOCSIN_OK) {
		noisy->counted_only = 0;
	}
}

/* What is only cleared or counted waits for no disk. */
static struct tocsin_outcome *tick_expiries(struct tocsin_engine *engine, int64_t now_ms)
{
	struct tocsin_draft draft = {.engine = engine, .now_ms = now_ms};

	expire(&draft);
	tell_noise(&draft);
	if (draft.outcome && draft.outcome->publication_count == 0) {
		tocsin_outcome_destroy(engine, draft.outcome);
		return NULL;
	}
	return draft.outcome;
}

/* False without memory: nothing of it may leave then. */
static bool write_down(struct tocsin_draft *draft, const struct tocsin_keeping *keeping)
{
	struct tocsin_upkeep *upkeep = tocsin_arena_zero(draft->arena, 1, sizeof(*upkeep));

	if (!upkeep) {
		return false;
	}
	*upkeep = (struct tocsin_upkeep){
		.at_ms = draft->now_ms,
		.silences = keeping->silences.items,
		.silence_count = keeping->silences.count,
		.digests = keeping->digests.items,
		.digest_count = keeping->digests.count,
		.told = keeping->told.items,
		.told_count = keeping->told.count,
	};
	draft->outcome->upkeep = upkeep;
	draft->outcome->pending = true;
	draft->undo->open = true;
	return true;
}

static struct tocsin_outcome *tick_digests(struct tocsin_engine *engine, int64_t now_ms)
{
	struct tocsin_draft draft = {.engine = engine, .now_ms = now_ms};
	struct tocsin_keeping keeping = {0};

	tocsin_arena_reset(engine->working);
	tocsin_silences_turn(engine, now_ms);
	tocsin_digests_turn(&draft, &keeping);
	if (engine->durable) {
		tocsin_silences_save(&draft, &keeping.silences);
	}
	const size_t changes = keeping.silences.count + keeping.digests.count + keeping.told.count;
	if (draft.outcome && engine->durable && changes > 0 && !write_down(&draft, &keeping)) {
		tocsin_steps_undo(&draft.undo->steps);
		tocsin_outcome_destroy(engine, draft.outcome);
		return NULL;
	}
	if (draft.outcome && draft.outcome->publication_count == 0 && !draft.outcome->upkeep) {
		tocsin_outcome_destroy(engine, draft.outcome);
		return NULL;
	}
	return draft.outcome;
}

struct tocsin_outcome *tocsin_engine_tick(struct tocsin_engine *engine, int64_t now_ms)
{
	struct tocsin_outcome *outcome = tick_expiries(engine, now_ms);

	return outcome ? outcome : tick_digests(engine, now_ms);
}
