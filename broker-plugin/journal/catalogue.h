/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What incidents are found by (sender, region, rules), and how far topics have counted: kept
 * apart from the rows, and entered many at a time. Each value has a place of its own in an
 * index, so that one incident a time would write some pages for each; a thousand share them.
 * What is not entered yet is found by its time: whoever reads looks at it, too. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "proto/status.h"

enum {
	TOCSIN_CATALOGUE_BEHIND = 4096, /* incidents that it may lack while more come */
	TOCSIN_CATALOGUE_STEP = 1024,   /* entered at one go, at most: it takes milliseconds */
};

/* In SQL: the last incident that was entered. */
#define TOCSIN_CATALOGUED "coalesce((SELECT value FROM meta WHERE name = 'catalogued_through'), 0)"

/* Remembers the highest sequence of each topic of the alerts of incidents ?1 to ?2. */
#define TOCSIN_COUNT_TOPICS                                                                        \
	"INSERT INTO counter SELECT 'topic/' || topic, max(topic_sequence) FROM alert"                 \
	" WHERE row >= ?1 << 16 AND row < (?2 + 1) << 16 GROUP BY topic"                               \
	" ON CONFLICT(name) DO UPDATE SET sequence = max(sequence, excluded.sequence)"

/* Results of SQLite. */
TOCSIN_MUST_USE int tocsin_catalogue_through(sqlite3 *database, uint64_t *journal_id);

/* One transaction: enters the next. *more: it was not all. */
TOCSIN_MUST_USE int tocsin_catalogue_step(sqlite3 *database, bool *more);
