/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/growing.h"
#include "engine/state.h"

static const char *keep_text(struct tocsin_draft *draft, const char *text)
{
	return tocsin_arena_text(draft->arena, text, strlen(text));
}

/* What a tick clears has only run out: nothing has to be known of it later. */
static bool is_recorded(const struct tocsin_draft *draft)
{
	return draft->engine->durable && draft->submission;
}

enum tocsin_status tocsin_record_clear(
	struct tocsin_draft *draft, const char *topic, unsigned formats)
{
	if (!is_recorded(draft) || formats == 0) {
		return TOCSIN_OK;
	}
	struct tocsin_record_clear *clear =
		tocsin_growing_slot(&draft->clears, draft->arena, sizeof(*clear));
	if (!clear) {
		return TOCSIN_NO_MEMORY;
	}
	clear->topic = keep_text(draft, topic);
	clear->formats = (uint8_t)formats;
	return clear->topic ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

static enum tocsin_status figure_bytes(struct tocsin_draft *draft,
	struct tocsin_record_figure *figure, const Tocsin__V1__Alert *alert,
	const struct tocsin_publication *packed)
{
	if (packed) {
		figure->bytes = packed->payload;
		figure->size = packed->payload_size;
		return TOCSIN_OK;
	}
	figure->bytes = tocsin_packed_into(draft->arena, draft->engine, &alert->base, &figure->size);
	return figure->bytes ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_record_figure(struct tocsin_draft *draft, const char *topic,
	const struct tocsin_count *count, const Tocsin__V1__Alert *alert,
	const struct tocsin_publication *packed, uint8_t qos)
{
	char chain[TOCSIN_UUID_TEXT];

	if (!is_recorded(draft)) {
		return TOCSIN_OK;
	}
	struct tocsin_record_figure *figure =
		tocsin_growing_slot(&draft->figures, draft->arena, sizeof(*figure));
	if (!figure) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin_uuid_write(count->chain, chain);
	figure->topic = keep_text(draft, topic);
	figure->chain = keep_text(draft, chain);
	figure->sequence = count->sequence;
	figure->as_of_ms = count->as_of_ms;
	figure->received_ms = count->received_ms;
	figure->qos = qos;
	figure->formats = count->formats;
	if (!figure->topic || !figure->chain) {
		return TOCSIN_NO_MEMORY;
	}
	return alert ? figure_bytes(draft, figure, alert, packed) : TOCSIN_OK;
}

char *tocsin_slashed(struct tocsin_arena *arena, const char *const *names, size_t count)
{
	size_t size = sizeof("/");

	for (size_t i = 0; i < count; ++i) {
		size += strlen(names[i]) + 1;
	}
	char *text = tocsin_arena_alloc(arena, size);
	char *at = text;
	if (!text) {
		return NULL;
	}
	for (size_t i = 0; i < count; ++i) {
		const size_t length = strlen(names[i]);

		*at++ = '/';
		memcpy(at, names[i], length);
		at += length;
	}
	if (count > 0) {
		*at++ = '/';
	}
	*at = '\0';
	return text;
}

/* When the last of what stands in open/ runs out; 0 where nothing does. */
static int64_t open_until(const struct tocsin_state *state)
{
	int64_t until_ms = 0;

	for (size_t i = 0; i < state->reach_count; ++i) {
		const struct tocsin_reach *reach = state->reaches[i];

		if (reach->open && reach->expires_ms > until_ms) {
			until_ms = reach->expires_ms;
		}
	}
	return until_ms;
}

static enum tocsin_status record_fill(
	struct tocsin_draft *draft, const struct tocsin_known *known, struct tocsin_record *record)
{
	const struct tocsin_state *state = draft->chain->state;
	char chain[TOCSIN_UUID_TEXT];

	tocsin_uuid_write(known->chain, chain);
	record->journal_id = known->journal_id;
	record->incident_id = draft->undo->incident_id;
	record->sender = draft->sender;
	record->relay = draft->relay_name;
	record->chain = keep_text(draft, chain);
	record->revision = draft->revision;
	record->form = draft->submission->form;
	record->received_ms = draft->now_ms;
	memcpy(record->hash, draft->hash, sizeof(draft->hash));
	record->region = state->region ? keep_text(draft, state->region->bytes) : "";
	record->rules = tocsin_slashed(draft->arena, draft->rules, draft->rule_count);
	record->event = state->event;
	record->severity = state->severity;
	record->status = draft->incident->status;
	record->msg_type = draft->incident->msg_type;
	record->routing = draft->routing;
	record->previous_id = draft->previous_id;
	record->open_until_ms = open_until(state);
	record->alerts = draft->alerts.items;
	record->alert_count = draft->alerts.count;
	record->figures = draft->figures.items;
	record->figure_count = draft->figures.count;
	record->clears = draft->clears.items;
	record->clear_count = draft->clears.count;
	record->awaited = draft->awaited.items;
	record->awaited_count = draft->awaited.count;
	record->tallies = draft->hold.tallies.items;
	record->tally_count = draft->hold.tallies.count;
	if (!record->chain || !record->region || !record->rules) {
		return TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status =
		tocsin_memory_write(draft, &record->memory, &record->memory_size);
	return status == TOCSIN_OK ? tocsin_hold_pack(draft, &record->hold, &record->hold_size)
							   : status;
}

enum tocsin_status tocsin_record_make(struct tocsin_draft *draft, const struct tocsin_known *known)
{
	const struct tocsin_submission *submission = draft->submission;

	if (!draft->engine->durable) {
		return TOCSIN_OK;
	}
	struct tocsin_record *record = tocsin_arena_zero(draft->arena, 1, sizeof(*record));
	uint8_t *bytes = tocsin_arena_alloc(draft->arena, submission->payload_size);
	if (!record || !bytes) {
		return TOCSIN_NO_MEMORY;
	}
	memcpy(bytes, submission->payload, submission->payload_size);
	record->bytes = bytes;
	record->size = submission->payload_size;
	draft->outcome->record = record;
	draft->outcome->pending = true;
	return record_fill(draft, known, record);
}
