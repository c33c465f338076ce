/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The time of day that retention goes by: a machine's clock may be wrong. The writer's
 * thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

/* Starts all zero. */
struct tocsin_retention_clock {
	int64_t believed_ms, steady_ms; /* when it was asked last */
	int64_t noted_ms;               /* what the file has */
	bool begun;
};

/* A clock that somebody sets years ahead must not make all that is kept old at once: this
 * follows it by an hour a minute at most, and back at once. What is deleted for a minute
 * of a wrong time is then an hour's worth, and after a long sleep a day makes up for two
 * months. */
int64_t tocsin_retention_time(
	struct tocsin_retention_clock *clock, int64_t now_ms, int64_t steady_ms);

/* Where the clock begins, since a machine may have started with a wrong time: where it was
 * when it was noted last, within an hour; in a file without that, when the newest incident
 * came; now, where that is earlier or there is neither. */
int64_t tocsin_retention_begin(sqlite3 *database, int64_t now_ms);

/* Notes it in the file, now and then: the next start is to believe no clock that this one
 * did not. Returns SQLite's result. */
int tocsin_retention_note(struct tocsin_retention_clock *clock, sqlite3 *database);
