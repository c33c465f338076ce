/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/retention.h"

#include "engine/limits.h"
#include "journal/catalogue.h"
#include "journal/store_keep.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

enum {
	SMALL_THINGS_DAYS = 40, /* digests that went out, topics that were left, and the like */
	FREE_BYTES = 4 << 20,   /* of the file that stay for what comes */
	INCREMENTAL = 2,        /* of PRAGMA auto_vacuum */
	GIVEN = 4,              /* numbers in a statement, at most */
};

static const int64_t none[GIVEN];

/* So many pages in a step. */
static const char give_back[] = "PRAGMA incremental_vacuum(256)";

static const char bytes_mark[] = "bytes_through";

/* One number of a statement with numbers in it; otherwise where it has none. */
static int number(sqlite3 *database, const char *sql, const int64_t given[GIVEN], int64_t otherwise,
	int64_t *value)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	const int places = sqlite3_bind_parameter_count(statement);
	for (int i = 0; result == SQLITE_OK && i < places && i < GIVEN; i++) {
		sqlite3_bind_int64(statement, i + 1, given[i]);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	*value = result == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL
		? sqlite3_column_int64(statement, 0)
		: otherwise;
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static int change(sqlite3 *database, const char *sql, const int64_t given[GIVEN])
{
	int64_t nothing;

	return number(database, sql, given, 0, &nothing);
}

struct age {
	int64_t before_ms; /* what came before is too old */
	int64_t now_ms;
};

/* The last of the next few incidents after one that came before a time; after itself
 * where the next is younger. Ids rise, and so do times but for a clock that was set: one
 * that is later than now says nothing, and came before the first old one behind it; one
 * that seems old behind a younger one is not. */
static int next_few(sqlite3 *database, int64_t after, struct age age, int64_t *last)
{
	const int64_t given[GIVEN] = {after, age.before_ms, age.now_ms, TOCSIN_RETENTION_STEP};

	return number(database,
		"WITH told AS MATERIALIZED (SELECT journal_id, received_ms FROM incident NOT INDEXED"
		" WHERE journal_id > ?1 AND received_ms <= ?3 ORDER BY journal_id LIMIT ?4)"
		" SELECT max(journal_id) FROM (SELECT journal_id FROM incident WHERE journal_id > ?1"
		" AND journal_id <= (SELECT max(journal_id) FROM told WHERE received_ms < ?2"
		" AND journal_id < coalesce((SELECT min(journal_id) FROM told WHERE received_ms >= ?2),"
		" 1 << 62)) ORDER BY journal_id LIMIT ?4)",
		given, after, last);
}

static int drop_bytes(
	struct tocsin_retention *retention, sqlite3 *database, struct age age, bool *more)
{
	int64_t last;
	int result = next_few(database, retention->bytes_through, age, &last);
	const int64_t given[GIVEN] = {retention->bytes_through, last};

	if (result != SQLITE_OK || last == retention->bytes_through) {
		return result;
	}
	result = change(database,
		"UPDATE incident SET bytes = NULL WHERE journal_id > ?1 AND journal_id <= ?2", given);
	if (result == SQLITE_OK) {
		result = tocsin_store_mark(database, bytes_mark, last);
	}
	if (result == SQLITE_OK) {
		retention->bytes_through = last;
		*more = true;
	}
	return result;
}

/* Sequences outlive their alerts. */
static const char *const drop_steps[] = {
	TOCSIN_COUNT_TOPICS,
	"INSERT INTO counter SELECT 'audience/' || audience, max(sequence) FROM alert"
	" WHERE row >= ?1 << 16 AND row < (?2 + 1) << 16 GROUP BY audience"
	" ON CONFLICT(name) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
	"INSERT INTO counter VALUES('journal', ?2)"
	" ON CONFLICT(name) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
	"DELETE FROM alert WHERE row >= ?1 << 16 AND row < (?2 + 1) << 16 AND NOT EXISTS"
	" (SELECT 1 FROM incident WHERE journal_id = row >> 16 AND open_until_ms > ?3)",
	"DELETE FROM hold WHERE journal_id >= ?1 AND journal_id <= ?2",
	"DELETE FROM incident WHERE journal_id >= ?1 AND journal_id <= ?2"
	" AND coalesce(open_until_ms, 0) <= ?3",
	"DELETE FROM catalogue WHERE journal_id >= ?1 AND journal_id <= ?2 AND NOT EXISTS"
	" (SELECT 1 FROM incident WHERE incident.journal_id = catalogue.journal_id)",
};

static int drop_decisions(sqlite3 *database, struct age age, bool *more)
{
	int64_t first = 0, last = 0;
	const int64_t open[GIVEN] = {age.now_ms};
	int result = number(database,
		"SELECT min(journal_id) FROM incident WHERE coalesce(open_until_ms, 0) <= ?1", open, 0,
		&first);

	if (result == SQLITE_OK && first > 0) {
		result = next_few(database, first - 1, age, &last);
	}
	if (result != SQLITE_OK || first == 0 || last < first) {
		return result;
	}
	const int64_t given[GIVEN] = {first, last, age.now_ms};
	for (size_t i = 0; result == SQLITE_OK && i < sizeof(drop_steps) / sizeof(drop_steps[0]); i++) {
		result = change(database, drop_steps[i], given);
	}
	*more = true;
	return result;
}

static int drop_small_things(sqlite3 *database, int64_t now_ms)
{
	static const char *const steps[] = {
		"DELETE FROM digest WHERE row IN (SELECT row FROM digest WHERE at_ms < ?1 LIMIT 64)",
		"DELETE FROM cleared WHERE rowid IN (SELECT rowid FROM cleared WHERE at_ms < ?1 LIMIT 64)",
		("DELETE FROM commit_time WHERE first IN"
		 " (SELECT first FROM commit_time WHERE at_ms < ?1 ORDER BY first LIMIT 64)"),
		("DELETE FROM handed WHERE at_ms IN"
		 " (SELECT at_ms FROM handed WHERE at_ms < ?2 ORDER BY at_ms LIMIT 64)"),
	};
	const int64_t given[GIVEN] = {now_ms - SMALL_THINGS_DAYS * DAY_MS, now_ms - DAY_MS};
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < sizeof(steps) / sizeof(steps[0]); i++) {
		result = change(database, steps[i], given);
	}
	return result;
}

/* Up to which row references to what never came are more than memory holds: no start would
 * take them back. Counting is for where there may be so many. */
static int find_unawaited(struct tocsin_retention *retention, sqlite3 *database)
{
	static const int64_t most[GIVEN] = {TOCSIN_MAX_AWAITED};
	int64_t span = 0;
	int result = number(database,
		"SELECT (SELECT max(rowid) FROM awaited) - (SELECT min(rowid) FROM awaited)", none, 0,
		&span);

	if (result == SQLITE_OK && span >= TOCSIN_MAX_AWAITED) {
		result = number(database, "SELECT rowid FROM awaited ORDER BY rowid DESC LIMIT 1 OFFSET ?1",
			most, 0, &retention->unawaited_through);
	}
	return result;
}

static int drop_awaited(struct tocsin_retention *retention, sqlite3 *database, bool *more)
{
	int result = SQLITE_OK;

	if (retention->unawaited_through == 0) {
		result = find_unawaited(retention, database);
	}
	if (result != SQLITE_OK || retention->unawaited_through == 0) {
		return result;
	}
	const int64_t given[GIVEN] = {retention->unawaited_through, TOCSIN_RETENTION_STEP};
	result = change(database,
		"DELETE FROM awaited WHERE rowid IN"
		" (SELECT rowid FROM awaited WHERE rowid <= ?1 ORDER BY rowid LIMIT ?2)",
		given);
	if (result == SQLITE_OK && sqlite3_changes(database) == 0) {
		retention->unawaited_through = 0;
	}
	*more = result == SQLITE_OK && retention->unawaited_through > 0;
	return result;
}

/* Bytes of the file that are in use, and those that are not. */
static int measure(sqlite3 *database, int64_t *used, int64_t *spare)
{
	int64_t pages = 0, size = 0, mode = 0;
	*spare = 0;
	int result = number(database, "PRAGMA page_count", none, 0, &pages);

	if (result == SQLITE_OK) {
		result = number(database, "PRAGMA freelist_count", none, 0, spare);
	}
	if (result == SQLITE_OK) {
		result = number(database, "PRAGMA page_size", none, 0, &size);
	}
	if (result == SQLITE_OK) {
		result = number(database, "PRAGMA auto_vacuum", none, 0, &mode);
	}
	*used = (pages - *spare) * size;
	/* A file that was begun without it cannot give pages back. */
	*spare = mode == INCREMENTAL ? *spare * size : 0;
	return result;
}

/* Bytes go first, since they are most of it; then decisions. What came within a day stays
 * whatever the size: it is what is sent again, amended and asked for. */
static int shrink(struct tocsin_retention *retention, sqlite3 *database, int64_t now_ms, bool *more)
{
	const struct age day = {now_ms - DAY_MS, now_ms};
	int64_t used, spare;
	int result = measure(database, &used, &spare);

	if (result == SQLITE_OK && retention->limits.max_bytes > 0 &&
		used > retention->limits.max_bytes) {
		result = drop_bytes(retention, database, day, more);
		if (result == SQLITE_OK && !*more) {
			result = drop_decisions(database, day, more);
		}
	} else if (result == SQLITE_OK && spare > FREE_BYTES) {
		result = sqlite3_exec(database, give_back, NULL, NULL, NULL);
		*more = result == SQLITE_OK;
	}
	return result;
}

static int begin(struct tocsin_retention *retention, sqlite3 *database)
{
	bool found;
	const int result = tocsin_store_marked(database, bytes_mark, &retention->bytes_through, &found);

	retention->begun = result == SQLITE_OK;
	retention->unawaited_through = 0;
	return result;
}

static int one_step(
	struct tocsin_retention *retention, sqlite3 *database, int64_t now_ms, bool *more)
{
	const struct tocsin_retention_limits *limits = &retention->limits;
	const struct age bytes = {now_ms - limits->bytes_ms, now_ms};
	const struct age decisions = {now_ms - limits->decisions_ms, now_ms};
	int result = retention->begun ? SQLITE_OK : begin(retention, database);

	if (result == SQLITE_OK && limits->bytes_ms > 0) {
		result = drop_bytes(retention, database, bytes, more);
	}
	if (result == SQLITE_OK && !*more && limits->decisions_ms > 0) {
		result = drop_decisions(database, decisions, more);
	}
	if (result == SQLITE_OK && !*more) {
		result = drop_small_things(database, now_ms);
	}
	if (result == SQLITE_OK && !*more) {
		result = drop_awaited(retention, database, more);
	}
	return result == SQLITE_OK && !*more ? shrink(retention, database, now_ms, more) : result;
}

int tocsin_retention_step(
	struct tocsin_retention *retention, sqlite3 *database, int64_t now_ms, bool *more)
{
	*more = false;
	int result = sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (result == SQLITE_OK) {
		result = one_step(retention, database, now_ms, more);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_exec(database, "COMMIT", NULL, NULL, NULL);
	}
	if (result != SQLITE_OK) {
		retention->begun = false;
		*more = false;
		if (!sqlite3_get_autocommit(database)) {
			(void)sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
		}
	}
	return result;
}
