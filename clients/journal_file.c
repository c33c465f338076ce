/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/journal_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* KNOWN_SCHEMA: the newest user_version of the hub's journal that is understood here. */
enum { BUSY_MS = 5000, KNOWN_SCHEMA = 2, MAX_DIGITS = 18 };

#define COLUMNS "SELECT journal_id, incident_id, sender, form, received_ms, bytes FROM incident "

struct journal {
	const char *command, *path;
	sqlite3 *database;
};

static bool fail(const struct journal *journal, const char *why)
{
	fprintf(stderr, "tocsin %s: %s: %s\n", journal->command, journal->path, why);
	return false;
}

static bool fail_sqlite(const struct journal *journal)
{
	return fail(journal, journal->database ? sqlite3_errmsg(journal->database) : "out of memory");
}

static bool check_schema(const struct journal *journal)
{
	sqlite3_stmt *statement = NULL;
	char why[128];
	if (sqlite3_prepare_v2(journal->database, "PRAGMA user_version", -1, &statement, NULL) !=
			SQLITE_OK ||
		sqlite3_step(statement) != SQLITE_ROW) {
		fail_sqlite(journal);
		sqlite3_finalize(statement);
		return false;
	}
	const int version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	if (version == 0)
		return fail(journal, "is not the journal of a hub");
	if (version <= KNOWN_SCHEMA)
		return true;
	snprintf(why, sizeof why, "was written by a newer Tocsin (schema %d, this one knows %d)",
		version, KNOWN_SCHEMA);
	return fail(journal, why);
}

/* Close it also where this fails. */
static bool open_journal(struct journal *journal)
{
	if (access(journal->path, R_OK) != 0)
		return fail(journal, strerror(errno));
	if (sqlite3_open_v2(journal->path, &journal->database, SQLITE_OPEN_READONLY, NULL) !=
			SQLITE_OK ||
		sqlite3_busy_timeout(journal->database, BUSY_MS) != SQLITE_OK)
		return fail_sqlite(journal);
	return check_schema(journal);
}

static const char *text_of(sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	return text ? (const char *)text : "";
}

static struct tocsin_journal_entry entry_of(sqlite3_stmt *row)
{
	return (struct tocsin_journal_entry){
		.journal_id = (uint64_t)sqlite3_column_int64(row, 0),
		.incident_id = text_of(row, 1),
		.sender = text_of(row, 2),
		.form = sqlite3_column_int(row, 3) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
															   : TOCSIN_FORM_PROTOBUF,
		.received_ms = sqlite3_column_int64(row, 4),
		.bytes = sqlite3_column_blob(row, 5),
		.size = (size_t)sqlite3_column_bytes(row, 5),
	};
}

/* Counts the rows that it gave to take. */
static bool give_rows(const struct journal *journal, sqlite3_stmt *rows,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx, size_t *count)
{
	bool fine = true;
	int step;
	while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
		const struct tocsin_journal_entry entry = entry_of(rows);
		fine &= take(ctx, &entry);
		++*count;
	}
	return step == SQLITE_DONE ? fine : fail_sqlite(journal);
}

bool tocsin_journal_file_each(const char *command, const char *path,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx)
{
	struct journal journal = {command, path, NULL};
	sqlite3_stmt *rows = NULL;
	size_t count = 0;
	bool fine = open_journal(&journal);
	if (fine &&
		sqlite3_prepare_v2(journal.database, COLUMNS "ORDER BY journal_id", -1, &rows, NULL) !=
			SQLITE_OK)
		fine = fail_sqlite(&journal);
	if (fine)
		fine = give_rows(&journal, rows, take, ctx, &count);
	sqlite3_finalize(rows);
	sqlite3_close(journal.database);
	return fine;
}

static const char *query_for(const char *id)
{
	const size_t length = strlen(id);
	if (strcmp(id, "last") == 0)
		return COLUMNS "ORDER BY journal_id DESC LIMIT 1";
	if (length > 0 && length <= MAX_DIGITS && strspn(id, "0123456789") == length)
		return COLUMNS "WHERE journal_id = CAST(?1 AS INTEGER)";
	return COLUMNS "WHERE incident_id IN (?1, lower(?1)) ORDER BY journal_id DESC LIMIT 1";
}

static bool fail_absent(const struct journal *journal, const char *id)
{
	char why[128];
	if (strcmp(id, "last") == 0)
		return fail(journal, "holds no incident yet");
	snprintf(
		why, sizeof why, "holds no incident %.64s (a journal id, an incident's id, or last)", id);
	return fail(journal, why);
}

bool tocsin_journal_file_find(const char *command, const char *path, const char *id,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx)
{
	struct journal journal = {command, path, NULL};
	const char *query = query_for(id);
	sqlite3_stmt *rows = NULL;
	size_t count = 0;
	bool fine = open_journal(&journal);
	if (fine &&
		(sqlite3_prepare_v2(journal.database, query, -1, &rows, NULL) != SQLITE_OK ||
			(sqlite3_bind_parameter_count(rows) > 0 &&
				sqlite3_bind_text(rows, 1, id, -1, SQLITE_STATIC) != SQLITE_OK)))
		fine = fail_sqlite(&journal);
	if (fine)
		fine = give_rows(&journal, rows, take, ctx, &count);
	if (fine && count == 0)
		fine = fail_absent(&journal, id);
	sqlite3_finalize(rows);
	sqlite3_close(journal.database);
	return fine;
}
