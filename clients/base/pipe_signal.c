/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/pipe_signal.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

static void only_pipe(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGPIPE);
}

static bool is_pending(void)
{
	sigset_t pending;
	return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

void tocsin_pipe_signal_hold(struct tocsin_pipe_signal *held)
{
	sigset_t set;
	int reason = errno;
	only_pipe(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, &held->before);
	held->pending = is_pending();
	errno = reason;
}

void tocsin_pipe_signal_let(const struct tocsin_pipe_signal *held)
{
	int reason = errno;
	(void)pthread_sigmask(SIG_SETMASK, &held->before, NULL);
	errno = reason;
}

void tocsin_pipe_signal_drop(const struct tocsin_pipe_signal *held)
{
	const struct timespec at_once = {0};
	sigset_t set;
	int reason = errno;
	only_pipe(&set);
	if (!held->pending && is_pending())
		(void)sigtimedwait(&set, NULL, &at_once);
	tocsin_pipe_signal_let(held);
	errno = reason;
}
