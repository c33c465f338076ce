/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "journal/store_read.h"

static const char *const steps[] = {
	/* incident_id is not unique: a memory that forgot an old id must not stop the
	 * whole batch. The alerts of one incident stand in the order of its topics. */
	"CREATE TABLE incident("
	" journal_id INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, sender TEXT NOT NULL,"
	" chain TEXT NOT NULL, revision INTEGER NOT NULL, form INTEGER NOT NULL,"
	" received_ms INTEGER NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL,"
	" receipt BLOB NOT NULL);"
	"CREATE INDEX incident_by_id ON incident(incident_id);"
	"CREATE TABLE alert("
	" row INTEGER PRIMARY KEY, journal_id INTEGER NOT NULL REFERENCES incident,"
	" audience TEXT NOT NULL, sequence INTEGER NOT NULL, topic TEXT NOT NULL,"
	" topic_sequence INTEGER NOT NULL, alert_id TEXT NOT NULL, expires_ms INTEGER NOT NULL,"
	" open INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE INDEX alert_by_sequence ON alert(audience, sequence);"
	"CREATE TABLE probe(at INTEGER NOT NULL);"
	"INSERT INTO probe VALUES(0);",
};

static const struct tocsin_schema schema = {
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
	.pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
			   "PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF;",
	.may_only_be_read = true,
};

struct tocsin_store {
	sqlite3 *database;
	sqlite3_stmt *insert_incident, *insert_alert;
	int wal_pages;
};

static int note_wal(void *ctx, sqlite3 *database, const char *name, int pages)
{
	(void)database;
	(void)name;
	((struct tocsin_store *)ctx)->wal_pages = pages;
	return SQLITE_OK;
}

static int prepare(struct tocsin_store *store, const char *sql, sqlite3_stmt **statement)
{
	return sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

enum tocsin_status tocsin_store_open(
	const char *path, struct tocsin_store **store, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_store *made = calloc(1, sizeof(*made));

	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	enum tocsin_status status = tocsin_database_open(path, &schema, &made->database, error);
	if (status != TOCSIN_OK) {
		tocsin_store_close(made);
		return status;
	}
	sqlite3_wal_hook(made->database, note_wal, made);
	if (prepare(made, "INSERT INTO incident VALUES(?,?,?,?,?,?,?,?,?,?)", &made->insert_incident) !=
			SQLITE_OK ||
		prepare(made, "INSERT INTO alert VALUES(NULL,?,?,?,?,?,?,?,?,?)", &made->insert_alert) !=
			SQLITE_OK) {
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
	sqlite3_finalize(store->insert_incident);
	sqlite3_finalize(store->insert_alert);
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

enum tocsin_status tocsin_store_last_id(struct tocsin_store *store, uint64_t *journal_id)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(
		store->database, "SELECT max(journal_id) FROM incident", -1, &statement, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		*journal_id = (uint64_t)sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? TOCSIN_OK : TOCSIN_IO;
}

/* Texts and bytes outlive the step, so SQLite need not copy them. */
static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void bind_bytes(sqlite3_stmt *statement, int at, const void *bytes, size_t size)
{
	sqlite3_bind_blob64(statement, at, size > 0 ? bytes : "", size, SQLITE_STATIC);
}

static int insert_alert(
	struct tocsin_store *store, uint64_t journal_id, const struct tocsin_record_alert *alert)
{
	sqlite3_stmt *to = store->insert_alert;

	sqlite3_bind_int64(to, 1, (sqlite3_int64)journal_id);
	bind_text(to, 2, alert->audience);
	sqlite3_bind_int64(to, 3, (sqlite3_int64)alert->sequence);
	bind_text(to, 4, alert->topic);
	sqlite3_bind_int64(to, 5, (sqlite3_int64)alert->topic_sequence);
	bind_text(to, 6, alert->alert_id);
	sqlite3_bind_int64(to, 7, alert->expires_ms);
	sqlite3_bind_int(to, 8, alert->open);
	bind_bytes(to, 9, alert->bytes, alert->size);
	const int result = sqlite3_step(to);
	sqlite3_reset(to);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int insert_record(struct tocsin_store *store, const struct tocsin_record *record)
{
	sqlite3_stmt *to = store->insert_incident;

	sqlite3_bind_int64(to, 1, (sqlite3_int64)record->journal_id);
	bind_text(to, 2, record->incident_id);
	bind_text(to, 3, record->sender);
	bind_text(to, 4, record->chain);
	sqlite3_bind_int64(to, 5, record->revision);
	sqlite3_bind_int(to, 6, (int)record->form);
	sqlite3_bind_int64(to, 7, record->received_ms);
	bind_bytes(to, 8, record->hash, sizeof(record->hash));
	bind_bytes(to, 9, record->bytes, record->size);
	bind_bytes(to, 10, record->receipt, record->receipt_size);
	int result = sqlite3_step(to);
	sqlite3_reset(to);
	if (result != SQLITE_DONE) {
		return result;
	}
	result = SQLITE_OK;
	for (size_t i = 0; i < record->alert_count && result == SQLITE_OK; i++) {
		result = insert_alert(store, record->journal_id, &record->alerts[i]);
	}
	return result;
}

enum tocsin_status tocsin_store_commit(struct tocsin_store *store,
	const struct tocsin_outcome *first, const struct tocsin_outcome *last,
	char error[TOCSIN_JOURNAL_ERROR], bool *corrupt)
{
	int result = sqlite3_exec(store->database, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	for (const struct tocsin_outcome *one = first; result == SQLITE_OK; one = one->next) {
		if (one->record) {
			result = insert_record(store, one->record);
		}
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

int tocsin_store_wal_pages(const struct tocsin_store *store)
{
	return store->wal_pages;
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

enum tocsin_status tocsin_store_each(struct tocsin_store *store,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_record *record), void *ctx,
	char error[TOCSIN_JOURNAL_ERROR], bool *corrupt)
{
	int result = SQLITE_OK;
	const enum tocsin_status status = tocsin_store_read(store->database, take, ctx, &result);

	*corrupt = false;
	return result == SQLITE_OK ? status : explain(store, result, error, corrupt);
}
