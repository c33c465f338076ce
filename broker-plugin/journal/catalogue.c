/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/catalogue.h"

#include "journal/statement.h"
#include "journal/store_keep.h"

static const char mark[] = "catalogued_through";

static const char *const steps[] = {
	"INSERT INTO catalogue SELECT journal_id, received_ms, sender, region, rules FROM incident"
	" WHERE journal_id >= ?1 AND journal_id <= ?2",
	TOCSIN_COUNT_TOPICS,
};

int tocsin_catalogue_through(sqlite3 *database, uint64_t *journal_id)
{
	int64_t value = 0;
	bool found = false;
	const int result = tocsin_store_marked(database, mark, &value, &found);

	if (result == SQLITE_OK) {
		*journal_id = found ? (uint64_t)value : 0;
	}
	return result;
}

/* The next few; *count is 0 where there are none. */
static int find_next(sqlite3 *database, int64_t ends[2], int64_t *count)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database,
		"SELECT min(journal_id), max(journal_id), count(*) FROM (SELECT journal_id FROM incident"
		" WHERE journal_id > " TOCSIN_CATALOGUED " ORDER BY journal_id LIMIT ?1)",
		-1, &statement, NULL);

	if (result == SQLITE_OK) {
		sqlite3_bind_int(statement, 1, TOCSIN_CATALOGUE_STEP);
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		ends[0] = sqlite3_column_int64(statement, 0);
		ends[1] = sqlite3_column_int64(statement, 1);
		*count = sqlite3_column_int64(statement, 2);
		result = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return result;
}

static int enter(sqlite3 *database, const char *sql, const int64_t ends[2])
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	if (result == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, ends[0]);
		sqlite3_bind_int64(statement, 2, ends[1]);
		result = tocsin_statement_run(statement);
	}
	sqlite3_finalize(statement);
	return result;
}

static int enter_next(sqlite3 *database, bool *more)
{
	int64_t ends[2] = {0, 0};
	int64_t count = 0;
	int result = find_next(database, ends, &count);

	for (size_t i = 0; result == SQLITE_OK && count > 0 && i < sizeof(steps) / sizeof(*steps);
		 i++) {
		result = enter(database, steps[i], ends);
	}
	if (result == SQLITE_OK && count > 0) {
		result = tocsin_store_mark(database, mark, ends[1]);
	}
	*more = count == TOCSIN_CATALOGUE_STEP;
	return result;
}

int tocsin_catalogue_step(sqlite3 *database, bool *more)
{
	bool left = false;
	int result = sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (result == SQLITE_OK) {
		result = enter_next(database, &left);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
	}
	if (result != SQLITE_OK && !sqlite3_get_autocommit(database)) {
		(void)sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
	}
	*more = result == SQLITE_OK && left;
	return result;
}
