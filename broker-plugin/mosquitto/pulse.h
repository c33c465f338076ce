/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Turns of the broker's loop while something is due. A loop without packets sleeps for
 * 100 ms, and what a tick of 2.1 publishes leaves only in the loop's next turn: a receipt
 * would wait for that, long after its commit. A signal that does nothing interrupts the
 * broker's epoll_wait; system calls that can go on go on. Each one costs the loop some
 * microseconds, so it comes when there is something, and by a timer only where nobody can
 * tell when. Broker's thread only, but for tocsin_pulse_wake. */
#pragma once

#include <pthread.h>
#include <time.h>

enum tocsin_pace {
	TOCSIN_PACE_REST,
	TOCSIN_PACE_SLOW, /* some hundred times a second: whoever wakes the loop may come just before it
					   * sleeps */
	TOCSIN_PACE_FAST, /* twice a millisecond */
};

struct tocsin_pulse {
	timer_t timer;
	pthread_t loop;
	int signal; /* 0: none to be had; it never beats */
	enum tocsin_pace pace;
};

/* Takes a real-time signal that nobody handles; where there is none, receipts wait for
 * the loop as they would without it. */
void tocsin_pulse_begin(struct tocsin_pulse *pulse);

void tocsin_pulse_set(struct tocsin_pulse *pulse, enum tocsin_pace pace);

/* Interrupts the loop's sleep now. Any thread that was started after _begin; after _finish
 * it does nothing. */
void tocsin_pulse_wake(const struct tocsin_pulse *pulse);

/* A zeroed one is allowed. */
void tocsin_pulse_finish(struct tocsin_pulse *pulse);
