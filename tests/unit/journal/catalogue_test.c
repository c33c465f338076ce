/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The catalogue takes in what is new, once, in steps; and older journals get one. */
#include "journal/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/database.h"
#include "journal/schema.h"
#include "journal/stored.h"

enum { COUNT = TOCSIN_CATALOGUE_STEP + 100 };

static int64_t number(sqlite3 *file, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_prepare_v2(file, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static int setup(void **state)
{
	struct stored *stored = calloc(1, sizeof(*stored));

	stored_open(stored);
	*state = stored;
	return 0;
}

static int teardown(void **state)
{
	stored_close(*state);
	free(*state);
	return 0;
}

static void fill(struct stored *stored, int64_t first, int64_t last)
{
	stored_run(stored->journal, "BEGIN");
	for (int64_t i = first; i <= last; i++) {
		const struct stored_incident one = {.row = i,
			.received_ms = i * 2,
			.sender = i % 2 ? "odd" : "even",
			.region = "/ML/",
			.rules = "/r/"};

		stored_incident(stored, &one);
		stored_alert(stored, i, (int)(i % 3), "partners", (uint64_t)i);
	}
	stored_run(stored->journal, "COMMIT");
}

static uint64_t through(const struct stored *stored)
{
	uint64_t id = UINT64_MAX;

	assert_int_equal(tocsin_catalogue_through(stored->journal, &id), SQLITE_OK);
	return id;
}

static bool step(const struct stored *stored)
{
	bool more = false;

	assert_int_equal(tocsin_catalogue_step(stored->journal, &more), SQLITE_OK);
	return more;
}

/* Rows that are only in one of the two, up to the mark. */
static const char differences[] =
	"SELECT count(*) FROM (SELECT * FROM (SELECT journal_id, received_ms, sender, region, rules"
	" FROM incident WHERE journal_id <= " TOCSIN_CATALOGUED " EXCEPT SELECT * FROM catalogue)"
	" UNION ALL SELECT * FROM (SELECT * FROM catalogue EXCEPT"
	" SELECT journal_id, received_ms, sender, region, rules FROM incident))";

static void test_enters_in_steps(void **state)
{
	struct stored *stored = *state;

	assert_int_equal(through(stored), 0);
	assert_false(step(stored));
	assert_int_equal(through(stored), 0);
	fill(stored, 5, COUNT);
	assert_true(step(stored));
	assert_int_equal(through(stored), TOCSIN_CATALOGUE_STEP + 4);
	assert_int_equal(number(stored->journal, differences), 0);
	assert_false(step(stored));
	assert_int_equal(through(stored), COUNT);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM catalogue"), COUNT - 4);
	assert_int_equal(number(stored->journal, differences), 0);
	assert_int_equal(number(stored->journal,
						 "SELECT max(topic_sequence) FROM alert WHERE topic ="
						 " 'to/partners/1'") -
			number(stored->journal,
				"SELECT sequence FROM counter WHERE name ="
				" 'topic/to/partners/1'"),
		0);
	assert_false(step(stored));
	assert_int_equal(number(stored->journal, differences), 0);
}

/* What retention remembered of a topic is not lowered by what came later. */
static void test_counters_never_fall(void **state)
{
	struct stored *stored = *state;

	stored_run(stored->journal, "INSERT INTO counter VALUES('topic/to/partners/1', 90000)");
	fill(stored, 1, 30);
	assert_false(step(stored));
	assert_int_equal(
		number(stored->journal, "SELECT sequence FROM counter WHERE name = 'topic/to/partners/1'"),
		90000);
}

static void test_what_fails_changes_nothing(void **state)
{
	struct stored *stored = *state;
	sqlite3 *other = NULL;
	bool more = true;

	fill(stored, 1, 30);
	assert_int_equal(sqlite3_open(stored->folder.journal, &other), SQLITE_OK);
	stored_run(other, "BEGIN IMMEDIATE");
	assert_int_equal(tocsin_catalogue_step(stored->journal, &more), SQLITE_BUSY);
	assert_false(more);
	stored_run(other, "ROLLBACK");
	sqlite3_close(other);
	stored_run(stored->journal, "ALTER TABLE counter RENAME TO elsewhere");
	assert_int_equal(tocsin_catalogue_step(stored->journal, &more), SQLITE_ERROR);
	assert_true(sqlite3_get_autocommit(stored->journal));
	stored_run(stored->journal, "ALTER TABLE elsewhere RENAME TO counter");
	assert_int_equal(through(stored), 0);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM catalogue"), 0);
	assert_false(step(stored));
	assert_int_equal(through(stored), 30);
}

/* As it was when each incident entered the indexes at once. */
static const char third_schema[] =
	"DROP TABLE catalogue; DELETE FROM meta; PRAGMA user_version = 3;"
	"CREATE INDEX incident_by_sender ON incident(sender, received_ms);"
	"CREATE INDEX incident_by_region ON incident(region, received_ms);"
	"CREATE INDEX incident_by_rules ON incident(rules, received_ms);"
	"CREATE INDEX alert_by_topic ON alert(topic, topic_sequence);"
	"INSERT INTO counter VALUES('topic/to/partners/1', 90000), ('topic/gone', 3);";

static void test_an_older_journal_gets_one(void **state)
{
	struct stored *stored = *state;
	sqlite3 *journal = NULL;
	char error[TOCSIN_JOURNAL_ERROR] = "";

	fill(stored, 1, 100);
	stored_run(stored->journal, third_schema);
	assert_int_equal(
		tocsin_database_open(stored->folder.journal, &tocsin_journal_schema, &journal, error),
		TOCSIN_OK);
	sqlite3_close(journal);
	assert_int_equal(number(stored->journal, "PRAGMA user_version"), 4);
	assert_int_equal(through(stored), 100);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM catalogue"), 100);
	assert_int_equal(number(stored->journal, differences), 0);
	assert_int_equal(number(stored->journal, "SELECT count(*) FROM counter"), 4);
	assert_int_equal(
		number(stored->journal, "SELECT sequence FROM counter WHERE name = 'topic/to/partners/0'"),
		number(stored->journal,
			"SELECT max(topic_sequence) FROM alert WHERE topic = 'to/partners/0'"));
	assert_int_equal(
		number(stored->journal, "SELECT sequence FROM counter WHERE name = 'topic/to/partners/1'"),
		90000);
	fill(stored, 101, 120);
	assert_false(step(stored));
	assert_int_equal(number(stored->journal, differences), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_enters_in_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counters_never_fall, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_fails_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_older_journal_gets_one, setup, teardown),
	};

	return cmocka_run_group_tests_name("journal/catalogue", tests, NULL, NULL);
}
