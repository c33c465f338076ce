/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/retention_clock.h"

#include "journal/store_keep.h"

enum {
	HURRY = 60, /* how much faster than time itself a clock that is ahead is followed */
	NOTE_MS = 60 * 60 * 1000,
};

static const char mark[] = "retention_ms";

int64_t tocsin_retention_time(
	struct tocsin_retention_clock *clock, int64_t now_ms, int64_t steady_ms)
{
	const int64_t furthest_ms =
		clock->begun ? clock->believed_ms + HURRY * (steady_ms - clock->steady_ms) : now_ms;

	clock->believed_ms = now_ms < furthest_ms ? now_ms : furthest_ms;
	clock->steady_ms = steady_ms;
	clock->begun = true;
	return clock->believed_ms;
}

/* Leaves *newest_ms as it is where there is none. */
static int find_newest(sqlite3 *database, int64_t *newest_ms)
{
	sqlite3_stmt *statement = NULL;
	int result =
		sqlite3_prepare_v2(database, "SELECT max(received_ms) FROM incident", -1, &statement, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
		*newest_ms = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return result;
}

int64_t tocsin_retention_begin(sqlite3 *database, int64_t now_ms)
{
	int64_t known_ms = now_ms;
	bool noted = false;

	/* Where it cannot be read nothing can be deleted either. */
	(void)tocsin_store_marked(database, mark, &known_ms, &noted);
	if (!noted) {
		(void)find_newest(database, &known_ms);
	}
	return known_ms < now_ms ? known_ms : now_ms;
}

int tocsin_retention_note(struct tocsin_retention_clock *clock, sqlite3 *database)
{
	if (clock->believed_ms >= clock->noted_ms && clock->believed_ms < clock->noted_ms + NOTE_MS) {
		return SQLITE_OK;
	}
	const int result = tocsin_store_mark(database, mark, clock->believed_ms);
	if (result == SQLITE_OK) {
		clock->noted_ms = clock->believed_ms;
	}
	return result;
}
