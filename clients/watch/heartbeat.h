/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The dead-man watch: the hub gives a sign every 30 s, and silence is news. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOCSIN_HEARTBEAT_SILENCE_MS = 90000 };

struct tocsin_heartbeat {
	int64_t heard_at_ms; /* ticks; of the last sign, or of the start */
	int64_t sign_ms;     /* time in the last sign, ms since 1970; 0: none yet */
	bool silent;         /* and it has been said */
	int64_t patience_ms; /* so long a silence is none; 0: TOCSIN_HEARTBEAT_SILENCE_MS */
	bool counts;         /* the last sign said: */
	uint64_t sequence;   /* of the newest alert to the audience */
};

enum tocsin_heartbeat_news {
	TOCSIN_HEARTBEAT_NOTHING,
	TOCSIN_HEARTBEAT_SILENT, /* for longer than it may be */
	TOCSIN_HEARTBEAT_BACK,
};

void tocsin_heartbeat_start(struct tocsin_heartbeat *heartbeat, int64_t ticks_ms);

/* A new line to the broker: the silence counts from now, unless it has been said. */
void tocsin_heartbeat_resume(struct tocsin_heartbeat *heartbeat, int64_t ticks_ms);

/* Takes a sign, JSON with "time". A retained one may be old: it then counts from
 * its own time. What is no sign is ignored. */
enum tocsin_heartbeat_news tocsin_heartbeat_hear(struct tocsin_heartbeat *heartbeat,
	const void *json, size_t size, bool retained, int64_t ticks_ms, int64_t now_ms);

/* Call now and then: SILENT once when the silence has become too long. */
enum tocsin_heartbeat_news tocsin_heartbeat_check(
	struct tocsin_heartbeat *heartbeat, int64_t ticks_ms);
