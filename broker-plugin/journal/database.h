/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One SQLite file of ours: opened 0600, owned by one process, its schema versioned,
 * moved aside where it is corrupted. Source: sqlite.org/c3ref. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

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

/* Moves the closed file aside, its log first, and says so in error. */
TOCSIN_MUST_USE enum tocsin_status tocsin_database_set_aside(
	const char *path, char error[TOCSIN_JOURNAL_ERROR]);

/* Which files stand at a path, and at those of its log and its lock. */
struct tocsin_inode {
	dev_t device;
	ino_t number; /* both 0: none */
};

struct tocsin_inodes {
	struct tocsin_inode main, log, lock;
};

/* What is written to a file that was moved, deleted or covered by another volume is
 * lost to whoever opens the path next; comparing what stands there now with what stood
 * there when it was opened tells. */
void tocsin_database_inodes(const char *path, struct tocsin_inodes *inodes);
bool tocsin_inode_same(const struct tocsin_inode *one, const struct tocsin_inode *other);

/* True for results that mean the file itself is broken. */
bool tocsin_database_corrupt(int result);

/* Takes <path>.lock for this process. The descriptor holds it until closed; -1
 * with error where another process has it or it cannot be made. */
int tocsin_database_lock(const char *path, char error[TOCSIN_JOURNAL_ERROR]);

/* Where *lock is no longer the lock of that path, takes that one and closes *lock. */
TOCSIN_MUST_USE enum tocsin_status tocsin_database_lock_again(
	const char *path, int *lock, char error[TOCSIN_JOURNAL_ERROR]);
