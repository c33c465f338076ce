/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/restore.h"

#include <string.h>

#include "engine/state.h"

static void begin(struct tocsin_engine *engine)
{
	tocsin_arena_reset(engine->working);
	tocsin_arena_reset(engine->rendering);
}

/* The receipt without what names the incident, as a re-send will need it. */
static struct tocsin_token *answer_of(
	struct tocsin_engine *engine, const struct tocsin_record *record)
{
	Tocsin__V1__Receipt *receipt = tocsin__v1__receipt__unpack(
		tocsin_arena_protobuf(engine->working), record->receipt_size, record->receipt);

	if (!receipt) {
		return NULL;
	}
	receipt->incident_id = receipt->journal_id = receipt->payload_sha256 =
		(char *)(uintptr_t)protobuf_c_empty_string;
	receipt->received = NULL;
	receipt->durable = false;
	receipt->verdict = TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED;
	size_t size;
	const uint8_t *bytes = tocsin_packed(engine, &receipt->base, &size);
	return bytes ? tocsin_token_take(&engine->tokens, bytes, size) : NULL;
}

static bool known_fill(
	struct tocsin_engine *engine, const struct tocsin_record *record, struct tocsin_known *known)
{
	memcpy(known->hash, record->hash, sizeof(known->hash));
	known->received_ms = record->received_ms;
	known->journal_id = record->journal_id;
	known->sender = tocsin_token_take(&engine->tokens, record->sender, strlen(record->sender));
	known->answer = answer_of(engine, record);
	return tocsin_uuid_read(record->incident_id, known->id) &&
		tocsin_uuid_read(record->chain, known->chain) && known->sender && known->answer;
}

/* The oldest makes room: it can be asked for again. */
static void known_make_room(struct tocsin_engine *engine)
{
	struct tocsin_node *oldest = tocsin_table_full(&engine->known) ? engine->known.oldest : NULL;

	if (oldest && oldest->pins == 0) {
		tocsin_table_remove(&engine->known, oldest);
		engine->known.destroy(engine->known.ctx, oldest);
	}
}

enum tocsin_status tocsin_restore_known(
	struct tocsin_engine *engine, const struct tocsin_record *record)
{
	struct tocsin_known *known = tocsin_known_create(&engine->known);

	if (!known) {
		return TOCSIN_NO_MEMORY;
	}
	if (!known_fill(engine, record, known)) {
		tocsin_known_destroy(&engine->known, known);
		return TOCSIN_INVALID;
	}
	known_make_room(engine);
	tocsin_table_add(&engine->known, &known->node, tocsin_id_hash(engine, known->id));
	return TOCSIN_OK;
}

void tocsin_engine_restore_id(struct tocsin_engine *engine, const char *id)
{
	uint8_t bytes[TOCSIN_UUID];

	if (tocsin_uuid_read(id, bytes)) {
		tocsin_filter_add(&engine->stored, tocsin_id_hash(engine, bytes));
	}
}

enum tocsin_status tocsin_engine_restore_figure(
	struct tocsin_engine *engine, const struct tocsin_record_figure *figure)
{
	struct tocsin_table *figures = &engine->figures;
	struct tocsin_topic *topic =
		tocsin_table_full(figures) ? NULL : tocsin_topic_create(figures, figure->topic);

	if (!topic) {
		return tocsin_table_full(figures) ? TOCSIN_LIMIT : TOCSIN_NO_MEMORY;
	}
	topic->count.sequence = figure->sequence;
	topic->count.as_of_ms = figure->as_of_ms;
	topic->count.received_ms = figure->received_ms;
	topic->count.formats = figure->formats;
	if (!tocsin_uuid_read(figure->chain, topic->count.chain)) {
		figures->destroy(figures->ctx, &topic->node);
		return TOCSIN_INVALID;
	}
	tocsin_table_add(
		figures, &topic->node, tocsin_table_hash(figures, figure->topic, strlen(figure->topic)));
	return TOCSIN_OK;
}

enum tocsin_status tocsin_engine_restore_awaited(
	struct tocsin_engine *engine, const char *chain, const struct tocsin_record_awaited *awaited)
{
	struct tocsin_table *table = &engine->awaited;
	uint8_t id[TOCSIN_UUID], key[TOCSIN_UUID];

	if (tocsin_table_full(table)) {
		return TOCSIN_LIMIT;
	}
	if (!tocsin_uuid_read(awaited->id, id) || !tocsin_uuid_read(chain, key)) {
		return TOCSIN_INVALID;
	}
	struct tocsin_awaited *entry = tocsin_awaited_create(table, id, key, awaited->cancelled);
	if (!entry) {
		return TOCSIN_NO_MEMORY;
	}
	tocsin_table_add(table, &entry->node, tocsin_id_hash(engine, id));
	return TOCSIN_OK;
}

static bool is_there(struct tocsin_engine *engine, const struct tocsin_record *record)
{
	uint8_t id[TOCSIN_UUID];

	return tocsin_uuid_read(record->incident_id, id) &&
		tocsin_known_find(&engine->known, id, tocsin_id_hash(engine, id));
}

static bool has_chain(struct tocsin_engine *engine, const struct tocsin_record *record)
{
	uint8_t key[TOCSIN_UUID];

	return tocsin_uuid_read(record->chain, key) &&
		tocsin_chain_find(&engine->chains, key, tocsin_id_hash(engine, key));
}

enum tocsin_status tocsin_engine_restore(
	struct tocsin_engine *engine, const struct tocsin_record *record, int64_t now_ms)
{
	struct tocsin_chain *chain = NULL;
	enum tocsin_status status = TOCSIN_OK;

	begin(engine);
	if (!is_there(engine, record)) {
		status = tocsin_restore_known(engine, record);
	}
	if (status == TOCSIN_OK && !has_chain(engine, record)) {
		status = tocsin_memory_read(engine, record, &chain);
	}
	if (status == TOCSIN_OK && chain) {
		tocsin_misdated_keep(engine, chain, record, now_ms);
	}
	return status;
}
