/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The quarantine file keeps what was refused, and stays within its bounds. */
#include "journal/quarantine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/fixture.h"

static sqlite3_int64 ask(const char *path, const char *sql)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const sqlite3_int64 answer = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	return answer;
}

static struct tocsin_refusal refusal_of(
	const char *sender, int64_t at_ms, uint8_t *bytes, size_t size)
{
	return (struct tocsin_refusal){.incident_id = "",
		.sender = sender,
		.received_ms = at_ms,
		.bytes = bytes,
		.size = size,
		.receipt = (const uint8_t *)"\x10\x02",
		.receipt_size = 2};
}

static void test_a_sender_keeps_its_newest_thousand(void **state)
{
	struct folder folder;
	struct tocsin_quarantine *quarantine = NULL;
	char error[TOCSIN_JOURNAL_ERROR];
	uint8_t bytes[3] = {1, 0, 2};

	(void)state;
	folder_make(&folder);
	assert_int_equal(tocsin_quarantine_open(folder.journal, &quarantine, error), TOCSIN_OK);
	struct tocsin_refusal other = refusal_of("gao-2", 7, bytes, sizeof(bytes));
	const struct tocsin_refusal *one = &other;
	assert_int_equal(tocsin_quarantine_add(quarantine, &one, 1), TOCSIN_OK);
	for (int64_t i = 0; i < 1100; i++) {
		struct tocsin_refusal refusal = refusal_of("mopti-17", i, bytes, sizeof(bytes));
		one = &refusal;
		assert_int_equal(tocsin_quarantine_add(quarantine, &one, 1), TOCSIN_OK);
	}
	tocsin_quarantine_close(quarantine);
	assert_int_equal(
		ask(folder.journal, "SELECT count(*) FROM refusal WHERE sender = 'mopti-17'"), 1000);
	assert_int_equal(
		ask(folder.journal, "SELECT min(received_ms) FROM refusal WHERE sender = 'mopti-17'"), 100);
	assert_int_equal(ask(folder.journal, "SELECT count(*) FROM refusal WHERE sender = 'gao-2'"), 1);
	assert_int_equal(
		ask(folder.journal, "SELECT count(*) FROM refusal WHERE bytes = x'010002'"), 1001);
	folder_remove(&folder);
}

static void test_the_file_stays_below_its_ceiling(void **state)
{
	enum { SIZE = 60000, COUNT = 1300 };
	struct folder folder;
	struct tocsin_quarantine *quarantine = NULL;
	char error[TOCSIN_JOURNAL_ERROR];
	uint8_t *bytes = calloc(1, SIZE);

	(void)state;
	folder_make(&folder);
	assert_int_equal(tocsin_quarantine_open(folder.journal, &quarantine, error), TOCSIN_OK);
	for (int64_t i = 0; i < COUNT; i++) {
		char sender[16];
		snprintf(sender, sizeof(sender), "sender-%d", (int)(i % 10));
		struct tocsin_refusal refusal = refusal_of(sender, i, bytes, SIZE);
		const struct tocsin_refusal *one = &refusal;
		assert_int_equal(tocsin_quarantine_add(quarantine, &one, 1), TOCSIN_OK);
	}
	tocsin_quarantine_close(quarantine);
	const sqlite3_int64 kept = TOCSIN_QUARANTINE_BYTES / (SIZE + 2);
	assert_int_equal(ask(folder.journal, "SELECT count(*) FROM refusal"), kept);
	assert_int_equal(ask(folder.journal, "SELECT min(received_ms) FROM refusal"), COUNT - kept);
	folder_remove(&folder);
	free(bytes);
}

/* `tocsin journal forget` beside a full one leaves room for what comes. */
static void test_what_others_take_out_counts(void **state)
{
	enum { SIZE = 60000, COUNT = 1200, MORE = 20 };
	struct folder folder;
	struct tocsin_quarantine *quarantine = NULL;
	char error[TOCSIN_JOURNAL_ERROR];
	uint8_t *bytes = calloc(1, SIZE);
	sqlite3 *other = NULL;

	(void)state;
	folder_make(&folder);
	assert_int_equal(tocsin_quarantine_open(folder.journal, &quarantine, error), TOCSIN_OK);
	for (int64_t i = 0; i < COUNT + MORE; i++) {
		char sender[16];
		snprintf(sender, sizeof(sender), "sender-%d", (int)(i % 10));
		struct tocsin_refusal refusal = refusal_of(sender, i, bytes, SIZE);
		const struct tocsin_refusal *one = &refusal;
		assert_int_equal(tocsin_quarantine_add(quarantine, &one, 1), TOCSIN_OK);
		if (i == COUNT - 1) {
			assert_int_equal(sqlite3_open(folder.journal, &other), SQLITE_OK);
			assert_int_equal(
				sqlite3_exec(other, "DELETE FROM refusal", NULL, NULL, NULL), SQLITE_OK);
			sqlite3_close(other);
		}
	}
	tocsin_quarantine_close(quarantine);
	assert_int_equal(ask(folder.journal, "SELECT count(*) FROM refusal"), MORE);
	folder_remove(&folder);
	free(bytes);
}

static void test_a_file_that_went_is_seen(void **state)
{
	struct folder folder;
	struct tocsin_quarantine *quarantine = NULL;
	char error[TOCSIN_JOURNAL_ERROR];

	(void)state;
	folder_make(&folder);
	assert_int_equal(tocsin_quarantine_open(folder.journal, &quarantine, error), TOCSIN_OK);
	assert_string_equal(error, "");
	assert_true(tocsin_quarantine_in_place(quarantine));
	assert_int_equal(remove(folder.journal), 0);
	assert_false(tocsin_quarantine_in_place(quarantine));
	tocsin_quarantine_close(quarantine);
	folder_remove(&folder);
}

static void test_a_copy_stands_alone(void **state)
{
	uint8_t bytes[4] = {9, 8, 7, 6};
	char relay[] = "bridge";
	struct tocsin_refusal refusal = refusal_of("mopti-17", 5, bytes, sizeof(bytes));
	refusal.relay = relay;
	struct tocsin_refusal *copy = tocsin_refusal_copy(&refusal);

	(void)state;
	relay[0] = 'x';
	memset(bytes, 0, sizeof(bytes));
	assert_string_equal(copy->sender, "mopti-17");
	assert_string_equal(copy->incident_id, "");
	assert_string_equal(copy->relay, "bridge");
	assert_int_equal(copy->size, 4);
	assert_memory_equal(copy->bytes, "\x09\x08\x07\x06", 4);
	assert_memory_equal(copy->receipt, "\x10\x02", 2);
	free(copy);
	refusal.bytes = NULL;
	refusal.size = 0;
	refusal.relay = NULL;
	copy = tocsin_refusal_copy(&refusal);
	assert_int_equal(copy->size, 0);
	assert_null(copy->relay);
	free(copy);
}

static void test_the_relay_is_kept(void **state)
{
	struct folder folder;
	struct tocsin_quarantine *quarantine = NULL;
	char error[TOCSIN_JOURNAL_ERROR];
	uint8_t bytes[1] = {1};

	(void)state;
	folder_make(&folder);
	assert_int_equal(tocsin_quarantine_open(folder.journal, &quarantine, error), TOCSIN_OK);
	struct tocsin_refusal direct = refusal_of("mopti-17", 1, bytes, sizeof(bytes));
	struct tocsin_refusal relayed = refusal_of("mopti-17", 2, bytes, sizeof(bytes));
	relayed.relay = "bridge";
	const struct tocsin_refusal *both[] = {&direct, &relayed};
	assert_int_equal(tocsin_quarantine_add(quarantine, both, 2), TOCSIN_OK);
	tocsin_quarantine_close(quarantine);
	assert_int_equal(
		ask(folder.journal, "SELECT group_concat(row) FROM refusal WHERE relay IS NULL"), 1);
	assert_int_equal(
		ask(folder.journal, "SELECT group_concat(row) FROM refusal WHERE relay = 'bridge'"), 2);
	folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sender_keeps_its_newest_thousand),
		cmocka_unit_test(test_the_file_stays_below_its_ceiling),
		cmocka_unit_test(test_what_others_take_out_counts),
		cmocka_unit_test(test_a_file_that_went_is_seen),
		cmocka_unit_test(test_a_copy_stands_alone),
		cmocka_unit_test(test_the_relay_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
