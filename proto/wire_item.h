/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Protobuf bytes, one field at a time, without knowing what they mean. Stricter
 * than a parser must be: what two parsers may read differently is refused. For
 * wire.c. Source: Protocol Buffers, Encoding. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

enum { TOCSIN_LONGEST_VARINT = 10 }; /* bytes of 64 bits */

struct tocsin_wire_item {
	uint32_t tag;
	unsigned wire;        /* type, as ProtobufCWireType */
	uint64_t number;      /* of a varint */
	const uint8_t *bytes; /* of what is length-prefixed */
	size_t size;
};

/* For tocsin_wire_varint alone: one of more bytes. */
const uint8_t *tocsin_wire_long_varint(
	const uint8_t *at, const uint8_t *end, size_t longest, uint64_t *number);

/* Returns where the varint at at ends, or NULL where it is cut short, longer than
 * that many bytes (two or more), or beyond 64 bits. Most take one byte or two. */
static inline const uint8_t *tocsin_wire_varint(
	const uint8_t *at, const uint8_t *end, size_t longest, uint64_t *number)
{
	if (at < end && *at < 0x80) {
		*number = *at;
		return at + 1;
	}
	if (end - at >= 2 && at[1] < 0x80) {
		*number = (uint64_t)(at[0] & 0x7f) | (uint64_t)at[1] << 7;
		return at + 2;
	}
	return tocsin_wire_long_varint(at, end, longest, number);
}

/* Reads the field at at and returns where it ends, or NULL where its tag, its
 * length or its bytes are not all there, or where it is a group. */
const uint8_t *tocsin_wire_item(
	const uint8_t *at, const uint8_t *end, struct tocsin_wire_item *item);

/* The wire type, as ProtobufCWireType, of a value that stands by itself. */
static inline unsigned tocsin_wire_type(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
	case PROTOBUF_C_TYPE_DOUBLE:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return PROTOBUF_C_WIRE_TYPE_64BIT;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return PROTOBUF_C_WIRE_TYPE_32BIT;
	default:
		return PROTOBUF_C_WIRE_TYPE_VARINT;
	}
}
