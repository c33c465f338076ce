/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin replay" knows while it runs. */
#pragma once

#include "clients/base/paper.h"
#include "clients/base/session.h"
#include "clients/watch/replay_asking.h"
#include "clients/watch/seen.h"
#include "proto/arena.h"

struct tocsin_replay {
	struct tocsin_connection connection;
	struct tocsin_session session;
	struct tocsin_replay_wish wish; /* limit: alerts in all; 0: all */
	struct tocsin_replay_asking asking;
	bool json, quiet;
	struct tocsin_replay_box box;
	struct tocsin_paper paper;
	struct tocsin_seen *seen;
	struct tocsin_arena *arena; /* for one message */
	uint64_t shown;
	bool behind;  /* what comes lies behind the end of the time */
	bool done;    /* nothing more is to be asked */
	bool lacking; /* and not all of it came; said on stderr */
	int refusal;  /* the broker's reason code where it refused the publish */
};

/* Asks for what is still wanted. */
void tocsin_replay_ask(struct tocsin_replay *replay);

/* Takes one message: an alert of the answer, or its end. */
void tocsin_replay_take(struct tocsin_replay *replay, const struct tocsin_message *message);
