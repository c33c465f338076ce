/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Small things that the journal keeps beside incidents: marks, the texts of rules, and what
 * was closed without a message.
 * Each is a transaction of its own and returns SQLite's result. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

int tocsin_store_mark(sqlite3 *database, const char *name, int64_t value);
/* *found: whether there is such a mark. */
int tocsin_store_marked(sqlite3 *database, const char *name, int64_t *value, bool *found);

int tocsin_store_rules(
	sqlite3 *database, const char *version, int64_t at_ms, const char *text, size_t length);

/* Nothing of the incident stands in open/ any more, whatever its date says: its
 * open_until_ms becomes 1, which is long past and not unset. */
int tocsin_store_closed(sqlite3 *database, int64_t journal_id);
