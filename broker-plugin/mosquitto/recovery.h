/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* After a start: what the broker may have lost is published again, in turns, before
 * anything new is. First what was committed since the broker last saved (topics of open/
 * that were left, alerts, digests), then, beside what is new, everything that is open and
 * every figure that stands. These two once more where other rules let an audience see
 * something else: what it may not see any more is cleared. Broker's thread only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/uuid.h"
#include "journal/floor.h"
#include "mosquitto/outbox.h"
#include "mosquitto/recovery_ahead.h"
#include "mosquitto/recovery_rows.h"
#include "rules/sight.h"

struct tocsin_host;

struct tocsin_recovery {
	enum tocsin_recovery_stage stage;
	struct tocsin_floor floor;
	uint64_t cursor;
	struct tocsin_recovery_ahead ahead;
	uint8_t (*open_chains)[TOCSIN_UUID]; /* keys, as they were at the start */
	size_t open_count;
	struct tocsin_outbox outbox;
	size_t sent;             /* to all subscribers, in this turn */
	uint64_t repeated;       /* outcomes */
	int64_t retry_steady_ms; /* not before, where the journal could not be read */
	bool stalled;            /* it still cannot */
	bool again;              /* it is to begin once more with what is open */
	uint64_t again_fate;     /* what was made by the rules of before is decided by then */
	bool reloaded;           /* it did: what it publishes queues with what is new */
	bool only;               /* for the audiences of sights alone */
	struct tocsin_sights sights;
};

/* Nothing is to be published again. */
void tocsin_recovery_skip(struct tocsin_recovery *recovery);

/* Everything since the floor is. */
void tocsin_recovery_begin(struct tocsin_host *host, const struct tocsin_floor *floor);
/* And all that is open in the engine now. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recovery_find_open(struct tocsin_host *host);
void tocsin_recovery_finish(struct tocsin_recovery *recovery);

/* next has taken the place of rules. */
void tocsin_recovery_again(struct tocsin_host *host, const struct tocsin_ruleset *rules,
	const struct tocsin_ruleset *next);

/* Goes on, within the share of this turn. */
void tocsin_recovery_turn(struct tocsin_host *host, int64_t now_ms);

/* What is new has to wait. */
bool tocsin_recovery_first(const struct tocsin_recovery *recovery);
