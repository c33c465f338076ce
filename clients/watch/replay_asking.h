/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One wish as it is asked for, answer by answer, until nothing more can come of it: how far
 * that is, and what the end of an answer means. Sends nothing itself. */
#pragma once

#include "clients/watch/replay_wish.h"

struct tocsin_replay_asking {
	struct tocsin_replay_wish wish; /* what is still wanted: goes on with what comes */
	bool asked;                     /* and no end came yet */
	bool partial;                   /* the hub has not all of it any more */
	char reason[64];                /* of the last answer: a stable id, or "" */
	int packet;                     /* of the request */
	int64_t heard_at_ms;            /* ticks; when it was asked, or something of it came */
	int64_t ask_at_ms;              /* ticks; not before */
	uint64_t came;                  /* alerts, repeats included */

	/* Before the last request, since an answer may count for nothing. */
	struct tocsin_replay_wish sent;
	uint64_t came_before;
	unsigned put_off, torn; /* answers in a row that were no good */
};

enum tocsin_replay_next {
	TOCSIN_REPLAY_AGAIN,   /* it was no answer to this: ask once it is due, if it is */
	TOCSIN_REPLAY_GO_ON,   /* ask for the rest */
	TOCSIN_REPLAY_OVER,    /* nothing more can come of it */
	TOCSIN_REPLAY_REFUSED, /* nor this: reason says why */
};

/* True where it is to be asked for now; ticks. */
bool tocsin_replay_is_due(const struct tocsin_replay_asking *asking, int64_t now_ms);

/* True where the hub left it without an answer. */
bool tocsin_replay_is_silent(const struct tocsin_replay_asking *asking, int64_t now_ms);

/* It was sent as this packet; one that could not be sent has -1. */
void tocsin_replay_asked(struct tocsin_replay_asking *asking, int packet, int64_t now_ms);

/* An alert of the answer came; sequence 0 where it cannot be read. */
void tocsin_replay_came(struct tocsin_replay_asking *asking, uint64_t sequence, int64_t now_ms);

/* The answer ended. */
enum tocsin_replay_next tocsin_replay_ended(
	struct tocsin_replay_asking *asking, const Tocsin__V1__ReplayEnd *end, int64_t now_ms);

/* A reason in words, or NULL where it is not known. */
const char *tocsin_replay_reason(const char *reason);
