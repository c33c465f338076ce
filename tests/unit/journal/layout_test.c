/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How the file is laid out: its pages, the log's length in bytes whatever they are, and that
 * the writer fills the catalogue by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "journal/catalogue.h"
#include "journal/fixture.h"
#include "journal/journal.h"
#include "journal/store.h"

enum { PATIENCE_MS = 20000, MANY = TOCSIN_CATALOGUE_BEHIND + 100 };

static int setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	folder_make(folder);
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

static void run(sqlite3 *file, const char *sql)
{
	assert_int_equal(sqlite3_exec(file, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t number(const char *path, const char *sql)
{
	sqlite3 *file = NULL;
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_open_v2(path, &file, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(file, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(file);
	return value;
}

static int64_t logged_bytes_of_one(const char *path, uint64_t journal_id)
{
	struct tocsin_store *store = NULL;
	struct tocsin_outcome *outcome = outcome_make(journal_id, 600);
	char error[TOCSIN_JOURNAL_ERROR] = "";
	bool corrupt = false;

	assert_int_equal(tocsin_store_open(path, &store, error), TOCSIN_OK);
	assert_int_equal(
		tocsin_store_commit(store, outcome, outcome, 1000, error, &corrupt), TOCSIN_OK);
	const int64_t bytes = tocsin_store_wal_bytes(store);
	assert_int_equal(tocsin_store_checkpoint(store, false, error), TOCSIN_OK);
	assert_int_equal(tocsin_store_wal_bytes(store), 0);
	tocsin_store_close(store);
	outcome_free(outcome);
	return bytes;
}

static void test_a_new_file_has_pages_of_8_kib(void **state)
{
	const struct folder *folder = *state;
	const int64_t bytes = logged_bytes_of_one(folder->journal, 1);

	assert_int_equal(number(folder->journal, "PRAGMA page_size"), 8192);
	assert_int_equal(number(folder->journal, "PRAGMA auto_vacuum"), 2);
	assert_true(bytes > 8192 && bytes % 8192 == 0);
}

static void test_an_older_file_keeps_its_pages(void **state)
{
	const struct folder *folder = *state;
	sqlite3 *file = NULL;

	(void)logged_bytes_of_one(folder->journal, 1);
	assert_int_equal(sqlite3_open(folder->journal, &file), SQLITE_OK);
	run(file,
		"PRAGMA journal_mode = DELETE; PRAGMA page_size = 4096; VACUUM;"
		"PRAGMA journal_mode = WAL");
	sqlite3_close(file);
	const int64_t bytes = logged_bytes_of_one(folder->journal, 2);
	assert_int_equal(number(folder->journal, "PRAGMA page_size"), 4096);
	assert_int_equal(number(folder->journal, "PRAGMA auto_vacuum"), 2);
	assert_true(bytes > 4096 && bytes % 4096 == 0);
	assert_int_equal(number(folder->journal, "SELECT sum(length(bytes)) FROM incident"), 1200);
}

static void push_some(struct tocsin_journal *journal, uint64_t first, uint64_t last)
{
	bool failed = true;

	for (uint64_t id = first; id <= last; id++) {
		assert_true(tocsin_journal_push(journal, outcome_make(id, 600)));
	}
	tocsin_journal_flush(journal, PATIENCE_MS);
	outcomes_free(tocsin_journal_collect(journal, &failed));
	assert_false(failed);
}

static void wait_until_entered(const char *path, int64_t count)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	int left = PATIENCE_MS / 10;

	while (number(path, "SELECT count(*) FROM catalogue") != count) {
		assert_true(left-- > 0);
		nanosleep(&pause, NULL);
	}
	assert_int_equal(number(path, "SELECT " TOCSIN_CATALOGUED), count);
}

static void test_the_writer_fills_the_catalogue(void **state)
{
	const struct folder *folder = *state;
	struct tocsin_journal_config config = {.path = folder->journal};
	struct tocsin_journal *journal = NULL;
	sqlite3 *file = NULL;
	char error[TOCSIN_JOURNAL_ERROR] = "";

	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	/* Many at once, then few, which wait until nothing else comes. */
	for (uint64_t id = 1; id <= MANY; id += 100) {
		push_some(journal, id, id + 99 < MANY ? id + 99 : MANY);
	}
	wait_until_entered(folder->journal, MANY);
	push_some(journal, MANY + 1, MANY + 5);
	wait_until_entered(folder->journal, MANY + 5);
	/* What comes just before the end is entered at the end, */
	push_some(journal, MANY + 6, MANY + 6);
	tocsin_journal_close(journal);
	assert_int_equal(number(folder->journal, "SELECT " TOCSIN_CATALOGUED), MANY + 6);
	/* and what a hub that was killed left behind by the next. */
	assert_int_equal(sqlite3_open(folder->journal, &file), SQLITE_OK);
	run(file,
		"DELETE FROM catalogue WHERE journal_id > 50;"
		"UPDATE meta SET value = 50 WHERE name = 'catalogued_through'");
	sqlite3_close(file);
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	wait_until_entered(folder->journal, MANY + 6);
	tocsin_journal_close(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_new_file_has_pages_of_8_kib, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_older_file_keeps_its_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_writer_fills_the_catalogue, setup, teardown),
	};

	return cmocka_run_group_tests_name("journal/layout", tests, NULL, NULL);
}
