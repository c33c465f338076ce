/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "journal/query_plan.h"
#include "journal/query_row.h"

enum { MAX_SEARCH_MEMORY = 32 << 20 };

struct run {
	const struct tocsin_query *query;
	struct tocsin_query_search search;
	struct tocsin_query_reader reader;
	struct tocsin_query_end end;
	size_t limit;
	enum tocsin_status (*take)(void *ctx, const struct tocsin_query_row *row);
	void *ctx;
	enum tocsin_status taken; /* what take said */
};

bool tocsin_query_needs_accepted(const struct tocsin_query *query)
{
	return query->region || query->rule || query->status != TOCSIN__V1__STATUS__STATUS_UNSPECIFIED;
}

static bool value_fits(const char *value)
{
	return !value || (*value && strlen(value) < TOCSIN_QUERY_MAX_TEXT);
}

static bool query_fits(const struct tocsin_query *query, char error[TOCSIN_JOURNAL_ERROR])
{
	const char *why = NULL;

	if (!value_fits(query->region) || !value_fits(query->sender) || !value_fits(query->rule) ||
		!value_fits(query->incident)) {
		why = "a value that is asked for is empty or too long";
	} else if (query->limit > TOCSIN_QUERY_MAX_ROWS) {
		why = "no answer has more than 1000 rows";
	} else if (query->to_ms && query->from_ms >= query->to_ms) {
		why = "the time asked for ends before it begins";
	} else if (query->verdict != TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED &&
		query->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED &&
		query->verdict != TOCSIN__V1__VERDICT__VERDICT_REJECTED) {
		why = "only what was accepted or rejected is kept";
	}
	if (why) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "%s", why);
	}
	return !why;
}

/* What the index did not see to. */
static bool row_fits(const struct tocsin_query *query, const struct tocsin_query_row *row)
{
	if (query->sender && strcmp(query->sender, row->sender) != 0) {
		return false;
	}
	if (query->incident && strcasecmp(query->incident, row->incident_id) != 0 &&
		strcasecmp(query->incident, row->chain) != 0) {
		return false;
	}
	return (!query->region || tocsin_query_path_has(row->region, query->region)) &&
		(!query->rule || tocsin_query_path_has(row->rules, query->rule)) &&
		(query->status == TOCSIN__V1__STATUS__STATUS_UNSPECIFIED || query->status == row->status);
}

/* Looks at one row of the search. */
static int look(struct run *run, Tocsin__V1__Verdict verdict, int64_t at)
{
	struct tocsin_query_row row;
	int result = tocsin_query_reader_read(&run->reader, verdict, at, &row);

	if (result != SQLITE_ROW || !row_fits(run->query, &row)) {
		return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
	}
	bool picked = true;
	result = run->query->pick ? run->query->pick(run->query->pick_ctx, &row, &picked) : SQLITE_OK;
	if (result != SQLITE_OK || !picked) {
		return result;
	}
	result = tocsin_query_reader_alerts(&run->reader, &row);
	if (result == SQLITE_OK) {
		run->taken = run->take(run->ctx, &row);
		run->end.rows++;
	}
	return result;
}

static int walk(struct run *run)
{
	size_t looks = 0;
	int result = tocsin_query_search_start(&run->search);

	while (result == SQLITE_OK && run->taken == TOCSIN_OK && run->end.rows < run->limit &&
		looks < TOCSIN_QUERY_MAX_LOOKS) {
		Tocsin__V1__Verdict verdict;
		struct tocsin_query_key key;

		result = tocsin_query_search_next(&run->search, &verdict, &key);
		if (result != SQLITE_ROW) {
			break;
		}
		looks++;
		run->end.after = (struct tocsin_query_cursor){key.received_ms, verdict, key.row};
		result = look(run, verdict, key.row);
	}
	run->end.more = result == SQLITE_OK && !tocsin_query_search_over(&run->search);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* One snapshot of each file: index and rows belong together. */
static int begin(sqlite3 *journal, sqlite3 *quarantine)
{
	const int result = sqlite3_exec(journal, "BEGIN", NULL, NULL, NULL);

	if (result != SQLITE_OK || !quarantine) {
		return result;
	}
	return sqlite3_exec(quarantine, "BEGIN", NULL, NULL, NULL);
}

static void finish(sqlite3 *file)
{
	if (file && !sqlite3_get_autocommit(file)) {
		(void)sqlite3_exec(file, "ROLLBACK", NULL, NULL, NULL);
	}
}

/* Which of the two files failed is told by its message. */
static void explain(
	sqlite3 *journal, sqlite3 *quarantine, int result, char error[TOCSIN_JOURNAL_ERROR])
{
	const bool other = quarantine && sqlite3_errcode(journal) != (result & 0xff) &&
		sqlite3_errcode(quarantine) == (result & 0xff);

	snprintf(error, TOCSIN_JOURNAL_ERROR, "%sSQLite: %s (%d)",
		other ? "the quarantine file beside it: " : "",
		sqlite3_errmsg(other ? quarantine : journal), result);
}

enum tocsin_status tocsin_query_run(sqlite3 *journal, sqlite3 *quarantine,
	const struct tocsin_query *query,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_query_row *row), void *ctx,
	struct tocsin_query_end *end, char error[TOCSIN_JOURNAL_ERROR])
{
	struct run run = {
		.query = query,
		.search = {.journal = journal, .quarantine = quarantine, .query = query},
		.limit = query->limit ? query->limit : TOCSIN_QUERY_ROWS,
		.take = take,
		.ctx = ctx,
	};

	error[0] = '\0';
	if (!query_fits(query, error)) {
		return TOCSIN_INVALID;
	}
	run.search.arena = tocsin_arena_create(MAX_SEARCH_MEMORY, &tocsin_heap);
	int result = run.search.arena ? begin(journal, quarantine) : SQLITE_NOMEM;
	if (result == SQLITE_OK) {
		result = tocsin_query_reader_init(&run.reader, journal, quarantine);
	}
	if (result == SQLITE_OK) {
		result = walk(&run);
	}
	if (result != SQLITE_OK) {
		explain(journal, quarantine, result, error);
	}
	tocsin_query_search_finish(&run.search);
	tocsin_query_reader_finish(&run.reader);
	finish(journal);
	finish(quarantine);
	tocsin_arena_destroy(run.search.arena);
	if (result != SQLITE_OK) {
		return (result & 0xff) == SQLITE_NOMEM ? TOCSIN_NO_MEMORY : TOCSIN_IO;
	}
	*end = run.end;
	return run.taken;
}

void tocsin_query_cursor_write(
	const struct tocsin_query_cursor *cursor, char text[TOCSIN_QUERY_CURSOR])
{
	snprintf(text, TOCSIN_QUERY_CURSOR, "%" PRId64 ".%d.%" PRId64, cursor->received_ms,
		(int)cursor->verdict, cursor->row);
}

/* What strtoll lets pass, such as spaces or an overflow, does not come out the same. */
bool tocsin_query_cursor_read(const char *text, struct tocsin_query_cursor *cursor)
{
	struct tocsin_query_cursor read;
	char again[TOCSIN_QUERY_CURSOR];
	char *end = NULL;

	read.received_ms = strtoll(text, &end, 10);
	read.verdict = (Tocsin__V1__Verdict)(*end == '.' ? strtol(end + 1, &end, 10) : 0);
	read.row = *end == '.' ? strtoll(end + 1, &end, 10) : 0;
	if (read.verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED &&
		read.verdict != TOCSIN__V1__VERDICT__VERDICT_REJECTED) {
		return false;
	}
	tocsin_query_cursor_write(&read, again);
	if (strcmp(again, text) != 0) {
		return false;
	}
	*cursor = read;
	return true;
}
