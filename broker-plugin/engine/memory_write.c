/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/memory.pb-c.h"
#include "engine/state.h"

/* Everything that is packed here is borrowed: the message lives for one call. */
static ProtobufCBinaryData borrow(const void *bytes, size_t size)
{
	return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)bytes};
}

static char **topic_texts(
	struct tocsin_arena *arena, struct tocsin_topic *const *topics, size_t count)
{
	char **texts = tocsin_arena_zero(arena, count + 1, sizeof(*texts));

	for (size_t i = 0; texts && i < count; ++i) {
		texts[i] = topics[i]->text;
	}
	return texts;
}

static enum tocsin_status reach_fill(
	struct tocsin_arena *arena, const struct tocsin_reach *reach, Tocsin__Memory__Reach *image)
{
	tocsin__memory__reach__init(image);
	image->audience = reach->audience->bytes;
	image->expires_ms = reach->expires_ms;
	image->qos = reach->qos;
	image->formats = reach->formats;
	image->open = reach->open;
	image->withdrawn = reach->withdrawn;
	if (reach->open_topic) {
		image->open_topic = (char *)(uintptr_t)reach->open_topic;
	}
	image->open_sequence = reach->open_sequence;
	image->last_row = reach->last_row;
	image->redaction = reach->redaction;
	image->n_topics = reach->topic_count;
	image->topics = topic_texts(arena, reach->topics, reach->topic_count);
	image->n_figures = reach->figure_count;
	image->figures = topic_texts(arena, reach->figures, reach->figure_count);
	image->n_alerts = reach->alert_count;
	image->alerts = tocsin_arena_zero(arena, reach->alert_count + 1, sizeof(*image->alerts));
	if (!image->topics || !image->figures || !image->alerts) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < reach->alert_count; ++i) {
		image->alerts[i] = borrow(reach->alerts[i], TOCSIN_UUID);
	}
	return TOCSIN_OK;
}

static enum tocsin_status reaches_fill(
	struct tocsin_arena *arena, const struct tocsin_state *state, Tocsin__Memory__Chain *image)
{
	Tocsin__Memory__Reach *items = tocsin_arena_zero(arena, state->reach_count + 1, sizeof(*items));
	enum tocsin_status status = TOCSIN_OK;

	image->reaches = tocsin_arena_zero(arena, state->reach_count + 1, sizeof(*image->reaches));
	if (!items || !image->reaches) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; status == TOCSIN_OK && i < state->reach_count; ++i) {
		image->reaches[i] = &items[i];
		status = reach_fill(arena, state->reaches[i], &items[i]);
	}
	image->n_reaches = state->reach_count;
	return status;
}

/* Where a newer incident would look for it. */
static void place_fill(
	const struct tocsin_draft *draft, struct tocsin_nearby_key *key, Tocsin__Memory__Chain *image)
{
	if (draft->incident->msg_type != TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL &&
		tocsin_similar_key(draft->engine, &draft->facts, key)) {
		image->place = borrow(key->place, sizeof(key->place));
		image->start_ms = draft->facts.start_ms;
		if (strcmp(draft->facts.sender, draft->sender) != 0) {
			image->reporter = (char *)(uintptr_t)draft->facts.sender;
		}
	}
}

enum tocsin_status tocsin_memory_write(
	struct tocsin_draft *draft, const uint8_t **bytes, size_t *size)
{
	struct tocsin_chain *chain = draft->chain;
	const struct tocsin_state *state = chain->state;
	Tocsin__Memory__Chain image = TOCSIN__MEMORY__CHAIN__INIT;
	Tocsin__Memory__Closing closing = TOCSIN__MEMORY__CLOSING__INIT;
	struct tocsin_nearby_key key;

	image.sender = chain->sender->bytes;
	image.status = (uint32_t)chain->status;
	image.revision = state->revision;
	image.cancelled = state->cancelled;
	image.expires_ms = state->expires_ms;
	image.event = (uint32_t)state->event;
	image.severity = (uint32_t)state->severity;
	if (state->named) {
		image.name = borrow(state->name, TOCSIN_UUID);
	}
	image.version = borrow(state->version, TOCSIN_UUID);
	if (state->reviewed) {
		image.texts = borrow(state->texts, TOCSIN_REVIEW_TEXTS);
	}
	if (state->region) {
		image.region = state->region->bytes;
	}
	if (state->closing) {
		closing.incident = borrow(state->closing->incident, TOCSIN_UUID);
		closing.stated = state->closing->stated;
		closing.cause = (uint32_t)state->closing->cause;
		closing.note = state->closing->note;
		image.closing = &closing;
	}
	place_fill(draft, &key, &image);
	const enum tocsin_status status = reaches_fill(draft->engine->working, state, &image);
	if (status != TOCSIN_OK) {
		return status;
	}
	*bytes = tocsin_packed_into(draft->arena, draft->engine, &image.base, size);
	return *bytes ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}
