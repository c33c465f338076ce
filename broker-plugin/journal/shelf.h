/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The journal's file while it is read by the broker's thread: the engine's archive, what
 * an engine gets back at its start, and what is to be published again. A read-only
 * connection of its own, opened anew after any trouble. Reads what is committed; an
 * answer is a few pages, which are in the system's cache more often than not. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "engine/archive.h"
#include "engine/restore.h"
#include "journal/database.h"
#include "journal/shelf_question.h"

struct tocsin_shelf;

/* path is copied. NULL without memory. Nothing is opened yet. */
struct tocsin_shelf *tocsin_shelf_create(const char *path);
/* NULL is allowed. */
void tocsin_shelf_destroy(struct tocsin_shelf *shelf);

/* The file may be another one now: the next call opens it anew. */
void tocsin_shelf_forget(struct tocsin_shelf *shelf);

/* Until it is told to forget, it reads through this connection, which stays the caller's:
 * where the disk is full, there may be room for one alone. */
void tocsin_shelf_lend(struct tocsin_shelf *shelf, sqlite3 *database);

/* While it rests it reads nothing and says TOCSIN_IO: a disk that keeps the writer waiting
 * would keep the broker waiting, too. */
void tocsin_shelf_rest(struct tocsin_shelf *shelf, bool resting);

/* How far topics have counted, at the start: then the first alert on one, new or old,
 * needs no look. A result of SQLite. */
int tocsin_shelf_learn_topics(struct tocsin_shelf *shelf);

/* What an engine asks. ctx is the shelf. */
extern const struct tocsin_archive tocsin_shelf_archive;

/* What went wrong last: SQLite's result and words. */
int tocsin_shelf_result(const struct tocsin_shelf *shelf);
void tocsin_shelf_clear(struct tocsin_shelf *shelf);
const char *tocsin_shelf_error(const struct tocsin_shelf *shelf);

/* Not for other rooms: a prepared statement, reset when it is asked for again. NULL where
 * the file cannot be opened or read. */
enum tocsin_shelf_statement {
	TOCSIN_SHELF_INCIDENT,
	TOCSIN_SHELF_CHAIN_FIRST,
	TOCSIN_SHELF_CHAIN_REST,
	TOCSIN_SHELF_PUBLISHED,
	TOCSIN_SHELF_ALERT,
	TOCSIN_SHELF_CHAIN_ALERTS,
	TOCSIN_SHELF_TOPIC,
	TOCSIN_SHELF_AUDIENCE,
	TOCSIN_SHELF_COUNTER,
	TOCSIN_SHELF_PAGE_ALERTS,
	TOCSIN_SHELF_PAGE_FIGURES,
	TOCSIN_SHELF_PAGE_DIGESTS,
	TOCSIN_SHELF_PAGE_CLEARS,
	TOCSIN_SHELF_STATEMENTS
};
sqlite3_stmt *tocsin_shelf_statement(
	struct tocsin_shelf *shelf, enum tocsin_shelf_statement statement);
/* The connection, opened where it is not; NULL where it cannot be. */
sqlite3 *tocsin_shelf_database(struct tocsin_shelf *shelf);
/* Notes a failure and lets go of the connection: TOCSIN_IO. */
enum tocsin_status tocsin_shelf_fail(struct tocsin_shelf *shelf, int result);

/* The columns of an incident, as selected by these, in a record; borrowed until the
 * next step. */
#define TOCSIN_SHELF_COLUMNS                                                                       \
	"journal_id, incident_id, sender, chain, revision, form, received_ms, hash, receipt, memory,"  \
	" open_until_ms"
void tocsin_shelf_read_record(sqlite3_stmt *from, struct tocsin_record *record);

/* Whether a question has to be read aside first; it is then asking's open one. */
bool tocsin_shelf_asks(struct tocsin_shelf_asking *asking, enum tocsin_shelf_subject subject,
	uint64_t row, const char *name);
