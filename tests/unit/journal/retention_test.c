/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is too old goes, in small steps; what is open stays, and sequences go on. */
#include "journal/retention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/limits.h"
#include "journal/fixture.h"
#include "journal/retention_clock.h"
#include "journal/shelf.h"
#include "journal/store.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
#define NOW_MS (INT64_C(1000) * DAY_MS)

enum { COUNT = 1000 };

struct kept {
	struct folder folder;
	struct tocsin_store *store;
	sqlite3 *database;
};

/* One a day, the newest today; the tenth stands in open/ still. */
static int setup(void **state)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	char error[TOCSIN_JOURNAL_ERROR];
	bool corrupt;

	folder_make(&kept->folder);
	assert_int_equal(tocsin_store_open(kept->folder.journal, &kept->store, error), TOCSIN_OK);
	for (uint64_t id = 1; id <= COUNT; id++) {
		struct tocsin_outcome *outcome = outcome_make(id, 2000);
		struct tocsin_record *record = (struct tocsin_record *)(uintptr_t)outcome->record;

		record->received_ms = NOW_MS - (COUNT - (int64_t)id) * DAY_MS;
		record->open_until_ms = id == 10 ? NOW_MS + DAY_MS : 0;
		record->hold = record->receipt;
		record->hold_size = record->receipt_size;
		assert_int_equal(
			tocsin_store_commit(kept->store, outcome, outcome, NOW_MS, error, &corrupt), TOCSIN_OK);
		outcome_free(outcome);
	}
	kept->database = tocsin_store_database(kept->store);
	*state = kept;
	return 0;
}

static int teardown(void **state)
{
	struct kept *kept = *state;

	tocsin_store_close(kept->store);
	folder_remove(&kept->folder);
	free(kept);
	return 0;
}

static int64_t ask(const struct kept *kept, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_prepare_v2(kept->database, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

/* Steps until there is no more to do; how many there were. */
static size_t run(const struct kept *kept, struct tocsin_retention *retention)
{
	size_t steps = 0;
	bool more = true;

	for (; more; steps++) {
		assert_true(steps < 10000);
		const int64_t before = ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL");

		assert_int_equal(
			tocsin_retention_step(retention, kept->database, NOW_MS, &more), SQLITE_OK);
		const int64_t after = ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL");
		assert_true(before - after <= TOCSIN_RETENTION_STEP);
	}
	return steps;
}

static void bytes_go_first(void **state)
{
	struct kept *kept = *state;
	struct tocsin_retention retention = {
		.limits = {.bytes_ms = 30 * DAY_MS, .decisions_ms = 730 * DAY_MS}};

	assert_true(run(kept, &retention) > 10);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL"), 31);
	assert_int_equal(
		ask(kept, "SELECT min(journal_id) FROM incident WHERE bytes IS NOT NULL"), COUNT - 30);
	/* 731 days and the open one. */
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident"), 732);
	assert_int_equal(ask(kept, "SELECT count(*) FROM alert"), 2 * 732);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident WHERE journal_id = 10"), 1);
	assert_int_equal(ask(kept, "SELECT count(*) FROM hold WHERE journal_id < 200"), 0);
	/* Nothing is left to do, also for one that begins anew. */
	struct tocsin_retention again = {.limits = retention.limits};
	assert_int_equal(run(kept, &again), 1);
}

static void set(const struct kept *kept, const char *sql)
{
	assert_int_equal(sqlite3_exec(kept->database, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* However many: what came before an old one is old. */
static void a_clock_that_was_ahead_keeps_nothing(void **state)
{
	struct kept *kept = *state;
	struct tocsin_retention retention = {
		.limits = {.bytes_ms = 30 * DAY_MS, .decisions_ms = 730 * DAY_MS}};

	set(kept,
		"UPDATE incident SET received_ms = received_ms + 400000000000"
		" WHERE journal_id BETWEEN 20 AND 199 OR journal_id BETWEEN 700 AND 899");
	run(kept, &retention);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL"), 31);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident"), 732);
	/* Those after which nothing old came stay. */
	set(kept,
		"UPDATE incident SET received_ms = received_ms + 400000000000 WHERE journal_id > 970");
	run(kept, &retention);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL"), 31);
}

static void a_clock_that_was_behind_takes_nothing(void **state)
{
	struct kept *kept = *state;
	struct tocsin_retention retention = {
		.limits = {.bytes_ms = 30 * DAY_MS, .decisions_ms = 730 * DAY_MS}};

	set(kept, "UPDATE incident SET received_ms = 1000 WHERE journal_id IN (280, 990)");
	run(kept, &retention);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL"), 31);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident"), 732);
	assert_int_equal(ask(kept, "SELECT count(*) FROM alert"), 2 * 732);
}

/* As many as memory holds, the newest, and in small steps. */
static void references_to_what_never_came_are_bounded(void **state)
{
	enum { MORE = 1000 };
	struct kept *kept = *state;
	struct tocsin_retention retention = {0};
	char sql[256];

	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		" INSERT INTO awaited SELECT 'id-' || i, 'chain', 0 FROM n",
		TOCSIN_MAX_AWAITED + MORE);
	set(kept, sql);
	/* Rows of old ones that came to be said anew. */
	set(kept, "INSERT OR REPLACE INTO awaited SELECT id, chain, cancelled FROM awaited LIMIT 10");
	assert_true(run(kept, &retention) > MORE / TOCSIN_RETENTION_STEP);
	assert_int_equal(ask(kept, "SELECT count(*) FROM awaited"), TOCSIN_MAX_AWAITED);
	assert_int_equal(ask(kept, "SELECT count(*) FROM awaited WHERE id = 'id-1'"), 1);
	assert_int_equal(ask(kept, "SELECT count(*) FROM awaited WHERE id = 'id-1000'"), 0);
	assert_int_equal(run(kept, &retention), 1);
}

static void nothing_goes_without_limits(void **state)
{
	struct kept *kept = *state;
	struct tocsin_retention retention = {0};

	assert_int_equal(run(kept, &retention), 1);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident WHERE bytes IS NOT NULL"), COUNT);
}

static void sequences_go_on(void **state)
{
	struct kept *kept = *state;
	struct tocsin_retention retention = {.limits = {.bytes_ms = DAY_MS, .decisions_ms = DAY_MS}};
	struct tocsin_shelf *shelf = tocsin_shelf_create(kept->folder.journal);
	uint64_t sequence = 0, last = 0;

	assert_int_equal(
		sqlite3_exec(kept->database, "UPDATE incident SET received_ms = 0", NULL, NULL, NULL),
		SQLITE_OK);
	run(kept, &retention);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident"), 1);
	assert_int_equal(
		tocsin_shelf_archive.audience_sequence(shelf, "partners", &sequence), TOCSIN_OK);
	assert_int_equal(sequence, COUNT);
	assert_int_equal(tocsin_shelf_archive.topic_sequence(
						 shelf, "tocsin/v1/to/partners/alert/severe/battles/ML/ML05", &sequence),
		TOCSIN_OK);
	assert_int_equal(sequence, COUNT);
	bool corrupt = true;
	assert_int_equal(tocsin_store_last_id(kept->store, &last, &corrupt), TOCSIN_OK);
	assert_int_equal(last, COUNT);
	assert_false(corrupt);
	tocsin_shelf_destroy(shelf);
}

static void a_size_is_kept_to(void **state)
{
	struct kept *kept = *state;
	const int64_t before = ask(kept, "PRAGMA page_count");
	struct tocsin_retention retention = {.limits = {.max_bytes = 1500000}};

	run(kept, &retention);
	const int64_t page = ask(kept, "PRAGMA page_size");
	assert_true((ask(kept, "PRAGMA page_count") - ask(kept, "PRAGMA freelist_count")) * page <=
		retention.limits.max_bytes);
	/* What is free is given back, but for what comes next. */
	assert_true(ask(kept, "PRAGMA freelist_count") * page <= 4 << 20);
	assert_true(ask(kept, "PRAGMA page_count") <= before);
	assert_int_equal(ask(kept, "SELECT max(journal_id) FROM incident"), COUNT);
	/* However small: a day stays. */
	retention.limits.max_bytes = 1;
	run(kept, &retention);
	assert_int_equal(ask(kept, "SELECT count(*) FROM incident"), 3);
}

/* A clock that is wrong by years for a minute costs no more than an hour of what is kept. */
static void a_clock_that_jumps_is_followed_slowly(void **state)
{
	enum { MINUTE_MS = 60 * 1000 };
	const int64_t noon_ms = INT64_C(1722000000000);
	const int64_t years_ms = INT64_C(11) * 365 * 24 * 60 * MINUTE_MS;
	struct tocsin_retention_clock clock = {0};

	(void)state;
	assert_int_equal(tocsin_retention_time(&clock, noon_ms, 5), noon_ms);
	assert_int_equal(
		tocsin_retention_time(&clock, noon_ms + MINUTE_MS, 5 + MINUTE_MS), noon_ms + MINUTE_MS);
	assert_int_equal(tocsin_retention_time(&clock, noon_ms + years_ms, 5 + 2 * MINUTE_MS),
		noon_ms + 61 * MINUTE_MS);
	assert_int_equal(tocsin_retention_time(&clock, noon_ms + years_ms, 5 + 2 * MINUTE_MS),
		noon_ms + 61 * MINUTE_MS);
	/* Right again, and then set back by years. */
	assert_int_equal(tocsin_retention_time(&clock, noon_ms + 3 * MINUTE_MS, 5 + 3 * MINUTE_MS),
		noon_ms + 3 * MINUTE_MS);
	assert_int_equal(
		tocsin_retention_time(&clock, noon_ms - years_ms, 5 + 4 * MINUTE_MS), noon_ms - years_ms);
	/* The right time after that is reached in the end. */
	assert_int_equal(
		tocsin_retention_time(&clock, noon_ms, 5 + 5 * MINUTE_MS + years_ms / 60), noon_ms);
}

/* A machine that starts with a wrong time: what it has tells how late it can be. */
static void a_start_believes_the_newest_incident(void **state)
{
	struct kept *kept = *state;

	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS + DAY_MS), NOW_MS);
	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS - 1), NOW_MS - 1);
	assert_int_equal(
		sqlite3_exec(kept->database, "DELETE FROM incident", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS), NOW_MS);
}

/* One that came while the time was wrong tells nothing once there is a better witness. */
static void a_start_believes_the_last_one_first(void **state)
{
	enum { HOUR_MS = 60 * 60 * 1000 };
	struct kept *kept = *state;
	struct tocsin_retention_clock clock = {0};

	set(kept,
		"UPDATE incident SET received_ms = received_ms + 400000000000 WHERE journal_id = 1000");
	tocsin_retention_time(&clock, NOW_MS, 0);
	assert_int_equal(tocsin_retention_note(&clock, kept->database), SQLITE_OK);
	assert_int_equal(
		tocsin_retention_begin(kept->database, NOW_MS + INT64_C(400000000000)), NOW_MS);
	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS - 1), NOW_MS - 1);
	/* Not each time, but after an hour, or once it goes back. */
	tocsin_retention_time(&clock, NOW_MS + HOUR_MS - 1, HOUR_MS - 1);
	assert_int_equal(tocsin_retention_note(&clock, kept->database), SQLITE_OK);
	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS + DAY_MS), NOW_MS);
	tocsin_retention_time(&clock, NOW_MS + HOUR_MS, HOUR_MS);
	assert_int_equal(tocsin_retention_note(&clock, kept->database), SQLITE_OK);
	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS + DAY_MS), NOW_MS + HOUR_MS);
	tocsin_retention_time(&clock, NOW_MS - DAY_MS, HOUR_MS);
	assert_int_equal(tocsin_retention_note(&clock, kept->database), SQLITE_OK);
	assert_int_equal(tocsin_retention_begin(kept->database, NOW_MS), NOW_MS - DAY_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bytes_go_first, setup, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_was_ahead_keeps_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_was_behind_takes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(references_to_what_never_came_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_goes_without_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(sequences_go_on, setup, teardown),
		cmocka_unit_test_setup_teardown(a_size_is_kept_to, setup, teardown),
		cmocka_unit_test(a_clock_that_jumps_is_followed_slowly),
		cmocka_unit_test_setup_teardown(a_start_believes_the_newest_incident, setup, teardown),
		cmocka_unit_test_setup_teardown(a_start_believes_the_last_one_first, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
