/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Tocsin JSON, both ways, for every message, by protobuf-c's own descriptors:
 * snake_case names, enum values in lower case, RFC 3339 times in UTC, absent
 * means absent. On input unknown fields are refused, and ProtoJSON spellings
 * (lowerCamelCase names, full enum names, numbers for enums, 64-bit integers as
 * text) are accepted. Sources: RFC 8259, ProtoJSON. */
#pragma once

#include <stddef.h>

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"
#include "proto/status.h"
#include "proto/violations.h"

/* Writes one line of JSON without a newline. Integers are numbers. A scalar at
 * its default is left out, but for the member of a set oneof. text lives in
 * arena, NUL-terminated. TOCSIN_INVALID where the message holds what JSON cannot
 * say (a text that is not UTF-8, a number that is not finite) or a time out of
 * range; nothing that passed validation does. Any thread. */
TOCSIN_MUST_USE enum tocsin_status tocsin_json_write(
	const ProtobufCMessage *message, struct tocsin_arena *arena, char **text, size_t *length);

/* Reads one JSON object as a message of the type into arena. All that is wrong
 * is added to violations, with the field's path; a syntax error with its line
 * and column. *message is NULL where there is no object at all; with errors it is
 * set, for further checks alone. Lists beyond their ceiling are cut to it. 64-bit
 * integers above 2^63 - 1 are read as text only. The caller bounds length. */
TOCSIN_MUST_USE enum tocsin_status tocsin_json_read(const ProtobufCMessageDescriptor *type,
	const char *text, size_t length, struct tocsin_arena *arena,
	struct tocsin_violations *violations, ProtobufCMessage **message);

/* The same from a value already parsed, such as an element of a list. */
TOCSIN_MUST_USE enum tocsin_status tocsin_json_read_value(const ProtobufCMessageDescriptor *type,
	const json_t *value, struct tocsin_arena *arena, struct tocsin_violations *violations,
	ProtobufCMessage **message);

/* The JSON Schema (draft-07) of a message type, as a value that the caller owns
 * (json_decref), or NULL without memory. */
json_t *tocsin_json_schema(const ProtobufCMessageDescriptor *type);
