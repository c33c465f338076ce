/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One row of a query, read whole. */
#pragma once

#include "journal/query.h"
#include "proto/arena.h"

struct tocsin_query_reader {
	struct tocsin_arena *arena; /* of one row: receipt and alerts */
	sqlite3_stmt *accepted, *alerts, *refused;
};

/* Prepares the statements; quarantine may be NULL. Finish it all the same. */
TOCSIN_MUST_USE int tocsin_query_reader_init(
	struct tocsin_query_reader *reader, sqlite3 *journal, sqlite3 *quarantine);
void tocsin_query_reader_finish(struct tocsin_query_reader *reader);

/* Reads everything but the alerts. SQLITE_ROW; SQLITE_DONE where it is gone meanwhile.
 * What row points to is valid until the next read. */
TOCSIN_MUST_USE int tocsin_query_reader_read(struct tocsin_query_reader *reader,
	Tocsin__V1__Verdict verdict, int64_t at, struct tocsin_query_row *row);

/* Adds the alerts to a row that was read. SQLITE_OK. */
TOCSIN_MUST_USE int tocsin_query_reader_alerts(
	struct tocsin_query_reader *reader, struct tocsin_query_row *row);
