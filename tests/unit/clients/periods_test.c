/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/base/number.h"
#include "clients/displacement/periods.h"

static int64_t at(const char *text)
{
	int64_t time_ms;
	assert_int_not_equal(tocsin_time_read(text, 0, &time_ms), TOCSIN_TIME_WRONG);
	return time_ms;
}

/* A time, and the label of the day, week, month, quarter and year that it lies in. */
static const struct {
	const char *time;
	const char *labels[5];
} cases[] = {
	{"1970-01-01", {"1970-01-01", "1970-W01", "1970-01", "1970-Q1", "1970"}},
	{"1969-12-31T23:59:59Z", {"1969-12-31", "1970-W01", "1969-12", "1969-Q4", "1969"}},
	{"2024-02-29T12:00:00Z", {"2024-02-29", "2024-W09", "2024-02", "2024-Q1", "2024"}},
	{"2024-05-31", {"2024-05-31", "2024-W22", "2024-05", "2024-Q2", "2024"}},
	{"2024-12-30", {"2024-12-30", "2025-W01", "2024-12", "2024-Q4", "2024"}},
	{"2021-01-03", {"2021-01-03", "2020-W53", "2021-01", "2021-Q1", "2021"}},
	{"2021-01-04", {"2021-01-04", "2021-W01", "2021-01", "2021-Q1", "2021"}},
	{"1900-03-01", {"1900-03-01", "1900-W09", "1900-03", "1900-Q1", "1900"}},
	{"0001-01-01", {"0001-01-01", "0001-W01", "0001-01", "0001-Q1", "0001"}},
	{"9999-12-31", {"9999-12-31", "9999-W52", "9999-12", "9999-Q4", "9999"}},
};

static void times_lie_in_their_periods(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int p = 0; p < 5; p++) {
			char text[TOCSIN_PERIOD_TEXT];
			enum tocsin_period period = (enum tocsin_period)p;
			int64_t index = tocsin_period_of(period, at(cases[i].time));
			tocsin_period_write(period, index, text);
			assert_string_equal(text, cases[i].labels[p]);
			/* It begins with its start and ends before the next one. */
			int64_t start_ms = tocsin_period_start_ms(period, index);
			int64_t end_ms = tocsin_period_start_ms(period, index + 1);
			assert_true(start_ms <= at(cases[i].time) && at(cases[i].time) < end_ms);
			assert_int_equal(tocsin_period_of(period, start_ms), index);
			assert_int_equal(tocsin_period_of(period, end_ms - 1), index);
			assert_int_equal(tocsin_period_of(period, end_ms), index + 1);
		}
	}
}

static void they_are_known_by_name(void **state)
{
	enum tocsin_period period = TOCSIN_PERIOD_DAY;
	(void)state;
	assert_true(tocsin_period_read("quarter", &period));
	assert_int_equal(period, TOCSIN_PERIOD_QUARTER);
	assert_string_equal(tocsin_period_name(period), "quarter");
	assert_false(tocsin_period_read("weeks", &period));
	assert_false(tocsin_period_read("", &period));
	assert_int_equal(period, TOCSIN_PERIOD_QUARTER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_lie_in_their_periods),
		cmocka_unit_test(they_are_known_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
