/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One walk over protobuf bytes by protobuf-c's own descriptors, before anything
 * is unpacked: protobuf-c would hide what a validator must see (a string with
 * NUL loses its tail, bad UTF-8 passes, enum 2^32+4 becomes 4, 60 kB of empty
 * entries become 30,000 objects). Source: Protocol Buffers, Encoding. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/violations.h"

/* Checks tags, wire types, lengths, depth, counts, UTF-8, NUL and control
 * characters, text lengths, enum range on the raw varint, uint32 overflow,
 * singular fields given twice, and unknown fields. Returns true when unpacking
 * is safe and worth it, so that later checks can add what they find; false when
 * the structure is broken or a count is beyond its ceiling. Allocates only the
 * texts of violations. */
bool tocsin_wire_walk(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size,
	struct tocsin_violations *violations);

/* The ceiling in code points of a text field, and in entries of a repeated
 * field; one table serves the walk and the JSON Schema. SIZE_MAX where there is
 * none, as in what only the hub writes. */
size_t tocsin_wire_text_limit(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field);
size_t tocsin_wire_count_limit(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field);
