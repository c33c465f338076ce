/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The two clocks of the adaptor; everything below it takes the time as an
 * argument. */
#pragma once

#include <stdint.h>
#include <time.h>

static inline int64_t tocsin_clock_read_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Milliseconds since 1970, UTC: for everything that people see. */
static inline int64_t tocsin_clock_ms(void)
{
	return tocsin_clock_read_ms(CLOCK_REALTIME);
}

/* Milliseconds that never jump: for intervals. */
static inline int64_t tocsin_clock_steady_ms(void)
{
	return tocsin_clock_read_ms(CLOCK_MONOTONIC);
}
