/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "engine/state.h"

static bool may_amend(const struct tocsin_draft *draft, const char *sender, const char *other)
{
	const struct tocsin_engine *engine = draft->engine;

	if (draft->submission->by_operator || strcmp(sender, other) == 0) {
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

/* What is known of a referenced id: it came, or it was referenced before. */
struct referenced {
	struct tocsin_chain *chain; /* or NULL */
	const char *owner;          /* whose incident it is, where that is known; or NULL */
	bool known;                 /* it came */
};

static enum tocsin_status look_up(
	struct tocsin_draft *draft, const uint8_t id[TOCSIN_UUID], struct referenced *found)
{
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_known *entry = NULL;
	const uint64_t hash = tocsin_id_hash(engine, id);
	enum tocsin_status status = tocsin_recall_known(engine, id, hash, &entry);
	const struct tocsin_awaited *awaited =
		status == TOCSIN_OK && !entry ? tocsin_awaited_find(&engine->awaited, id, hash) : NULL;

	/* Of one that was forgotten nobody knows any more whose it is. */
	*found = (struct referenced){
		.owner = entry && entry->sender->bytes[0] ? entry->sender->bytes : NULL};
	if (entry || awaited) {
		status = tocsin_recall_chain(
			engine, entry ? entry->chain : awaited->chain, draft->chain, &found->chain);
	}
	found->known = entry && found->chain;
	return status;
}

static enum tocsin_status admit_reference(struct tocsin_draft *draft, size_t at)
{
	const Tocsin__V1__Reference *reference = draft->incident->references[at];
	const char *stated =
		reference->sender && *reference->sender ? reference->sender : draft->sender;
	struct referenced found;
	uint8_t id[TOCSIN_UUID];

	/* A reference to itself is refused as such, and is no unknown version. */
	if (!tocsin_uuid_read(reference->id, id) ||
		(draft->has_id && memcmp(id, draft->id, TOCSIN_UUID) == 0)) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status = look_up(draft, id, &found);
	if (status != TOCSIN_OK) {
		return status;
	}
	if (!may_amend(draft, draft->sender, stated) ||
		(found.owner && !may_amend(draft, draft->sender, found.owner))) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_SENDER, at);
		return TOCSIN_OK;
	}
	if (!found.known) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_UNKNOWN, at);
	}
	if (!found.chain ||
		(!found.known && !may_amend(draft, draft->sender, found.chain->sender->bytes))) {
		return TOCSIN_OK;
	}
	if (found.chain->status != draft->incident->status) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_STATUS, at);
	}
	if (draft->chain && draft->chain != found.chain) {
		refuse(draft, TOCSIN_CHECK_REFERENCES_CHAIN, at);
	}
	draft->chain = found.chain;
	return TOCSIN_OK;
}

static enum tocsin_status admit_self(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_awaited *awaited =
		tocsin_awaited_find(&engine->awaited, draft->id, draft->id_hash);
	struct tocsin_chain *chain = NULL;
	const enum tocsin_status status =
		awaited ? tocsin_recall_chain(engine, awaited->chain, draft->chain, &chain) : TOCSIN_OK;

	if (status != TOCSIN_OK || !chain || chain->status != draft->incident->status ||
		!may_amend(draft, chain->sender->bytes, draft->sender)) {
		return status;
	}
	/* It is ended by a Cancel that named it, or that ended what names it: also by one that
	 * could not know which chain is meant and opened its own. */
	if (awaited->cancelled || chain->state->cancelled) {
		draft->closing = chain->state->closing;
	}
	if (draft->chain && draft->chain != chain) {
		return TOCSIN_OK;
	}
	draft->chain = chain;
	draft->late = chain->state->named && !awaited->cancelled;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_admit(struct tocsin_draft *draft)
{
	const Tocsin__V1__Incident *incident = draft->incident;
	const bool first = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && !first && i < incident->n_references; ++i) {
		status = admit_reference(draft, i);
	}
	if (status == TOCSIN_OK && draft->chain && draft->chain->state->named &&
		tocsin_chain_closed(draft->chain, draft->now_ms)) {
		tocsin_violations_add(
			&draft->violations, TOCSIN_CHECK_REFERENCES_CLOSED, "references", NULL);
	}
	if (status == TOCSIN_OK && incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL) {
		status = admit_self(draft);
	}
	if (status == TOCSIN_IO) {
		draft->deferred = "disk";
	}
	return status == TOCSIN_OK && draft->violations.short_of_memory ? TOCSIN_NO_MEMORY : status;
}

static bool record_awaited(struct tocsin_draft *draft, const char *id, bool cancelled)
{
	struct tocsin_record_awaited *record =
		tocsin_growing_slot(&draft->awaited, draft->arena, sizeof(*record));

	if (!record) {
		return false;
	}
	record->id = tocsin_arena_text(draft->arena, id, strlen(id));
	record->cancelled = cancelled;
	return record->id != NULL;
}

enum tocsin_status tocsin_admit_awaited(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	const Tocsin__V1__Incident *incident = draft->incident;
	const bool cancel = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL;
	const bool first = incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;

	for (size_t i = 0; !first && i < incident->n_references; ++i) {
		uint8_t id[TOCSIN_UUID];

		if (!tocsin_uuid_read(incident->references[i]->id, id)) {
			continue;
		}
		const uint64_t hash = tocsin_id_hash(engine, id);
		if (tocsin_known_find(&engine->known, id, hash)) {
			continue;
		}
		const struct tocsin_awaited *have = tocsin_awaited_find(&engine->awaited, id, hash);
		if (have && (have->cancelled || !cancel)) {
			continue;
		}
		struct tocsin_awaited *entry =
			tocsin_awaited_create(&engine->awaited, id, draft->chain->key, cancel);
		if (!entry) {
			return TOCSIN_NO_MEMORY;
		}
		const enum tocsin_status status =
			tocsin_steps_add(&draft->undo->steps, &engine->awaited, &entry->node, hash);
		if (status != TOCSIN_OK) {
			engine->awaited.destroy(engine->awaited.ctx, &entry->node);
			return status;
		}
		if (!record_awaited(draft, incident->references[i]->id, cancel)) {
			return TOCSIN_NO_MEMORY;
		}
	}
	return TOCSIN_OK;
}
