/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Of what a query finds, the incidents whose texts wait for a person's reading. */
#pragma once

#include "engine/review_waiting.h"
#include "journal/query.h"

struct tocsin_query_waiting {
	struct tocsin_review_readers readers;
	int64_t now_ms;
	struct tocsin_review_waiting found; /* of the row that was picked last */
	struct tocsin_arena *arena;
	sqlite3_stmt *memory, *bytes;
};

/* readers and now_ms are the caller's to set. heap: as for tocsin_arena_create. Returns a
 * code of SQLite's; to be finished all the same, before the file is closed. */
int tocsin_query_waiting_init(
	struct tocsin_query_waiting *waiting, sqlite3 *journal, const struct tocsin_allocator *heap);
void tocsin_query_waiting_finish(struct tocsin_query_waiting *waiting);

/* A query's pick; ctx is the waiting one. */
int tocsin_query_waiting_pick(void *ctx, const struct tocsin_query_row *row, bool *picked);
