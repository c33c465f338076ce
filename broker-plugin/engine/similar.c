/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/reading.h"

enum { PLACE_LEVEL = 2 };

bool tocsin_similar_key(const struct tocsin_engine *engine, const struct tocsin_facts *facts,
	struct tocsin_nearby_key *key)
{
	const struct tocsin_gazetteer *gazetteer = engine->ruleset->gazetteer;

	memset(key, 0, sizeof(*key));
	if (facts->depth == 0) {
		return false;
	}
	uint32_t region = tocsin_gazetteer_ancestor(gazetteer, facts->path[0], PLACE_LEVEL);
	region = region == TOCSIN_NO_REGION ? facts->path[0] : region;
	const struct tocsin_region *place = tocsin_gazetteer_region(gazetteer, region);
	const size_t code = strnlen(place->code, TOCSIN_NEARBY_PLACE / 2);
	const size_t version = strnlen(place->valid_from, TOCSIN_NEARBY_PLACE / 2);

	memcpy(key->place, place->code, code);
	memcpy(key->place + TOCSIN_NEARBY_PLACE / 2, place->valid_from, version);
	key->event = facts->event;
	key->status = facts->status;
	return true;
}

static uint64_t sender_hash(const struct tocsin_draft *draft)
{
	return tocsin_table_hash(&draft->engine->tokens, draft->sender, strlen(draft->sender));
}

static bool near_in_time(int64_t one_ms, int64_t other_ms)
{
	return one_ms > other_ms ? one_ms - other_ms <= TOCSIN_NEARBY_MS
							 : other_ms - one_ms <= TOCSIN_NEARBY_MS;
}

/* The chain behind an entry, or NULL where it has moved on, ended, or is our own. */
static const struct tocsin_chain *similar_chain(
	const struct tocsin_draft *draft, const struct tocsin_nearby_incident *entry)
{
	const struct tocsin_engine *engine = draft->engine;
	const struct tocsin_chain *chain =
		tocsin_chain_find(&engine->chains, entry->chain, tocsin_id_hash(engine, entry->chain));

	return chain && chain != draft->chain && chain->state->revision == entry->revision &&
			!chain->state->cancelled
		? chain
		: NULL;
}

void tocsin_similar_find(const struct tocsin_draft *draft, struct tocsin_similar *similar)
{
	struct tocsin_nearby_key key;
	const struct tocsin_nearby *nearby = tocsin_similar_key(draft->engine, &draft->facts, &key)
		? tocsin_nearby_find(
			  &draft->engine->nearby, &key, tocsin_nearby_hash(&draft->engine->nearby, &key))
		: NULL;
	const int64_t start_ms = tocsin_incident_start_ms(draft->incident);
	const uint64_t sender = sender_hash(draft);

	for (size_t i = 0; nearby && i < TOCSIN_MAX_NEARBY_RECENT; ++i) {
		/* The newest first: it stands before the place of the next one. */
		const size_t at =
			(nearby->next + 2 * TOCSIN_MAX_NEARBY_RECENT - 1 - i) % TOCSIN_MAX_NEARBY_RECENT;
		const struct tocsin_nearby_incident *entry = &nearby->recent[at];
		if (entry->revision == 0 || entry->sender == sender ||
			!near_in_time(entry->start_ms, start_ms)) {
			continue;
		}
		const struct tocsin_chain *chain = similar_chain(draft, entry);
		if (chain && similar->count < TOCSIN_MAX_POSSIBLE) {
			similar->chains[similar->count++] = chain;
		}
	}
}

static enum tocsin_status nearby_obtain(struct tocsin_engine *engine, struct tocsin_steps *steps,
	const struct tocsin_nearby_key *key, struct tocsin_nearby **nearby)
{
	const uint64_t hash = tocsin_nearby_hash(&engine->nearby, key);

	*nearby = tocsin_nearby_find(&engine->nearby, key, hash);
	if (*nearby) {
		return TOCSIN_OK;
	}
	struct tocsin_nearby *made = tocsin_nearby_create(&engine->nearby, key);
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	if (!steps) {
		if (tocsin_table_full(&engine->nearby)) {
			engine->nearby.destroy(engine->nearby.ctx, &made->node);
			return TOCSIN_LIMIT;
		}
		tocsin_table_add(&engine->nearby, &made->node, hash);
		*nearby = made;
		return TOCSIN_OK;
	}
	const enum tocsin_status status = tocsin_steps_add(steps, &engine->nearby, &made->node, hash);
	if (status != TOCSIN_OK) {
		engine->nearby.destroy(engine->nearby.ctx, &made->node);
		return status;
	}
	*nearby = made;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_similar_keep(struct tocsin_engine *engine, struct tocsin_steps *steps,
	const struct tocsin_nearby_key *key, const struct tocsin_nearby_incident *incident)
{
	struct tocsin_nearby *nearby;
	enum tocsin_status status = nearby_obtain(engine, steps, key, &nearby);

	if (status == TOCSIN_OK && steps) {
		status = tocsin_steps_nearby(steps, nearby);
	}
	if (status != TOCSIN_OK) {
		/* What is read back at a full table only makes a hint poorer. */
		return steps || status == TOCSIN_NO_MEMORY ? status : TOCSIN_OK;
	}
	nearby->recent[nearby->next] = *incident;
	nearby->next = (nearby->next + 1) % TOCSIN_MAX_NEARBY_RECENT;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_similar_remember(struct tocsin_draft *draft)
{
	struct tocsin_nearby_incident incident = {
		.sender = sender_hash(draft),
		.start_ms = tocsin_incident_start_ms(draft->incident),
		.revision = draft->revision,
	};
	struct tocsin_nearby_key key;

	if (!tocsin_similar_key(draft->engine, &draft->facts, &key)) {
		return TOCSIN_OK;
	}
	memcpy(incident.chain, draft->chain->key, TOCSIN_UUID);
	return tocsin_similar_keep(draft->engine, &draft->undo->steps, &key, &incident);
}
