/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/replay_wish.h"

#include <stdio.h>
#include <stdlib.h>

#include "proto/instant.h"
#include "proto/json.h"

enum { MOST_ASKED = 1000000 };

bool tocsin_replay_box_make(struct tocsin_replay_box *box, const char *root, const char *user)
{
	*box = (struct tocsin_replay_box){NULL, NULL, NULL};
	if (asprintf(&box->alerts, "%s/from/%s/replayed/", root, user) < 0)
		box->alerts = NULL;
	if (asprintf(&box->request, "%s/from/%s/replay", root, user) < 0)
		box->request = NULL;
	if (asprintf(&box->end, "%s/from/%s/replay-end", root, user) < 0)
		box->end = NULL;
	return box->alerts && box->request && box->end;
}

void tocsin_replay_box_finish(struct tocsin_replay_box *box)
{
	free(box->alerts);
	free(box->request);
	free(box->end);
	*box = (struct tocsin_replay_box){NULL, NULL, NULL};
}

int tocsin_replay_wish_send(const struct tocsin_replay_wish *wish,
	const struct tocsin_replay_box *box, struct tocsin_session *session, struct tocsin_arena *arena)
{
	Tocsin__V1__ReplayRequest request = TOCSIN__V1__REPLAY_REQUEST__INIT;
	Google__Protobuf__Timestamp from = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Google__Protobuf__Timestamp to = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	request.audience = (char *)(uintptr_t)wish->audience;
	if (wish->filter)
		request.filter = (char *)(uintptr_t)wish->filter;
	request.limit = (uint32_t)(wish->limit < MOST_ASKED ? wish->limit : MOST_ASKED);
	if (wish->by_time) {
		tocsin_instant_set(&from, wish->from_ms);
		tocsin_instant_set(&to, wish->to_ms);
		request.from = &from;
		request.to = wish->to_ms ? &to : NULL;
	} else {
		request.after_sequence = wish->after;
	}
	const size_t size = tocsin__v1__replay_request__get_packed_size(&request);
	tocsin_arena_reset(arena);
	uint8_t *bytes = tocsin_arena_alloc(arena, size + 1);
	if (!bytes)
		return -1;
	(void)tocsin__v1__replay_request__pack(&request, bytes);
	return tocsin_session_publish(session, box->request, bytes, size, false);
}

/* JSON starts with a brace, which starts no protobuf message. */
ProtobufCMessage *tocsin_replay_read(struct tocsin_arena *arena,
	const ProtobufCMessageDescriptor *type, const struct tocsin_message *message)
{
	struct tocsin_violations violations;
	ProtobufCMessage *read = NULL;
	tocsin_arena_reset(arena);
	if (message->size == 0 || message->payload[0] != '{')
		return protobuf_c_message_unpack(
			type, tocsin_arena_protobuf(arena), message->size, message->payload);
	tocsin_violations_init(&violations, arena);
	if (tocsin_json_read(type, (const char *)message->payload, message->size, arena, &violations,
			&read) == TOCSIN_NO_MEMORY)
		return NULL;
	return read;
}
