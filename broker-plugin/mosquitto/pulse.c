/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/pulse.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static const struct {
	long first_ns, next_ns;
} paces[] = {
	[TOCSIN_PACE_REST] = {0, 0},
	[TOCSIN_PACE_SLOW] = {2500 * 1000, 2500 * 1000},
	[TOCSIN_PACE_FAST] = {300 * 1000, 500 * 1000},
};

static void do_nothing(int signal)
{
	(void)signal;
}

/* The first one belongs to Mosquitto 2.1. */
static int free_signal(void)
{
	struct sigaction now;

	for (int signal = SIGRTMAX; signal > SIGRTMIN; signal--) {
		if (sigaction(signal, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
			now.sa_handler == SIG_DFL)
			return signal;
	}
	return 0;
}

void tocsin_pulse_begin(struct tocsin_pulse *pulse)
{
	const struct sigaction quiet = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
	const int signal = free_signal();
	struct sigevent event;

	*pulse = (struct tocsin_pulse){0};
	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = signal;
	event.sigev_notify_thread_id = gettid();
	pulse->loop = pthread_self();
	if (signal == 0 || sigaction(signal, &quiet, NULL) != 0)
		return;
	if (timer_create(CLOCK_MONOTONIC, &event, &pulse->timer) == 0)
		pulse->signal = signal;
}

void tocsin_pulse_set(struct tocsin_pulse *pulse, enum tocsin_pace pace)
{
	const struct itimerspec every = {
		.it_value.tv_nsec = paces[pace].first_ns,
		.it_interval.tv_nsec = paces[pace].next_ns,
	};

	if (pulse->signal == 0 || pulse->pace == pace)
		return;
	if (timer_settime(pulse->timer, 0, &every, NULL) == 0)
		pulse->pace = pace;
}

void tocsin_pulse_wake(const struct tocsin_pulse *pulse)
{
	if (pulse->signal != 0)
		(void)pthread_kill(pulse->loop, pulse->signal);
}

void tocsin_pulse_finish(struct tocsin_pulse *pulse)
{
	/* A last one may still be on its way, and would end the process if nobody took it. */
	const struct sigaction ignored = {.sa_handler = SIG_IGN};

	if (pulse->signal == 0)
		return;
	timer_delete(pulse->timer);
	sigaction(pulse->signal, &ignored, NULL);
}
