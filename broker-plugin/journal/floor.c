/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/floor.h"

#include "journal/store_keep.h"

/* True where the floor of an earlier start still stands. */
static bool earlier(sqlite3 *database, int64_t saved_ms, int64_t *floor_ms)
{
	int64_t drained_ms = 0;
	bool stands = false, drained = false;

	if (tocsin_store_marked(database, TOCSIN_FLOOR, floor_ms, &stands) != SQLITE_OK ||
		tocsin_store_marked(database, TOCSIN_FLOOR_DRAINED, &drained_ms, &drained) != SQLITE_OK) {
		return false;
	}
	return stands && !(drained && saved_ms - TOCSIN_FLOOR_MARGIN_MS >= drained_ms);
}

int64_t tocsin_floor_begin(sqlite3 *database, bool saved, int64_t saved_ms, int64_t now_ms)
{
	int64_t floor_ms = saved ? saved_ms - TOCSIN_FLOOR_MARGIN_MS : now_ms - TOCSIN_FLOOR_UNSAVED_MS;
	int64_t before_ms = 0;

	if (saved && earlier(database, saved_ms, &before_ms) && before_ms < floor_ms) {
		floor_ms = before_ms;
	}
	if (tocsin_store_mark(database, TOCSIN_FLOOR, floor_ms) == SQLITE_OK) {
		(void)tocsin_store_unmark(database, TOCSIN_FLOOR_DRAINED);
	}
	return floor_ms;
}
