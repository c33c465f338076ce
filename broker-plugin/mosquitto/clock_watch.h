/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether the machine's clock was set while the hub ran. Everything goes by it: one that
 * goes forward by days closes what is open, and nothing else would say so. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mosquitto/log.h"

/* Starts all zero. */
struct tocsin_clock_watch {
	int64_t apart_ms; /* from the clock that never jumps, when it was looked at last */
	bool looked;
	struct tocsin_log_limit limit;
};

/* Logs a clock that was set by a minute or more since the look before. */
void tocsin_clock_watch_turn(struct tocsin_clock_watch *watch, int64_t now_ms, int64_t steady_ms);
