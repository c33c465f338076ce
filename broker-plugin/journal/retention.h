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
	int64_t bytes_through;     /* journal id: up to it there are no bytes any more */
	int64_t unawaited_through; /* row of awaited: up to it they go; 0: none do */
	bool begun;
};

/* One step, in a transaction of its own. *more: there is more to do now. Returns SQLite's
 * result. */
int tocsin_retention_step(
	struct tocsin_retention *retention, sqlite3 *database, int64_t now_ms, bool *more);
