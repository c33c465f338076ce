/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One outcome's rows, within the transaction of its batch. */
#pragma once

#include <sqlite3.h>

#include "engine/outcome.h"
#include "proto/status.h"

/* A commit time is written when the last one is older than this. */
enum { TOCSIN_COMMIT_TIME_MS = 1000 };

struct tocsin_writing;

/* NULL without memory or where a statement cannot be prepared (see the database's
 * error). The database is borrowed. */
struct tocsin_writing *tocsin_writing_create(sqlite3 *database);
/* NULL is allowed. */
void tocsin_writing_destroy(struct tocsin_writing *writing);

/* Each returns SQLite's result. now_ms: the time of the commit. */
int tocsin_write_record(
	struct tocsin_writing *writing, const struct tocsin_record *record, int64_t now_ms);
int tocsin_write_upkeep(struct tocsin_writing *writing, const struct tocsin_upkeep *upkeep);
/* Incidents from first on are committed at now_ms or later. */
int tocsin_write_commit_time(struct tocsin_writing *writing, uint64_t first, int64_t now_ms);
