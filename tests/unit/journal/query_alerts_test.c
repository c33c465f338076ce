/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a subscriber missed, by sequence and by time, page by page. */
#include "journal/query_alerts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/stored.h"
#include "rules/ruleset.h"

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

/* Sequences as "1 2 3". */
struct got {
	char all[4096];
	size_t used, count, stop_after;
	uint64_t last;
};

static enum tocsin_status take(void *ctx, const struct tocsin_sent_alert *alert)
{
	struct got *got = ctx;

	got->used += (size_t)snprintf(got->all + got->used, sizeof(got->all) - got->used, "%s%llu",
		got->used ? " " : "", (unsigned long long)alert->sequence);
	assert_true(got->used < sizeof(got->all));
	got->last = alert->sequence;
	return ++got->count == got->stop_after ? TOCSIN_LIMIT : TOCSIN_OK;
}

static void assert_page(struct stored *stored, const struct tocsin_alert_range *range, size_t limit,
	const char *expected)
{
	struct got got = {0};
	size_t given = 77;
	char error[TOCSIN_JOURNAL_ERROR];

	assert_int_equal(
		tocsin_query_alerts(stored->journal, range, limit, take, &got, &given, error), TOCSIN_OK);
	assert_string_equal(got.all, expected);
	assert_int_equal(given, got.count);
}

/* Incident i at i * 100 ms, with one alert for partners, and one for the public of each
 * even one. The clock of 6 was set back to 250. */
static void fill(struct stored *stored)
{
	for (int64_t i = 1; i <= 10; i++) {
		const struct stored_incident one = {.row = i, .received_ms = i == 6 ? 250 : i * 100};

		stored_incident(stored, &one);
		stored_alert(stored, i, 0, "partners", (uint64_t)i + 100);
		if (i % 2 == 0) {
			stored_alert(stored, i, 1, "public", (uint64_t)i / 2);
		}
	}
}

static void test_after_sequence(void **state)
{
	static const struct {
		const char *audience;
		uint64_t after;
		size_t limit;
		const char *expected;
	} cases[] = {
		{"partners", 0, 99, "101 102 103 104 105 106 107 108 109 110"},
		{"partners", 107, 99, "108 109 110"},
		{"partners", 107, 2, "108 109"},
		{"partners", 110, 99, ""},
		{"partners", UINT64_MAX, 99, ""},
		{"partners", (uint64_t)INT64_MAX + 1, 99, ""},
		{"partners", 0, 0, ""},
		{"public", 0, 99, "1 2 3 4 5"},
		{"public", 4, SIZE_MAX, "5"},
		{"nobody", 0, 99, ""},
	};

	fill(*state);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tocsin_alert_range range =
			tocsin_alert_range_after(cases[i].audience, cases[i].after);

		assert_page(*state, &range, cases[i].limit, cases[i].expected);
	}
}

static struct tocsin_alert_range range_of(
	struct stored *stored, const char *audience, int64_t from_ms, int64_t to_ms)
{
	struct tocsin_alert_range range;
	char error[TOCSIN_JOURNAL_ERROR];

	assert_int_equal(
		tocsin_alert_range_of_time(stored->journal, audience, from_ms, to_ms, &range, error),
		TOCSIN_OK);
	return range;
}

static void test_of_time(void **state)
{
	static const struct {
		const char *audience;
		int64_t from_ms, to_ms;
		const char *expected;
	} cases[] = {
		{"partners", INT64_MIN, INT64_MAX, "101 102 103 104 105 106 107 108 109 110"},
		{"partners", 300, 500, "103 104"},
		{"partners", 200, 300, "102 106"},
		{"partners", 900, INT64_MAX, "109 110"},
		{"partners", 1001, INT64_MAX, ""},
		{"partners", 0, 100, ""},
		{"partners", 0, 101, "101"},
		{"partners", 1000, 1001, "110"},
		{"public", 250, 251, "3"},
		{"public", 300, 800, "2"},
		{"public", 300, 801, "2 4"},
		{"nobody", 0, INT64_MAX, ""},
	};

	fill(*state);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct tocsin_alert_range range =
			range_of(*state, cases[i].audience, cases[i].from_ms, cases[i].to_ms);

		assert_page(*state, &range, 99, cases[i].expected);
	}
}

static void test_pages(void **state)
{
	struct tocsin_alert_range range;

	fill(*state);
	range = range_of(*state, "partners", 200, 801);
	assert_page(*state, &range, 3, "102 103 104");
	range.after = 104;
	assert_page(*state, &range, 3, "105 106 107");
	range.after = 107;
	assert_page(*state, &range, 3, "108");
}

/* Retention took the oldest, and of one that stands the incident but not its alert. */
static void test_gaps(void **state)
{
	struct stored *stored = *state;
	struct tocsin_alert_range range;

	fill(stored);
	stored_run(stored->journal, "DELETE FROM alert WHERE sequence IN (101, 102, 105)");
	stored_run(stored->journal, "DELETE FROM incident WHERE journal_id IN (1, 2, 4)");
	range = range_of(stored, "partners", 0, 701);
	assert_page(stored, &range, 99, "103 104 106 107");
	range = tocsin_alert_range_after("partners", 0);
	assert_page(stored, &range, 99, "103 104 106 107 108 109 110");
}

static enum tocsin_status take_whole(void *ctx, const struct tocsin_sent_alert *alert)
{
	if (alert->sequence == 102) {
		assert_true(alert->row == 2 << 16);
		assert_int_equal(alert->topic_sequence, 1102);
		assert_string_equal(alert->topic, "to/partners/0");
		assert_string_equal(alert->alert_id, "id-102");
		assert_int_equal(alert->expires_ms, 99);
		assert_int_equal(alert->received_ms, 200);
		assert_int_equal(alert->formats, TOCSIN_FORMAT_PROTOBUF);
		assert_int_equal(alert->qos, 1);
		assert_int_equal(alert->size, 9);
		assert_memory_equal(alert->bytes, "alert 102", 9);
	} else {
		assert_int_equal(alert->sequence, 103);
		assert_null(alert->bytes);
		assert_int_equal(alert->size, 0);
	}
	++*(size_t *)ctx;
	return TOCSIN_OK;
}

static void test_what_is_given(void **state)
{
	struct stored *stored = *state;
	struct tocsin_alert_range range = tocsin_alert_range_after("partners", 101);
	char error[TOCSIN_JOURNAL_ERROR];
	size_t seen = 0;
	size_t given = 0;

	fill(stored);
	range.last = 103;
	stored_run(stored->journal, "UPDATE alert SET bytes = NULL WHERE sequence = 103");
	assert_int_equal(
		tocsin_query_alerts(stored->journal, &range, 99, take_whole, &seen, &given, error),
		TOCSIN_OK);
	assert_int_equal(seen, 2);
	assert_int_equal(given, 2);
}

static void test_stops_and_fails(void **state)
{
	struct stored *stored = *state;
	struct tocsin_alert_range range = tocsin_alert_range_after("partners", 0);
	struct got got = {.stop_after = 2};
	char error[TOCSIN_JOURNAL_ERROR] = "";
	size_t given = 77;

	fill(stored);
	assert_int_equal(
		tocsin_query_alerts(stored->journal, &range, 99, take, &got, &given, error), TOCSIN_LIMIT);
	assert_int_equal(given, 2);
	assert_int_equal(got.last, 102);
	stored_run(stored->journal, "DROP TABLE alert");
	assert_int_equal(
		tocsin_query_alerts(stored->journal, &range, 99, take, &got, &given, error), TOCSIN_IO);
	assert_string_equal(error, "SQLite: no such table: alert (1)");
	range.after = 5;
	assert_int_equal(
		tocsin_alert_range_of_time(stored->journal, "partners", 0, 500, &range, error), TOCSIN_IO);
	assert_int_equal(range.after, 5);
	assert_int_equal(given, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_after_sequence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_of_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_given, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stops_and_fails, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
