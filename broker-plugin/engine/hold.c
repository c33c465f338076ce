/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/hold.h"

#include <string.h>

#include "engine/memory.pb-c.h"
#include "engine/state.h"

static bool is_noted(const struct tocsin_draft *draft)
{
	return draft->engine->durable;
}

static void *note(struct tocsin_draft *draft, struct tocsin_growing *list, size_t size)
{
	return tocsin_growing_slot(list, draft->arena, size);
}

/* Rules may be swapped and keys die before the outcome is packed: copies. */
static char *copy_text(struct tocsin_draft *draft, const char *text)
{
	return tocsin_arena_text(draft->arena, text, strlen(text));
}

static ProtobufCBinaryData copy_bytes(struct tocsin_draft *draft, const void *bytes, size_t size)
{
	uint8_t *copy = tocsin_arena_alloc(draft->arena, size);

	if (copy) {
		memcpy(copy, bytes, size);
	}
	return (ProtobufCBinaryData){.len = copy ? size : 0, .data = copy};
}

static Tocsin__Memory__Window *window_note(
	struct tocsin_draft *draft, const char *rule, const struct tocsin_window_key *key)
{
	Tocsin__Memory__Window *window = tocsin_arena_zero(draft->arena, 1, sizeof(*window));

	if (!window) {
		return NULL;
	}
	tocsin__memory__window__init(window);
	window->rule = copy_text(draft, rule);
	window->fingerprint = key->fingerprint;
	window->sender = key->sender;
	window->per = key->per;
	window->status = key->status;
	window->event = key->event;
	window->severity = key->severity;
	window->region = copy_bytes(draft, key->region, sizeof(key->region));
	window->adm1 = copy_bytes(draft, key->adm1, sizeof(key->adm1));
	return window->rule && window->region.data && window->adm1.data ? window : NULL;
}

static Tocsin__Memory__Group *group_note(
	struct tocsin_draft *draft, const char *rule, const struct tocsin_group_key *key)
{
	Tocsin__Memory__Group *group = tocsin_arena_zero(draft->arena, 1, sizeof(*group));

	if (!group) {
		return NULL;
	}
	tocsin__memory__group__init(group);
	group->rule = copy_text(draft, rule);
	group->fingerprint = key->fingerprint;
	group->status = key->status;
	group->event = key->event;
	group->place = copy_bytes(draft, key->place, sizeof(key->place));
	return group->rule && group->place.data ? group : NULL;
}

enum tocsin_status tocsin_hold_pass(
	struct tocsin_draft *draft, const struct tocsin_rule *rule, const struct tocsin_window_key *key)
{
	if (!is_noted(draft)) {
		return TOCSIN_OK;
	}
	Tocsin__Memory__Pass *pass = note(draft, &draft->hold.passes, sizeof(*pass));
	if (!pass) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin__memory__pass__init(pass);
	pass->max = rule->throttle->rate.max;
	pass->per_ms = rule->throttle->rate.per_ms;
	pass->severity = (uint32_t)draft->facts.severity;
	pass->window = window_note(draft, rule->id, key);
	return pass->window ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_hold_join(struct tocsin_draft *draft, const struct tocsin_rule *rule,
	const struct tocsin_group_key *key, uint64_t sender)
{
	if (!is_noted(draft)) {
		return TOCSIN_OK;
	}
	Tocsin__Memory__Join *join = note(draft, &draft->hold.joins, sizeof(*join));
	if (!join) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin__memory__join__init(join);
	join->start_ms = draft->facts.start_ms;
	join->within_ms = rule->corroborate->within_ms;
	join->sender = sender;
	join->group = group_note(draft, rule->id, key);
	return join->group ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

/* The join of a rule; NULL where nothing is noted. */
static Tocsin__Memory__Join *join_of(const struct tocsin_draft *draft, const char *rule)
{
	Tocsin__Memory__Join *joins = draft->hold.joins.items;

	for (size_t i = draft->hold.joins.count; i-- > 0;) {
		if (strcmp(joins[i].group->rule, rule) == 0) {
			return &joins[i];
		}
	}
	return NULL;
}

void tocsin_hold_alerted(struct tocsin_draft *draft, const struct tocsin_rule *rule)
{
	Tocsin__Memory__Join *join = join_of(draft, rule->id);

	if (join) {
		join->alerted = (uint32_t)draft->facts.severity;
	}
}

static enum tocsin_status count_owner(struct tocsin_draft *draft,
	const struct tocsin_tally_about *about, Tocsin__Memory__Count *count)
{
	switch (about->reason) {
	case TOCSIN_TALLY_THROTTLE:
		count->window = window_note(draft, about->rule, about->window);
		return count->window ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	case TOCSIN_TALLY_CORROBORATE: /* copied when it is packed: the list may still move */
	case TOCSIN_TALLY_SILENCE:
		return TOCSIN_OK;
	}
	return TOCSIN_INVALID;
}

static enum tocsin_status count_audiences(
	struct tocsin_draft *draft, uint64_t audiences, Tocsin__Memory__Count *count)
{
	const struct tocsin_ruleset *ruleset = draft->engine->ruleset;

	count->audiences =
		tocsin_arena_zero(draft->arena, ruleset->audience_count + 1, sizeof(*count->audiences));
	if (!count->audiences) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < ruleset->audience_count; ++i) {
		if (!(audiences >> i & 1)) {
			continue;
		}
		char *name = copy_text(draft, ruleset->audiences[i].name);
		if (!name) {
			return TOCSIN_NO_MEMORY;
		}
		count->audiences[count->n_audiences++] = name;
	}
	return TOCSIN_OK;
}

enum tocsin_status tocsin_hold_count(struct tocsin_draft *draft,
	const struct tocsin_tally_about *about, const struct tocsin_tally_kind *kind,
	uint64_t audiences, uint64_t tally, bool begun)
{
	if (!is_noted(draft)) {
		return TOCSIN_OK;
	}
	uint64_t *slot = begun ? note(draft, &draft->hold.tallies, sizeof(*slot)) : NULL;
	Tocsin__Memory__Count *count = note(draft, &draft->hold.counts, sizeof(*count));
	if (!count || (begun && !slot)) {
		return TOCSIN_NO_MEMORY;
	}
	if (slot) {
		*slot = tally;
	}
	tocsin__memory__count__init(count);
	count->tally = tally;
	count->reason = about->reason;
	count->rule = copy_text(draft, about->rule);
	count->fingerprint = about->fingerprint;
	count->from_ms = about->from_ms;
	count->due_ms = about->due_ms;
	count->country = copy_text(draft, kind->country);
	count->adm1 = copy_text(draft, kind->adm1);
	count->status = (uint32_t)kind->status;
	count->event = (uint32_t)kind->event;
	count->sensitivity = (uint32_t)kind->sensitivity;
	count->severity = (uint32_t)kind->severity;
	if (!count->rule || !count->country || !count->adm1) {
		return TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status = count_owner(draft, about, count);
	return status == TOCSIN_OK ? count_audiences(draft, audiences, count) : status;
}

enum tocsin_status tocsin_hold_silence(struct tocsin_draft *draft, uint64_t number)
{
	if (!is_noted(draft)) {
		return TOCSIN_OK;
	}
	uint64_t *slot = note(draft, &draft->hold.silences, sizeof(*slot));
	if (!slot) {
		return TOCSIN_NO_MEMORY;
	}
	*slot = number;
	return TOCSIN_OK;
}

/* Pointers to the items of a list, as protobuf-c wants them. */
static void *pointers(struct tocsin_draft *draft, const struct tocsin_growing *list, size_t size)
{
	void **all = tocsin_arena_zero(draft->arena, list->count + 1, sizeof(void *));

	for (size_t i = 0; all && i < list->count; ++i) {
		all[i] = (char *)list->items + i * size;
	}
	return all;
}

enum tocsin_status tocsin_hold_pack(struct tocsin_draft *draft, const uint8_t **bytes, size_t *size)
{
	const struct tocsin_hold *hold = &draft->hold;
	Tocsin__Memory__Hold all = TOCSIN__MEMORY__HOLD__INIT;
	Tocsin__Memory__Count *counts = hold->counts.items;

	*bytes = NULL;
	*size = 0;
	if (hold->joins.count + hold->passes.count + hold->counts.count + hold->silences.count == 0) {
		return TOCSIN_OK;
	}
	for (size_t i = 0; i < hold->counts.count; ++i) {
		if (counts[i].reason == TOCSIN_TALLY_CORROBORATE) {
			counts[i].join = join_of(draft, counts[i].rule);
		}
	}
	all.n_joins = hold->joins.count;
	all.joins = pointers(draft, &hold->joins, sizeof(**all.joins));
	all.n_passes = hold->passes.count;
	all.passes = pointers(draft, &hold->passes, sizeof(**all.passes));
	all.n_counts = hold->counts.count;
	all.counts = pointers(draft, &hold->counts, sizeof(**all.counts));
	all.n_silences = hold->silences.count;
	all.silences = hold->silences.items;
	if (!all.joins || !all.passes || !all.counts) {
		return TOCSIN_NO_MEMORY;
	}
	*bytes = tocsin_packed_into(draft->arena, draft->engine, &all.base, size);
	return *bytes ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}
