/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From when on what was committed must be published again after a start, since the broker
 * keeps what it was handed only in memory until it saves. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

enum {
	TOCSIN_FLOOR_GRAIN_MS = 50,               /* of the time of a file, and then some */
	TOCSIN_FLOOR_MARGIN_MS = 2000,            /* before a save, where nothing else is known */
	TOCSIN_FLOOR_UNSAVED_MS = 60 * 60 * 1000, /* where the broker saves nothing */
};

struct tocsin_floor {
	int64_t since_ms;
	uint64_t first; /* journal_id; 0: the first that was committed since */
};

/* The mark of it in meta: the floor of the last start, in ms. */
#define TOCSIN_FLOOR "floor"

/* saved: the broker has a store, of saved_ms. What had been handed over by then is in it.
 * Where the last start's hub did not come to say so, that start's floor stands: what was
 * published again then may be lost once more. Where the disk takes no mark now, the one of
 * before stays. */
struct tocsin_floor tocsin_floor_begin(
	sqlite3 *database, bool saved, int64_t saved_ms, int64_t now_ms);

/* By at_ms everything before the floor was handed over, and everything that had to be
 * published again. A result of SQLite. */
int tocsin_floor_hand(sqlite3 *database, int64_t at_ms, const struct tocsin_floor *floor);
