/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <time.h>

#include "clients/base/number.h"

#define AUG_7_1830 INT64_C(1723055400000)

static void numbers_are_whole(void **state)
{
	int64_t number = 7;
	(void)state;
	assert_true(tocsin_number_read("0", &number) && number == 0);
	assert_true(tocsin_number_read("-12", &number) && number == -12);
	assert_false(tocsin_number_read("", &number));
	assert_false(tocsin_number_read("12x", &number));
	assert_false(tocsin_number_read(" 1", &number));
	assert_false(tocsin_number_read("1.5", &number));
	assert_false(tocsin_number_read("99999999999999999999", &number));
	assert_int_equal(number, -12);
}

static void decimals_have_a_point(void **state)
{
	double number = 0;
	(void)state;
	assert_true(tocsin_decimal_read("-4.4933", &number));
	assert_true(number == -4.4933);
	assert_false(tocsin_decimal_read("14,22", &number));
	assert_false(tocsin_decimal_read("nan", &number));
	assert_false(tocsin_decimal_read("1e400", &number));
	assert_false(tocsin_decimal_read("", &number));
}

static void durations_have_a_unit(void **state)
{
	int64_t span = 0;
	(void)state;
	assert_true(tocsin_duration_read("30", &span) && span == 30000);
	assert_true(tocsin_duration_read("15m", &span) && span == 900000);
	assert_true(tocsin_duration_read("24h", &span) && span == 86400000);
	assert_true(tocsin_duration_read("14d", &span) && span == INT64_C(14) * 86400000);
	assert_false(tocsin_duration_read("401d", &span));
	assert_false(tocsin_duration_read("5w", &span));
	assert_false(tocsin_duration_read("-5m", &span));
	assert_false(tocsin_duration_read("5mm", &span));
	assert_false(tocsin_duration_read("999999999999d", &span));
}

static void times_are_read(void **state)
{
	static const struct {
		const char *text;
		enum tocsin_time_form form;
		int64_t ms;
	} rows[] = {
		{"2024-08-07T18:30:00Z", TOCSIN_TIME_MOMENT, AUG_7_1830},
		{"2024-08-07T18:30Z", TOCSIN_TIME_MOMENT, AUG_7_1830},
		{"2024-08-07 18:30Z", TOCSIN_TIME_MOMENT, AUG_7_1830},
		{"2024-08-07T20:30+02:00", TOCSIN_TIME_MOMENT, AUG_7_1830},
		{"2024-08-07", TOCSIN_TIME_DAY, INT64_C(1722988800000)},
		{"now", TOCSIN_TIME_MOMENT, 5000000},
		{"-1h", TOCSIN_TIME_MOMENT, 1400000},
		{"+10", TOCSIN_TIME_MOMENT, 5010000},
		{"2024-08-07T18:30", TOCSIN_TIME_NO_ZONE, 0},
		{"2024-08-07T18:30:00", TOCSIN_TIME_NO_ZONE, 0},
		{"2024-13-07", TOCSIN_TIME_WRONG, 0},
		{"18:30", TOCSIN_TIME_WRONG, 0},
		{"", TOCSIN_TIME_WRONG, 0},
		{"2024-08-07T18:30:00.000000000000000000000000000000Z", TOCSIN_TIME_WRONG, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t ms = 0;
		assert_int_equal(tocsin_time_read(rows[i].text, 5000000, &ms), rows[i].form);
		if (rows[i].form == TOCSIN_TIME_MOMENT || rows[i].form == TOCSIN_TIME_DAY)
			assert_int_equal(ms, rows[i].ms);
	}
}

static void set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void utc_comes_with_local_time(void **state)
{
	char text[TOCSIN_TIME_TEXT];
	(void)state;
	set_zone("UTC");
	tocsin_time_write(AUG_7_1830, TOCSIN_TIME_MOMENT, text);
	assert_string_equal(text, "2024-08-07 18:30 UTC");
	set_zone("CAT-2");
	tocsin_time_write(AUG_7_1830, TOCSIN_TIME_MOMENT, text);
	assert_string_equal(text, "2024-08-07 18:30 UTC (20:30 CAT here)");
	set_zone("XXX-8");
	tocsin_time_write(AUG_7_1830, TOCSIN_TIME_MOMENT, text);
	assert_string_equal(text, "2024-08-07 18:30 UTC (08-08 02:30 XXX here)");
	tocsin_time_write(AUG_7_1830, TOCSIN_TIME_DAY, text);
	assert_string_equal(text, "2024-08-07");
}

static void the_day_is_left_out_where_it_is_today(void **state)
{
	char text[TOCSIN_TIME_TEXT];
	(void)state;
	set_zone("UTC");
	tocsin_time_write_short(AUG_7_1830, AUG_7_1830 + INT64_C(3600000), text);
	assert_string_equal(text, "18:30 UTC");
	tocsin_time_write_short(AUG_7_1830, AUG_7_1830 + INT64_C(6 * 3600000), text);
	assert_string_equal(text, "2024-08-07 18:30 UTC");
	set_zone("CAT-2");
	tocsin_time_write_short(AUG_7_1830, AUG_7_1830, text);
	assert_string_equal(text, "18:30 UTC (20:30 CAT here)");
}

static void counts_are_grouped(void **state)
{
	char text[TOCSIN_COUNT_TEXT];
	(void)state;
	tocsin_count_write(0, text);
	assert_string_equal(text, "0");
	tocsin_count_write(999, text);
	assert_string_equal(text, "999");
	tocsin_count_write(129825, text);
	assert_string_equal(text, "129,825");
	tocsin_count_write(UINT64_MAX, text);
	assert_string_equal(text, "18,446,744,073,709,551,615");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(decimals_have_a_point),
		cmocka_unit_test(durations_have_a_unit),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(utc_comes_with_local_time),
		cmocka_unit_test(the_day_is_left_out_where_it_is_today),
		cmocka_unit_test(counts_are_grouped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
