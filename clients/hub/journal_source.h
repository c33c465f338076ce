/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where a journal is asked: its file, read-only, or a running hub over $CONTROL. */
#pragma once

#include <jansson.h>

#include "clients/hub/control.h"
#include "journal/query.h"

struct tocsin_journal_source {
	const char *command; /* in whose name mistakes are said on stderr */
	const char *path;    /* of the journal's file; NULL: the hub */
	sqlite3 *journal, *quarantine;
	struct tocsin_control control;
};

/* Opens the file, or connects. Close it all the same. */
enum tocsin_exit tocsin_journal_source_open(struct tocsin_journal_source *source,
	const char *command, const char *path, struct tocsin_connection *connection);
void tocsin_journal_source_close(struct tocsin_journal_source *source);

/* What is asked for: rows as of queryJournal, refusals as of listQuarantine, or those rows
 * whose texts wait for a review, which a hub alone can tell. */
enum tocsin_journal_list { TOCSIN_JOURNAL_ROWS, TOCSIN_JOURNAL_REFUSALS, TOCSIN_JOURNAL_WAITING };

/* Calls take with each row, at most limit (0: all), asking as often as it needs; a take
 * that returns false ends it. *more: there is more than limit. What went wrong is said
 * on stderr. */
enum tocsin_exit tocsin_journal_source_each(struct tocsin_journal_source *source,
	enum tocsin_journal_list list, const struct tocsin_query *query, size_t limit,
	bool (*take)(void *ctx, const json_t *row), void *ctx, bool *more);
