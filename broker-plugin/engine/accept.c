/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"

/* A closed chain among the oldest goes before one that is still open. */
static enum tocsin_status chains_make_room(struct tocsin_draft *draft)
{
	struct tocsin_table *chains = &draft->engine->chains;
	struct tocsin_node *node = chains->oldest;

	if (!tocsin_table_full(chains)) {
		return TOCSIN_OK;
	}
	for (int i = 0; node && i < TOCSIN_MAX_CLOSED_LOOK; ++i, node = node->newer) {
		if (node->pins == 0 &&
			tocsin_chain_closed((const struct tocsin_chain *)node, draft->now_ms)) {
			return tocsin_steps_evict(&draft->undo->steps, chains, node);
		}
	}
	return TOCSIN_OK;
}

static enum tocsin_status chain_open(struct tocsin_draft *draft)
{
	struct tocsin_table *chains = &draft->engine->chains;

	if (draft->chain) {
		return TOCSIN_OK;
	}
	enum tocsin_status status = chains_make_room(draft);
	if (status != TOCSIN_OK) {
		return status;
	}
	/* An id that opened a chain once may have been forgotten while its chain was
	 * not: two of one key must not stand beside each other. */
	struct tocsin_chain *chain = tocsin_chain_find(chains, draft->id, draft->id_hash);
	if (chain) {
		status = chain->node.pins > 0
			? TOCSIN_LIMIT
			: tocsin_steps_evict(&draft->undo->steps, chains, &chain->node);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	chain = tocsin_chain_create(chains, draft->id, draft->sender, draft->incident->status);
	if (!chain) {
		return TOCSIN_NO_MEMORY;
	}
	status = tocsin_steps_add(&draft->undo->steps, chains, &chain->node, draft->id_hash);
	if (status != TOCSIN_OK) {
		tocsin_chain_destroy(chains, chain);
		return status;
	}
	draft->chain = chain;
	return TOCSIN_OK;
}

/* Who gets what. */
static enum tocsin_status deliver(struct tocsin_draft *draft)
{
	struct tocsin_table *chains = &draft->engine->chains;

	if (draft->submission->reviews) {
		return tocsin_deliver_review(draft);
	}
	if (draft->incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		enum tocsin_status status = tocsin_deliver_version(draft);
		const uint32_t topics = draft->topics;

		/* The Cancel that follows goes to the same topics, which count once. */
		if (status == TOCSIN_OK && draft->closing) {
			status = tocsin_deliver_cancel(draft, draft->closing, true);
			draft->topics = topics;
		}
		return status;
	}
	struct tocsin_closing *closing =
		tocsin_closing_create(chains, draft->id, draft->incident->close);
	if (!closing) {
		return TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status = tocsin_deliver_cancel(draft, closing, false);
	tocsin_closing_drop(chains, closing);
	draft->routing =
		draft->topics > 0 ? TOCSIN__V1__ROUTING__ROUTING_ROUTED : TOCSIN__V1__ROUTING__ROUTING_HELD;
	return status;
}

static struct tocsin_known *known_begin(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_known *known = tocsin_known_create(&engine->known);

	if (!known) {
		return NULL;
	}
	memcpy(known->id, draft->id, TOCSIN_UUID);
	memcpy(known->hash, draft->hash, sizeof(draft->hash));
	memcpy(known->chain, draft->chain->key, TOCSIN_UUID);
	known->received_ms = draft->now_ms;
	known->journal_id = engine->next_journal_id;
	known->sender = tocsin_token_take(&engine->tokens, draft->sender, strlen(draft->sender));
	if (!known->sender) {
		tocsin_known_destroy(&engine->known, known);
		return NULL;
	}
	return known;
}

static enum tocsin_status remember(struct tocsin_draft *draft, struct tocsin_known *known)
{
	struct tocsin_engine *engine = draft->engine;
	enum tocsin_status status = tocsin_record_make(draft, known);

	if (status == TOCSIN_OK) {
		status = tocsin_receipt_accepted(draft, known);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_steps_number(&draft->undo->steps, &engine->next_journal_id);
	}
	return status == TOCSIN_OK
		? tocsin_steps_add(&draft->undo->steps, &engine->known, &known->node, draft->id_hash)
		: status;
}

enum tocsin_status tocsin_accept(struct tocsin_draft *draft)
{
	enum tocsin_status status = chain_open(draft);

	if (status == TOCSIN_OK) {
		draft->previous_id = draft->chain->state->journal_id;
		status = deliver(draft);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_admit_awaited(draft);
	}
	struct tocsin_known *known = status == TOCSIN_OK ? known_begin(draft) : NULL;
	if (!known) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	status = remember(draft, known);
	if (status != TOCSIN_OK) {
		tocsin_known_destroy(&draft->engine->known, known);
		return status;
	}
	++draft->engine->next_journal_id;
	if (draft->engine->archive) {
		tocsin_filter_add(&draft->engine->stored, draft->id_hash);
	}
	return TOCSIN_OK;
}
