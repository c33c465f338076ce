/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/floor.h"

#include "journal/statement.h"
#include "journal/store_keep.h"

/* What the last hub said last of what is in a store of saved_ms. */
static bool handed(sqlite3 *database, int64_t saved_ms, struct tocsin_floor *floor)
{
	sqlite3_stmt *statement = NULL;
	bool found = false;

	if (sqlite3_prepare_v2(database,
			"SELECT since_ms, first FROM handed WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1", -1,
			&statement, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, saved_ms - TOCSIN_FLOOR_GRAIN_MS);
		found = sqlite3_step(statement) == SQLITE_ROW;
	}
	if (found) {
		floor->since_ms = sqlite3_column_int64(statement, 0);
		floor->first = (uint64_t)sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return found;
}

static struct tocsin_floor saved_floor(sqlite3 *database, int64_t saved_ms)
{
	struct tocsin_floor floor = {.since_ms = saved_ms - TOCSIN_FLOOR_MARGIN_MS};
	int64_t before_ms = 0;
	bool stands = false;

	if (!handed(database, saved_ms, &floor) &&
		tocsin_store_marked(database, TOCSIN_FLOOR, &before_ms, &stands) == SQLITE_OK && stands &&
		before_ms < floor.since_ms) {
		floor.since_ms = before_ms;
	}
	return floor;
}

struct tocsin_floor tocsin_floor_begin(
	sqlite3 *database, bool saved, int64_t saved_ms, int64_t now_ms)
{
	const struct tocsin_floor floor = saved
		? saved_floor(database, saved_ms)
		: (struct tocsin_floor){.since_ms = now_ms - TOCSIN_FLOOR_UNSAVED_MS};

	if (tocsin_store_mark(database, TOCSIN_FLOOR, floor.since_ms) == SQLITE_OK) {
		(void)sqlite3_exec(database, "DELETE FROM handed", NULL, NULL, NULL);
	}
	return floor;
}

int tocsin_floor_hand(sqlite3 *database, int64_t at_ms, const struct tocsin_floor *floor)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(
		database, "INSERT OR REPLACE INTO handed VALUES(?,?,?)", -1, &statement, NULL);

	if (result == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, at_ms);
		sqlite3_bind_int64(statement, 2, floor->since_ms);
		sqlite3_bind_int64(statement, 3, (sqlite3_int64)floor->first);
		result = tocsin_statement_run(statement);
	}
	sqlite3_finalize(statement);
	return result;
}
