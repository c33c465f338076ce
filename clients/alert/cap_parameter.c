/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What an alert holds beyond CAP's own elements, field by field as the message is
 * described, so that a field added to it is not forgotten here. */
#include <inttypes.h>
#include <string.h>

#include "clients/alert/cap_part.h"
#include "proto/enum_name.h"
#include "proto/json.h"

enum { MAX_NAME = 64 };

/* Fields that have an element of their own. */
static bool is_element(const char *name)
{
	static const char *const elements[] = {"id", "incident_id", "msg_type", "references", "status",
		"sent", "expires", "language", "urgency", "severity", "certainty", "headline", "text",
		"description", "instruction", "audience", "sender", "topic_sequence"};
	for (size_t i = 0; i < sizeof(elements) / sizeof(*elements); i++)
		if (strcmp(elements[i], name) == 0)
			return true;
	return false;
}

/* A field that is not of these types has no place in an Alert. */
static const char *value_of(
	const struct tocsin_cap_writing *cap, const ProtobufCFieldDescriptor *field, const void *member)
{
	const ProtobufCMessage *message;
	char *json = NULL;
	size_t length = 0;
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return *(char *const *)member;
	case PROTOBUF_C_TYPE_BOOL:
		return *(const protobuf_c_boolean *)member ? "true" : NULL;
	case PROTOBUF_C_TYPE_ENUM:
		return *(const int *)member ? tocsin_enum_name(field->descriptor, *(const int *)member)
									: NULL;
	case PROTOBUF_C_TYPE_UINT32:
		return *(const uint32_t *)member
			? tocsin_arena_format(cap->arena, "%" PRIu32, *(const uint32_t *)member)
			: NULL;
	case PROTOBUF_C_TYPE_UINT64:
		return *(const uint64_t *)member
			? tocsin_arena_format(cap->arena, "%" PRIu64, *(const uint64_t *)member)
			: NULL;
	case PROTOBUF_C_TYPE_MESSAGE:
		/* An entry with a text that is no UTF-8 is left out here; the words have it. */
		message = *(ProtobufCMessage *const *)member;
		return message && tocsin_json_write(message, cap->arena, &json, &length) == TOCSIN_OK
			? json
			: NULL;
	default:
		return NULL;
	}
}

/* Of an entry of a list; 0 for types that no list of an Alert has. */
static size_t entry_size(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_ENUM:
		return sizeof(int);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	default:
		return 0;
	}
}

static void write_field(struct tocsin_cap_writing *cap, const ProtobufCFieldDescriptor *field)
{
	const char *base = (const char *)cap->alert;
	const char *member = base + field->offset;
	char name[MAX_NAME];
	snprintf(name, sizeof(name), "tocsin:%s", field->name);
	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		tocsin_cap_pair(cap, "parameter", name, value_of(cap, field, member));
		return;
	}
	size_t count, size = entry_size(field);
	const char *list;
	memcpy(&count, base + field->quantifier_offset, sizeof(count));
	memcpy(&list, member, sizeof(list));
	for (size_t i = 0; size > 0 && i < count; i++)
		tocsin_cap_pair(cap, "parameter", name, value_of(cap, field, list + i * size));
}

void tocsin_cap_parameters(struct tocsin_cap_writing *cap)
{
	const ProtobufCMessageDescriptor *type = &tocsin__v1__alert__descriptor;
	for (unsigned i = 0; i < type->n_fields; i++)
		if (!is_element(type->fields[i].name))
			write_field(cap, &type->fields[i]);
}
