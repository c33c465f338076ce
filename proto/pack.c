/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/pack.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#include "proto/wire_item.h"

enum { FIRST_ROOM = 4096, GROWTH = 4, VARINT_BITS = 7 };

/* Written from its end to its start. Once something did not fit, nothing counts. */
struct room {
	uint8_t *start, *at;
	bool full;
};

static uint8_t *take(struct room *room, size_t size)
{
	if ((size_t)(room->at - room->start) < size) {
		room->full = true;
		return NULL;
	}
	room->at -= size;
	return room->at;
}

static void put_bytes(struct room *room, const void *bytes, size_t size)
{
	uint8_t *to = size > 0 ? take(room, size) : NULL;

	if (to) {
		memcpy(to, bytes, size);
	}
}

static void put_long_varint(struct room *room, uint64_t number)
{
	const size_t bits = 64 - (size_t)__builtin_clzll(number | 1);
	const size_t size = (bits + VARINT_BITS - 1) / VARINT_BITS;
	uint8_t *to = take(room, size);

	if (!to) {
		return;
	}
	for (size_t i = 0; i + 1 < size; i++, number >>= VARINT_BITS) {
		to[i] = (uint8_t)(number | 0x80);
	}
	to[size - 1] = (uint8_t)number;
}

/* Most tags, lengths and numbers take one byte. */
static inline void put_varint(struct room *room, uint64_t number)
{
	if (number < 0x80 && room->at > room->start) {
		*--room->at = (uint8_t)number;
	} else {
		put_long_varint(room, number);
	}
}

static void put_message(struct room *room, const ProtobufCMessage *message);

/* In front of what was written up to end. */
static void put_length(struct room *room, const uint8_t *end)
{
	put_varint(room, (uint64_t)(end - room->at));
}

static void put_64(struct room *room, uint64_t number)
{
	number = htole64(number);
	put_bytes(room, &number, sizeof(number));
}

static void put_number(struct room *room, ProtobufCType type, const void *value)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_ENUM:
		put_varint(room, (uint64_t)(int64_t) * (const int32_t *)value);
		return;
	case PROTOBUF_C_TYPE_UINT32:
		put_varint(room, *(const uint32_t *)value);
		return;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
		put_varint(room, *(const uint64_t *)value);
		return;
	case PROTOBUF_C_TYPE_BOOL:
		put_varint(room, *(const protobuf_c_boolean *)value != 0);
		return;
	default:
		put_64(room, *(const uint64_t *)value);
		return;
	}
}

/* A value without its tag, but with its length where it has one. */
static void put_value(struct room *room, ProtobufCType type, const void *value)
{
	const uint8_t *end = room->at;

	if (type == PROTOBUF_C_TYPE_STRING) {
		const char *text = *(const char *const *)value;

		put_bytes(room, text, text ? strlen(text) : 0);
	} else if (type == PROTOBUF_C_TYPE_BYTES) {
		const ProtobufCBinaryData *bytes = value;

		put_bytes(room, bytes->data, bytes->len);
	} else if (type == PROTOBUF_C_TYPE_MESSAGE) {
		put_message(room, *(const ProtobufCMessage *const *)value);
	} else {
		put_number(room, type, value);
		return;
	}
	put_length(room, end);
}

static void put_tag(struct room *room, const ProtobufCFieldDescriptor *field, unsigned wire)
{
	put_varint(room, (uint64_t)field->id << 3 | wire);
}

static size_t size_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return sizeof(uint64_t);
	default:
		return sizeof(uint32_t);
	}
}

static void put_list(
	struct room *room, const ProtobufCFieldDescriptor *field, size_t count, const uint8_t *items)
{
	const bool packed = (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
	const size_t size = size_of(field->type);
	const uint8_t *end = room->at;

	for (size_t i = count; i-- > 0;) {
		put_value(room, field->type, items + i * size);
		if (!packed) {
			put_tag(room, field, tocsin_wire_type(field->type));
		}
	}
	if (packed && count > 0) {
		put_length(room, end);
		put_tag(room, field, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
	}
}

/* A field of its own, with its default left out; -0.0 is one, as for protobuf-c. */
static bool is_default(const ProtobufCFieldDescriptor *field, const void *value)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: {
		const char *text = *(const char *const *)value;

		return !text || text[0] == '\0';
	}
	case PROTOBUF_C_TYPE_MESSAGE:
		return *(const void *const *)value == NULL;
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)value)->len == 0;
	case PROTOBUF_C_TYPE_DOUBLE:
		return *(const double *)value == 0;
	default:
		return size_of(field->type) == sizeof(uint64_t) ? *(const uint64_t *)value == 0
														: *(const uint32_t *)value == 0;
	}
}

/* The member of a oneof that is set is written whatever its value. */
static bool is_absent(const ProtobufCFieldDescriptor *field, const void *value, uint32_t member)
{
	const bool pointer =
		field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;

	return member != field->id || (pointer && *(const void *const *)value == NULL);
}

static void put_message(struct room *room, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	const uint8_t *members = (const uint8_t *)message;

	for (unsigned i = type->n_fields; i-- > 0;) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const void *value = members + field->offset;
		const void *quantifier = members + field->quantifier_offset;

		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			put_list(room, field, *(const size_t *)quantifier, *(const uint8_t *const *)value);
		} else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF
				? !is_absent(field, value, *(const uint32_t *)quantifier)
				: !is_default(field, value)) {
			put_value(room, field->type, value);
			put_tag(room, field, tocsin_wire_type(field->type));
		}
	}
}

const uint8_t *tocsin_pack(
	const ProtobufCMessage *message, struct tocsin_arena *arena, size_t *size)
{
	for (size_t wanted = FIRST_ROOM;; wanted *= GROWTH) {
		struct room room = {.start = tocsin_arena_alloc(arena, wanted)};

		if (!room.start) {
			return NULL;
		}
		room.at = room.start + wanted;
		put_message(&room, message);
		if (!room.full) {
			*size = (size_t)(room.start + wanted - room.at);
			return room.at;
		}
	}
}
