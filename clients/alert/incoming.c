/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert/incoming.h"

#include <string.h>

#include "proto/json.h"

static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool read_kind(const char *kind, struct tocsin_incoming *incoming)
{
	size_t length = strcspn(kind, "/");
	incoming->rest = kind + length + (kind[length] == '/');
	incoming->heartbeat = is_word(kind, length, "heartbeat");
	incoming->json = length > 5 && memcmp(kind + length - 5, "-json", 5) == 0;
	if (incoming->json)
		length -= 5;
	incoming->open = is_word(kind, length, "open");
	incoming->figure = is_word(kind, length, "figure");
	incoming->digest = is_word(kind, length, "digest");
	incoming->alert = is_word(kind, length, "alert") || is_word(kind, length, "exercise") ||
		is_word(kind, length, "test");
	return incoming->heartbeat || incoming->open || incoming->alert || incoming->figure ||
		incoming->digest;
}

bool tocsin_incoming_read(const char *root, const char *const *audiences, size_t count,
	const char *topic, struct tocsin_incoming *incoming)
{
	size_t length = strlen(root);
	if (strncmp(topic, root, length) != 0 || strncmp(topic + length, "/to/", 4) != 0)
		return false;
	const char *audience = topic + length + 4;
	length = strcspn(audience, "/");
	if (audience[length] != '/')
		return false;
	for (size_t i = 0; i < count; i++) {
		incoming->audience = i;
		if (is_word(audience, length, audiences[i]))
			return read_kind(audience + length + 1, incoming);
	}
	return false;
}

static ProtobufCMessage *read_message(const ProtobufCMessageDescriptor *type,
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json)
{
	struct tocsin_violations violations;
	ProtobufCMessage *read = NULL;
	tocsin_arena_reset(arena);
	if (!json)
		return protobuf_c_message_unpack(
			type, tocsin_arena_protobuf(arena), message->size, message->payload);
	tocsin_violations_init(&violations, arena);
	if (tocsin_json_read(type, (const char *)message->payload, message->size, arena, &violations,
			&read) == TOCSIN_NO_MEMORY)
		return NULL;
	return read;
}

Tocsin__V1__Alert *tocsin_incoming_alert(
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json)
{
	return (Tocsin__V1__Alert *)read_message(&tocsin__v1__alert__descriptor, arena, message, json);
}

Tocsin__V1__Digest *tocsin_incoming_digest(
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json)
{
	return (Tocsin__V1__Digest *)read_message(
		&tocsin__v1__digest__descriptor, arena, message, json);
}
