/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/state.h"
#include "proto/json.h"
#include "proto/pack.h"

/* The next slot of the outcome's list, zeroed; NULL without memory. */
struct tocsin_publication *tocsin_publish(struct tocsin_draft *draft)
{
	struct tocsin_outcome *outcome = draft->outcome;

	if (outcome->publication_count == draft->publication_room) {
		const size_t room = draft->publication_room ? 2 * draft->publication_room : 8;
		struct tocsin_publication *grown = tocsin_arena_zero(draft->arena, room, sizeof(*grown));

		if (!grown) {
			return NULL;
		}
		if (outcome->publication_count > 0) {
			memcpy(grown, outcome->publications, outcome->publication_count * sizeof(*grown));
		}
		outcome->publications = grown;
		draft->publication_room = room;
	}
	return &outcome->publications[outcome->publication_count++];
}

const uint8_t *tocsin_packed(
	struct tocsin_engine *engine, const ProtobufCMessage *message, size_t *size)
{
	tocsin_arena_reset(engine->packing);
	return tocsin_pack(message, engine->packing, size);
}

uint8_t *tocsin_packed_into(struct tocsin_arena *arena, struct tocsin_engine *engine,
	const ProtobufCMessage *message, size_t *size)
{
	const uint8_t *packed = tocsin_packed(engine, message, size);
	uint8_t *bytes = packed ? tocsin_arena_alloc(arena, *size) : NULL;

	return bytes ? memcpy(bytes, packed, *size) : NULL;
}

/* Adds a publication like this one, with a payload of its own. */
static enum tocsin_status publish_bytes(struct tocsin_draft *draft,
	const struct tocsin_publication *like, const void *bytes, size_t size)
{
	const struct tocsin_allocator *heap = draft->engine->payload;
	void *payload = heap->alloc(heap->ctx, size > 0 ? size : 1);
	struct tocsin_publication *publication = payload ? tocsin_publish(draft) : NULL;

	if (!publication) {
		heap->free(heap->ctx, payload);
		return TOCSIN_NO_MEMORY;
	}
	*publication = *like;
	memcpy(payload, bytes, size);
	publication->payload = payload;
	publication->payload_size = size;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_publish_message(struct tocsin_draft *draft,
	const struct tocsin_publication *like, const ProtobufCMessage *message)
{
	char *text;
	size_t size;

	if (like->form == TOCSIN_FORM_PROTOBUF) {
		const uint8_t *packed = tocsin_packed(draft->engine, message, &size);

		return packed ? publish_bytes(draft, like, packed, size) : TOCSIN_NO_MEMORY;
	}
	const enum tocsin_status status =
		tocsin_json_write(message, draft->engine->rendering, &text, &size);
	return status == TOCSIN_OK ? publish_bytes(draft, like, text, size) : status;
}

enum tocsin_status tocsin_publish_text(
	struct tocsin_draft *draft, const struct tocsin_publication *like, const char *text)
{
	return publish_bytes(draft, like, text, strlen(text));
}

char *tocsin_publish_twin(const struct tocsin_engine *engine, struct tocsin_arena *arena,
	const char *audience, const char *topic)
{
	const size_t before = strlen(engine->root) + strlen("/to/") + strlen(audience) + 1;
	const size_t kind = before + strcspn(topic + before, "/");

	return tocsin_arena_format(arena, "%.*s-json%s", (int)kind, topic, topic + kind);
}

const char *tocsin_topic_audience(struct tocsin_engine *engine, const char *topic)
{
	const size_t before = strlen(engine->root) + strlen("/to/");

	return strlen(topic) > before
		? tocsin_arena_text(engine->working, topic + before, strcspn(topic + before, "/"))
		: NULL;
}

void tocsin_publications_drop(struct tocsin_engine *engine, struct tocsin_outcome *outcome)
{
	for (size_t i = 0; i < outcome->publication_count; ++i) {
		engine->payload->free(engine->payload->ctx, outcome->publications[i].payload);
		outcome->publications[i].payload = NULL;
	}
	outcome->publication_count = 0;
}
