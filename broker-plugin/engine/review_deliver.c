/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"

/* The alert that the audience has, as the archive keeps it, with the texts. */
static enum tocsin_status render(struct tocsin_draft *draft, struct tocsin_sending *sending,
	const struct tocsin_reach *before, const Tocsin__V1__Incident *incident, uint64_t sequence)
{
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_archive *archive = engine->archive;
	struct tocsin_version version;
	const uint8_t *bytes;
	size_t size;

	enum tocsin_status status = archive->alert(archive->ctx, before->last_row, &bytes, &size);
	const Tocsin__V1__Alert *sent = status == TOCSIN_OK
		? tocsin__v1__alert__unpack(tocsin_arena_protobuf(engine->rendering), size, bytes)
		: NULL;
	if (status == TOCSIN_OK) {
		status = tocsin_version_fill(draft, sending, sequence, &version);
	}
	if (status != TOCSIN_OK || !sent) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	return tocsin_render_review(
		sent, incident, sending->audience, &version, engine->rendering, &sending->alert);
}

static enum tocsin_status send(struct tocsin_draft *draft, const struct tocsin_reach *before,
	const struct tocsin_audience *audience, const Tocsin__V1__Incident *incident,
	struct tocsin_state *next)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_sending sending = {.audience = audience, .next = next};
	uint64_t sequence;

	tocsin_arena_reset(engine->rendering);
	enum tocsin_status status =
		tocsin_send_begin(draft, audience, before, &sending.reach, &sequence);
	if (status == TOCSIN_OK) {
		status = tocsin_alert_id(&engine->key, audience->name, draft->id, sending.id);
	}
	if (status == TOCSIN_OK) {
		status = render(draft, &sending, before, incident, sequence);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	sending.reach->last_row = tocsin_alert_row(engine->next_journal_id, draft->alerts.count);
	status = tocsin_send_alert(draft, &sending);
	if (status == TOCSIN_OK) {
		status = tocsin_deliver_open(draft, &sending, before, before->open);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_send_keep(engine, sending.reach, sending.alert);
	}
	struct tocsin_reach *reach =
		status == TOCSIN_OK ? tocsin_reach_create(&engine->chains, sending.reach) : NULL;
	if (!reach) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	next->reaches[next->reach_count++] = reach;
	return TOCSIN_OK;
}

static enum tocsin_status send_all(
	struct tocsin_draft *draft, const struct tocsin_review_look *look, struct tocsin_state *next)
{
	const struct tocsin_state *old = draft->chain->state;
	enum tocsin_status status =
		tocsin_review_texts(draft->engine->working, look->incident, next->texts);

	next->revision = old->revision + 1;
	next->reviewed = true;
	next->journal_id = draft->engine->next_journal_id;
	for (size_t i = 0; status == TOCSIN_OK && i < old->reach_count; ++i) {
		struct tocsin_reach *before = old->reaches[i];
		const struct tocsin_audience *audience =
			tocsin_review_reader(draft->engine, before, look->journal_id, draft->now_ms);

		if (audience) {
			status = send(draft, before, audience, look->incident, next);
		} else {
			++before->refs;
			next->reaches[next->reach_count++] = before;
		}
	}
	return status;
}

/* Others are still compared with the version, which is its sender's and not the
 * reviewer's. */
static enum tocsin_status remember(
	struct tocsin_draft *draft, const struct tocsin_review_look *look)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_nearby_incident incident = {
		.sender = tocsin_table_hash(&engine->tokens, look->sender, strlen(look->sender)),
		.revision = draft->revision,
	};
	struct tocsin_nearby_key key;
	const enum tocsin_status status = tocsin_facts_read(look->incident, look->sender,
		look->received_ms, engine->ruleset->gazetteer, engine->working, &draft->facts);

	if (status != TOCSIN_OK || !tocsin_similar_key(engine, &draft->facts, &key)) {
		return status;
	}
	incident.start_ms = draft->facts.start_ms;
	memcpy(incident.chain, draft->chain->key, TOCSIN_UUID);
	return tocsin_similar_keep(engine, &draft->undo->steps, &key, &incident);
}

enum tocsin_status tocsin_deliver_review(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_review_look look;
	enum tocsin_status status =
		tocsin_review_look(engine, draft->submission->reviews, draft->now_ms, &look);

	if (status != TOCSIN_OK || look.state != TOCSIN_REVIEW_WAITS) {
		return status == TOCSIN_OK ? TOCSIN_LIMIT : status;
	}
	struct tocsin_state *next =
		tocsin_state_create(&engine->chains, draft->chain->state, draft->chain->state->reach_count);
	status = next ? send_all(draft, &look, next) : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK) {
		status = tocsin_steps_state(&draft->undo->steps, draft->chain, next);
	}
	if (status != TOCSIN_OK) {
		tocsin_state_destroy(&engine->chains, next);
		return status;
	}
	draft->routing = TOCSIN__V1__ROUTING__ROUTING_ROUTED;
	draft->revision = next->revision;
	return remember(draft, &look);
}
