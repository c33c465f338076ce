/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/journal_file.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "journal/query_file.h"

enum { OLDEST_SCHEMA = 1, MAX_DIGITS = 18, BYTES = 5 /* column */ };

#define COLUMNS "SELECT journal_id, incident_id, sender, form, received_ms, bytes FROM incident "

struct journal {
	const char *command, *path;
	sqlite3 *database;
	size_t given, gone; /* entries; of those gone the bytes are no longer kept */
};

static bool fail(const struct journal *journal, const char *why)
{
	fprintf(stderr, _("tocsin %s: %s: %s\n"), journal->command, journal->path, why);
	return false;
}

static bool fail_sqlite(const struct journal *journal)
{
	return fail(journal, sqlite3_errmsg(journal->database));
}

static bool open_journal(struct journal *journal)
{
	char why[TOCSIN_JOURNAL_ERROR];
	if (tocsin_query_open(journal->path, OLDEST_SCHEMA, &journal->database, why) != TOCSIN_OK)
		return fail(journal, why);
	return true;
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
		.bytes = sqlite3_column_blob(row, BYTES),
		.size = (size_t)sqlite3_column_bytes(row, BYTES),
	};
}

static bool give_rows(struct journal *journal, sqlite3_stmt *rows,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx)
{
	bool fine = true;
	int step;
	while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
		const struct tocsin_journal_entry entry = entry_of(rows);
		const bool kept = sqlite3_column_type(rows, BYTES) != SQLITE_NULL;
		if (kept)
			fine &= take(ctx, &entry);
		journal->given += kept;
		journal->gone += !kept;
	}
	return step == SQLITE_DONE ? fine : fail_sqlite(journal);
}

bool tocsin_journal_file_each(const char *command, const char *path,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx)
{
	struct journal journal = {.command = command, .path = path};
	sqlite3_stmt *rows = NULL;
	bool fine = open_journal(&journal);
	if (fine &&
		sqlite3_prepare_v2(journal.database, COLUMNS "ORDER BY journal_id", -1, &rows, NULL) !=
			SQLITE_OK)
		fine = fail_sqlite(&journal);
	if (fine)
		fine = give_rows(&journal, rows, take, ctx);
	if (journal.gone > 0)
		fprintf(stderr,
			_("tocsin %s: %s: %zu incidents passed over: their bytes are no longer kept\n"),
			command, path, journal.gone);
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
		return fail(journal, _("holds no incident yet"));
	snprintf(why, sizeof why,
		_("holds no incident %.64s (a journal id, an incident's id, or last)"), id);
	return fail(journal, why);
}

bool tocsin_journal_file_find(const char *command, const char *path, const char *id,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx)
{
	struct journal journal = {.command = command, .path = path};
	const char *query = query_for(id);
	sqlite3_stmt *rows = NULL;
	bool fine = open_journal(&journal);
	if (fine &&
		(sqlite3_prepare_v2(journal.database, query, -1, &rows, NULL) != SQLITE_OK ||
			(sqlite3_bind_parameter_count(rows) > 0 &&
				sqlite3_bind_text(rows, 1, id, -1, SQLITE_STATIC) != SQLITE_OK)))
		fine = fail_sqlite(&journal);
	if (fine)
		fine = give_rows(&journal, rows, take, ctx);
	if (fine && journal.given == 0)
		fine = journal.gone > 0 ? fail(&journal, _("the bytes of this incident are no longer kept"))
								: fail_absent(&journal, id);
	sqlite3_finalize(rows);
	sqlite3_close(journal.database);
	return fine;
}
