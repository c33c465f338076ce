/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Turns of the broker's loop while something is due. A loop without packets sleeps for
 * 100 ms, and what a tick of 2.1 publishes leaves only in the loop's next turn: a receipt
 * would wait for that, long after its commit. While it beats, a timer's signal that does
 * nothing interrupts the broker's epoll_wait twice a millisecond; system calls that can go
 * on go on. Broker's thread only. */
#pragma once

#include <stdbool.h>
#include <time.h>

struct tocsin_pulse {
	timer_t timer;
	int signal; /* 0: none to be had; it never beats */
	bool beats;
};

/* Takes a real-time signal that nobody handles; where there is none, receipts wait for
 * the loop as they would without it. */
void tocsin_pulse_begin(struct tocsin_pulse *pulse);

void tocsin_pulse_set(struct tocsin_pulse *pulse, bool beats);

/* A zeroed one is allowed. */
void tocsin_pulse_finish(struct tocsin_pulse *pulse);
