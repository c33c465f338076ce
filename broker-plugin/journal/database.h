/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One SQLite file of ours: opened 0600, owned by one process, its schema versioned,
 * moved aside where it is corrupted. Source: sqlite.org/c3ref. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

#include "proto/status.h"

enum { TOCSIN_JOURNAL_ERROR = 512 }; /* bytes of an explanation */

/* One step of a schema: the SQL that leads from version index to index + 1. */
struct tocsin_schema {
	const char *const *steps;
	int version; /* number of steps */
	const char *pragmas;
};

/* Opens or creates the file and brings its schema up to date. A file that is not
 * an intact database is moved to <path>.corrupt-<number> with its -wal and -shm, a
 * new one is begun, and error says where it went although the status is OK. A
 * newer schema than ours is refused: TOCSIN_INVALID. */
TOCSIN_MUST_USE enum tocsin_status tocsin_database_open(const char *path,
	const struct tocsin_schema *schema, sqlite3 **database, char error[TOCSIN_JOURNAL_ERROR]);

/* Moves the closed file aside, and says so in error. */
TOCSIN_MUST_USE enum tocsin_status tocsin_database_set_aside(
	const char *path, char error[TOCSIN_JOURNAL_ERROR]);

/* True for results that mean the file itself is broken. */
bool tocsin_database_corrupt(int result);

/* Takes <path>.lock for this process. The descriptor holds it until closed; -1
 * with error where another process has it or it cannot be made. */
int tocsin_database_lock(const char *path, char error[TOCSIN_JOURNAL_ERROR]);
