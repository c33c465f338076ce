/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Outcomes on their way to the broker, in order. What goes to all subscribers is
 * paced: the broker queues at most max_queued_messages (1000 unless told) for one
 * client and drops the rest without a word, so one turn of its loop gets less. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "mosquitto/publish.h"

enum {
	TOCSIN_TURN_PUBLICATIONS = 900, /* to all subscribers, in one turn */
	TOCSIN_MAX_OUTBOX = 65536,      /* outcomes; beyond, incidents are deferred */
	TOCSIN_OUTBOX_WAIT_MS = 500,    /* likewise where the first waits for longer */
};

struct tocsin_outbox {
	struct tocsin_outcome *first, *last;
	size_t count;
	uint64_t added;          /* ever */
	size_t next;             /* publication of the first outcome that goes next */
	size_t sent;             /* to all subscribers, in this turn */
	bool held;               /* something else goes first: nothing is sent */
	int64_t since_steady_ms; /* when the first began to wait */
	struct tocsin_publish_counts counts;
};

/* Takes an outcome and sends what this turn still has room for. The engine gets
 * outcomes back once all their publications are gone. */
void tocsin_outbox_add(struct tocsin_outbox *outbox, struct tocsin_engine *engine,
	struct tocsin_outcome *outcome, int64_t now_ms);

/* A new turn begins, in which others sent so many already: sends what waited. */
void tocsin_outbox_turn(
	struct tocsin_outbox *outbox, struct tocsin_engine *engine, int64_t now_ms, size_t sent);

/* True when no more should be taken in: there is too much, or it waits for so long that
 * what is handed over late could be lost with the broker (journal/floor.h). */
bool tocsin_outbox_full(const struct tocsin_outbox *outbox);

/* Gives everything back to the engine unsent. */
void tocsin_outbox_discard(struct tocsin_outbox *outbox, struct tocsin_engine *engine);
