/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/store_keep.h"

#include "journal/statement.h"

static int run(sqlite3_stmt *statement, int prepared)
{
	const int result = prepared == SQLITE_OK ? tocsin_statement_run(statement) : prepared;

	sqlite3_finalize(statement);
	return result;
}

int tocsin_store_mark(sqlite3 *database, const char *name, int64_t value)
{
	sqlite3_stmt *statement = NULL;
	const int prepared = sqlite3_prepare_v2(
		database, "INSERT OR REPLACE INTO meta(name, value) VALUES(?,?)", -1, &statement, NULL);

	if (prepared == SQLITE_OK) {
		tocsin_bind_text(statement, 1, name);
		sqlite3_bind_int64(statement, 2, value);
	}
	return run(statement, prepared);
}

int tocsin_store_marked(sqlite3 *database, const char *name, int64_t *value, bool *found)
{
	sqlite3_stmt *statement = NULL;
	int result =
		sqlite3_prepare_v2(database, "SELECT value FROM meta WHERE name = ?", -1, &statement, NULL);

	if (result == SQLITE_OK) {
		tocsin_bind_text(statement, 1, name);
		result = sqlite3_step(statement);
	}
	*found = result == SQLITE_ROW;
	if (*found) {
		*value = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

int tocsin_store_rules(
	sqlite3 *database, const char *version, int64_t at_ms, const char *text, size_t length)
{
	sqlite3_stmt *statement = NULL;
	const int prepared = sqlite3_prepare_v2(database,
		"INSERT OR REPLACE INTO rules(version, at_ms, text) VALUES(?,?,?)", -1, &statement, NULL);

	if (prepared == SQLITE_OK) {
		tocsin_bind_text(statement, 1, version);
		sqlite3_bind_int64(statement, 2, at_ms);
		sqlite3_bind_text64(statement, 3, text, length, SQLITE_STATIC, SQLITE_UTF8);
	}
	return run(statement, prepared);
}

int tocsin_store_closed(sqlite3 *database, int64_t journal_id)
{
	sqlite3_stmt *statement = NULL;
	const int prepared = sqlite3_prepare_v2(database,
		"UPDATE incident SET open_until_ms = 1 WHERE journal_id = ? AND open_until_ms IS NOT NULL",
		-1, &statement, NULL);

	if (prepared == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, journal_id);
	}
	return run(statement, prepared);
}
