/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json.h"

#include <string.h>

#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/json_field.h"
#include "proto/json_text.h"

static void write_message(struct tocsin_json_text *text, const ProtobufCMessage *message);

static void write_time(struct tocsin_json_text *text, const Google__Protobuf__Timestamp *time)
{
	if (!tocsin_instant_valid(time)) {
		text->status = text->status == TOCSIN_OK ? TOCSIN_INVALID : text->status;
		return;
	}
	char written[TOCSIN_INSTANT_TEXT];
	tocsin_instant_write(time, written);
	tocsin_json_text_string(text, written);
}

/* A number that the enum does not have stays a number, as in ProtoJSON. */
static void write_enum(
	struct tocsin_json_text *text, const ProtobufCEnumDescriptor *type, int value)
{
	const char *name = tocsin_enum_name(type, value);
	if (name != NULL) {
		tocsin_json_text_string(text, name);
	} else {
		tocsin_json_text_signed(text, value);
	}
}

static void write_value(
	struct tocsin_json_text *text, const ProtobufCFieldDescriptor *field, const void *member)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		tocsin_json_text_string(text, *(char *const *)member);
		return;
	case PROTOBUF_C_TYPE_ENUM:
		write_enum(text, field->descriptor, *(const int *)member);
		return;
	case PROTOBUF_C_TYPE_BOOL:
		if (*(const protobuf_c_boolean *)member) {
			tocsin_json_text_raw(text, "true", 4);
		} else {
			tocsin_json_text_raw(text, "false", 5);
		}
		return;
	case PROTOBUF_C_TYPE_UINT32:
		tocsin_json_text_unsigned(text, *(const uint32_t *)member);
		return;
	case PROTOBUF_C_TYPE_UINT64:
		tocsin_json_text_unsigned(text, *(const uint64_t *)member);
		return;
	case PROTOBUF_C_TYPE_DOUBLE:
		tocsin_json_text_double(text, *(const double *)member);
		return;
	case PROTOBUF_C_TYPE_MESSAGE:
		if (tocsin_json_is_time(field)) {
			write_time(text, *(Google__Protobuf__Timestamp *const *)member);
		} else {
			write_message(text, *(ProtobufCMessage *const *)member);
		}
		return;
	default: /* no message of Tocsin has another type; json_write_test.c proves it */
		text->status = TOCSIN_INVALID;
		return;
	}
}

/* Left out: an empty list, a message not set, a scalar at its default. The
 * member of a set oneof is written whatever its value: 0 is a claim. */
static bool is_absent(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const char *base = (const char *)message;
	const void *quantifier = base + field->quantifier_offset;
	const void *member = base + field->offset;
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		return *(const size_t *)quantifier == 0;
	}
	if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
		return *(const uint32_t *)quantifier != field->id;
	}
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: {
		const char *string = *(char *const *)member;
		return string == NULL || string[0] == '\0';
	}
	case PROTOBUF_C_TYPE_ENUM:
		return *(const int *)member == 0;
	case PROTOBUF_C_TYPE_BOOL:
		return !*(const protobuf_c_boolean *)member;
	case PROTOBUF_C_TYPE_UINT32:
		return *(const uint32_t *)member == 0;
	case PROTOBUF_C_TYPE_UINT64:
		return *(const uint64_t *)member == 0;
	case PROTOBUF_C_TYPE_DOUBLE:
		return *(const double *)member == 0;
	default:
		return *(void *const *)member == NULL;
	}
}

static void write_list(struct tocsin_json_text *text, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field)
{
	const char *base = (const char *)message;
	size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
	const char *items = *(char *const *)(const void *)(base + field->offset);
	size_t size = tocsin_json_value_size(field);
	tocsin_json_text_raw(text, "[", 1);
	for (size_t i = 0; i < count && text->status == TOCSIN_OK; i++) {
		if (i > 0) {
			tocsin_json_text_raw(text, ",", 1);
		}
		write_value(text, field, items + i * size);
	}
	tocsin_json_text_raw(text, "]", 1);
}

static void write_message(struct tocsin_json_text *text, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	bool first = true;
	tocsin_json_text_raw(text, "{", 1);
	for (unsigned i = 0; i < type->n_fields && text->status == TOCSIN_OK; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		if (is_absent(message, field)) {
			continue;
		}
		tocsin_json_text_name(text, first, field->name);
		first = false;
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			write_list(text, message, field);
		} else {
			write_value(text, field, (const char *)message + field->offset);
		}
	}
	tocsin_json_text_raw(text, "}", 1);
}

enum tocsin_status tocsin_json_write(
	const ProtobufCMessage *message, struct tocsin_arena *arena, char **text, size_t *length)
{
	struct tocsin_json_text written;
	tocsin_json_text_init(&written, arena);
	write_message(&written, message);
	enum tocsin_status status = tocsin_json_text_finish(&written);
	if (status != TOCSIN_OK) {
		return status;
	}
	*text = written.bytes;
	*length = written.length;
	return TOCSIN_OK;
}
