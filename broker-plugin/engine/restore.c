/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/restore.h"

#include <string.h>

/* The chain named by the record; opened where this is its first incident. */
static enum tocsin_status restore_chain(struct tocsin_restoring *restoring)
{
	struct tocsin_draft *draft = &restoring->draft;
	struct tocsin_table *chains = &draft->engine->chains;
	uint8_t key[TOCSIN_UUID];

	if (!tocsin_uuid_read(restoring->record->chain, key)) {
		return TOCSIN_INVALID;
	}
	draft->chain = tocsin_chain_find(chains, key);
	if (draft->chain) {
		return TOCSIN_OK;
	}
	draft->chain =
		tocsin_chain_create(chains, key, restoring->record->sender, draft->incident->status);
	if (!draft->chain) {
		return TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status = tocsin_steps_add(&draft->undo->steps, chains,
		&draft->chain->node, tocsin_table_hash(chains, key, TOCSIN_UUID));
	if (status != TOCSIN_OK) {
		tocsin_chain_destroy(chains, draft->chain);
	}
	return status;
}

static enum tocsin_status restore_closing(struct tocsin_restoring *restoring)
{
	struct tocsin_table *chains = &restoring->draft.engine->chains;
	struct tocsin_closing *closing =
		tocsin_closing_create(chains, restoring->draft.id, restoring->draft.incident->close);

	if (!closing) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin_closing_drop(chains, restoring->next->closing);
	restoring->next->closing = closing;
	return TOCSIN_OK;
}

/* Whoever got the version stands first, then the others as they stood: the order in
 * which a later Cancel goes out. */
static enum tocsin_status restore_order(struct tocsin_restoring *restoring)
{
	struct tocsin_state *next = restoring->next;
	struct tocsin_reach **sorted = tocsin_arena_zero(
		restoring->draft.engine->working, next->reach_count + 1, sizeof(struct tocsin_reach *));
	size_t count = 0;

	if (!sorted) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < restoring->delivered_count; ++i) {
		sorted[count++] = next->reaches[restoring->delivered[i]];
	}
	for (size_t i = 0; i < next->reach_count; ++i) {
		bool taken = false;

		for (size_t k = 0; k < restoring->delivered_count && !taken; ++k) {
			taken = restoring->delivered[k] == i;
		}
		if (!taken) {
			sorted[count++] = next->reaches[i];
		}
	}
	if (count > 0) {
		memcpy(next->reaches, sorted, count * sizeof(struct tocsin_reach *));
	}
	return TOCSIN_OK;
}

static enum tocsin_status restore_state(struct tocsin_restoring *restoring)
{
	struct tocsin_draft *draft = &restoring->draft;
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_state *old = draft->chain->state;
	const struct tocsin_record *record = restoring->record;
	const bool cancel = draft->incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	enum tocsin_status status = TOCSIN_OK;

	restoring->next =
		tocsin_state_create(&engine->chains, old, old->reach_count + record->alert_count);
	restoring->delivered =
		tocsin_arena_zero(engine->working, record->alert_count + 1, sizeof(size_t));
	if (!restoring->next || !restoring->delivered) {
		tocsin_state_destroy(&engine->chains, restoring->next);
		return TOCSIN_NO_MEMORY;
	}
	struct tocsin_state *next = restoring->next;
	for (size_t i = 0; i < old->reach_count; ++i) {
		++old->reaches[i]->refs;
		next->reaches[next->reach_count++] = old->reaches[i];
	}
	next->revision = record->revision;
	if (!cancel && !draft->late) {
		next->expires_ms = 0;
	}
	if (cancel) {
		status = restore_closing(restoring);
	}
	for (size_t i = 0; status == TOCSIN_OK && i < record->alert_count; ++i) {
		status = tocsin_restore_alert(restoring, &record->alerts[i]);
	}
	if (status == TOCSIN_OK) {
		status = restore_order(restoring);
	}
	if (!cancel && !next->named) {
		next->named = true;
		memcpy(next->name, draft->id, TOCSIN_UUID);
	}
	/* A Cancel that came first followed its Alert in the same record. */
	next->cancelled = cancel || draft->cancelled;
	next->revision += draft->cancelled;
	if (status == TOCSIN_OK) {
		status = tocsin_steps_state(&draft->undo->steps, draft->chain, next);
	}
	if (status != TOCSIN_OK) {
		tocsin_state_destroy(&engine->chains, next);
	}
	return status;
}

/* The receipt without what names the incident, as a re-send will need it. */
static struct tocsin_token *restore_answer(struct tocsin_restoring *restoring)
{
	struct tocsin_engine *engine = restoring->draft.engine;
	Tocsin__V1__Receipt *receipt =
		tocsin__v1__receipt__unpack(tocsin_arena_protobuf(engine->working),
			restoring->record->receipt_size, restoring->record->receipt);

	if (!receipt) {
		return NULL;
	}
	receipt->incident_id = receipt->journal_id = receipt->payload_sha256 =
		(char *)(uintptr_t)protobuf_c_empty_string;
	receipt->received = NULL;
	receipt->durable = false;
	receipt->verdict = TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED;
	const size_t size = tocsin__v1__receipt__get_packed_size(receipt);
	uint8_t *bytes = tocsin_arena_alloc(engine->working, size + 1);
	if (!bytes) {
		return NULL;
	}
	tocsin__v1__receipt__pack(receipt, bytes);
	return tocsin_token_take(&engine->tokens, bytes, size);
}

static enum tocsin_status restore_known(struct tocsin_restoring *restoring)
{
	struct tocsin_draft *draft = &restoring->draft;
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_record *record = restoring->record;
	struct tocsin_known *known = tocsin_known_create(&engine->known);

	if (!known) {
		return TOCSIN_NO_MEMORY;
	}
	memcpy(known->id, draft->id, TOCSIN_UUID);
	memcpy(known->hash, record->hash, sizeof(known->hash));
	memcpy(known->chain, draft->chain->key, TOCSIN_UUID);
	known->received_ms = record->received_ms;
	known->journal_id = record->journal_id;
	known->sender = tocsin_token_take(&engine->tokens, record->sender, strlen(record->sender));
	known->answer = restore_answer(restoring);
	const enum tocsin_status status = known->sender && known->answer
		? tocsin_steps_add(&draft->undo->steps, &engine->known, &known->node,
			  tocsin_table_hash(&engine->known, known->id, TOCSIN_UUID))
		: TOCSIN_NO_MEMORY;
	if (status != TOCSIN_OK) {
		tocsin_known_destroy(&engine->known, known);
	}
	return status;
}

/* What the version was about: its figures and its neighbours follow from that. */
static enum tocsin_status restore_facts(struct tocsin_draft *draft)
{
	if (draft->incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		return TOCSIN_OK;
	}
	draft->has_facts = true;
	return tocsin_facts_read(draft->incident, draft->sender, draft->now_ms,
		draft->engine->ruleset->gazetteer, draft->engine->working, &draft->facts);
}

static enum tocsin_status restore_all(struct tocsin_restoring *restoring)
{
	struct tocsin_draft *draft = &restoring->draft;
	const struct tocsin_record *record = restoring->record;
	enum tocsin_status status = tocsin_incident_decode(record->form, record->bytes, record->size,
		draft->engine->decoding, &draft->violations, &draft->incident);

	if (!draft->incident || !tocsin_uuid_read(record->incident_id, draft->id)) {
		return status == TOCSIN_NO_MEMORY ? status : TOCSIN_INVALID;
	}
	status = restore_chain(restoring);
	if (status == TOCSIN_OK) {
		status = restore_facts(draft);
	}
	if (status == TOCSIN_OK) {
		if (draft->incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
			tocsin_admit_self(draft);
		}
		status = restore_state(restoring);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_admit_awaited(draft);
	}
	if (status == TOCSIN_OK) {
		status = restore_known(restoring);
	}
	if (status == TOCSIN_OK && draft->has_facts) {
		draft->revision = restoring->record->revision;
		status = tocsin_similar_remember(draft);
	}
	return status;
}

enum tocsin_status tocsin_engine_restore(
	struct tocsin_engine *engine, const struct tocsin_record *record)
{
	struct tocsin_restoring restoring = {.record = record};
	struct tocsin_draft *draft = &restoring.draft;

	draft->engine = engine;
	draft->now_ms = record->received_ms;
	draft->sender = record->sender;
	draft->outcome = tocsin_outcome_create(engine);
	if (!draft->outcome) {
		return TOCSIN_NO_MEMORY;
	}
	draft->undo = draft->outcome->undo;
	draft->arena = draft->outcome->memory;
	tocsin_arena_reset(engine->decoding);
	tocsin_arena_reset(engine->working);
	tocsin_arena_reset(engine->rendering);
	tocsin_violations_init(&draft->violations, engine->working);
	const enum tocsin_status status = restore_all(&restoring);
	if (status == TOCSIN_OK) {
		tocsin_steps_settle(&draft->undo->steps);
		if (record->journal_id >= engine->next_journal_id) {
			engine->next_journal_id = record->journal_id + 1;
		}
	} else {
		tocsin_steps_undo(&draft->undo->steps);
	}
	tocsin_outcome_destroy(engine, draft->outcome);
	return status;
}
