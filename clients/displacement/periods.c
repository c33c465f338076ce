/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/displacement/periods.h"
#include "clients/base/tongue.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "proto/instant.h"

#define DAY_MS (INT64_C(86400) * 1000)

/* 1970-01-01 was a Thursday: its week began three days before. */
enum { DAYS_INTO_WEEK = 3, MONDAY_TO_THURSDAY = 3 };

static const char *const names[] = {"day", "week", "month", "quarter", "year"};
enum { PERIODS = sizeof(names) / sizeof(*names) };

/* A day of the Gregorian calendar. */
struct date {
	int64_t year;
	int month, day; /* from 1 */
};

bool tocsin_period_read(const char *text, enum tocsin_period *period)
{
	for (int i = 0; i < PERIODS; i++) {
		if (strcmp(text, names[i]) == 0) {
			*period = (enum tocsin_period)i;
			return true;
		}
	}
	return false;
}

const char *tocsin_period_name(enum tocsin_period period)
{
	return names[period];
}

const char *tocsin_period_say(enum tocsin_period period, size_t count)
{
	switch (period) {
	case TOCSIN_PERIOD_DAY:
		return tocsin_tongue_many("day", "days", count);
	case TOCSIN_PERIOD_WEEK:
		return tocsin_tongue_many("week", "weeks", count);
	case TOCSIN_PERIOD_MONTH:
		return tocsin_tongue_many("month", "months", count);
	case TOCSIN_PERIOD_QUARTER:
		return tocsin_tongue_many("quarter", "quarters", count);
	default:
		return tocsin_tongue_many("year", "years", count);
	}
}

static int64_t floor_divide(int64_t number, int64_t by)
{
	return number / by - (number % by < 0);
}

/* Counts years from March, so that the leap day comes last. Days since 1970. */
static int64_t day_of(int64_t year, int month, int day)
{
	int64_t from_march = month <= 2 ? year - 1 : year;
	int64_t era = floor_divide(from_march, 400);
	int64_t year_of_era = from_march - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static struct date date_of(int64_t day)
{
	int64_t shifted = day + 719468;
	int64_t era = floor_divide(shifted, 146097);
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date date = {.day = (int)(day_of_year - (153 * month + 2) / 5 + 1)};
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year = year_of_era + era * 400 + (date.month <= 2);
	return date;
}

int64_t tocsin_period_of(enum tocsin_period period, int64_t time_ms)
{
	int64_t day = tocsin_instant_floor(time_ms, DAY_MS) / DAY_MS;
	struct date date = date_of(day);
	switch (period) {
	case TOCSIN_PERIOD_WEEK:
		return floor_divide(day + DAYS_INTO_WEEK, 7);
	case TOCSIN_PERIOD_MONTH:
		return date.year * 12 + date.month - 1;
	case TOCSIN_PERIOD_QUARTER:
		return date.year * 4 + (date.month - 1) / 3;
	case TOCSIN_PERIOD_YEAR:
		return date.year;
	default:
		return day;
	}
}

int64_t tocsin_period_start_ms(enum tocsin_period period, int64_t index)
{
	int64_t year = 0;
	switch (period) {
	case TOCSIN_PERIOD_WEEK:
		return (index * 7 - DAYS_INTO_WEEK) * DAY_MS;
	case TOCSIN_PERIOD_MONTH:
		year = floor_divide(index, 12);
		return day_of(year, (int)(index - year * 12) + 1, 1) * DAY_MS;
	case TOCSIN_PERIOD_QUARTER:
		year = floor_divide(index, 4);
		return day_of(year, (int)(index - year * 4) * 3 + 1, 1) * DAY_MS;
	case TOCSIN_PERIOD_YEAR:
		return day_of(index, 1, 1) * DAY_MS;
	default:
		return index * DAY_MS;
	}
}

/* A week belongs to the year of its Thursday. */
static void write_week(int64_t first_day, char text[TOCSIN_PERIOD_TEXT])
{
	struct date thursday = date_of(first_day + MONDAY_TO_THURSDAY);
	int64_t since = first_day + MONDAY_TO_THURSDAY - day_of(thursday.year, 1, 1);
	snprintf(text, TOCSIN_PERIOD_TEXT, "%04d-W%02d", (int)thursday.year, (int)(since / 7) + 1);
}

void tocsin_period_write(enum tocsin_period period, int64_t index, char text[TOCSIN_PERIOD_TEXT])
{
	int64_t day = tocsin_period_start_ms(period, index) / DAY_MS;
	struct date date = date_of(day);
	int year = (int)date.year;
	switch (period) {
	case TOCSIN_PERIOD_WEEK:
		write_week(day, text);
		break;
	case TOCSIN_PERIOD_MONTH:
		snprintf(text, TOCSIN_PERIOD_TEXT, "%04d-%02d", year, date.month);
		break;
	case TOCSIN_PERIOD_QUARTER:
		snprintf(text, TOCSIN_PERIOD_TEXT, "%04d-Q%d", year, (date.month - 1) / 3 + 1);
		break;
	case TOCSIN_PERIOD_YEAR:
		snprintf(text, TOCSIN_PERIOD_TEXT, "%04d", year);
		break;
	default:
		snprintf(text, TOCSIN_PERIOD_TEXT, "%04d-%02d-%02d", year, date.month, date.day);
		break;
	}
}
