/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/memory.pb-c.h"
#include "engine/state.h"

/* A chain on its way into memory. */
struct reading {
	struct tocsin_engine *engine;
	const Tocsin__Memory__Chain *image;
	uint8_t key[TOCSIN_UUID]; /* the chain's */
	uint64_t reporter;        /* hash of the newest version's sender */
	uint64_t journal_id;
	int64_t open_until_ms;
	struct tocsin_state *state;
};

/* The oldest that may go makes room: all of it can be read again. */
static void make_room(struct tocsin_table *table)
{
	struct tocsin_node *oldest = tocsin_table_full(table) ? table->oldest : NULL;

	for (int i = 0; oldest && oldest->pins > 0; ++i) {
		oldest = i < TOCSIN_MAX_EVICTION_LOOK ? oldest->newer : NULL;
	}
	if (oldest) {
		tocsin_table_remove(table, oldest);
		table->destroy(table->ctx, oldest);
	}
}

static enum tocsin_status obtain_topic(
	struct tocsin_engine *engine, const char *text, struct tocsin_topic **topic)
{
	uint64_t sequence;

	*topic = tocsin_topic_find(&engine->topics, text);
	if (*topic) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status = tocsin_recall_sequence(engine, text, &sequence);
	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_topic *made = tocsin_topic_create(&engine->topics, text);
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	made->count.sequence = sequence;
	make_room(&engine->topics);
	tocsin_table_add(
		&engine->topics, &made->node, tocsin_table_hash(&engine->topics, text, strlen(text)));
	*topic = made;
	return TOCSIN_OK;
}

static enum tocsin_status read_topics(
	struct tocsin_engine *engine, const Tocsin__Memory__Reach *image, struct tocsin_reach *reach)
{
	struct tocsin_topic **topics =
		tocsin_arena_zero(engine->working, image->n_topics + 1, sizeof(*topics));
	struct tocsin_topic **figures =
		tocsin_arena_zero(engine->working, image->n_figures + 1, sizeof(*figures));

	if (!topics || !figures) {
		return TOCSIN_NO_MEMORY;
	}
	reach->topics = topics;
	reach->figures = figures;
	for (size_t i = 0; i < image->n_topics; ++i) {
		const enum tocsin_status status = obtain_topic(engine, image->topics[i], &topics[i]);

		if (status != TOCSIN_OK) {
			return status;
		}
		/* Reading the next one must not push it out. */
		++topics[i]->node.pins;
		reach->topic_count++;
	}
	for (size_t i = 0; i < image->n_figures; ++i) {
		struct tocsin_topic *figure = tocsin_topic_find(&engine->figures, image->figures[i]);

		/* What was pushed out was taken away from the broker, too. */
		if (figure) {
			figures[reach->figure_count++] = figure;
		}
	}
	return TOCSIN_OK;
}

static enum tocsin_status read_ids(
	struct tocsin_arena *arena, const Tocsin__Memory__Reach *image, struct tocsin_reach *reach)
{
	uint8_t(*ids)[TOCSIN_UUID] = tocsin_arena_zero(arena, image->n_alerts + 1, sizeof(*ids));

	if (!ids) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < image->n_alerts; ++i) {
		if (image->alerts[i].len != TOCSIN_UUID) {
			return TOCSIN_INVALID;
		}
		memcpy(ids[i], image->alerts[i].data, TOCSIN_UUID);
	}
	reach->alerts = (const uint8_t(*)[TOCSIN_UUID])ids;
	reach->alert_count = image->n_alerts;
	return TOCSIN_OK;
}

/* What a CANCEL would repeat; nothing where it was forgotten on purpose. */
static enum tocsin_status read_last(struct tocsin_engine *engine, struct tocsin_reach *reach)
{
	const struct tocsin_archive *archive = engine->archive;
	const uint8_t *bytes = NULL;
	size_t size = 0;

	if (!archive || reach->last_row == 0) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status = archive->alert(archive->ctx, reach->last_row, &bytes, &size);
	if (status != TOCSIN_OK) {
		return status == TOCSIN_NOT_FOUND ? TOCSIN_OK : status;
	}
	const Tocsin__V1__Alert *alert =
		tocsin__v1__alert__unpack(tocsin_arena_protobuf(engine->working), size, bytes);
	return alert ? tocsin_send_keep(engine, reach, alert) : TOCSIN_INVALID;
}

static enum tocsin_status read_reach(struct reading *reading, const Tocsin__Memory__Reach *image)
{
	struct tocsin_engine *engine = reading->engine;
	struct tocsin_state *state = reading->state;
	struct tocsin_reach reach = {
		.expires_ms = image->expires_ms,
		.qos = (uint8_t)image->qos,
		.formats = (uint8_t)image->formats,
		.open = image->open,
		.withdrawn = image->withdrawn,
		.open_topic = image->open_topic[0] ? image->open_topic : NULL,
		.open_sequence = image->open_sequence,
		.last_row = image->last_row,
	};

	/* What a wrong clock dated may be closed before its date. */
	if (reach.open && reading->open_until_ms > 0 && reading->open_until_ms < reach.expires_ms) {
		reach.expires_ms = reading->open_until_ms;
		state->expires_ms = reading->open_until_ms;
	}
	reach.audience = tocsin_token_take(&engine->tokens, image->audience, strlen(image->audience));
	enum tocsin_status status = reach.audience ? TOCSIN_OK : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK) {
		status = read_ids(engine->working, image, &reach);
	}
	if (status == TOCSIN_OK) {
		status = read_last(engine, &reach);
	}
	if (status == TOCSIN_OK) {
		status = read_topics(engine, image, &reach);
	}
	struct tocsin_reach *made =
		status == TOCSIN_OK ? tocsin_reach_create(&engine->chains, &reach) : NULL;
	for (size_t i = 0; reach.topics && i < reach.topic_count; ++i) {
		--reach.topics[i]->node.pins;
	}
	tocsin_token_drop(&engine->tokens, reach.audience);
	if (!made) {
		return status == TOCSIN_OK ? TOCSIN_NO_MEMORY : status;
	}
	state->reaches[state->reach_count++] = made;
	if (made->open) {
		(void)tocsin_expiries_add(&engine->expiries, engine->heap, made->expires_ms, reading->key);
	}
	return TOCSIN_OK;
}

static enum tocsin_status read_closing(struct reading *reading)
{
	const Tocsin__Memory__Closing *image = reading->image->closing;
	Tocsin__V1__Close close = TOCSIN__V1__CLOSE__INIT;

	if (!image) {
		return TOCSIN_OK;
	}
	if (image->incident.len != TOCSIN_UUID) {
		return TOCSIN_INVALID;
	}
	close.cause = (Tocsin__V1__CloseCause)image->cause;
	close.note = image->note;
	reading->state->closing = tocsin_closing_create(
		&reading->engine->chains, image->incident.data, image->stated ? &close : NULL);
	return reading->state->closing ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

static enum tocsin_status read_state(struct reading *reading)
{
	const Tocsin__Memory__Chain *image = reading->image;
	struct tocsin_state *state = reading->state;

	state->revision = image->revision;
	state->cancelled = image->cancelled;
	state->expires_ms = image->expires_ms;
	state->journal_id = reading->journal_id;
	state->event = (Tocsin__V1__EventType)image->event;
	state->severity = (Tocsin__V1__Severity)image->severity;
	state->named = image->name.len == TOCSIN_UUID;
	if (state->named) {
		memcpy(state->name, image->name.data, TOCSIN_UUID);
	}
	if (image->version.len == TOCSIN_UUID) {
		memcpy(state->version, image->version.data, TOCSIN_UUID);
	}
	state->reviewed = image->texts.len == TOCSIN_REVIEW_TEXTS;
	if (state->reviewed) {
		memcpy(state->texts, image->texts.data, TOCSIN_REVIEW_TEXTS);
	}
	state->region =
		tocsin_token_take(&reading->engine->tokens, image->region, strlen(image->region));
	enum tocsin_status status = state->region ? read_closing(reading) : TOCSIN_NO_MEMORY;
	for (size_t i = 0; status == TOCSIN_OK && i < image->n_reaches; ++i) {
		status = read_reach(reading, image->reaches[i]);
	}
	return status;
}

/* Others that come are compared with it again. */
static enum tocsin_status remember_place(const struct reading *reading)
{
	const Tocsin__Memory__Chain *image = reading->image;
	struct tocsin_nearby_key key = {
		.event = (Tocsin__V1__EventType)image->event,
		.status = (Tocsin__V1__Status)image->status,
	};
	struct tocsin_nearby_incident incident = {
		.sender = reading->reporter,
		.start_ms = image->start_ms,
		.revision = image->revision,
	};

	if (image->place.len != sizeof(key.place)) {
		return TOCSIN_OK;
	}
	memcpy(key.place, image->place.data, sizeof(key.place));
	memcpy(incident.chain, reading->key, TOCSIN_UUID);
	return tocsin_similar_keep(reading->engine, NULL, &key, &incident);
}

static enum tocsin_status read_chain(struct reading *reading, struct tocsin_chain **chain)
{
	struct tocsin_table *chains = &reading->engine->chains;
	const Tocsin__Memory__Chain *image = reading->image;

	reading->state = tocsin_state_create(chains, NULL, image->n_reaches);
	struct tocsin_chain *made =
		tocsin_chain_create(chains, reading->key, image->sender, (Tocsin__V1__Status)image->status);
	enum tocsin_status status = made && reading->state ? read_state(reading) : TOCSIN_NO_MEMORY;
	if (status != TOCSIN_OK) {
		tocsin_state_destroy(chains, reading->state);
		tocsin_chain_destroy(chains, made);
		return status;
	}
	tocsin_state_destroy(chains, made->state);
	made->state = reading->state;
	make_room(chains);
	tocsin_table_add(chains, &made->node, tocsin_id_hash(reading->engine, made->key));
	*chain = made;
	return remember_place(reading);
}

enum tocsin_status tocsin_memory_read(
	struct tocsin_engine *engine, const struct tocsin_record *record, struct tocsin_chain **chain)
{
	/* The record's own texts end with the next question to the archive. */
	struct reading reading = {
		.engine = engine,
		.reporter = tocsin_table_hash(&engine->tokens, record->sender, strlen(record->sender)),
		.journal_id = record->journal_id,
		.open_until_ms = record->open_until_ms,
	};

	*chain = NULL;
	if (!record->memory) {
		return TOCSIN_OK;
	}
	reading.image = tocsin__memory__chain__unpack(
		tocsin_arena_protobuf(engine->working), record->memory_size, record->memory);
	if (!reading.image || !tocsin_uuid_read(record->chain, reading.key)) {
		return TOCSIN_INVALID;
	}
	if (reading.image->reporter[0]) {
		reading.reporter = tocsin_table_hash(
			&engine->tokens, reading.image->reporter, strlen(reading.image->reporter));
	}
	return read_chain(&reading, chain);
}
