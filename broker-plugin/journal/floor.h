/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From when on what was committed must be published again after a start, since the broker
 * keeps what it was handed only in memory until it saves. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

enum {
	TOCSIN_FLOOR_MARGIN_MS = 2000,            /* handed over, and not yet in what was saved */
	TOCSIN_FLOOR_UNSAVED_MS = 60 * 60 * 1000, /* where the broker saves nothing */
};

/* Marks, of a time: the floor of the last start, and when all of it was handed over. */
#define TOCSIN_FLOOR "floor"
#define TOCSIN_FLOOR_DRAINED "floor_drained"

/* saved: the broker has a store, of saved_ms. An earlier start's floor stands until the
 * broker has saved what was published again. Returns SQLite's result. */
int tocsin_floor_begin(
	sqlite3 *database, bool saved, int64_t saved_ms, int64_t now_ms, int64_t *floor_ms);
