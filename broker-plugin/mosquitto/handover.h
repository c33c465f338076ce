/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the broker has been handed of what is on disk: noted in the journal once a second
 * while something comes, so that after a start only what the broker's store may lack is
 * published again (journal/floor.h). Broker's thread only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "journal/floor.h"

struct tocsin_host;

enum tocsin_handover_stage {
	TOCSIN_HANDOVER_IDLE,
	TOCSIN_HANDOVER_COMMITS, /* what was taken before floor is on its way to the disk */
	TOCSIN_HANDOVER_OUTBOX,  /* and on its way to the broker */
	TOCSIN_HANDOVER_QUEUES,  /* and, in the broker, to the queues of its clients */
};

/* Starts all zero. */
struct tocsin_handover {
	enum tocsin_handover_stage stage;
	int64_t latest_ms; /* of the clock, and of the store at the start */
	struct tocsin_floor floor;
	uint64_t pushed, added; /* what is waited for: of the journal, of the outbox */
	int64_t handed_steady_ms;
	bool begun; /* what had to be published again was, too */
	int64_t noted_steady_ms;
	/* What is known and not noted yet; at_ms 0: nothing. */
	int64_t known_at_ms;
	struct tocsin_floor known;
};

/* The disk refused some of what is waited for: numbers will be given again. */
void tocsin_handover_give_up(struct tocsin_handover *handover);

/* At the end of a turn. */
void tocsin_handover_turn(struct tocsin_host *host, int64_t now_ms);

/* At the broker's end, before the journal's. */
void tocsin_handover_note(struct tocsin_host *host);
