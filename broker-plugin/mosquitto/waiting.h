/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Incidents for which the engine has to look something up that may lie on a disk (an old
 * chain, a re-send of long ago): they wait here while the reading thread looks, and the
 * broker goes on. What the same sender sends meanwhile waits behind them, so that an
 * update never overtakes. Broker's thread only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

enum {
	TOCSIN_MAX_WAITING = 256,               /* incidents; what more comes is DEFERRED */
	TOCSIN_MAX_WAITING_BYTES = 4096 * 1024, /* of them */
	TOCSIN_WAITING_MS = 5000,               /* a disk that takes longer: DEFERRED */
};

struct tocsin_host;
struct tocsin_waiting;

struct tocsin_waitings {
	struct tocsin_waiting *first, *last;
	size_t count, bytes;
};

/* Gives it to the engine, now or later; what comes of it goes the way of all outcomes.
 * False where the topic is not this client's own, or memory is short. */
bool tocsin_waitings_submit(
	struct tocsin_host *host, const struct tocsin_submission *submission, int64_t now_ms);

/* Those whose answer is there, and those whose patience is over. */
void tocsin_waitings_turn(struct tocsin_host *host, int64_t now_ms);

/* The reading thread has ended. Their senders have no receipt and keep them. */
void tocsin_waitings_finish(struct tocsin_waitings *waitings);
