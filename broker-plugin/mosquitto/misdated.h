/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Open incidents that a wrong clock dated (engine/misdated.h): said at the start, and closed
 * once the hub has run for long enough. Broker's thread only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tocsin_host;

struct tocsin_misdated {
	int64_t since_steady_ms; /* as if all that ran had been in one piece */
	int64_t noted_ms;        /* in the journal */
	bool begun;
};

/* After the restore, before the journal's writer starts. */
void tocsin_misdated_begin(struct tocsin_host *host);

/* Closes what is due. */
void tocsin_misdated_turn(struct tocsin_host *host, int64_t now_ms);

/* At the end: how long it ran. */
void tocsin_misdated_note(struct tocsin_host *host);
