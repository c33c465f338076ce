/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "engine/trim.h"
#include "proto/enum_name.h"
#include "rules/render.h"

static const char schema[] = "tocsin.v1.Alert";

static void *copy_array(
	struct tocsin_arena *arena, const void *items, size_t count, size_t room, size_t size)
{
	void *copy = tocsin_arena_zero(arena, room, size);

	if (copy && count > 0) {
		memcpy(copy, items, count * size);
	}
	return copy;
}

/* The ids sent so far, without the oldest where there is no room for one more. */
static void reach_trim(struct tocsin_reach *reach)
{
	if (reach->alert_count >= TOCSIN_MAX_CHAIN_VERSIONS) {
		const size_t gone = reach->alert_count - TOCSIN_MAX_CHAIN_VERSIONS + 1;

		reach->alerts += gone;
		reach->alert_count -= gone;
	}
}

enum tocsin_status tocsin_send_begin(struct tocsin_draft *draft,
	const struct tocsin_audience *audience, const struct tocsin_reach *before,
	struct tocsin_reach **reach, uint64_t *sequence)
{
	struct tocsin_engine *engine = draft->engine;
	struct tocsin_arena *arena = engine->working;
	const ptrdiff_t index = audience - engine->ruleset->audiences;
	struct tocsin_topic *count = engine->audiences[index];
	struct tocsin_reach *made = tocsin_arena_zero(arena, 1, sizeof(*made));

	if (!made || tocsin_steps_count(&draft->undo->steps, count) != TOCSIN_OK) {
		return TOCSIN_NO_MEMORY;
	}
	if (before) {
		*made = *before;
		reach_trim(made);
	} else {
		made->audience = engine->audience_names[index];
	}
	made->alerts =
		copy_array(arena, made->alerts, made->alert_count, made->alert_count + 1, TOCSIN_UUID);
	made->topics = copy_array(arena, made->topics, made->topic_count, made->topic_count + 1,
		sizeof(struct tocsin_topic *));
	if (!made->alerts || !made->topics) {
		return TOCSIN_NO_MEMORY;
	}
	made->formats = (uint8_t)audience->formats;
	*sequence = ++count->count.sequence;
	*reach = made;
	return TOCSIN_OK;
}

static enum tocsin_status topic_obtain(
	struct tocsin_draft *draft, const char *text, struct tocsin_topic **topic)
{
	struct tocsin_table *topics = &draft->engine->topics;
	struct tocsin_topic *found = tocsin_topic_find(topics, text);

	if (!found) {
		found = tocsin_topic_create(topics, text);
		if (!found) {
			return TOCSIN_NO_MEMORY;
		}
		enum tocsin_status status =
			tocsin_recall_sequence(draft->engine, text, &found->count.sequence);
		if (status == TOCSIN_OK) {
			status = tocsin_steps_add(&draft->undo->steps, topics, &found->node,
				tocsin_table_hash(topics, text, strlen(text)));
		}
		if (status != TOCSIN_OK) {
			topics->destroy(topics->ctx, &found->node);
			return status;
		}
	}
	*topic = found;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_send_topic(
	struct tocsin_draft *draft, struct tocsin_reach *reach, const char *text)
{
	struct tocsin_topic **topics = (struct tocsin_topic **)(uintptr_t)reach->topics;
	struct tocsin_topic *topic;
	const enum tocsin_status status = topic_obtain(draft, text, &topic);

	if (status != TOCSIN_OK) {
		return status;
	}
	size_t at = 0;
	while (at < reach->topic_count && topics[at] != topic) {
		++at;
	}
	if (at == reach->topic_count && ++reach->topic_count > TOCSIN_MAX_CHAIN_TOPICS) {
		return TOCSIN_LIMIT;
	}
	memmove(topics + 1, topics, at * sizeof(struct tocsin_topic *));
	topics[0] = topic;
	return TOCSIN_OK;
}

static struct tocsin_publication alert_publication(
	const struct tocsin_sending *sending, enum tocsin_publication_kind kind)
{
	const Tocsin__V1__Alert *alert = sending->alert;

	return (struct tocsin_publication){
		.kind = kind,
		.qos = sending->reach->qos,
		.retain = kind != TOCSIN_PUBLISH_ALERT,
		.expires_ms = kind == TOCSIN_PUBLISH_FIGURE ? 0 : sending->reach->expires_ms,
		.severity = tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)alert->severity),
		.msg_type = tocsin_enum_name(&tocsin__v1__msg_type__descriptor, (int)alert->msg_type),
		.schema = schema,
	};
}

/* The protobuf form and its twin, as the audience wants them. */
enum tocsin_status tocsin_send_forms(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, enum tocsin_publication_kind kind, const char *topic)
{
	struct tocsin_publication like = alert_publication(sending, kind);
	enum tocsin_status status = TOCSIN_OK;

	if (sending->audience->formats & TOCSIN_FORMAT_PROTOBUF) {
		like.form = TOCSIN_FORM_PROTOBUF;
		like.topic = tocsin_arena_text(draft->arena, topic, strlen(topic));
		status = like.topic ? tocsin_publish_message(draft, &like, &sending->alert->base)
							: TOCSIN_NO_MEMORY;
	}
	if (status == TOCSIN_OK && sending->audience->formats & TOCSIN_FORMAT_JSON) {
		like.form = TOCSIN_FORM_JSON;
		like.topic =
			tocsin_publish_twin(draft->engine, draft->arena, sending->audience->name, topic);
		status = like.topic ? tocsin_publish_message(draft, &like, &sending->alert->base)
							: TOCSIN_NO_MEMORY;
	}
	return status;
}

/* What the journal keeps; the bytes are the publication's where there is one. */
static enum tocsin_status record_alert(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, const char *topic,
	const struct tocsin_publication *packed)
{
	struct tocsin_record_alert *record =
		tocsin_growing_slot(&draft->alerts, draft->arena, sizeof(*record));

	if (!record) {
		return TOCSIN_NO_MEMORY;
	}
	record->audience =
		tocsin_arena_text(draft->arena, sending->audience->name, strlen(sending->audience->name));
	record->topic = tocsin_arena_text(draft->arena, topic, strlen(topic));
	record->alert_id =
		tocsin_arena_text(draft->arena, sending->alert->id, strlen(sending->alert->id));
	record->sequence = sending->alert->sequence;
	record->topic_sequence = sending->alert->topic_sequence;
	record->expires_ms = sending->reach->expires_ms;
	record->qos = sending->reach->qos;
	record->formats = (uint8_t)sending->audience->formats;
	if (packed) {
		record->bytes = packed->payload;
		record->size = packed->payload_size;
	} else {
		record->bytes =
			tocsin_packed_into(draft->arena, draft->engine, &sending->alert->base, &record->size);
	}
	return record->audience && record->topic && record->alert_id && record->bytes
		? TOCSIN_OK
		: TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_send_alert(
	struct tocsin_draft *draft, const struct tocsin_sending *sending)
{
	struct tocsin_reach *reach = sending->reach;
	enum tocsin_status status = TOCSIN_OK;

	memcpy((uint8_t(*)[TOCSIN_UUID])(uintptr_t)reach->alerts + reach->alert_count, sending->id,
		TOCSIN_UUID);
	++reach->alert_count;
	for (size_t i = 0; i < reach->topic_count && status == TOCSIN_OK; ++i) {
		struct tocsin_topic *topic = reach->topics[i];
		const size_t first = draft->outcome->publication_count;

		status = tocsin_steps_count(&draft->undo->steps, topic);
		if (status != TOCSIN_OK) {
			break;
		}
		sending->alert->topic_sequence = ++topic->count.sequence;
		status = tocsin_send_forms(draft, sending, TOCSIN_PUBLISH_ALERT, topic->text);
		if (status == TOCSIN_OK && draft->engine->durable) {
			const bool packed = sending->audience->formats & TOCSIN_FORMAT_PROTOBUF;

			status = record_alert(
				draft, sending, topic->text, packed ? &draft->outcome->publications[first] : NULL);
		}
		++draft->undo->alerts;
		++draft->topics;
	}
	return status;
}

enum tocsin_status tocsin_send_clear(struct tocsin_draft *draft, enum tocsin_publication_kind kind,
	const char *topic, const char *audience, unsigned formats)
{
	for (unsigned form = TOCSIN_FORMAT_PROTOBUF; form <= TOCSIN_FORMAT_JSON; form <<= 1) {
		if (!(formats & form)) {
			continue;
		}
		char *text = form == TOCSIN_FORMAT_PROTOBUF
			? tocsin_arena_text(draft->arena, topic, strlen(topic))
			: tocsin_publish_twin(draft->engine, draft->arena, audience, topic);
		struct tocsin_publication *clear = text ? tocsin_publish(draft) : NULL;
		if (!clear) {
			return TOCSIN_NO_MEMORY;
		}
		*clear = (struct tocsin_publication){
			.kind = kind,
			.form = form == TOCSIN_FORMAT_PROTOBUF ? TOCSIN_FORM_PROTOBUF : TOCSIN_FORM_JSON,
			.topic = text,
			.qos = 1,
			.retain = true,
		};
	}
	return kind == TOCSIN_PUBLISH_OPEN ? tocsin_record_clear(draft, topic, formats) : TOCSIN_OK;
}

enum tocsin_status tocsin_send_open(
	struct tocsin_draft *draft, const struct tocsin_sending *sending)
{
	struct tocsin_reach *reach = sending->reach;
	struct tocsin_engine *engine = draft->engine;
	const char *topic = tocsin_topic_open(engine->root, sending->alert, false, engine->working);

	if (!topic) {
		return TOCSIN_NO_MEMORY;
	}
	const bool same = reach->open_topic && strcmp(reach->open_topic, topic) == 0;
	reach->open_sequence = same ? reach->open_sequence + 1 : 1;
	reach->open_topic = topic;
	sending->alert->topic_sequence = reach->open_sequence;
	return tocsin_send_forms(draft, sending, TOCSIN_PUBLISH_OPEN, topic);
}

/* The alert as it was packed last, as alert or in open/; NULL where it was not packed. */
static const struct tocsin_publication *last_packed(
	const struct tocsin_draft *draft, const struct tocsin_sending *sending)
{
	const struct tocsin_outcome *outcome = draft->outcome;

	if (!(sending->audience->formats & TOCSIN_FORMAT_PROTOBUF)) {
		return NULL;
	}
	for (size_t i = outcome->publication_count; i-- > 0;) {
		const struct tocsin_publication *one = &outcome->publications[i];
		const bool alert = one->kind == TOCSIN_PUBLISH_ALERT || one->kind == TOCSIN_PUBLISH_OPEN;

		if (alert && one->form == TOCSIN_FORM_PROTOBUF && one->payload) {
			return one;
		}
	}
	return NULL;
}

enum tocsin_status tocsin_send_keep_sent(
	struct tocsin_draft *draft, const struct tocsin_sending *sending)
{
	const struct tocsin_publication *packed = last_packed(draft, sending);
	struct tocsin_reach *reach = sending->reach;

	if (!packed) {
		return tocsin_send_keep(draft->engine, reach, sending->alert);
	}
	uint8_t *bytes = tocsin_arena_alloc(draft->engine->working, packed->payload_size);
	if (!bytes) {
		return TOCSIN_NO_MEMORY;
	}
	reach->last_size = tocsin_trim_alert(packed->payload, packed->payload_size, bytes);
	reach->last = bytes;
	reach->redaction = (uint8_t)sending->alert->redaction;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_send_keep(
	struct tocsin_engine *engine, struct tocsin_reach *reach, const Tocsin__V1__Alert *alert)
{
	Tocsin__V1__Alert kept = *alert;

	kept.description = kept.instruction = (char *)(uintptr_t)protobuf_c_empty_string;
	kept.n_references = kept.n_actors = kept.n_casualty_claims = kept.n_displacement = 0;
	kept.n_needs = kept.n_impacts = kept.n_rules = kept.n_held_by = kept.n_sources = 0;
	kept.n_possible_duplicate_of = 0;
	reach->last = tocsin_packed_into(engine->working, engine, &kept.base, &reach->last_size);
	reach->redaction = (uint8_t)alert->redaction;
	return reach->last ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}
