/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/memory.pb-c.h"
#include "engine/restore.h"
#include "engine/state.h"

/* One incident's changes on their way back. */
struct redoing {
	struct tocsin_engine *engine;
	struct tocsin_steps *steps;
	int64_t now_ms; /* when it was received */
	uint64_t journal_id;
	const uint64_t *untold;
	size_t untold_count;
};

int64_t tocsin_engine_hold_span_ms(const struct tocsin_engine *engine)
{
	const struct tocsin_ruleset *ruleset = engine->ruleset;
	int64_t span_ms = 0;

	for (size_t i = 0; i < ruleset->rule_count; ++i) {
		const struct tocsin_rule *rule = &ruleset->rules[i];

		if (rule->throttle && rule->throttle->rate.per_ms > span_ms) {
			span_ms = rule->throttle->rate.per_ms;
		}
		if (rule->corroborate && rule->corroborate->within_ms > span_ms) {
			span_ms = rule->corroborate->within_ms;
		}
	}
	return span_ms;
}

static uint64_t hash_text(const struct tocsin_engine *engine, const char *text)
{
	return tocsin_table_hash(&engine->tokens, text, strlen(text));
}

static bool copy_place(char *to, size_t room, const ProtobufCBinaryData *from)
{
	if (from->len != room) {
		return false;
	}
	memcpy(to, from->data, room);
	return true;
}

static bool window_key(const struct tocsin_engine *engine, const Tocsin__Memory__Window *window,
	struct tocsin_window_key *key)
{
	memset(key, 0, sizeof(*key));
	if (!window) {
		return false;
	}
	key->rule = hash_text(engine, window->rule);
	key->fingerprint = window->fingerprint;
	key->sender = window->sender;
	key->per = window->per;
	key->status = window->status;
	key->event = window->event;
	key->severity = window->severity;
	return copy_place(key->region, sizeof(key->region), &window->region) &&
		copy_place(key->adm1, sizeof(key->adm1), &window->adm1);
}

static bool group_key(const struct tocsin_engine *engine, const Tocsin__Memory__Group *group,
	struct tocsin_group_key *key)
{
	memset(key, 0, sizeof(*key));
	if (!group) {
		return false;
	}
	key->rule = hash_text(engine, group->rule);
	key->fingerprint = group->fingerprint;
	key->status = group->status;
	key->event = group->event;
	return copy_place(key->place, sizeof(key->place), &group->place);
}

static struct tocsin_group *group_of(struct redoing *redoing, const Tocsin__Memory__Join *join)
{
	struct tocsin_group_key key;

	return join && group_key(redoing->engine, join->group, &key)
		? tocsin_group_find(&redoing->engine->groups, &key, join->start_ms, redoing->now_ms)
		: NULL;
}

static enum tocsin_status redo_join(struct redoing *redoing, const Tocsin__Memory__Join *join)
{
	struct tocsin_table *groups = &redoing->engine->groups;
	struct tocsin_group *group = group_of(redoing, join);
	struct tocsin_group_key key;

	if (!group_key(redoing->engine, join->group, &key)) {
		return TOCSIN_INVALID;
	}
	enum tocsin_status status = group
		? TOCSIN_OK
		: tocsin_group_open(groups, redoing->steps, &key, join->start_ms, redoing->now_ms,
			  join->within_ms, &group);
	return status == TOCSIN_OK ? tocsin_group_join(groups, redoing->steps, group, join->sender)
							   : status;
}

static enum tocsin_status redo_pass(struct redoing *redoing, const Tocsin__Memory__Pass *pass)
{
	const struct tocsin_rate rate = {.max = pass->max, .per_ms = pass->per_ms};
	struct tocsin_table *windows = &redoing->engine->windows;
	struct tocsin_window_key key;
	struct tocsin_window *window;

	if (!window_key(redoing->engine, pass->window, &key)) {
		return TOCSIN_INVALID;
	}
	const enum tocsin_status status = tocsin_window_obtain(windows, redoing->steps, &key, &window);
	return status == TOCSIN_OK ? tocsin_window_pass(windows, redoing->steps, window, &rate,
									 (Tocsin__V1__Severity)pass->severity, redoing->now_ms)
							   : status;
}

static struct tocsin_silencing *silencing_find(struct tocsin_engine *engine, const char *id)
{
	struct tocsin_silencing *at = engine->silences.first;

	while (at && strcmp(at->id, id) != 0) {
		at = at->next;
	}
	return at;
}

/* Where the tally hangs; NULL where its owner is gone: it is told all the same. */
static enum tocsin_status owner_of(
	struct redoing *redoing, const Tocsin__Memory__Count *count, struct tocsin_tally ***owner)
{
	struct tocsin_engine *engine = redoing->engine;
	struct tocsin_window_key key;
	struct tocsin_window *window;
	enum tocsin_status status = TOCSIN_OK;

	*owner = NULL;
	if (count->reason == TOCSIN_TALLY_THROTTLE) {
		if (!window_key(engine, count->window, &key)) {
			return TOCSIN_INVALID;
		}
		status = tocsin_window_obtain(&engine->windows, redoing->steps, &key, &window);
		*owner = status == TOCSIN_OK ? &window->tally : NULL;
	} else if (count->reason == TOCSIN_TALLY_CORROBORATE) {
		struct tocsin_group *group = group_of(redoing, count->join);

		*owner = group ? &group->tally : NULL;
	} else {
		struct tocsin_silencing *silencing = silencing_find(engine, count->rule);

		*owner = silencing ? &silencing->tally : NULL;
	}
	return status;
}

static bool is_untold(const struct redoing *redoing, uint64_t tally)
{
	size_t low = 0, high = redoing->untold_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (redoing->untold[middle] < tally) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < redoing->untold_count && redoing->untold[low] == tally;
}

/* A tally that lost its owner is found by its number. */
static struct tocsin_tally **orphan(
	struct tocsin_engine *engine, uint64_t id, struct tocsin_tally **slot)
{
	*slot = NULL;
	for (struct tocsin_tally *at = engine->tallies.first; at; at = at->next) {
		if (at->id == id) {
			*slot = at;
		}
	}
	return slot;
}

static enum tocsin_status redo_count(struct redoing *redoing, const Tocsin__Memory__Count *count)
{
	struct tocsin_engine *engine = redoing->engine;
	struct tocsin_tally *ownerless;
	struct tocsin_tally **owner;
	const struct tocsin_tally_about about = {
		.id = count->tally,
		.reason = (enum tocsin_tally_reason)count->reason,
		.rule = count->rule,
		.fingerprint = count->fingerprint,
		.from_ms = count->from_ms,
		.due_ms = count->due_ms,
	};
	const struct tocsin_tally_kind kind = {
		.country = count->country,
		.adm1 = count->adm1,
		.status =
			count->status ? (Tocsin__V1__Status)count->status : TOCSIN__V1__STATUS__STATUS_ACTUAL,
		.event = (Tocsin__V1__EventType)count->event,
		.sensitivity = (Tocsin__V1__Sensitivity)count->sensitivity,
		.severity = (Tocsin__V1__Severity)count->severity,
	};

	if (!is_untold(redoing, count->tally)) {
		return TOCSIN_OK;
	}
	enum tocsin_status status = owner_of(redoing, count, &owner);
	if (status == TOCSIN_OK && owner && *owner && (*owner)->id != count->tally) {
		tocsin_tally_leave(*owner);
	}
	owner = owner ? owner : orphan(engine, count->tally, &ownerless);
	for (size_t i = 0; status == TOCSIN_OK && i < count->n_audiences; ++i) {
		struct tocsin_token *audience =
			tocsin_token_take(&engine->tokens, count->audiences[i], strlen(count->audiences[i]));

		status = audience
			? tocsin_tally_count(&engine->tallies, redoing->steps, owner, &about, audience, &kind)
			: TOCSIN_NO_MEMORY;
		tocsin_token_drop(&engine->tokens, audience);
	}
	if (owner == &ownerless && ownerless) {
		tocsin_tally_leave(ownerless);
	}
	return status;
}

static enum tocsin_status redo_alerted(struct redoing *redoing, const Tocsin__Memory__Join *join)
{
	struct tocsin_group *group = join->alerted ? group_of(redoing, join) : NULL;

	return group ? tocsin_group_alert(redoing->steps, group, (Tocsin__V1__Severity)join->alerted)
				 : TOCSIN_OK;
}

static void redo_silence(struct redoing *redoing, uint64_t number)
{
	for (struct tocsin_silencing *at = redoing->engine->silences.first; at; at = at->next) {
		if (at->number == number && redoing->journal_id > at->through) {
			++at->held;
		}
	}
}

static enum tocsin_status redo_all(struct redoing *redoing, const Tocsin__Memory__Hold *hold)
{
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < hold->n_joins; ++i) {
		status = redo_join(redoing, hold->joins[i]);
	}
	for (size_t i = 0; status == TOCSIN_OK && i < hold->n_passes; ++i) {
		status = redo_pass(redoing, hold->passes[i]);
	}
	for (size_t i = 0; status == TOCSIN_OK && i < hold->n_counts; ++i) {
		status = redo_count(redoing, hold->counts[i]);
	}
	for (size_t i = 0; status == TOCSIN_OK && i < hold->n_joins; ++i) {
		status = redo_alerted(redoing, hold->joins[i]);
	}
	for (size_t i = 0; i < hold->n_silences; ++i) {
		redo_silence(redoing, hold->silences[i]);
	}
	return status;
}

enum tocsin_status tocsin_engine_restore_hold(struct tocsin_engine *engine,
	const struct tocsin_held *held, const uint64_t *untold, size_t untold_count)
{
	struct tocsin_outcome *outcome = tocsin_outcome_create(engine);

	if (!outcome) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin_arena_reset(engine->working);
	struct redoing redoing = {
		.engine = engine,
		.steps = &outcome->undo->steps,
		.now_ms = held->received_ms,
		.journal_id = held->journal_id,
		.untold = untold,
		.untold_count = untold_count,
	};
	const Tocsin__Memory__Hold *hold = tocsin__memory__hold__unpack(
		tocsin_arena_protobuf(engine->working), held->hold_size, held->hold);
	const enum tocsin_status status = hold ? redo_all(&redoing, hold) : TOCSIN_INVALID;
	tocsin_outcome_destroy(engine, outcome);
	return status;
}
