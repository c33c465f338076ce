/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/tally.h"

#include <string.h>

#include "engine/limits.h"

enum { FIRST_ROOM = 4 };

/* One count, so that it can be taken back. */
struct counted {
	size_t group;
	Tocsin__V1__Severity severity;
};

static void link_last(struct tocsin_tallies *tallies, struct tocsin_tally *tally)
{
	if (!tallies->first || tally->due_ms < tallies->next_ms) {
		tallies->next_ms = tally->due_ms;
	}
	tally->previous = tallies->last;
	*(tallies->last ? &tallies->last->next : &tallies->first) = tally;
	tallies->last = tally;
	++tallies->count;
}

struct tocsin_tally *tocsin_tally_create(
	struct tocsin_tallies *tallies, const struct tocsin_tally_about *about)
{
	struct tocsin_tally *tally = tallies->heap->alloc(tallies->heap->ctx, sizeof(*tally));

	if (!tally) {
		return NULL;
	}
	memset(tally, 0, sizeof(*tally));
	tally->tallies = tallies;
	tally->retry_ms = TOCSIN_TALLY_NOW;
	tally->id = about->id;
	tally->reason = about->reason;
	tally->fingerprint = about->fingerprint;
	tally->from_ms = about->from_ms;
	tally->due_ms = about->due_ms;
	tally->rule = tocsin_token_take(tallies->tokens, about->rule, strlen(about->rule));
	if (!tally->rule) {
		tallies->heap->free(tallies->heap->ctx, tally);
		return NULL;
	}
	link_last(tallies, tally);
	return tally;
}

void tocsin_tally_leave(struct tocsin_tally *tally)
{
	if (tally && tally->owner) {
		*tally->owner = NULL;
		tally->owner = NULL;
	}
}

void tocsin_tally_hurry(struct tocsin_tallies *tallies, struct tocsin_tally *tally)
{
	tally->due_ms = tallies->next_ms = TOCSIN_TALLY_NOW;
}

void tocsin_tally_destroy(struct tocsin_tallies *tallies, struct tocsin_tally *tally)
{
	tocsin_tally_leave(tally);
	--tallies->count;
	*(tally->previous ? &tally->previous->next : &tallies->first) = tally->next;
	*(tally->next ? &tally->next->previous : &tallies->last) = tally->previous;
	for (size_t i = 0; i < tally->group_count; ++i) {
		tocsin_token_drop(tallies->tokens, tally->groups[i].audience);
	}
	tocsin_token_drop(tallies->tokens, tally->rule);
	tallies->heap->free(tallies->heap->ctx, tally->groups);
	tallies->heap->free(tallies->heap->ctx, tally);
}

void tocsin_tallies_finish(struct tocsin_tallies *tallies)
{
	while (tallies->first) {
		tocsin_tally_destroy(tallies, tallies->first);
	}
}

static bool groups_grow(struct tocsin_tallies *tallies, struct tocsin_tally *tally)
{
	const size_t room = tally->group_room ? 2 * tally->group_room : FIRST_ROOM;
	struct tocsin_tally_group *groups =
		tallies->heap->alloc(tallies->heap->ctx, room * sizeof(*groups));

	if (!groups) {
		return false;
	}
	if (tally->group_count > 0) {
		memcpy(groups, tally->groups, tally->group_count * sizeof(*groups));
	}
	tallies->heap->free(tallies->heap->ctx, tally->groups);
	tally->groups = groups;
	tally->group_room = room;
	return true;
}

/* The slot of a kind, made where there is none; group_count without memory. */
static size_t group_obtain(struct tocsin_tallies *tallies, struct tocsin_tally *tally,
	struct tocsin_token *audience, const struct tocsin_tally_kind *kind, const char *adm1)
{
	struct tocsin_tally_group *group;

	for (size_t i = 0; i < tally->group_count; ++i) {
		group = &tally->groups[i];
		if (group->audience == audience && group->status == kind->status &&
			group->event == kind->event && group->sensitivity == kind->sensitivity &&
			strcmp(group->country, kind->country) == 0 && strcmp(group->adm1, adm1) == 0) {
			return i;
		}
	}
	if (tally->group_count == tally->group_room && !groups_grow(tallies, tally)) {
		return tally->group_count;
	}
	group = &tally->groups[tally->group_count];
	memset(group, 0, sizeof(*group));
	group->audience = tocsin_token_share(audience);
	memcpy(group->country, kind->country, strnlen(kind->country, sizeof(group->country) - 1));
	memcpy(group->adm1, adm1, strnlen(adm1, sizeof(group->adm1) - 1));
	group->status = kind->status;
	group->event = kind->event;
	group->sensitivity = kind->sensitivity;
	return tally->group_count++;
}

static void count_undo(void *of, const void *before)
{
	struct tocsin_tally *tally = of;
	const struct counted *counted = before;

	--tally->groups[counted->group].count;
	tally->groups[counted->group].severity = counted->severity;
	--tally->pins;
}

static void tally_settle(void *of)
{
	--((struct tocsin_tally *)of)->pins;
}

/* One that only what is taken back began. */
static void begin_undo(void *of, const void *before)
{
	struct tocsin_tallies *const *tallies = before;

	struct tocsin_tally *tally = of;

	--tally->pins;
	if (!tally->ended) {
		tocsin_tally_destroy(*tallies, tally);
	}
}

static enum tocsin_status tally_begin(struct tocsin_tallies *tallies, struct tocsin_steps *steps,
	struct tocsin_tally **owner, const struct tocsin_tally_about *about)
{
	static const struct tocsin_change change = {.undo = begin_undo, .settle = tally_settle};

	if (tallies->count >= TOCSIN_MAX_TALLIES) {
		return TOCSIN_LIMIT;
	}
	struct tocsin_tally *tally = tocsin_tally_create(tallies, about);
	if (!tally) {
		return TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status =
		tocsin_steps_change(steps, &change, tally, &tallies, sizeof(struct tocsin_tallies *));
	if (status != TOCSIN_OK) {
		tocsin_tally_destroy(tallies, tally);
		return status;
	}
	++tally->pins;
	tally->owner = owner;
	*owner = tally;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_tally_count(struct tocsin_tallies *tallies, struct tocsin_steps *steps,
	struct tocsin_tally **owner, const struct tocsin_tally_about *about,
	struct tocsin_token *audience, const struct tocsin_tally_kind *kind)
{
	static const struct tocsin_change change = {.undo = count_undo, .settle = tally_settle};
	enum tocsin_status status = *owner ? TOCSIN_OK : tally_begin(tallies, steps, owner, about);

	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_tally *tally = *owner;
	/* Beyond the ceiling by country alone, of which there are not many. */
	const char *adm1 = tally->group_count < TOCSIN_MAX_TALLY_PLACES ? kind->adm1 : "";
	const size_t at = group_obtain(tallies, tally, audience, kind, adm1);
	if (at == tally->group_room) {
		return TOCSIN_NO_MEMORY;
	}
	struct tocsin_tally_group *group = &tally->groups[at];
	const struct counted counted = {.group = at, .severity = group->severity};
	status = tocsin_steps_change(steps, &change, tally, &counted, sizeof(counted));
	if (status != TOCSIN_OK) {
		return status;
	}
	++tally->pins;
	++group->count;
	if (kind->severity > group->severity) {
		group->severity = kind->severity;
	}
	return TOCSIN_OK;
}

enum tocsin_status tocsin_tally_tell(
	struct tocsin_tallies *tallies, struct tocsin_tally *tally, struct tocsin_token *audience)
{
	static const struct tocsin_tally_kind nothing = {
		.country = "", .adm1 = "", .status = TOCSIN__V1__STATUS__STATUS_ACTUAL};

	return group_obtain(tallies, tally, audience, &nothing, "") < tally->group_room
		? TOCSIN_OK
		: TOCSIN_NO_MEMORY;
}

static void mute_undo(void *of, const void *before)
{
	struct tocsin_tally *tally = of;
	const bool *muted = before;

	tally->muted = *muted;
	--tally->pins;
}

enum tocsin_status tocsin_tally_mute(struct tocsin_steps *steps, struct tocsin_tally *tally)
{
	static const struct tocsin_change change = {.undo = mute_undo, .settle = tally_settle};
	const enum tocsin_status status =
		tocsin_steps_change(steps, &change, tally, &tally->muted, sizeof(tally->muted));

	if (status == TOCSIN_OK) {
		++tally->pins;
		tally->muted = true;
	}
	return status;
}

struct told {
	struct tocsin_tallies *tallies;
	int64_t retry_ms;
};

static void told_undo(void *of, const void *before)
{
	struct tocsin_tally *tally = of;
	const struct told *told = before;

	tally->telling = false;
	tally->retry_ms = told->retry_ms;
	if (told->retry_ms < told->tallies->next_ms) {
		told->tallies->next_ms = told->retry_ms;
	}
}

static void told_settle(void *of)
{
	struct tocsin_tally *tally = of;

	tocsin_tally_destroy(tally->tallies, tally);
}

enum tocsin_status tocsin_tally_told(struct tocsin_tallies *tallies, struct tocsin_steps *steps,
	struct tocsin_tally *tally, int64_t retry_ms)
{
	static const struct tocsin_change change = {.undo = told_undo, .settle = told_settle};
	const struct told told = {.tallies = tallies, .retry_ms = retry_ms};
	const enum tocsin_status status =
		tocsin_steps_change(steps, &change, tally, &told, sizeof(told));

	if (status == TOCSIN_OK) {
		tocsin_tally_leave(tally);
		tally->telling = true;
	}
	return status;
}
