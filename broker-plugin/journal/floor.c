/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/floor.h"

#include "journal/store_keep.h"

/* True where the floor of an earlier start still stands. */
static int earlier(sqlite3 *database, int64_t saved_ms, int64_t *floor_ms, bool *stands)
{
	int64_t drained_ms = 0;
	bool drained = false;
	int result = tocsin_store_marked(database, TOCSIN_FLOOR, floor_ms, stands);

	if (result == SQLITE_OK && *stands) {
		result = tocsin_store_marked(database, TOCSIN_FLOOR_DRAINED, &drained_ms, &drained);
	}
	*stands = *stands && !(drained && saved_ms - TOCSIN_FLOOR_MARGIN_MS >= drained_ms);
	return result;
}

int tocsin_floor_begin(
	sqlite3 *database, bool saved, int64_t saved_ms, int64_t now_ms, int64_t *floor_ms)
{
	int64_t floor = saved ? saved_ms - TOCSIN_FLOOR_MARGIN_MS : now_ms - TOCSIN_FLOOR_UNSAVED_MS;
	int64_t before_ms = 0;
	bool stands = false;
	int result = saved ? earlier(database, saved_ms, &before_ms, &stands) : SQLITE_OK;

	if (stands && before_ms < floor) {
		floor = before_ms;
	}
	if (result == SQLITE_OK) {
		result = tocsin_store_mark(database, TOCSIN_FLOOR, floor);
	}
	if (result == SQLITE_OK) {
		result = tocsin_store_unmark(database, TOCSIN_FLOOR_DRAINED);
	}
	if (result == SQLITE_OK) {
		*floor_ms = floor;
	}
	return result;
}
