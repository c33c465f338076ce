/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin replay" knows while it runs. */
#pragma once

#include "clients/base/paper.h"
#include "clients/base/session.h"
#include "clients/watch/replay_wish.h"
#include "clients/watch/seen.h"
#include "proto/arena.h"

struct tocsin_replay {
	struct tocsin_connection connection;
	struct tocsin_session session;
	const char *audience, *filter; /* filter NULL: everything */
	uint64_t after;                /* sequence; where by_time, once an alert came */
	bool by_time, went_on;         /* went_on: the rest is asked for by sequence */
	int64_t from_ms, to_ms;        /* to_ms 0: now */
	uint64_t limit;                /* alerts in all; 0: all */
	bool json, quiet;
	struct tocsin_replay_box box;
	struct tocsin_paper paper;
	struct tocsin_seen *seen;
	struct tocsin_arena *arena; /* for one message */
	uint64_t shown;
	bool asked;           /* and no end came yet */
	bool done;            /* nothing more is to be asked */
	bool refused;         /* said on stderr */
	int refusal;          /* the broker's reason code where it refused the publish */
	int64_t heard_at_ms;  /* ticks; of the last sign of the hub */
	uint64_t asked_after; /* of the last request */
};

/* Asks for what is still wanted. */
void tocsin_replay_ask(struct tocsin_replay *replay);

/* Takes one message: an alert of the answer, or its end. */
void tocsin_replay_take(struct tocsin_replay *replay, const struct tocsin_message *message);
