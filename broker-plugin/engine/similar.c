/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/reading.h"

enum { PLACE_LEVEL = 2 };

/* False where the place of the incident is not known. */
static bool nearby_key(const struct tocsin_draft *draft, struct tocsin_nearby_key *key)
{
	const struct tocsin_facts *facts = &draft->facts;
	const struct tocsin_gazetteer *gazetteer = draft->engine->ruleset->gazetteer;

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
	const struct tocsin_chain *chain = tocsin_chain_find(&draft->engine->chains, entry->chain);

	return chain && chain != draft->chain && chain->state->revision == entry->revision &&
			!chain->state->cancelled
		? chain
		: NULL;
}

void tocsin_similar_find(const struct tocsin_draft *draft, struct tocsin_similar *similar)
{
	struct tocsin_nearby_key key;
	const struct tocsin_nearby *nearby =
		nearby_key(draft, &key) ? tocsin_nearby_find(&draft->engine->nearby, &key) : NULL;
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

enum tocsin_status tocsin_similar_remember(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_nearby_key key;

	if (!nearby_key(draft, &key)) {
		return TOCSIN_OK;
	}
	struct tocsin_nearby *nearby = tocsin_nearby_find(&engine->nearby, &key);
	if (!nearby) {
		nearby = tocsin_nearby_create(&engine->nearby, &key);
		if (!nearby) {
			return TOCSIN_NO_MEMORY;
		}
		const enum tocsin_status status = tocsin_steps_add(
			&draft->undo->steps, &engine->nearby, &nearby->node, nearby->node.hash);
		if (status != TOCSIN_OK) {
			engine->nearby.destroy(engine->nearby.ctx, &nearby->node);
			return status;
		}
	}
	const enum tocsin_status status = tocsin_steps_nearby(&draft->undo->steps, nearby);
	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_nearby_incident *entry = &nearby->recent[nearby->next];
	memcpy(entry->chain, draft->chain->key, TOCSIN_UUID);
	entry->sender = sender_hash(draft);
	entry->start_ms = tocsin_incident_start_ms(draft->incident);
	entry->revision = draft->revision;
	nearby->next = (nearby->next + 1) % TOCSIN_MAX_NEARBY_RECENT;
	return TOCSIN_OK;
}
