/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Silences on their way to the journal and back. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/restore.h"
#include "engine/state.h"
#include "rules/diagnostics.h"

enum { LOOK_AGAIN_MS = 1000 };

static void save_undo(void *of, const void *before)
{
	struct tocsin_silencing *silencing = of;
	const int64_t *retry_ms = before;

	--silencing->saving;
	silencing->unsaved = true;
	silencing->retry_ms = *retry_ms;
}

static void save_settle(void *of)
{
	--((struct tocsin_silencing *)of)->saving;
}

static enum tocsin_status save(
	struct tocsin_draft *draft, struct tocsin_silencing *silencing, struct tocsin_growing *list)
{
	static const struct tocsin_change change = {.undo = save_undo, .settle = save_settle};
	const char *text = silencing->silence->text;
	const int64_t retry_ms = draft->now_ms + LOOK_AGAIN_MS;

	if (!tocsin_tick_begin(draft)) {
		return TOCSIN_NO_MEMORY;
	}
	struct tocsin_record_silence *record = tocsin_growing_slot(list, draft->arena, sizeof(*record));
	if (!record) {
		return TOCSIN_NO_MEMORY;
	}
	*record = (struct tocsin_record_silence){
		.number = silencing->number,
		.added_ms = silencing->added_ms,
		.told_ms = silencing->told_ms,
		.ended_ms =
			silencing->ended && silencing->end_ms != TOCSIN_TALLY_NOW ? silencing->end_ms : 0,
		.held = silencing->held,
		.through = draft->engine->next_journal_id - 1,
		.over = silencing->told,
		.text = tocsin_arena_text(draft->arena, text, strlen(text)),
	};
	if (!record->text ||
		tocsin_steps_change(&draft->undo->steps, &change, silencing, &retry_ms, sizeof(retry_ms)) !=
			TOCSIN_OK) {
		--list->count;
		return TOCSIN_NO_MEMORY;
	}
	silencing->unsaved = false;
	++silencing->saving;
	return TOCSIN_OK;
}

/* A disk that refused is not asked all the time. What is further ahead is of a clock that
 * was set back since. */
static bool is_due(const struct tocsin_silencing *silencing, int64_t now_ms)
{
	return silencing->unsaved && silencing->saving == 0 &&
		(now_ms >= silencing->retry_ms || silencing->retry_ms - now_ms > LOOK_AGAIN_MS);
}

void tocsin_silences_save(struct tocsin_draft *draft, struct tocsin_growing *list)
{
	for (struct tocsin_silencing *at = draft->engine->silences.first; at; at = at->next) {
		/* Without memory it is saved at a later tick. */
		if (is_due(at, draft->now_ms) && save(draft, at, list) != TOCSIN_OK) {
			break;
		}
	}
}

static void restored_fill(
	struct tocsin_silencing *silencing, const struct tocsin_record_silence *record)
{
	silencing->number = record->number;
	snprintf(silencing->id, sizeof(silencing->id), "silence-%" PRIu64, record->number);
	silencing->added_ms = record->added_ms;
	silencing->told_ms = record->told_ms;
	silencing->ended = record->ended_ms > 0;
	silencing->end_ms = record->ended_ms > 0 ? record->ended_ms : TOCSIN_TALLY_NOW;
	silencing->held = record->held;
	silencing->through = record->through;
}

enum tocsin_status tocsin_engine_restore_silence(
	struct tocsin_engine *engine, const struct tocsin_record_silence *record)
{
	struct tocsin_silences *silences = &engine->silences;
	struct tocsin_silencing **last = &silences->first;
	struct tocsin_diagnostics diagnostics;

	if (record->number > silences->next_id) {
		silences->next_id = record->number;
	}
	if (record->over) {
		return TOCSIN_OK;
	}
	struct tocsin_silencing *silencing = engine->heap->alloc(engine->heap->ctx, sizeof(*silencing));
	if (!silencing) {
		return TOCSIN_NO_MEMORY;
	}
	memset(silencing, 0, sizeof(*silencing));
	restored_fill(silencing, record);
	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status = tocsin_silence_read(engine->ruleset, silencing->id,
		record->text, strlen(record->text), record->added_ms, &diagnostics, &silencing->silence);
	tocsin_diagnostics_finish(&diagnostics);
	if (status != TOCSIN_OK) {
		/* The rules changed while nothing ran: it must not come to mean something else. */
		silences->lost += status == TOCSIN_INVALID;
		engine->heap->free(engine->heap->ctx, silencing);
		return status;
	}
	while (*last) {
		last = &(*last)->next;
	}
	*last = silencing;
	++silences->count;
	return TOCSIN_OK;
}
