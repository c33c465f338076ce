/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the recovery will read next is read before by the thread that may wait for a disk:
 * the pages are then in the system's cache, and the broker's thread waits for none. The
 * beginning of each stage is read at the start, so that what is over is cleared before
 * anybody connects. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mosquitto/reading.h"
#include "mosquitto/recovery_rows.h"

/* What was read of a stage: from one cursor to another. */
struct tocsin_recovery_range {
	uint64_t from, until;
	bool known;
	bool to_end; /* until is the end of the stage */
};

struct tocsin_recovery_ahead {
	struct tocsin_reading reading;
	struct tocsin_recovery_range ranges[TOCSIN_RECOVERY_SENT];
	enum tocsin_recovery_stage stage; /* that is being read */
	bool reading_now;
};

/* Before the broker's loop, when the open chains are known: reads on this thread. What it
 * cannot read it leaves to later. */
void tocsin_recovery_ahead_begin(struct tocsin_host *host);

/* True where the page at the recovery's cursor may be read now. Else it is on its way:
 * ask again in the next turn. */
bool tocsin_recovery_ahead_ready(struct tocsin_host *host);
