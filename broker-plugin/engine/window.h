/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The windows of throttles: what a rule let pass of one kind. They live in memory,
 * by what the rule says, so that a reload which leaves the rule alone leaves them
 * alone. */
#pragma once

#include "engine/ring.h"
#include "engine/tally.h"
#include "rules/ruleset.h"

enum {
	TOCSIN_WINDOW_PLACE = 48,
	TOCSIN_WINDOW_SEVERITIES = TOCSIN__V1__SEVERITY__SEVERITY_EXTREME + 1,
};

/* All of it is compared: clear it before it is filled. */
struct tocsin_window_key {
	uint64_t rule; /* hash of its id */
	uint64_t fingerprint;
	uint64_t sender; /* hash of the name; 0 where the throttle does not ask */
	uint32_t per;    /* what the rest of it is asked for */
	uint32_t status; /* a drill takes nothing from what is real */
	uint32_t event, severity;
	char region[TOCSIN_WINDOW_PLACE]; /* code and version, padded with NUL */
	char adm1[TOCSIN_WINDOW_PLACE];
};

struct tocsin_window {
	struct tocsin_node node;
	struct tocsin_window_key key;
	struct tocsin_ring ring;
	/* When one of each severity passed last: also those that the ring forgot. */
	int64_t latest_ms[TOCSIN_WINDOW_SEVERITIES];
	struct tocsin_tally *tally; /* of those held, or NULL */
};

/* rings must live as long as the table. */
void tocsin_windows_init(struct tocsin_table *windows, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_rings *rings);

struct tocsin_window *tocsin_window_find(
	const struct tocsin_table *windows, const struct tocsin_window_key *key);

/* Finds it, or adds a new one through steps. */
TOCSIN_MUST_USE enum tocsin_status tocsin_window_obtain(struct tocsin_table *windows,
	struct tocsin_steps *steps, const struct tocsin_window_key *key, struct tocsin_window **window);

/* Whether one of this severity would be held now. */
bool tocsin_window_holds(const struct tocsin_window *window, const struct tocsin_rate *rate,
	Tocsin__V1__Severity severity, int64_t now_ms);

/* Remembers one that passed. */
TOCSIN_MUST_USE enum tocsin_status tocsin_window_pass(struct tocsin_table *windows,
	struct tocsin_steps *steps, struct tocsin_window *window, const struct tocsin_rate *rate,
	Tocsin__V1__Severity severity, int64_t now_ms);
