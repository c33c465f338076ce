/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/gate.h"
#include "proto/reading.h"

/* An Alert or Update on its way to the audiences. */
struct delivering {
	struct tocsin_decision decision;
	struct tocsin_gating gating;
	struct tocsin_similar similar;
	struct tocsin_state *next;
	int64_t incident_expires_ms; /* 0: it does not say */
};

static const char **rule_ids(struct tocsin_draft *draft, const uint32_t *rules, size_t count)
{
	const struct tocsin_ruleset *ruleset = draft->engine->ruleset;
	const char **ids = tocsin_arena_zero(draft->engine->working, count + 1, sizeof(*ids));

	for (size_t i = 0; ids && i < count; ++i) {
		ids[i] = ruleset->rules[rules[i]].id;
	}
	return ids;
}

static int64_t expires_after(const struct delivering *all, int64_t span_ms, int64_t now_ms)
{
	const int64_t at = now_ms + span_ms;

	return all->incident_expires_ms > 0 && all->incident_expires_ms < at ? all->incident_expires_ms
																		 : at;
}

/* Ids of the audience's own alerts about what may be the same event. */
static enum tocsin_status add_similar(struct tocsin_draft *draft,
	const struct tocsin_similar *similar, const char *audience, struct tocsin_version *version)
{
	struct tocsin_arena *arena = draft->engine->rendering;
	const char **ids = tocsin_arena_zero(arena, similar->count + 1, sizeof(*ids));

	if (!ids) {
		return TOCSIN_NO_MEMORY;
	}
	version->possible_duplicates = ids;
	for (size_t i = 0; i < similar->count; ++i) {
		const struct tocsin_reach *reach = tocsin_state_reach(similar->chains[i]->state, audience);
		char text[TOCSIN_UUID_TEXT];

		if (!reach || reach->withdrawn || reach->alert_count == 0) {
			continue;
		}
		tocsin_uuid_write(reach->alerts[reach->alert_count - 1], text);
		ids[version->possible_duplicate_count] =
			tocsin_arena_text(arena, text, TOCSIN_UUID_TEXT - 1);
		if (!ids[version->possible_duplicate_count++]) {
			return TOCSIN_NO_MEMORY;
		}
	}
	return TOCSIN_OK;
}

static enum tocsin_status render(struct tocsin_draft *draft, const struct delivering *all,
	const struct tocsin_delivery *delivery, struct tocsin_sending *sending, uint64_t sequence,
	struct tocsin_version *version)
{
	struct tocsin_engine *engine = draft->engine;
	enum tocsin_status status = tocsin_version_fill(draft, sending, sequence, version);

	if (status == TOCSIN_OK) {
		status = add_similar(draft, &all->similar, sending->audience->name, version);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	if (delivery->by_default) {
		version->held_by = draft->held_by;
		version->held_by_count = draft->held_count;
	}
	version->reviewed = draft->reviewed;
	version->reports = delivery->by_default ? 0 : all->gating.reports[delivery->audience];
	version->rule_count = delivery->rule_count;
	version->rules = rule_ids(draft, delivery->rules, delivery->rule_count);
	return version->rules ? tocsin_render_alert(draft->incident, &draft->facts, engine->ruleset,
								sending->audience, version, engine->rendering, &sending->alert)
						  : TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_deliver_open(struct tocsin_draft *draft, struct tocsin_sending *sending,
	const struct tocsin_reach *before, bool wanted)
{
	struct tocsin_reach *reach = sending->reach;
	enum tocsin_status status = wanted ? tocsin_send_open(draft, sending) : TOCSIN_OK;
	const unsigned stood = before && before->open ? before->formats : 0;
	const bool moved = stood && (!wanted || strcmp(before->open_topic, reach->open_topic) != 0);

	if (status == TOCSIN_OK && stood) {
		const unsigned left = moved ? stood : stood & ~(unsigned)reach->formats;

		status = tocsin_send_clear(
			draft, TOCSIN_PUBLISH_OPEN, before->open_topic, sending->audience->name, left);
	}
	if (status == TOCSIN_OK && wanted) {
		(void)tocsin_expiries_add(
			&draft->engine->expiries, draft->engine->heap, reach->expires_ms, draft->chain->key);
	}
	return status;
}

/* What a version that came late does not change: the newer one stays the picture. */
static void keep_newer(struct tocsin_reach *reach, const struct tocsin_reach *before)
{
	reach->last = before->last;
	reach->last_size = before->last_size;
	reach->last_row = before->last_row;
	reach->redaction = before->redaction;
	reach->expires_ms = before->expires_ms;
	reach->qos = before->qos;
	reach->open = before->open;
	reach->formats = before->formats;
}

static enum tocsin_status send_version(struct tocsin_draft *draft, const struct delivering *all,
	const struct tocsin_delivery *delivery, struct tocsin_sending *sending,
	const struct tocsin_reach *before, uint64_t sequence)
{
	struct tocsin_reach *reach = sending->reach;
	const struct tocsin_engine *engine = draft->engine;
	/* The newer version is the picture, also where it was not sent or was taken back. */
	const bool pictured = !draft->late && draft->chain->status == TOCSIN__V1__STATUS__STATUS_ACTUAL;
	struct tocsin_version version;

	const int64_t span_ms =
		delivery->expires_ms > 0 ? delivery->expires_ms : TOCSIN_DEFAULT_EXPIRES_MS;

	reach->expires_ms =
		tocsin_render_expires(sending->audience, expires_after(all, span_ms, draft->now_ms));
	reach->qos = delivery->qos;
	reach->withdrawn = false;
	reach->open = delivery->open && pictured;
	enum tocsin_status status = render(draft, all, delivery, sending, sequence, &version);
	if (status != TOCSIN_OK) {
		return status;
	}
	reach->last_row = tocsin_alert_row(engine->next_journal_id, draft->alerts.count);
	const char *topic = tocsin_topic_alert(engine->root, sending->alert, false, engine->working);
	status = topic ? tocsin_send_topic(draft, reach, topic) : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK) {
		status = tocsin_send_alert(draft, sending);
	}
	if (status == TOCSIN_OK && !draft->late) {
		status = tocsin_deliver_open(draft, sending, before, reach->open);
	}
	if (status == TOCSIN_OK && pictured) {
		status = tocsin_send_figures(draft, sending, &version);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_send_keep_sent(draft, sending);
	}
	if (draft->late && before && !before->withdrawn) {
		keep_newer(reach, before);
	}
	return status;
}

static enum tocsin_status deliver_one(
	struct tocsin_draft *draft, struct delivering *all, const struct tocsin_delivery *delivery)
{
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_audience *audience = &engine->ruleset->audiences[delivery->audience];
	const struct tocsin_reach *before = tocsin_state_reach(draft->chain->state, audience->name);
	struct tocsin_sending sending = {.audience = audience, .next = all->next};
	uint64_t sequence;

	tocsin_arena_reset(engine->rendering);
	enum tocsin_status status =
		tocsin_send_begin(draft, audience, before, &sending.reach, &sequence);
	if (status == TOCSIN_OK) {
		status = tocsin_alert_id(&engine->key, audience->name, draft->id, sending.id);
	}
	if (status == TOCSIN_OK) {
		status = send_version(draft, all, delivery, &sending, before, sequence);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_reach *reach = tocsin_reach_create(&engine->chains, sending.reach);
	if (!reach) {
		return TOCSIN_NO_MEMORY;
	}
	all->next->reaches[all->next->reach_count++] = reach;
	if (reach->expires_ms > all->next->expires_ms) {
		all->next->expires_ms = reach->expires_ms;
	}
	return TOCSIN_OK;
}

/* Whoever saw an earlier version and does not qualify for this one. */
static enum tocsin_status deliver_others(struct tocsin_draft *draft, struct delivering *all)
{
	struct tocsin_engine *engine = draft->engine;
	const struct tocsin_state *old = draft->chain->state;
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < old->reach_count; ++i) {
		struct tocsin_reach *before = old->reaches[i];

		if (tocsin_state_reach(all->next, before->audience->bytes)) {
			continue;
		}
		if (draft->late || before->withdrawn) {
			++before->refs;
			all->next->reaches[all->next->reach_count++] = before;
			continue;
		}
		status = tocsin_reach_audience(engine, before)
			? tocsin_cancel_reach(draft, before, NULL, false, all->next)
			: tocsin_leave_reach(draft, before, NULL, all->next);
	}
	return status;
}

static enum tocsin_status deliver_all(struct tocsin_draft *draft, struct delivering *all)
{
	const struct tocsin_decision *decision = &all->decision;
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < decision->delivery_count; ++i) {
		status = deliver_one(draft, all, &decision->deliveries[i]);
	}
	if (status == TOCSIN_OK) {
		status = deliver_others(draft, all);
	}
	if (status == TOCSIN_OK) {
		status = tocsin_steps_state(&draft->undo->steps, draft->chain, all->next);
	}
	return status;
}

static struct tocsin_token *region_path(struct tocsin_draft *draft)
{
	const struct tocsin_facts *facts = &draft->facts;
	const char *codes[TOCSIN_MAX_REGION_DEPTH]; /* outermost first */

	for (size_t i = 0; i < facts->depth; ++i) {
		codes[facts->depth - 1 - i] =
			tocsin_gazetteer_region(draft->engine->ruleset->gazetteer, facts->path[i])->code;
	}
	const char *text = tocsin_slashed(draft->engine->working, codes, facts->depth);
	return text ? tocsin_token_take(&draft->engine->tokens, text, strlen(text)) : NULL;
}

/* What the chain is found by in the journal. */
static bool file_state(struct tocsin_draft *draft, struct tocsin_state *next)
{
	struct tocsin_token *region = region_path(draft);

	if (!region) {
		return false;
	}
	tocsin_token_drop(&draft->engine->tokens, next->region);
	next->region = region;
	next->event = draft->facts.event;
	next->severity = draft->facts.severity;
	return true;
}

static struct tocsin_state *next_state(struct tocsin_draft *draft, const struct delivering *all)
{
	const struct tocsin_state *old = draft->chain->state;
	struct tocsin_state *next = tocsin_state_create(
		&draft->engine->chains, old, old->reach_count + all->decision.delivery_count);

	if (!next) {
		return NULL;
	}
	next->revision = old->revision + 1;
	next->cancelled = false;
	if (!draft->late) {
		next->stands_ms = 0;
		memcpy(next->version, draft->id, TOCSIN_UUID);
	}
	next->journal_id = draft->engine->next_journal_id;
	next->expires_ms = draft->late ? old->expires_ms : 0;
	/* One that is held stays open as long as what it would have sent. */
	if (all->decision.delivery_count == 0 && old->reach_count == 0) {
		next->expires_ms = expires_after(all, TOCSIN_DEFAULT_EXPIRES_MS, draft->now_ms);
	}
	if (!next->named) {
		next->named = true;
		memcpy(next->name, draft->id, TOCSIN_UUID);
	}
	return next;
}

/* Whoever read these texts before need not read them again. */
static enum tocsin_status know_texts(struct tocsin_draft *draft)
{
	const struct tocsin_state *state = draft->chain->state;
	uint8_t texts[TOCSIN_REVIEW_TEXTS];

	if (!state->reviewed) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status =
		tocsin_review_texts(draft->engine->working, draft->incident, texts);
	draft->reviewed = status == TOCSIN_OK && memcmp(texts, state->texts, sizeof(texts)) == 0;
	return status;
}

enum tocsin_status tocsin_deliver_version(struct tocsin_draft *draft)
{
	struct tocsin_engine *engine = draft->engine;
	struct delivering all;

	memset(&all.similar, 0, sizeof(all.similar));
	tocsin_gating_begin(&all.gating, draft);
	tocsin_decide(engine->ruleset, &draft->facts, &all.gating.gate, engine->scratch, &all.decision);
	if (tocsin_gating_end(&all.gating) != TOCSIN_OK) {
		return all.gating.status;
	}
	if (know_texts(draft) != TOCSIN_OK) {
		return TOCSIN_NO_MEMORY;
	}
	draft->routing = all.decision.routing;
	draft->rule_count = all.decision.fired_count;
	draft->rules = rule_ids(draft, all.decision.fired, all.decision.fired_count);
	draft->held_count = all.decision.held_count;
	draft->held_by = rule_ids(draft, all.decision.held, all.decision.held_count);
	all.incident_expires_ms = tocsin_incident_expires_ms(draft->incident, draft->now_ms);
	tocsin_similar_find(draft, &all.similar);
	all.next = next_state(draft, &all);
	if (!draft->rules || !draft->held_by || !all.next || !file_state(draft, all.next)) {
		tocsin_state_destroy(&engine->chains, all.next);
		return TOCSIN_NO_MEMORY;
	}
	draft->revision = all.next->revision;
	const enum tocsin_status status = deliver_all(draft, &all);
	if (status != TOCSIN_OK) {
		tocsin_state_destroy(&engine->chains, all.next);
		return status;
	}
	return tocsin_similar_remember(draft);
}
