/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Opening a hub's files to read them, while the hub runs or not. */
#pragma once

#include <sqlite3.h>

#include "journal/database.h"
#include "proto/status.h"

enum { TOCSIN_JOURNAL_SCHEMA = 4 }; /* the newest user_version that is understood here */

/* Opens a journal read-only. A file that is none of ours, that a newer Tocsin wrote,
 * or whose schema is older than oldest is refused: TOCSIN_INVALID; TOCSIN_NOT_FOUND
 * where there is none. error says why, without the path. */
TOCSIN_MUST_USE enum tocsin_status tocsin_query_open(
	const char *path, int oldest, sqlite3 **journal, char error[TOCSIN_JOURNAL_ERROR]);

/* Likewise the quarantine file that lies beside the journal at path. Where nothing
 * was ever refused there is none: OK, and *quarantine is NULL. */
TOCSIN_MUST_USE enum tocsin_status tocsin_query_open_quarantine(
	const char *path, sqlite3 **quarantine, char error[TOCSIN_JOURNAL_ERROR]);
