/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/withdraw.h"

#include <string.h>

#include "engine/state.h"
#include "proto/instant.h"
#include "proto/text.h"

static enum tocsin_status find(
	struct tocsin_engine *engine, const char *incident, struct tocsin_chain **chain)
{
	const struct tocsin_known *known = NULL;
	uint8_t id[TOCSIN_UUID];

	*chain = NULL;
	if (!tocsin_uuid_read(incident, id)) {
		return TOCSIN_NOT_FOUND;
	}
	enum tocsin_status status = tocsin_recall_known(engine, id, &known);
	if (status == TOCSIN_OK && known) {
		status = tocsin_recall_chain(engine, known->chain, NULL, chain);
	}
	if (status == TOCSIN_OK && !*chain) {
		return TOCSIN_NOT_FOUND;
	}
	return status == TOCSIN_OK && (*chain)->state->cancelled ? TOCSIN_LIMIT : status;
}

static uint8_t *pack(struct tocsin_engine *engine, const struct tocsin_chain *chain,
	const struct tocsin_withdrawal *withdrawal, int64_t now_ms, size_t *size)
{
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	Tocsin__V1__Reference reference = TOCSIN__V1__REFERENCE__INIT;
	Tocsin__V1__Reference *references[] = {&reference};
	Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;
	Google__Protobuf__Timestamp sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	tocsin_instant_set(&sent, now_ms);
	reference.sender = chain->sender->bytes;
	reference.id = (char *)(uintptr_t)withdrawal->incident;
	close.cause = withdrawal->cause;
	close.note = (char *)(uintptr_t)withdrawal->note;
	incident.id = (char *)(uintptr_t)withdrawal->id;
	incident.status = chain->status;
	incident.msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	incident.sent = &sent;
	incident.n_references = 1;
	incident.references = references;
	incident.close = &close;
	*size = tocsin__v1__incident__get_packed_size(&incident);
	uint8_t *bytes = engine->heap->alloc(engine->heap->ctx, *size);
	if (bytes) {
		tocsin__v1__incident__pack(&incident, bytes);
	}
	return bytes;
}

enum tocsin_status tocsin_engine_withdraw(struct tocsin_engine *engine,
	const struct tocsin_withdrawal *withdrawal, int64_t now_ms, struct tocsin_outcome **outcome)
{
	const bool named = tocsin_text_is_level(withdrawal->author, strlen(withdrawal->author));
	const char *sender = named ? withdrawal->author : "operator";
	struct tocsin_chain *chain;
	size_t size;

	tocsin_arena_reset(engine->working);
	const enum tocsin_status status = find(engine, withdrawal->incident, &chain);
	if (status != TOCSIN_OK) {
		return status;
	}
	uint8_t *bytes = pack(engine, chain, withdrawal, now_ms, &size);
	if (!bytes) {
		return TOCSIN_NO_MEMORY;
	}
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = sender,
		.form = TOCSIN_FORM_PROTOBUF,
		.payload = bytes,
		.payload_size = size,
		.by_operator = true,
	};
	struct tocsin_outcome *made = tocsin_engine_submit(engine, &submission, now_ms);
	engine->heap->free(engine->heap->ctx, bytes);
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
	const struct tocsin_known *known =
		tocsin_uuid_read(id, bytes) ? tocsin_known_find(&engine->known, bytes) : NULL;

	return known && known->node.pins == 0;
}
