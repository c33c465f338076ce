/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/unknown_field.h"

#include <stdint.h>

/* Where protobuf-c puts a member: its descriptors give offsets in bytes. */
static void *member(ProtobufCMessage *message, unsigned offset)
{
	return (uint8_t *)message + offset;
}

static void drop_below(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		const size_t count = *(const size_t *)member(message, field->quantifier_offset);
		ProtobufCMessage **entries = *(ProtobufCMessage ***)member(message, field->offset);

		for (size_t i = 0; i < count; i++) {
			tocsin_unknown_fields_drop(entries[i]);
		}
		return;
	}
	if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
		*(const uint32_t *)member(message, field->quantifier_offset) != field->id) {
		return;
	}
	ProtobufCMessage *below = *(ProtobufCMessage **)member(message, field->offset);
	if (below) {
		tocsin_unknown_fields_drop(below);
	}
}

void tocsin_unknown_fields_drop(ProtobufCMessage *message)
{
	message->n_unknown_fields = 0;
	message->unknown_fields = NULL;
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		if (message->descriptor->fields[i].type == PROTOBUF_C_TYPE_MESSAGE) {
			drop_below(message, &message->descriptor->fields[i]);
		}
	}
}
