/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/gate.h"

enum { ADMIN_1 = 1 };

static bool any_out(const uint8_t *withheld, size_t count)
{
	return count > 0 && memchr(withheld, 0, count) != NULL;
}

static void window_key(
	const struct tocsin_draft *draft, const struct tocsin_rule *rule, struct tocsin_window_key *key)
{
	const struct tocsin_facts *facts = &draft->facts;
	const unsigned per = rule->throttle->per;

	memset(key, 0, sizeof(*key));
	key->rule = tocsin_gating_hash(draft, rule->id);
	key->fingerprint = rule->fingerprint;
	key->per = per;
	key->status = facts->status;
	key->event = per & TOCSIN_PER_EVENT ? facts->event : 0;
	key->severity = per & TOCSIN_PER_SEVERITY ? facts->severity : 0;
	key->sender = per & TOCSIN_PER_SENDER ? tocsin_gating_hash(draft, draft->sender) : 0;
	if (per & TOCSIN_PER_REGION && facts->depth > 0) {
		tocsin_gating_place(draft, facts->path[0], key->region, sizeof(key->region));
	}
	if (per & TOCSIN_PER_ADM1) {
		const uint32_t adm1 = tocsin_gating_ancestor(draft, ADMIN_1);

		tocsin_gating_place(draft,
			adm1 == TOCSIN_NO_REGION ? tocsin_gating_ancestor(draft, 0) : adm1, key->adm1,
			sizeof(key->adm1));
	}
}

static bool never_throttled(const struct tocsin_facts *facts)
{
	return facts->severity == TOCSIN__V1__SEVERITY__SEVERITY_EXTREME ||
		facts->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE;
}

static void throttle_hold(struct tocsin_gating *gating, const struct tocsin_rule *rule,
	const struct tocsin_window_key *key, struct tocsin_window *window,
	const struct tocsin_output *outputs, size_t count, uint8_t *withheld)
{
	const int64_t now_ms = gating->draft->now_ms;
	const struct tocsin_tally_about about = {
		.window = key,
		.reason = TOCSIN_TALLY_THROTTLE,
		.rule = rule->id,
		.fingerprint = rule->fingerprint,
		.from_ms = now_ms,
		.due_ms = now_ms + rule->throttle->rate.per_ms,
	};

	/* One that is due is on its way: what is held from now on is told later. */
	if (window->tally && window->tally->due_ms <= now_ms) {
		tocsin_tally_leave(window->tally);
	}
	tocsin_gating_tally(gating, &window->tally, &about,
		tocsin_gating_hold(gating, outputs, count, TOCSIN_WITHHELD_THROTTLE, withheld));
}

void tocsin_gating_throttle(struct tocsin_gating *gating, const struct tocsin_rule *rule,
	const struct tocsin_output *outputs, size_t count, uint8_t *withheld)
{
	struct tocsin_draft *draft = gating->draft;
	struct tocsin_table *windows = &draft->engine->windows;
	const struct tocsin_rate *rate = &rule->throttle->rate;
	struct tocsin_window_key key;
	struct tocsin_window *window;

	if (!any_out(withheld, count)) {
		return;
	}
	window_key(draft, rule, &key);
	gating->status = tocsin_window_obtain(windows, &draft->undo->steps, &key, &window);
	if (gating->status != TOCSIN_OK) {
		return;
	}
	if (tocsin_gating_free(gating, outputs, count, withheld) && !never_throttled(&draft->facts) &&
		tocsin_window_holds(window, rate, draft->facts.severity, draft->now_ms)) {
		throttle_hold(gating, rule, &key, window, outputs, count, withheld);
		return;
	}
	gating->status = tocsin_window_pass(
		windows, &draft->undo->steps, window, rate, draft->facts.severity, draft->now_ms);
	if (gating->status == TOCSIN_OK) {
		gating->status = tocsin_hold_pass(draft, rule, &key);
	}
}

uint32_t tocsin_engine_passed(const struct tocsin_engine *engine, uint32_t rule,
	const struct tocsin_facts *facts, int64_t now_ms)
{
	const struct tocsin_rule *asked = &engine->ruleset->rules[rule];
	const struct tocsin_draft draft = {
		/* Only looked at. */
		.engine = (struct tocsin_engine *)engine,
		.sender = facts->sender,
		.facts = *facts,
		.now_ms = now_ms,
	};
	struct tocsin_window_key key;

	if (!asked->throttle) {
		return 0;
	}
	window_key(&draft, asked, &key);
	const struct tocsin_window *window = tocsin_window_find(&engine->windows, &key);
	return window ? tocsin_ring_passed(&window->ring, asked->throttle->rate.per_ms, now_ms) : 0;
}
