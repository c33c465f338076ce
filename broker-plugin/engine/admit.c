/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "engine/state.h"

static bool may_amend(const struct tocsin_engine *engine, const char *sender, const char *other)
{
	if (strcmp(sender, other) == 0) {
		return true;
	}
	const struct tocsin_sender *entry = tocsin_ruleset_sender(engine->ruleset, sender);
	for (size_t i = 0; entry && i < entry->may_amend_count; ++i) {
		if (strcmp(entry->may_amend[i], other) == 0) {
			return true;
		}
	}
	return false;
}

static void refuse(struct tocsin_draft *draft, enum tocsin_check check, size_t at)
{
	char field[TOCSIN_MAX_FIELD_PATH];

	snprintf(field, sizeof(field), "references[%zu]", at);
	tocsin_violations_add(&draft->violations, check, field, NULL);
}

/* The chain behind a referenced id that came, or that was referenced before. */
static struct tocsin_chain *chain_behind(
	const struct tocsin_engine *engine, const uint8_t id[TOCSIN_UUID], bool *known)
{
	const struct tocsin_known *entry = tocsin_known_find(&engine->known, id);
	const struct tocsin_awaited *awaited = entry ? NULL : tocsin_awaited_find(&engine->awaited, id);
	struct tocsin_chain *chain = NULL;

	if (entry || awaited) {
		chain = tocsin_chain_find(&engine->chains, entry ? entry->chain : awaited->chain);
	}
	*known = entry && chain;
	return chain;
}

/* Whose incident the id is, where that is known. */
static const char *owner_of(const struct tocsin_engine *engine, const uint8_t id[TOCSIN_UUID])
{
	const struct tocsin_known *entry = tocsin_known_find(&engine->known, id);

	return entry ? entry->sender->bytes : NULL;
}

static void admit_reference(struct tocsin_draft *draft, size_t at)
{
	const struct tocsin_engine *engine = draft->engine;
	const Tocsin__V1__Reference *reference = draft->incident->references[at];
	const char *stated =
		reference->sender && *reference->sender ? reference->sender : draft->sender;
	uint8_t id[TOCSIN_UUID];
	bool known = false;

	/* A reference to itself is refused as such, and is no unknown version. */
	if (!tocsin_uuid_read(reference->id, id) ||
		(draft->has_id && memcmp(id, draft->id, TOCSIN_UUID) == 0)) {
		return;
	}
	const char *owner = owner_of(engine, id);
	if (!may_amend(engine, draft->sender, stated) ||
		(owner && !may_amend(engine, draft->sender, owner))) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_SENDER, at);
		return;
	}
	struct tocsin_chain *chain = chain_behind(engine, id, &known);
	if (!known) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_UNKNOWN, at);
	}
	if (!chain || (!known && !may_amend(engine, draft->sender, chain->sender->bytes))) {
		return;
	}
	if (chain->status != draft->incident->status) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_STATUS, at);
	}
	if (draft->chain && draft->chain != chain) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_CHAIN, at);
	}
	draft->chain = chain;
}

void tocsin_admit_self(struct tocsin_draft *draft)
{
	const struct tocsin_engine *engine = draft->engine;
	const struct tocsin_awaited *awaited = tocsin_awaited_find(&engine->awaited, draft->id);
	struct tocsin_chain *chain =
		awaited ? tocsin_chain_find(&engine->chains, awaited->chain) : NULL;

	if (!chain || chain->status != draft->incident->status ||
		!may_amend(engine, chain->sender->bytes, draft->sender) ||
		(draft->chain && draft->chain != chain)) {
		return;
	}
	draft->chain = chain;
	draft->cancelled = awaited->cancelled && chain->state->closing;
	draft->late = chain->state->named && !awaited->cancelled;
}

enum tocsin_status tocsin_admit(struct tocsin_draft *draft)
{
	const Tocsin__V1__Incident *incident = draft->incident;
	const bool first = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;

	for (size_t i = 0; !first && i < incident->n_references; ++i) {
		admit_reference(draft, i);
	}
	if (draft->chain && draft->chain->state->named &&
		tocsin_chain_closed(draft->chain, draft->now_ms)) {
		tocsin_violations_add(
			&draft->violations, TOCSIN_CHECK_REFERENCES_CLOSED, "references", NULL);
	}
	if (incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		tocsin_admit_self(draft);
	}
	return draft->violations.short_of_memory ? TOCSIN_NO_MEMORY : TOCSIN_OK;
}

enum tocsin_status tocsin_admit_awaited(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	const Tocsin__V1__Incident *incident = draft->incident;
	const bool cancel = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	const bool first = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;

	for (size_t i = 0; !first && i < incident->n_references; ++i) {
		uint8_t id[TOCSIN_UUID];

		if (!tocsin_uuid_read(incident->references[i]->id, id) ||
			tocsin_known_find(&engine->known, id)) {
			continue;
		}
		const struct tocsin_awaited *have = tocsin_awaited_find(&engine->awaited, id);
		if (have && (have->cancelled || !cancel)) {
			continue;
		}
		struct tocsin_awaited *entry =
			tocsin_awaited_create(&engine->awaited, id, draft->chain->key, cancel);
		if (!entry) {
			return TOCSIN_NO_MEMORY;
		}
		const enum tocsin_status status = tocsin_steps_add(&draft->undo->steps, &engine->awaited,
			&entry->node, tocsin_table_hash(&engine->awaited, id, TOCSIN_UUID));
		if (status != TOCSIN_OK) {
			engine->awaited.destroy(engine->awaited.ctx, &entry->node);
			return status;
		}
	}
	return TOCSIN_OK;
}
