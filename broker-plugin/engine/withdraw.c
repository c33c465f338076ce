/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/withdraw.h"

#include "engine/state.h"

static enum tocsin_status find(
	struct tocsin_engine *engine, const char *incident, struct tocsin_chain **chain)
{
	const struct tocsin_known *known = NULL;
	uint8_t id[TOCSIN_UUID];

	*chain = NULL;
	if (!tocsin_uuid_read(incident, id)) {
		return TOCSIN_NOT_FOUND;
	}
	enum tocsin_status status = tocsin_recall_known(engine, id, tocsin_id_hash(engine, id), &known);
	if (status == TOCSIN_OK && known) {
		status = tocsin_recall_chain(engine, known->chain, NULL, chain);
	}
	if (status == TOCSIN_OK && !*chain) {
		return TOCSIN_NOT_FOUND;
	}
	return status == TOCSIN_OK && (*chain)->state->cancelled ? TOCSIN_LIMIT : status;
}

enum tocsin_status tocsin_engine_withdraw(struct tocsin_engine *engine,
	const struct tocsin_withdrawal *withdrawal, int64_t now_ms, struct tocsin_outcome **outcome)
{
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;
	struct tocsin_chain *chain;

	tocsin_arena_reset(engine->working);
	const enum tocsin_status status = find(engine, withdrawal->incident, &chain);
	if (status != TOCSIN_OK) {
		return status;
	}
	close.cause = withdrawal->cause;
	close.note = (char *)(uintptr_t)withdrawal->note;
	incident.status = chain->status;
	incident.msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	incident.close = &close;
	const struct tocsin_act act = {
		.author = withdrawal->author,
		.id = withdrawal->id,
		.owner = chain->sender->bytes,
		.version = withdrawal->incident,
	};
	struct tocsin_outcome *made = tocsin_act(engine, &act, &incident, now_ms);
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	if (made->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED) {
		tocsin_outcome_destroy(engine, made);
		return TOCSIN_INVALID;
	}
	*outcome = made;
	return TOCSIN_OK;
}

bool tocsin_engine_has(const struct tocsin_engine *engine, const char *id)
{
	uint8_t bytes[TOCSIN_UUID];
	const struct tocsin_known *known = tocsin_uuid_read(id, bytes)
		? tocsin_known_find(&engine->known, bytes, tocsin_id_hash(engine, bytes))
		: NULL;

	return known && known->node.pins == 0;
}
