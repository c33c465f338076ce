/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "proto/instant.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static Google__Protobuf__Timestamp stamp(int64_t seconds, int32_t nanos)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	time.seconds = seconds;
	time.nanos = nanos;
	return time;
}

static void reads_and_writes(void **state)
{
	static const struct {
		const char *text, *written;
		int64_t seconds;
		int32_t nanos;
	} rows[] = {
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, 0},
		{"2024-08-07T18:30:00Z", "2024-08-07T18:30:00Z", 1723055400, 0},
		{"2024-08-07t18:30:00z", "2024-08-07T18:30:00Z", 1723055400, 0},
		{"2024-08-07T18:30:00.5Z", "2024-08-07T18:30:00.500Z", 1723055400, 500000000},
		{"2024-08-07T18:30:00.000001Z", "2024-08-07T18:30:00.000001Z", 1723055400, 1000},
		{"2024-08-07T18:30:00.000000001Z", "2024-08-07T18:30:00.000000001Z", 1723055400, 1},
		{"2024-08-07T18:30:00.0000000019Z", "2024-08-07T18:30:00.000000001Z", 1723055400, 1},
		{"2024-06-05T05:00:00+02:00", "2024-06-05T03:00:00Z", 1717556400, 0},
		{"2024-06-05T05:00:00-23:59", "2024-06-06T04:59:00Z", 1717649940, 0},
		{"2024-06-05T05:00:00-00:00", "2024-06-05T05:00:00Z", 1717563600, 0},
		{"1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z", -1, 250000000},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", -62135596800, 0},
		{"9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z", 253402300799,
			999999999},
		{"2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z", 951825600, 0},
		{"1900-02-28T12:00:00Z", "1900-02-28T12:00:00Z", -2203934400, 0},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", 1483228800, 0},
		{"2017-01-01T01:59:60+02:00", "2017-01-01T00:00:00Z", 1483228800, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
		char text[TOCSIN_INSTANT_TEXT];

		if (!tocsin_instant_read(rows[i].text, strlen(rows[i].text), &time) ||
			time.seconds != rows[i].seconds || time.nanos != rows[i].nanos) {
			fail_msg("%s is read as %lld s %d ns", rows[i].text, (long long)time.seconds,
				(int)time.nanos);
		}
		tocsin_instant_write(&time, text);
		assert_string_equal(text, rows[i].written);
	}
}

static void refuses_what_is_not_a_time(void **state)
{
	static const char *const rows[] = {"", "2024", "2024-08-07", "2024-08-07T18:30Z",
		"2024-08-07T18:30:00", "2024-08-07 18:30:00Z", "2024-8-7T18:30:00Z", "2024-13-07T18:30:00Z",
		"2024-00-07T18:30:00Z", "2024-08-32T18:30:00Z", "2024-08-00T18:30:00Z",
		"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-08-07T24:00:00Z",
		"2024-08-07T18:60:00Z", "2024-08-07T18:30:61Z", "2024-08-07T18:30:60Z",
		"2024-08-07T18:30:00.Z", "2024-08-07T18:30:00,5Z", "2024-08-07T18:30:00+0200",
		"2024-08-07T18:30:00+24:00", "2024-08-07T18:30:00+02:60", "2024-08-07T18:30:00ZZ",
		"2024-08-07T18:30:00Z ", " 2024-08-07T18:30:00Z", "0000-12-31T23:59:59Z",
		"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "+2024-08-07T18:30:00Z",
		"-024-08-07T18:30:00Z", "20240807T183000Z"};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		Google__Protobuf__Timestamp time = stamp(7, 8);

		if (tocsin_instant_read(rows[i], strlen(rows[i]), &time)) {
			fail_msg("taken: %s", rows[i]);
		}
		assert_int_equal(time.seconds, 7);
		assert_int_equal(time.nanos, 8);
	}
}

/* Against the C library, a day and some at a time through four centuries. */
static void agrees_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t seconds = -8000000000; seconds < 8000000000; seconds += 86400 * 13 + 7919) {
		const time_t time = (time_t)seconds;
		const Google__Protobuf__Timestamp own = stamp(seconds, 0);
		char expected[64];
		char text[TOCSIN_INSTANT_TEXT];
		struct tm parts;

		assert_non_null(gmtime_r(&time, &parts));
		assert_true(strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0);
		tocsin_instant_write(&own, text);
		assert_string_equal(text, expected);
		Google__Protobuf__Timestamp back = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
		assert_true(tocsin_instant_read(text, strlen(text), &back));
		assert_int_equal(back.seconds, seconds);
	}
}

static void knows_the_range(void **state)
{
	static const struct {
		int64_t seconds;
		int32_t nanos;
		bool valid;
	} rows[] = {
		{0, 0, true},
		{-62135596800, 0, true},
		{-62135596801, 999999999, false},
		{253402300799, 999999999, true},
		{253402300800, 0, false},
		{0, -1, false},
		{0, 1000000000, false},
		{INT64_MAX, 0, false},
		{INT64_MIN, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const Google__Protobuf__Timestamp time = stamp(rows[i].seconds, rows[i].nanos);
		char text[TOCSIN_INSTANT_TEXT] = "?";

		assert_true(tocsin_instant_valid(&time) == rows[i].valid);
		tocsin_instant_write(&time, text);
		assert_true((text[0] != '\0') == rows[i].valid);
	}
}

static void counts_milliseconds(void **state)
{
	Google__Protobuf__Timestamp time = stamp(-1, 999999999);

	(void)state;
	assert_int_equal(tocsin_instant_ms(NULL), 0);
	assert_int_equal(tocsin_instant_ms(&time), -1);
	time = stamp(1, 1999999);
	assert_int_equal(tocsin_instant_ms(&time), 1001);
	time = stamp(INT64_MAX, 0);
	assert_true(tocsin_instant_ms(&time) == INT64_MAX);
	time = stamp(INT64_MIN, 0);
	assert_true(tocsin_instant_ms(&time) == INT64_MIN);
	tocsin_instant_set(&time, -1);
	assert_int_equal(time.seconds, -1);
	assert_int_equal(time.nanos, 999000000);
	tocsin_instant_set(&time, 1723055400123);
	assert_int_equal(time.seconds, 1723055400);
	assert_int_equal(time.nanos, 123000000);
	tocsin_instant_set(&time, -2000);
	assert_int_equal(time.seconds, -2);
	assert_int_equal(time.nanos, 0);
}

static void floors_and_compares(void **state)
{
	const Google__Protobuf__Timestamp early = stamp(5, 7);
	const Google__Protobuf__Timestamp late = stamp(5, 8);
	const Google__Protobuf__Timestamp later = stamp(6, 0);

	(void)state;
	assert_int_equal(tocsin_instant_floor(3600000, 3600000), 3600000);
	assert_int_equal(tocsin_instant_floor(3599999, 3600000), 0);
	assert_int_equal(tocsin_instant_floor(-1, 3600000), -3600000);
	assert_int_equal(tocsin_instant_floor(-3600000, 3600000), -3600000);
	assert_true(tocsin_instant_compare(&early, &late) < 0);
	assert_true(tocsin_instant_compare(&late, &early) > 0);
	assert_true(tocsin_instant_compare(&later, &late) > 0);
	assert_true(tocsin_instant_compare(&late, &later) < 0);
	assert_int_equal(tocsin_instant_compare(&late, &late), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(refuses_what_is_not_a_time),
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(knows_the_range),
		cmocka_unit_test(counts_milliseconds),
		cmocka_unit_test(floors_and_compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
