/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Replays on their way: read on the journal's reading thread, sent in turns to the client
 * that asked, so many at a time that its queue at the broker does not overflow. Broker's
 * thread only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/replay.h"

enum {
	TOCSIN_MAX_REPLAYS = 32,  /* at a time; one a client */
	TOCSIN_REPLAY_TURN = 100, /* alerts of one replay in one turn of the broker's loop */
};

struct tocsin_host;
struct tocsin_replaying;

struct tocsin_replays {
	struct tocsin_replaying *first;
	size_t count;
};

/* Takes a wish; what cannot be done now is answered at once. */
void tocsin_replays_take(struct tocsin_host *host, struct tocsin_replay *replay, int64_t now_ms);

/* Sends what has been read. */
void tocsin_replays_turn(struct tocsin_host *host, int64_t now_ms);

/* The reading thread has ended. */
void tocsin_replays_finish(struct tocsin_replays *replays);
