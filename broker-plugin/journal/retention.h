/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How long the journal keeps what: the bytes as published for a while, decisions and
 * alerts for much longer, and no more than a size where one is given. In steps of a few
 * milliseconds between two commits, oldest first. What is still open stays, and sequences
 * go on as if nothing had gone. The writer's thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

enum { TOCSIN_RETENTION_STEP = 64 }; /* incidents */

struct tocsin_retention_limits {
	int64_t bytes_ms;     /* 0: for ever */
	int64_t decisions_ms; /* likewise */
	int64_t max_bytes;    /* of the file, what is free in it apart; 0: any */
};

struct tocsin_retention {
	struct tocsin_retention_limits limits;
	int64_t bytes_through; /* journal id: up to it there are no bytes any more */
	bool begun;
};

/* The time of day that retention goes by. Starts all zero. */
struct tocsin_retention_clock {
	int64_t believed_ms, steady_ms; /* when it was asked last */
	bool begun;
};

/* A clock that somebody sets years ahead must not make all that is kept old at once: this
 * follows it by an hour a minute at most, and back at once. What is deleted for a minute
 * of a wrong time is then an hour's worth, and after a long sleep a day makes up for two
 * months. */
int64_t tocsin_retention_time(
	struct tocsin_retention_clock *clock, int64_t now_ms, int64_t steady_ms);

/* Where the clock begins: when the newest incident came, since a machine may have started
 * with a wrong time; now, where none came or that is later. */
int64_t tocsin_retention_begin(sqlite3 *database, int64_t now_ms);

/* One step, in a transaction of its own. *more: there is more to do now. Returns SQLite's
 * result. */
int tocsin_retention_step(
	struct tocsin_retention *retention, sqlite3 *database, int64_t now_ms, bool *more);
