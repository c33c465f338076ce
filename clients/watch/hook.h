/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A command of the user's that runs once for each of many things: one at a time and in their
 * order, beside whatever else goes on. It gets what it is about on standard input and in its
 * environment, never in the command itself. Its standard output is our standard error. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOCSIN_MAX_HOOK_QUEUE = 256, TOCSIN_MAX_HOOK_BYTES = 16 << 20, TOCSIN_MAX_HOOK_NAMES = 10 };

struct tocsin_hook;

/* "NAME=value" texts for the environment, NULL at the end. */
struct tocsin_hook_about {
	char *names[TOCSIN_MAX_HOOK_NAMES + 1];
};

/* How one ended; called from within the functions below. */
struct tocsin_hook_end {
	const char *label;
	int status; /* as exit gave it, where signal is 0 */
	int signal; /* that ended it */
	int error;  /* errno, where it could not be started */
};

/* command, for /bin/sh -c, and ctx are borrowed. NULL without memory. */
struct tocsin_hook *tocsin_hook_create(
	const char *command, void (*ended)(void *ctx, const struct tocsin_hook_end *end), void *ctx);

/* What has not been started is dropped; what runs is left alone. NULL is allowed. */
void tocsin_hook_destroy(struct tocsin_hook *hook);

/* Adds one; the texts are copied. Returns its number, from 1 on, or 0 where the queue is full
 * or memory short. */
uint64_t tocsin_hook_add(struct tocsin_hook *hook, const char *label, const char *input,
	size_t length, const struct tocsin_hook_about *about);

/* Takes notice of one that ended and starts the next. Call when the descriptor has input, and
 * now and then. */
void tocsin_hook_turn(struct tocsin_hook *hook);

/* Has input once the one that runs has ended; -1 where none runs. */
int tocsin_hook_descriptor(const struct tocsin_hook *hook);

/* The number of the last one that ended. */
uint64_t tocsin_hook_done(const struct tocsin_hook *hook);

/* Those that wait or run. */
size_t tocsin_hook_count(const struct tocsin_hook *hook);

/* Starts nothing any more, and drops what waits. Returns how many that are. */
size_t tocsin_hook_cut(struct tocsin_hook *hook);

/* Ends the one that runs, with all that it started in its process group. */
void tocsin_hook_kill(struct tocsin_hook *hook);
