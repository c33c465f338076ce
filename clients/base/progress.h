/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How far something long has come: a bar on the last line of a terminal, from half a
 * second on, gone when it is over. Nothing in a pipe, a file or a job of cron. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct tocsin_progress {
	FILE *out;        /* a terminal; NULL: nothing is shown */
	const char *what; /* "reading"; outlives it */
	uint64_t whole;   /* bytes, rows: any unit */
	int64_t next_ms;  /* tocsin_ticks_ms: not before */
	bool shown;
};

/* out is stderr, as a rule. */
void tocsin_progress_begin(
	struct tocsin_progress *progress, FILE *out, const char *what, uint64_t whole);

/* So much is done. Cheap enough for each step of a loop. */
void tocsin_progress_at(struct tocsin_progress *progress, uint64_t done);

void tocsin_progress_end(struct tocsin_progress *progress);
