/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Reading the whole journal back, oldest first. */
#pragma once

#include <sqlite3.h>

#include "engine/outcome.h"
#include "proto/status.h"

/* Calls take with every record; what it points to is valid during the call. A take
 * that returns other than OK ends it with that. TOCSIN_IO: *result is SQLite's. */
TOCSIN_MUST_USE enum tocsin_status tocsin_store_read(sqlite3 *database,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_record *record), void *ctx,
	int *result);
