/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What one asks the hub for again, the topics on which that goes, and its answers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "clients/base/session.h"
#include "proto/arena.h"
#include "tocsin/v1/replay.pb-c.h"

struct tocsin_replay_wish {
	const char *audience;
	const char *filter; /* NULL: everything */
	bool by_time;       /* from_ms and to_ms, else after */
	int64_t from_ms;    /* since 1970 */
	int64_t to_ms;      /* 0: now */
	uint64_t after;     /* sequence */
	uint64_t limit;     /* alerts; 0: the hub's own */
};

/* Topics in the box of the user. */
struct tocsin_replay_box {
	char *alerts;  /* prefix: "root/from/user/replayed/" */
	char *request; /* where a wish goes */
	char *end;     /* where an answer ends */
};

/* user: who asks, without one the client id. False without memory. */
bool tocsin_replay_box_make(struct tocsin_replay_box *box, const char *root, const char *user);
void tocsin_replay_box_finish(struct tocsin_replay_box *box);

/* Sends the wish; arena is reset for it. Returns the packet id, or -1. */
int tocsin_replay_wish_send(const struct tocsin_replay_wish *wish,
	const struct tocsin_replay_box *box, struct tocsin_session *session,
	struct tocsin_arena *arena);

/* A message of an answer, whatever its form, in arena, which is reset first. NULL where it
 * cannot be read. */
ProtobufCMessage *tocsin_replay_read(struct tocsin_arena *arena,
	const ProtobufCMessageDescriptor *type, const struct tocsin_message *message);
