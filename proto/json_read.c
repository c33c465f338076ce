/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "proto/json_field.h"
#include "proto/json_parse.h"
#include "proto/json_scalar.h"
#include "proto/wire.h"

/* Fields of one message; json_write_test.c proves that none has more. */
enum { MAX_FIELDS = 64 };

static ProtobufCMessage *read_message(struct tocsin_json_reader *reader,
	const ProtobufCMessageDescriptor *type, const json_t *object);

/* The path grows by a name or an index and is cut back to where it was. Paths of
 * our own fields are far below the ceiling. */
static size_t enter_field(struct tocsin_json_reader *reader, const char *name)
{
	size_t before = reader->path_length;
	size_t room = sizeof reader->path - 1 - before;
	size_t dot = before > 0 && room > 0 ? 1 : 0;
	size_t length = strnlen(name, room - dot);
	memcpy(reader->path + before, ".", dot);
	memcpy(reader->path + before + dot, name, length);
	reader->path_length += dot + length;
	reader->path[reader->path_length] = '\0';
	return before;
}

static size_t enter_item(struct tocsin_json_reader *reader, size_t index)
{
	size_t before = reader->path_length;
	size_t space = sizeof reader->path - before;
	int length = snprintf(reader->path + before, space, "[%zu]", index);
	reader->path_length += (size_t)length < space ? (size_t)length : space - 1;
	return before;
}

static void leave(struct tocsin_json_reader *reader, size_t before)
{
	reader->path_length = before;
	reader->path[before] = '\0';
}

static bool read_object(struct tocsin_json_reader *reader, const ProtobufCMessageDescriptor *type,
	const json_t *value, ProtobufCMessage **out)
{
	if (!json_is_object(value)) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, ": an object is wanted");
		return false;
	}
	ProtobufCMessage *message = read_message(reader, type, value);
	if (message == NULL) {
		return false;
	}
	*out = message;
	return true;
}

/* Reads one value into member. False where nothing was stored. */
static bool read_value(struct tocsin_json_reader *reader, const ProtobufCFieldDescriptor *field,
	const json_t *value, void *member)
{
	return field->type == PROTOBUF_C_TYPE_MESSAGE && !tocsin_json_is_time(field)
		? read_object(reader, field->descriptor, value, member)
		: tocsin_json_read_scalar(reader, field, value, member);
}

/* What stands in for an entry that was refused, so that those behind it keep their
 * place in what is reported later. It says nothing, so that it is not judged again. */
static void put_empty(
	struct tocsin_json_reader *reader, const ProtobufCFieldDescriptor *field, void *item)
{
	if (field->type == PROTOBUF_C_TYPE_STRING) {
		*(const char **)item = "";
	} else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		const ProtobufCMessageDescriptor *type = field->descriptor;
		ProtobufCMessage *empty = tocsin_arena_zero(reader->arena, 1, type->sizeof_message);
		reader->no_memory = reader->no_memory || empty == NULL;
		if (empty != NULL) {
			protobuf_c_message_init(type, empty);
			*(ProtobufCMessage **)item = empty;
		}
	}
}

/* Entries beyond the ceiling are neither read nor given memory. */
static void read_list(struct tocsin_json_reader *reader, ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, const json_t *list)
{
	if (!json_is_array(list)) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, ": a list is wanted");
		return;
	}
	size_t count = json_array_size(list);
	size_t limit = tocsin_wire_count_limit(message->descriptor, field);
	if (count > limit) {
		tocsin_violations_add(
			reader->violations, TOCSIN_CHECK_LIST_COUNT, reader->path, ": at most %zu", limit);
		count = limit;
	}
	if (count == 0) {
		return;
	}
	size_t size = tocsin_json_value_size(field);
	char *items = tocsin_arena_zero(reader->arena, count, size);
	if (items == NULL) {
		reader->no_memory = true;
		return;
	}
	for (size_t i = 0; i < count && !reader->no_memory; i++) {
		size_t before = enter_item(reader, i);
		if (!read_value(reader, field, json_array_get(list, i), items + i * size)) {
			put_empty(reader, field, items + i * size);
		}
		leave(reader, before);
	}
	char *base = (char *)message;
	*(size_t *)(void *)(base + field->quantifier_offset) = count;
	*(void **)(void *)(base + field->offset) = items;
}

static void read_field(struct tocsin_json_reader *reader, ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, const json_t *value)
{
	char *base = (char *)message;
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		read_list(reader, message, field, value);
		return;
	}
	bool stored = read_value(reader, field, value, base + field->offset);
	if (stored && (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
		*(uint32_t *)(void *)(base + field->quantifier_offset) = field->id;
	}
}

/* The unknown name itself is repeated only where it looks like a field's. */
static void refuse_unknown(
	struct tocsin_json_reader *reader, const ProtobufCMessageDescriptor *type, const char *name)
{
	bool plain = tocsin_json_name_is_plain(name);
	bool heard = reader->violations->errors < TOCSIN_MAX_VIOLATIONS; /* else thousands cost time */
	const char *meant = plain && heard ? tocsin_json_suggest(type, name) : NULL;
	size_t before = enter_field(reader, plain ? name : "unknown");
	if (meant != NULL) {
		tocsin_violations_add(reader->violations, TOCSIN_CHECK_JSON_UNKNOWN_FIELD, reader->path,
			": did you mean %s?", meant);
	} else {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_UNKNOWN_FIELD, NULL);
	}
	leave(reader, before);
}

static ProtobufCMessage *read_message(
	struct tocsin_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *object)
{
	ProtobufCMessage *message = tocsin_arena_zero(reader->arena, 1, type->sizeof_message);
	if (message == NULL) {
		reader->no_memory = true;
		return NULL;
	}
	protobuf_c_message_init(type, message);
	uint64_t seen = 0; /* bit i: field i came, in either spelling */
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const ProtobufCFieldDescriptor *field = tocsin_json_field(type, name);
		if (field == NULL || field - type->fields >= MAX_FIELDS) {
			refuse_unknown(reader, type, name);
			continue;
		}
		size_t before = enter_field(reader, field->name);
		uint64_t bit = UINT64_C(1) << (field - type->fields);
		if ((seen & bit) != 0) {
			tocsin_json_refuse(reader, TOCSIN_CHECK_FIELD_REPEATED, NULL);
		} else if (!json_is_null(value)) {
			read_field(reader, message, field, value);
		}
		seen |= bit;
		leave(reader, before);
		if (reader->no_memory) {
			return NULL;
		}
	}
	return message;
}

enum tocsin_status tocsin_json_read_value(const ProtobufCMessageDescriptor *type,
	const json_t *value, struct tocsin_arena *arena, struct tocsin_violations *violations,
	ProtobufCMessage **message)
{
	*message = NULL;
	if (!json_is_object(value)) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_JSON, "", ": an object is wanted");
		return TOCSIN_INVALID;
	}
	size_t errors_before = violations->errors;
	struct tocsin_json_reader reader = {.arena = arena, .violations = violations};
	ProtobufCMessage *read = read_message(&reader, type, value);
	if (read == NULL) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_MEMORY, "", NULL);
		return TOCSIN_NO_MEMORY;
	}
	*message = read;
	return violations->errors == errors_before ? TOCSIN_OK : TOCSIN_INVALID;
}

enum tocsin_status tocsin_json_read(const ProtobufCMessageDescriptor *type, const char *text,
	size_t length, struct tocsin_arena *arena, struct tocsin_violations *violations,
	ProtobufCMessage **message)
{
	*message = NULL;
	json_t *root = NULL;
	enum tocsin_status status = tocsin_json_parse(text, length, violations, &root);
	if (status != TOCSIN_OK) {
		return status;
	}
	status = tocsin_json_read_value(type, root, arena, violations, message);
	json_decref(root);
	return status;
}
