/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A subscriber's wish to get alerts again, and the answers to it. Only members of an
 * audience are answered, since an answer goes to the client directly and so past the
 * broker's own READ access check. */
#pragma once

#include "engine/engine.h"
#include "tocsin/v1/replay.pb-c.h"

enum {
	TOCSIN_REPLAY_LIMIT = 500, /* alerts in one answer: half of what a client's queue takes
								* unless the broker is told otherwise */
};

/* A wish that may be granted: its texts are its own, in one block. */
struct tocsin_replay {
	const char *audience, *user;
	const char *client_id;      /* NULL: to whoever may subscribe to the user's box */
	const char *filter;         /* MQTT topic filter; "": everything */
	const uint8_t *correlation; /* or NULL */
	size_t correlation_size;
	enum tocsin_form form; /* of the wish, and of its answer where there is no filter */
	bool by_time;          /* from_ms and to_ms, else after_sequence */
	uint64_t after_sequence;
	int64_t from_ms, to_ms;
	uint32_t limit; /* 1 to TOCSIN_REPLAY_LIMIT */
};

/* What is answered at the end. */
struct tocsin_replay_end {
	uint32_t count;
	uint64_t last_sequence;
	bool complete;
	const char *reason; /* stable dotted id, or "" */
};

/* Reads a wish. Returns NULL with *replay set, to be freed, where it may be granted; else
 * the outcome that says why not; else NULL with *replay NULL: as for submit. */
struct tocsin_outcome *tocsin_engine_replay(struct tocsin_engine *engine,
	const struct tocsin_submission *request, int64_t now_ms, struct tocsin_replay **replay);

/* True where the user is a member of the audience. */
bool tocsin_engine_member(
	const struct tocsin_engine *engine, const char *audience, const char *user);

/* One alert of the answer, in this form, on {root}/from/{user}/replayed/ and what follows
 * {root}/to/ in its own topic. Without expiry: what has run out is part of the picture.
 * NULL where the rules of now let the user not see it, or without memory. */
struct tocsin_outcome *tocsin_engine_replay_alert(struct tocsin_engine *engine,
	const struct tocsin_replay *replay, const struct tocsin_record_alert *alert,
	enum tocsin_form form);

/* NULL without memory. */
struct tocsin_outcome *tocsin_engine_replay_end(struct tocsin_engine *engine,
	const struct tocsin_replay *replay, const struct tocsin_replay_end *end);
