/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/posix_zone.h"

struct reader {
	const char *at, *end;
	bool bad;
};

static char peek(const struct reader *reader)
{
	return reader->at < reader->end ? *reader->at : '\0';
}

static bool take(struct reader *reader, char wanted)
{
	if (peek(reader) != wanted) {
		return false;
	}
	reader->at++;
	return true;
}

static int take_number(struct reader *reader, int least, int most)
{
	int value = 0;
	int digits = 0;

	while (peek(reader) >= '0' && peek(reader) <= '9' && digits < 4) {
		value = value * 10 + (*reader->at++ - '0');
		digits++;
	}
	if (digits == 0 || value < least || value > most) {
		reader->bad = true;
		return least;
	}
	return value;
}

static bool is_letter(char letter)
{
	return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
}

static void skip_name(struct reader *reader)
{
	if (take(reader, '<')) {
		while (peek(reader) != '\0' && peek(reader) != '>') {
			reader->at++;
		}
		reader->bad |= !take(reader, '>');
		return;
	}
	reader->bad |= !is_letter(peek(reader));
	while (is_letter(peek(reader))) {
		reader->at++;
	}
}

static int32_t take_time_s(struct reader *reader, int most_hours)
{
	const bool negative = take(reader, '-');
	int32_t seconds = 0;

	if (!negative) {
		take(reader, '+');
	}
	seconds = take_number(reader, 0, most_hours) * 3600;
	if (take(reader, ':')) {
		seconds += take_number(reader, 0, 59) * 60;
		if (take(reader, ':')) {
			seconds += take_number(reader, 0, 59);
		}
	}
	return negative ? -seconds : seconds;
}

static struct tocsin_posix_change take_change(struct reader *reader)
{
	struct tocsin_posix_change change = {.time_of_day_s = 2 * 3600};

	reader->bad |= !take(reader, ',');
	if (take(reader, 'M')) {
		change.kind = TOCSIN_DAY_OF_MONTH;
		change.month = take_number(reader, 1, 12);
		reader->bad |= !take(reader, '.');
		change.week = take_number(reader, 1, 5);
		reader->bad |= !take(reader, '.');
		change.day = take_number(reader, 0, 6);
	} else if (take(reader, 'J')) {
		change.kind = TOCSIN_DAY_JULIAN;
		change.day = take_number(reader, 1, 365);
	} else {
		change.kind = TOCSIN_DAY_ZERO_BASED;
		change.day = take_number(reader, 0, 365);
	}
	if (take(reader, '/')) {
		change.time_of_day_s = take_time_s(reader, 167);
	}
	return change;
}

/* POSIX counts offsets westward, everyone else eastward. */
bool tocsin_posix_zone_read(const char *text, size_t length, struct tocsin_posix_zone *zone)
{
	struct reader reader = {text, text + length, false};
	struct tocsin_posix_zone read = {0};

	skip_name(&reader);
	read.standard_s = -take_time_s(&reader, 24);
	if (reader.at < reader.end && !reader.bad) {
		read.has_daylight = true;
		skip_name(&reader);
		read.daylight_s = read.standard_s + 3600;
		if (peek(&reader) != ',') {
			read.daylight_s = -take_time_s(&reader, 24);
		}
		read.start = take_change(&reader);
		read.end = take_change(&reader);
	}
	if (reader.bad || reader.at != reader.end) {
		return false;
	}
	*zone = read;
	return true;
}

/* Days since 1970 of a proleptic Gregorian date (Howard Hinnant, chrono-Compatible
 * Low-Level Date Algorithms). */
static int64_t days_of_date(int64_t year, int month, int day)
{
	year -= month <= 2;
	const int64_t era = (year >= 0 ? year : year - 399) / 400;
	const int64_t year_of_era = year - era * 400;
	const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
		719468;
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t year_of_days(int64_t days)
{
	int64_t year = 1970 + days / 366 - (days < 0);

	while (days_of_date(year + 1, 1, 1) <= days) {
		year++;
	}
	return year;
}

static int64_t day_of_change(const struct tocsin_posix_change *change, int64_t year)
{
	const int64_t new_year = days_of_date(year, 1, 1);

	if (change->kind == TOCSIN_DAY_ZERO_BASED) {
		return new_year + change->day;
	}
	if (change->kind == TOCSIN_DAY_JULIAN) {
		/* February 29 is never counted. */
		return new_year + change->day - 1 + (is_leap(year) && change->day >= 60);
	}
	const int64_t first = days_of_date(year, change->month, 1);
	const int64_t weekday = ((first + 4) % 7 + 7) % 7;
	int64_t day = first + (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
	const int64_t next_month = change->month == 12 ? days_of_date(year + 1, 1, 1)
												   : days_of_date(year, change->month + 1, 1);
	while (day >= next_month) {
		day -= 7;
	}
	return day;
}

int32_t tocsin_posix_zone_offset_s(const struct tocsin_posix_zone *zone, int64_t utc_s)
{
	const int64_t day_s = 86400;
	const int64_t local_s = utc_s + zone->standard_s;
	const int64_t year = year_of_days(local_s / day_s - (local_s % day_s < 0));

	if (!zone->has_daylight) {
		return zone->standard_s;
	}
	const int64_t start_s =
		day_of_change(&zone->start, year) * day_s + zone->start.time_of_day_s - zone->standard_s;
	const int64_t end_s =
		day_of_change(&zone->end, year) * day_s + zone->end.time_of_day_s - zone->daylight_s;
	/* In the south daylight time spans the new year. */
	const bool daylight =
		start_s < end_s ? utc_s >= start_s && utc_s < end_s : utc_s >= start_s || utc_s < end_s;
	return daylight ? zone->daylight_s : zone->standard_s;
}
