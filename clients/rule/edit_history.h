/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a rule file held, state by state, in the folder RULES.history beside it:
 * NNNN-<version>.yaml, the exact text, and one line of the file "log" for each, with
 * number, time, who, version and why. Numbers only rise. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proto/status.h"

enum { TOCSIN_HISTORY_VERSION = 17, TOCSIN_MAX_HISTORY_TEXT = 64 * 1024 * 1024 };

struct tocsin_history {
	char *folder;
	int lock;      /* descriptor: one editor at a time; -1: not opened */
	unsigned last; /* number of the latest state; 0: none yet */
	char last_version[TOCSIN_HISTORY_VERSION];
};

/* Opens the history of a rule file and locks it, making the folder where there is
 * none. TOCSIN_LIMIT where another has it open; TOCSIN_IO with errno. */
TOCSIN_MUST_USE enum tocsin_status tocsin_history_open(
	const char *rules, struct tocsin_history *history);
void tocsin_history_close(struct tocsin_history *history);

/* Keeps a text as the next state; version is its rules' and why a word or two. */
TOCSIN_MUST_USE enum tocsin_status tocsin_history_add(struct tocsin_history *history,
	const char *version, const char *text, size_t length, const char *why);

/* The text of a state, malloc'ed, NUL-terminated. TOCSIN_NOT_FOUND. */
TOCSIN_MUST_USE enum tocsin_status tocsin_history_read(
	const struct tocsin_history *history, unsigned number, char **text, size_t *length);

/* Prints the log. */
void tocsin_history_print(const struct tocsin_history *history);
