/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/alert_read.h"

#include "proto/json.h"

Tocsin__V1__Alert *tocsin_alert_read(
	struct tocsin_arena *arena, const struct tocsin_message *message, bool json)
{
	struct tocsin_violations violations;
	ProtobufCMessage *read = NULL;
	tocsin_arena_reset(arena);
	if (!json)
		return (Tocsin__V1__Alert *)protobuf_c_message_unpack(&tocsin__v1__alert__descriptor,
			tocsin_arena_protobuf(arena), message->size, message->payload);
	tocsin_violations_init(&violations, arena);
	if (tocsin_json_read(&tocsin__v1__alert__descriptor, (const char *)message->payload,
			message->size, arena, &violations, &read) == TOCSIN_NO_MEMORY)
		return NULL;
	/* A hub newer than this program may add fields; what is known still counts. */
	return (Tocsin__V1__Alert *)read;
}
