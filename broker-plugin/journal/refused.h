/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What lies in quarantine, to be judged again. Any thread, on a connection of its own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "journal/database.h"
#include "proto/decode.h"

/* One entry, in one block: free it. */
struct tocsin_refused {
	struct tocsin_refused *next; /* the taker's */
	bool open;                   /* the taker's */
	uint64_t row;
	bool barred; /* refused for who sent it or for what that sender may report: never again */
	enum tocsin_form form;
	const char *sender, *incident_id;
	const char *relay; /* the user who spoke for the sender; "" itself */
	const uint8_t *bytes;
	size_t size;
};

/* NULL: any. */
struct tocsin_refused_wanted {
	const char *sender, *incident;
};

/* Gives each entry, oldest first, to take, which then owns it; other than OK ends it with
 * that. TOCSIN_IO with error. */
TOCSIN_MUST_USE enum tocsin_status tocsin_refused_each(sqlite3 *quarantine,
	const struct tocsin_refused_wanted *wanted,
	enum tocsin_status (*take)(void *ctx, struct tocsin_refused *refused), void *ctx,
	char error[TOCSIN_JOURNAL_ERROR]);
