/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a watch asks the hub for again: one wish after the other, each until it is answered
 * or nothing more can come of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/watch/replay_asking.h"

struct tocsin_watch;

enum { TOCSIN_MAX_WATCH_WISHES = 64 };

enum tocsin_watch_why {
	TOCSIN_WATCH_SINCE, /* the user wants to see what came since a time */
	TOCSIN_WATCH_AWAY,  /* we were away, or the hub has gone further than we saw */
	TOCSIN_WATCH_GAP,   /* a topic's count says so */
};

struct tocsin_watch_wish {
	enum tocsin_watch_why why;
	size_t audience;
	uint64_t missing; /* gap: alerts on its topic */
	char *filter;     /* NULL: everything */
	uint64_t shown;
	struct tocsin_replay_asking asking;
	struct tocsin_watch_wish *next;
};

struct tocsin_watch_replay {
	struct tocsin_replay_box box;
	struct tocsin_watch_wish *first; /* the one that is being asked */
	size_t count;
};

/* Asks for alerts of each audience since watch->since_ms. */
void tocsin_watch_ask_since(struct tocsin_watch *watch);

/* Asks for what came while we were away, where it is known how far we were. */
void tocsin_watch_ask_away(struct tocsin_watch *watch, size_t audience);

/* Says that alerts are missing on a topic after a sequence, and asks for them. */
void tocsin_watch_ask_gap(struct tocsin_watch *watch, size_t audience, const char *topic,
	uint64_t missing, uint64_t after);

/* True while what came since a time is still being asked for. */
bool tocsin_watch_asks_since(const struct tocsin_watch *watch);

/* True while anything is asked for of this audience: what comes of it is not all yet. */
bool tocsin_watch_asks(const struct tocsin_watch *watch, size_t audience);

/* Sends what is due, gives up what is not answered. Call now and then. */
void tocsin_watch_replay_turn(struct tocsin_watch *watch);

/* The line broke: what was asked is asked again. */
void tocsin_watch_replay_lost(struct tocsin_watch *watch);

/* The broker's answer to a request. */
void tocsin_watch_replay_answered(struct tocsin_watch *watch, int packet, int reason);

/* Takes an alert of an answer, or its end. False where the message is none. */
bool tocsin_watch_replay_take(struct tocsin_watch *watch, const struct tocsin_message *message);

void tocsin_watch_replay_finish(struct tocsin_watch *watch);
