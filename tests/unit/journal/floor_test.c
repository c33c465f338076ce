/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "journal/fixture.h"
#include "journal/schema.h"

struct floors {
	struct folder folder;
	sqlite3 *database;
};

static int setup(void **state)
{
	struct floors *floors = calloc(1, sizeof(*floors));
	char error[TOCSIN_JOURNAL_ERROR];

	folder_make(&floors->folder);
	assert_int_equal(tocsin_database_open(
						 floors->folder.journal, &tocsin_journal_schema, &floors->database, error),
		TOCSIN_OK);
	*state = floors;
	return 0;
}

static int teardown(void **state)
{
	struct floors *floors = *state;

	sqlite3_close(floors->database);
	folder_remove(&floors->folder);
	free(floors);
	return 0;
}

static void hand(struct floors *floors, int64_t at_ms, int64_t since_ms, uint64_t first)
{
	const struct tocsin_floor floor = {.since_ms = since_ms, .first = first};

	assert_int_equal(tocsin_floor_hand(floors->database, at_ms, &floor), SQLITE_OK);
}

static void assert_floor(
	struct floors *floors, int64_t saved_ms, int64_t now_ms, int64_t since_ms, uint64_t first)
{
	const struct tocsin_floor floor =
		tocsin_floor_begin(floors->database, saved_ms >= 0, saved_ms, now_ms);

	assert_int_equal(floor.since_ms, since_ms);
	assert_int_equal(floor.first, first);
}

static void nothing_is_known(void **state)
{
	assert_floor(*state, 100000, 200000, 100000 - TOCSIN_FLOOR_MARGIN_MS, 0);
}

static void a_broker_that_saves_nothing(void **state)
{
	hand(*state, 90000, 89000, 7);
	assert_floor(*state, -1, 5000000, 5000000 - TOCSIN_FLOOR_UNSAVED_MS, 0);
}

static void the_last_note_before_the_save_counts(void **state)
{
	hand(*state, 90000, 89000, 7);
	hand(*state, 95000, 94000, 9);
	hand(*state, 100000, 99000, 12);
	assert_floor(*state, 100000 + TOCSIN_FLOOR_GRAIN_MS - 1, 200000, 94000, 9);
}

static void a_note_as_old_as_the_file_counts(void **state)
{
	hand(*state, 100000, 99000, 12);
	assert_floor(*state, 100000 + TOCSIN_FLOOR_GRAIN_MS, 200000, 99000, 12);
}

/* It may have been lost with the store what was published again. */
static void without_a_note_the_floor_of_before_stands(void **state)
{
	hand(*state, 90000, 89000, 7);
	assert_floor(*state, 100000, 101000, 89000, 7);
	assert_floor(*state, 110000, 111000, 89000, 0);
	assert_floor(*state, 120000, 121000, 89000, 0);
	hand(*state, 122000, 121500, 30);
	assert_floor(*state, 130000, 131000, 121500, 30);
}

/* Said of what a later start may have lost, a note of before it says nothing. */
static void notes_are_of_one_life(void **state)
{
	hand(*state, 90000, 89000, 7);
	hand(*state, 95000, 94000, 9);
	assert_floor(*state, 92000, 101000, 89000, 7);
	assert_floor(*state, 110000, 111000, 89000, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_known, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broker_that_saves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(the_last_note_before_the_save_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(a_note_as_old_as_the_file_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_note_the_floor_of_before_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_are_of_one_life, setup, teardown),
	};

	return cmocka_run_group_tests_name("journal/floor", tests, NULL, NULL);
}
