/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "journal/schema.h"
#include "journal/store_write.h"

struct tocsin_store {
	sqlite3 *database;
	struct tocsin_writing *writing;
	int wal_pages;
	int page_bytes;   /* older files have smaller pages */
	int64_t timed_ms; /* when the last commit time was written */
};

static int note_wal(void *ctx, sqlite3 *database, const char *name, int pages)
{
	(void)database;
	(void)name;
	((struct tocsin_store *)ctx)->wal_pages = pages;
	return SQLITE_OK;
}

/* 0 where it cannot be read. */
static int read_page_bytes(sqlite3 *database)
{
	sqlite3_stmt *statement = NULL;
	int bytes = 0;

	if (sqlite3_prepare_v2(database, "PRAGMA page_size", -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW) {
		bytes = sqlite3_column_int(statement, 0);
	}
	sqlite3_finalize(statement);
	return bytes;
}

enum tocsin_status tocsin_store_open(
	const char *path, struct tocsin_store **store, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_store *made = calloc(1, sizeof(*made));

	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	enum tocsin_status status =
		tocsin_database_open(path, &tocsin_journal_schema, &made->database, error);
	if (status != TOCSIN_OK) {
		tocsin_store_close(made);
		return status;
	}
	sqlite3_wal_hook(made->database, note_wal, made);
	made->page_bytes = read_page_bytes(made->database);
	made->writing = tocsin_writing_create(made->database);
	if (made->page_bytes == 0 || !made->writing) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s", sqlite3_errmsg(made->database));
		tocsin_store_close(made);
		return TOCSIN_IO;
	}
	*store = made;
	return TOCSIN_OK;
}

void tocsin_store_close(struct tocsin_store *store)
{
	if (!store) {
		return;
	}
	tocsin_writing_destroy(store->writing);
	sqlite3_close(store->database);
	free(store);
}

static enum tocsin_status explain(
	struct tocsin_store *store, int result, char error[TOCSIN_JOURNAL_ERROR], bool *corrupt)
{
	*corrupt = tocsin_database_corrupt(result);
	snprintf(
		error, TOCSIN_JOURNAL_ERROR, "SQLite: %s (%d)", sqlite3_errmsg(store->database), result);
	return TOCSIN_IO;
}

/* The one number that a query gives, 0 for NULL. */
static int ask_number(sqlite3 *database, const char *sql, uint64_t *number)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		*number = (uint64_t)sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? SQLITE_OK : result;
}

enum tocsin_status tocsin_store_last_id(
	struct tocsin_store *store, uint64_t *journal_id, bool *corrupt)
{
	const int result = ask_number(store->database,
		"SELECT max(coalesce((SELECT max(journal_id) FROM incident), 0),"
		" coalesce((SELECT sequence FROM counter WHERE name = 'journal'), 0))",
		journal_id);

	*corrupt = tocsin_database_corrupt(result);
	return result == SQLITE_OK ? TOCSIN_OK : TOCSIN_IO;
}

/* What is broken may well say anything: the row of an alert must stay a number. */
uint64_t tocsin_store_safe_id(struct tocsin_store *store)
{
	const uint64_t most = UINT64_C(1) << 46;
	static const char *const places[] = {
		"SELECT max(journal_id) FROM incident",
		"SELECT sequence FROM counter WHERE name = 'journal'",
		"SELECT max(row) >> 16 FROM alert",
		"SELECT max(journal_id) FROM hold",
		"SELECT max(id) >> 16 FROM tally",
		"SELECT max(journal_id) FROM catalogue",
		"SELECT max(first) FROM commit_time",
	};
	uint64_t greatest = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint64_t number = 0;

		if (ask_number(store->database, places[i], &number) == SQLITE_OK && number > greatest &&
			number < most) {
			greatest = number;
		}
	}
	return greatest + TOCSIN_SAFE_IDS;
}

/* Not every commit: which second is enough. A clock that was set back is written at
 * once, so that nothing seems older than it is. */
static int write_time(struct tocsin_store *store, uint64_t first, int64_t now_ms)
{
	if (now_ms >= store->timed_ms && now_ms < store->timed_ms + TOCSIN_COMMIT_TIME_MS) {
		return SQLITE_OK;
	}
	const int result = tocsin_write_commit_time(store->writing, first, now_ms);
	if (result == SQLITE_OK) {
		store->timed_ms = now_ms;
	}
	return result;
}

static int write_one(
	struct tocsin_store *store, const struct tocsin_outcome *outcome, int64_t now_ms)
{
	int result = SQLITE_OK;

	if (outcome->record) {
		result = write_time(store, outcome->record->journal_id, now_ms);
	}
	if (result == SQLITE_OK && outcome->record) {
		result = tocsin_write_record(store->writing, outcome->record, now_ms);
	}
	if (result == SQLITE_OK && outcome->upkeep) {
		result = tocsin_write_upkeep(store->writing, outcome->upkeep);
	}
	return result;
}

enum tocsin_status tocsin_store_commit(struct tocsin_store *store,
	const struct tocsin_outcome *first, const struct tocsin_outcome *last, int64_t now_ms,
	char error[TOCSIN_JOURNAL_ERROR], bool *corrupt)
{
	const int64_t timed_ms = store->timed_ms;
	int result = sqlite3_exec(store->database, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	for (const struct tocsin_outcome *one = first; result == SQLITE_OK; one = one->next) {
		result = write_one(store, one, now_ms);
		if (one == last) {
			break;
		}
	}
	if (result == SQLITE_OK) {
		result = sqlite3_exec(store->database, "COMMIT", NULL, NULL, NULL);
	}
	if (result == SQLITE_OK) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status = explain(store, result, error, corrupt);
	store->timed_ms = timed_ms;
	if (!sqlite3_get_autocommit(store->database)) {
		(void)sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
	}
	return status;
}

enum tocsin_status tocsin_store_probe(
	struct tocsin_store *store, char error[TOCSIN_JOURNAL_ERROR], bool *corrupt)
{
	const int result =
		sqlite3_exec(store->database, "UPDATE probe SET at = at + 1", NULL, NULL, NULL);

	return result == SQLITE_OK ? TOCSIN_OK : explain(store, result, error, corrupt);
}

int64_t tocsin_store_wal_bytes(const struct tocsin_store *store)
{
	return (int64_t)store->wal_pages * store->page_bytes;
}

enum tocsin_status tocsin_store_checkpoint(
	struct tocsin_store *store, bool whole, char error[TOCSIN_JOURNAL_ERROR])
{
	/* PASSIVE never waits for a reader; what it cannot move stays for the next. */
	const int mode = whole ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
	int left = 0;
	int moved = 0;
	bool corrupt = false;

	const int result = sqlite3_wal_checkpoint_v2(store->database, NULL, mode, &left, &moved);
	if (result == SQLITE_OK) {
		store->wal_pages = left > moved ? left - moved : 0;
	}
	return result == SQLITE_OK || ((result & 0xff) == SQLITE_BUSY && !whole)
		? TOCSIN_OK
		: explain(store, result, error, &corrupt);
}

sqlite3 *tocsin_store_database(struct tocsin_store *store)
{
	return store->database;
}
