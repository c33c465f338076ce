/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"

const struct tocsin_audience *tocsin_reach_audience(
	const struct tocsin_engine *engine, const struct tocsin_reach *reach)
{
	const int index = tocsin_ruleset_audience(engine->ruleset, reach->audience->bytes);

	return index < 0 ? NULL : &engine->ruleset->audiences[index];
}

static enum tocsin_status cancel_id(struct tocsin_draft *draft, const char *audience,
	const struct tocsin_closing *closing, bool follow_up, uint8_t id[TOCSIN_UUID])
{
	const struct tocsin_hmac_key *key = &draft->engine->key;

	if (closing && follow_up) {
		return tocsin_follow_up_id(key, audience, closing->incident, draft->id, id);
	}
	return tocsin_alert_id(key, audience, closing ? closing->incident : draft->id, id);
}

/* At least as long as what it takes back. */
static int64_t cancel_expires(const struct tocsin_reach *before, int64_t now_ms)
{
	const int64_t usual = now_ms + TOCSIN_DEFAULT_EXPIRES_MS;

	return before->expires_ms > usual ? before->expires_ms : usual;
}

static enum tocsin_status cancel_render(struct tocsin_draft *draft, struct tocsin_sending *sending,
	const struct tocsin_closing *closing, uint64_t sequence)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_version version;
	Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;
	const Tocsin__V1__Alert *last = tocsin__v1__alert__unpack(
		tocsin_arena_protobuf(engine->rendering), sending->reach->last_size, sending->reach->last);
	const enum tocsin_status status = tocsin_version_fill(draft, sending, sequence, &version);

	if (!last || status != TOCSIN_OK) {
		return TOCSIN_NO_MEMORY;
	}
	if (closing) {
		close.cause = closing->cause;
		close.note = (char *)(uintptr_t)closing->note;
	}
	return tocsin_render_cancel(last, closing && closing->stated ? &close : NULL, sending->audience,
		&version, engine->ruleset->version, engine->rendering, &sending->alert);
}

/* Whether figures of the versions so far must not go on standing. */
static bool is_untrue(const struct tocsin_closing *closing)
{
	return !closing || closing->cause == TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR;
}

static enum tocsin_status cancel_send(struct tocsin_draft *draft, struct tocsin_sending *sending,
	const struct tocsin_reach *before, const struct tocsin_closing *closing)
{
	struct tocsin_reach *reach = sending->reach;
	enum tocsin_status status = tocsin_send_alert(draft, sending);

	if (status == TOCSIN_OK && before->open) {
		status = tocsin_send_clear(draft, TOCSIN_PUBLISH_OPEN, before->open_topic,
			sending->audience->name, before->formats);
	}
	if (status == TOCSIN_OK && is_untrue(closing)) {
		status = tocsin_clear_figures(draft, reach);
	}
	return status;
}

enum tocsin_status tocsin_cancel_reach(struct tocsin_draft *draft,
	const struct tocsin_reach *before, const struct tocsin_closing *closing, bool follow_up,
	struct tocsin_state *next)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_sending sending = {
		.audience = tocsin_reach_audience(engine, before), .next = next};
	uint64_t sequence;

	tocsin_arena_reset(engine->rendering);
	enum tocsin_status status =
		tocsin_send_begin(draft, sending.audience, before, &sending.reach, &sequence);
	if (status == TOCSIN_OK) {
		status = cancel_id(draft, sending.audience->name, closing, follow_up, sending.id);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	sending.reach->expires_ms =
		tocsin_render_expires(sending.audience, cancel_expires(before, draft->now_ms));
	sending.reach->open = false;
	sending.reach->qos = 1;
	sending.reach->withdrawn = true;
	status = cancel_render(draft, &sending, closing, sequence);
	if (status == TOCSIN_OK) {
		status = cancel_send(draft, &sending, before, closing);
	}
	struct tocsin_reach *reach =
		status == TOCSIN_OK ? tocsin_reach_create(&engine->chains, sending.reach) : NULL;
	if (!reach) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	next->reaches[next->reach_count++] = reach;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_leave_reach(struct tocsin_draft *draft, const struct tocsin_reach *before,
	const struct tocsin_closing *closing, struct tocsin_state *next)
{
	struct tocsin_reach left = *before;
	enum tocsin_status status = before->open
		? tocsin_send_clear(draft, TOCSIN_PUBLISH_OPEN, before->open_topic, before->audience->bytes,
			  before->formats)
		: TOCSIN_OK;

	if (status == TOCSIN_OK && is_untrue(closing)) {
		status = tocsin_clear_figures(draft, before);
	}
	left.open = false;
	struct tocsin_reach *reach =
		status == TOCSIN_OK ? tocsin_reach_create(&draft->engine->chains, &left) : NULL;
	if (!reach) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	next->reaches[next->reach_count++] = reach;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_deliver_cancel(
	struct tocsin_draft *draft, struct tocsin_closing *closing, bool follow_up)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_chain *chain = draft->chain;
	struct tocsin_state *next =
		tocsin_state_create(&engine->chains, chain->state, chain->state->reach_count);
	enum tocsin_status status = next ? TOCSIN_OK : TOCSIN_NO_MEMORY;

	if (next) {
		next->revision = chain->state->named ? chain->state->revision + 1 : 0;
		next->cancelled = true;
		next->journal_id = engine->next_journal_id;
		++closing->refs;
		tocsin_closing_drop(&engine->chains, next->closing);
		next->closing = closing;
	}
	for (size_t i = 0; status == TOCSIN_OK && i < chain->state->reach_count; ++i) {
		struct tocsin_reach *before = chain->state->reaches[i];

		/* Of a version that came late it learned nothing: it was told before. */
		if (draft->late && before->withdrawn) {
			++before->refs;
			next->reaches[next->reach_count++] = before;
			continue;
		}
		status = tocsin_reach_audience(engine, before)
			? tocsin_cancel_reach(draft, before, closing, follow_up, next)
			: tocsin_leave_reach(draft, before, closing, next);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_steps_state(&draft->undo->steps, chain, next);
	}
	if (status != TOCSIN_OK) {
		tocsin_state_destroy(&engine->chains, next);
		return status;
	}
	draft->revision = follow_up ? draft->revision : next->revision;
	return TOCSIN_OK;
}
