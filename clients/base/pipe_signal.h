/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* SIGPIPE held while a library writes to the network. A line that broke is told by the
 * write's error, and TLS says goodbye on it all the same; but a pipe whose reader went
 * away still ends a command. The calling thread's. */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct tocsin_pipe_signal {
	sigset_t before;
	bool pending; /* already, before it was held */
};

/* From here on it waits. Leaves errno alone, as the others do. */
void tocsin_pipe_signal_hold(struct tocsin_pipe_signal *held);

/* Lets it through: one that came meanwhile arrives now. */
void tocsin_pipe_signal_let(const struct tocsin_pipe_signal *held);

/* One that came meanwhile was the network's, and is forgotten. */
void tocsin_pipe_signal_drop(const struct tocsin_pipe_signal *held);
