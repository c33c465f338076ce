/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The journal's file while it is written: one row an incident and one an alert topic.
 * Whatever thread opened a store uses it; one at a time. */
#pragma once

#include <stdint.h>

#include "engine/outcome.h"
#include "journal/database.h"

struct tocsin_store;

/* Opens the file (see tocsin_database_open, also for error). */
TOCSIN_MUST_USE enum tocsin_status tocsin_store_open(
	const char *path, struct tocsin_store **store, char error[TOCSIN_JOURNAL_ERROR]);
void tocsin_store_close(struct tocsin_store *store);

/* The greatest journal id in it, 0 where it is empty. *corrupt is set where the file
 * itself is broken. */
TOCSIN_MUST_USE enum tocsin_status tocsin_store_last_id(
	struct tocsin_store *store, uint64_t *journal_id, bool *corrupt);

/* Of a broken file: one that none of what can be read of it has come to. */
enum { TOCSIN_SAFE_IDS = 1 << 16 }; /* as many may be given where nothing can be read */
uint64_t tocsin_store_safe_id(struct tocsin_store *store);

/* One transaction, at now_ms. On other than OK nothing is written and error says why;
 * *corrupt is set where the file itself is broken. */
TOCSIN_MUST_USE enum tocsin_status tocsin_store_commit(struct tocsin_store *store,
	const struct tocsin_outcome *first, const struct tocsin_outcome *last, int64_t now_ms,
	char error[TOCSIN_JOURNAL_ERROR], bool *corrupt);

/* Proves that the disk takes a write. */
TOCSIN_MUST_USE enum tocsin_status tocsin_store_probe(
	struct tocsin_store *store, char error[TOCSIN_JOURNAL_ERROR], bool *corrupt);

/* Its connection, for reading; the store's. */
sqlite3 *tocsin_store_database(struct tocsin_store *store);

/* What waits in the write-ahead log, and its transfer to the main file: as much as readers
 * let go, or with whole all of it, so that the log is empty. error says why not. */
int64_t tocsin_store_wal_bytes(const struct tocsin_store *store);
TOCSIN_MUST_USE enum tocsin_status tocsin_store_checkpoint(
	struct tocsin_store *store, bool whole, char error[TOCSIN_JOURNAL_ERROR]);
