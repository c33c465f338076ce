/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/state.h"
#include "rules/diagnostics.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

static uint64_t everyone(const struct tocsin_ruleset *ruleset)
{
	return ruleset->audience_count < 64 ? (UINT64_C(1) << ruleset->audience_count) - 1 : UINT64_MAX;
}

static uint64_t audiences_of(
	const struct tocsin_silence *silence, const struct tocsin_ruleset *ruleset)
{
	return silence->audiences ? silence->audiences & everyone(ruleset) : everyone(ruleset);
}

uint64_t tocsin_silencing_holds(const struct tocsin_silencing *silencing,
	const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts, int64_t now_ms)
{
	const struct tocsin_silence *silence = silencing->silence;
	const bool extreme = facts->severity == TOCSIN__V1__SEVERITY__SEVERITY_EXTREME;

	if (silencing->ended || now_ms < silence->from_ms || now_ms >= silence->until_ms ||
		(extreme && !silence->include_extreme)) {
		return 0;
	}
	return tocsin_match_holds(&silence->match, facts) &&
			(!silence->not_ || !tocsin_match_holds(silence->not_, facts))
		? audiences_of(silence, ruleset)
		: 0;
}

static void count_undo(void *of, const void *before)
{
	struct tocsin_silencing *silencing = of;
	const uint32_t *held = before;

	silencing->held = *held;
	--silencing->pins;
}

static void count_settle(void *of)
{
	--((struct tocsin_silencing *)of)->pins;
}

enum tocsin_status tocsin_silencing_count(
	struct tocsin_steps *steps, struct tocsin_silencing *silencing)
{
	static const struct tocsin_change change = {.undo = count_undo, .settle = count_settle};
	const enum tocsin_status status =
		tocsin_steps_change(steps, &change, silencing, &silencing->held, sizeof(silencing->held));

	if (status == TOCSIN_OK) {
		++silencing->held;
		++silencing->pins;
	}
	return status;
}

static int64_t day_ends(const struct tocsin_silencing *silencing)
{
	const int64_t day = silencing->told_ms + DAY_MS;

	return day < silencing->silence->until_ms ? day : silencing->silence->until_ms;
}

struct tocsin_tally_about tocsin_silencing_about(const struct tocsin_silencing *silencing)
{
	return (struct tocsin_tally_about){
		.reason = TOCSIN_TALLY_SILENCE,
		.rule = silencing->id,
		.from_ms = silencing->told_ms,
		.due_ms = day_ends(silencing),
	};
}

/* Lets the day's tally go out to everybody whom the silence is about. */
static enum tocsin_status tell(
	struct tocsin_engine *engine, struct tocsin_silencing *silencing, int64_t due_ms)
{
	struct tocsin_tallies *tallies = &engine->tallies;
	const uint64_t audiences = audiences_of(silencing->silence, engine->ruleset);
	enum tocsin_status status = TOCSIN_OK;

	if (!silencing->tally) {
		const struct tocsin_tally_about about = tocsin_silencing_about(silencing);

		silencing->tally = tocsin_tally_create(tallies, &about);
		if (!silencing->tally) {
			return TOCSIN_NO_MEMORY;
		}
		silencing->tally->owner = &silencing->tally;
	}
	struct tocsin_tally *tally = silencing->tally;
	for (size_t i = 0; status == TOCSIN_OK && i < engine->ruleset->audience_count; ++i) {
		if (audiences >> i & 1) {
			status = tocsin_tally_tell(tallies, tally, engine->audience_names[i]);
		}
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	tally->ended = true;
	tally->due_ms = due_ms;
	if (due_ms < tallies->next_ms) {
		tallies->next_ms = due_ms;
	}
	tocsin_tally_leave(tally);
	return TOCSIN_OK;
}

static void silencing_free(struct tocsin_engine *engine, struct tocsin_silencing *silencing)
{
	tocsin_tally_leave(silencing->tally);
	tocsin_silence_destroy(silencing->silence);
	engine->heap->free(engine->heap->ctx, silencing);
}

/* True where it is over, told, and nothing of it waits for its commit. Without memory
 * it is told at the next tick. */
static bool silencing_turn(
	struct tocsin_engine *engine, struct tocsin_silencing *silencing, int64_t now_ms)
{
	const int64_t until_ms = silencing->silence->until_ms;

	while (!silencing->ended && now_ms >= day_ends(silencing)) {
		const int64_t end_ms = day_ends(silencing);

		if (tell(engine, silencing, end_ms) != TOCSIN_OK) {
			return false;
		}
		silencing->told_ms = end_ms;
		silencing->ended = silencing->told = end_ms == until_ms;
		silencing->unsaved = engine->durable;
	}
	if (silencing->ended && !silencing->told) {
		silencing->told = tell(engine, silencing, silencing->end_ms) == TOCSIN_OK;
		silencing->unsaved |= silencing->told && engine->durable;
	}
	return silencing->told && silencing->pins == 0 && !silencing->unsaved && silencing->saving == 0;
}

void tocsin_silences_turn(struct tocsin_engine *engine, int64_t now_ms)
{
	struct tocsin_silencing **at = &engine->silences.first;

	while (*at) {
		struct tocsin_silencing *silencing = *at;

		if (silencing_turn(engine, silencing, now_ms)) {
			*at = silencing->next;
			--engine->silences.count;
			silencing_free(engine, silencing);
		} else {
			at = &silencing->next;
		}
	}
}

void tocsin_silences_finish(struct tocsin_engine *engine)
{
	while (engine->silences.first) {
		struct tocsin_silencing *silencing = engine->silences.first;

		engine->silences.first = silencing->next;
		silencing_free(engine, silencing);
	}
	engine->silences.count = 0;
}

/* Under other rules a silence may be about other places and audiences: its text is
 * read again. NULL in *fresh where it does not fit them. */
static enum tocsin_status read_again(const struct tocsin_silencing *silencing,
	const struct tocsin_ruleset *ruleset, struct tocsin_silence **fresh)
{
	struct tocsin_diagnostics diagnostics;
	const char *text = silencing->silence->text;

	*fresh = NULL;
	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status = tocsin_silence_read(
		ruleset, silencing->id, text, strlen(text), silencing->added_ms, &diagnostics, fresh);
	tocsin_diagnostics_finish(&diagnostics);
	return status == TOCSIN_NO_MEMORY ? status : TOCSIN_OK;
}

enum tocsin_status tocsin_silences_read(struct tocsin_engine *engine,
	const struct tocsin_ruleset *ruleset, struct tocsin_silence *fresh[TOCSIN_MAX_SILENCES])
{
	size_t count = 0;

	for (struct tocsin_silencing *at = engine->silences.first; at; at = at->next) {
		if (read_again(at, ruleset, &fresh[count]) != TOCSIN_OK) {
			while (count > 0) {
				tocsin_silence_destroy(fresh[--count]);
				fresh[count] = NULL;
			}
			return TOCSIN_NO_MEMORY;
		}
		++count;
	}
	return TOCSIN_OK;
}

void tocsin_silences_swap(
	struct tocsin_engine *engine, struct tocsin_silence *fresh[TOCSIN_MAX_SILENCES])
{
	size_t count = 0;

	for (struct tocsin_silencing *at = engine->silences.first; at; at = at->next) {
		struct tocsin_silence *read = fresh[count++];

		if (read) {
			tocsin_silence_destroy(at->silence);
			at->silence = read;
		} else if (!at->ended) {
			at->ended = true;
			at->silence->audiences = 0;
			at->unsaved = engine->durable;
			++engine->silences.lost;
		}
	}
}

static void silencing_add(
	struct tocsin_silences *silences, struct tocsin_silencing *silencing, uint64_t number)
{
	struct tocsin_silencing **last = &silences->first;

	silencing->number = number;
	snprintf(silencing->id, sizeof(silencing->id), "silence-%" PRIu64, number);
	while (*last) {
		last = &(*last)->next;
	}
	*last = silencing;
	++silences->count;
}

enum tocsin_status tocsin_engine_silence_add(
	struct tocsin_engine *engine, struct tocsin_silence *silence, int64_t now_ms, const char **id)
{
	struct tocsin_silences *silences = &engine->silences;

	if (silences->count >= TOCSIN_MAX_SILENCES) {
		return TOCSIN_LIMIT;
	}
	struct tocsin_silencing *silencing = engine->heap->alloc(engine->heap->ctx, sizeof(*silencing));
	if (!silencing) {
		return TOCSIN_NO_MEMORY;
	}
	memset(silencing, 0, sizeof(*silencing));
	silencing->silence = silence;
	silencing->added_ms = now_ms;
	silencing->end_ms = TOCSIN_TALLY_NOW;
	silencing->told_ms = silence->from_ms > now_ms ? silence->from_ms : now_ms;
	silencing->unsaved = engine->durable;
	silencing_add(silences, silencing, ++silences->next_id);
	*id = silencing->id;
	return TOCSIN_OK;
}

bool tocsin_engine_silence_saved(const struct tocsin_engine *engine, const char *id)
{
	for (const struct tocsin_silencing *at = engine->silences.first; at; at = at->next) {
		if (strcmp(at->id, id) == 0) {
			return !at->unsaved && at->saving == 0;
		}
	}
	return true;
}

enum tocsin_status tocsin_engine_silence_end(
	struct tocsin_engine *engine, const char *id, int64_t now_ms)
{
	for (struct tocsin_silencing *at = engine->silences.first; at; at = at->next) {
		if (!at->ended && strcmp(at->id, id) == 0) {
			at->ended = true;
			at->end_ms = now_ms;
			at->unsaved = engine->durable;
			return TOCSIN_OK;
		}
	}
	return TOCSIN_NOT_FOUND;
}

size_t tocsin_engine_silences(
	const struct tocsin_engine *engine, struct tocsin_silence_entry *entries, size_t max)
{
	size_t count = 0;

	for (const struct tocsin_silencing *at = engine->silences.first; at; at = at->next) {
		if (at->ended) {
			continue;
		}
		if (count < max) {
			entries[count] = (struct tocsin_silence_entry){
				.id = at->id, .silence = at->silence, .held = at->held};
		}
		++count;
	}
	return count;
}

uint64_t tocsin_engine_silences_lost(const struct tocsin_engine *engine)
{
	return engine->silences.lost;
}
