/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/instant.h"

#define FIRST_SECOND (-62135596800LL) /* 0001-01-01T00:00:00Z */
#define LAST_SECOND 253402300799LL    /* 9999-12-31T23:59:59Z */
#define DAY_SECONDS 86400LL

bool tocsin_instant_valid(const Google__Protobuf__Timestamp *time)
{
	return time->seconds >= FIRST_SECOND && time->seconds <= LAST_SECOND && time->nanos >= 0 &&
		time->nanos < 1000000000;
}

int64_t tocsin_instant_ms(const Google__Protobuf__Timestamp *time)
{
	int64_t ms;

	if (!time) {
		return 0;
	}
	if (__builtin_mul_overflow(time->seconds, 1000, &ms)) {
		return time->seconds < 0 ? INT64_MIN : INT64_MAX;
	}
	const int64_t rest = tocsin_instant_floor(time->nanos, 1000000) / 1000000;
	if (__builtin_add_overflow(ms, rest, &ms)) {
		return time->seconds < 0 ? INT64_MIN : INT64_MAX;
	}
	return ms;
}

int tocsin_instant_compare(
	const Google__Protobuf__Timestamp *a, const Google__Protobuf__Timestamp *b)
{
	if (a->seconds != b->seconds) {
		return a->seconds < b->seconds ? -1 : 1;
	}
	return (a->nanos > b->nanos) - (a->nanos < b->nanos);
}

void tocsin_instant_set(Google__Protobuf__Timestamp *time, int64_t ms)
{
	const int64_t seconds = ms / 1000 - (ms % 1000 < 0);

	time->seconds = seconds;
	time->nanos = (int32_t)(ms - seconds * 1000) * 1000000;
}

int64_t tocsin_instant_floor(int64_t ms, int64_t unit_ms)
{
	const int64_t rest = ms % unit_ms;

	return ms - rest - (rest < 0 ? unit_ms : 0);
}

struct date {
	int64_t year;
	int month, day;
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar. The year is taken
 * to begin in March, so that the leap day is its last. */
static int64_t days_from_date(struct date date)
{
	const int64_t year = date.year - (date.month <= 2);
	const int64_t era = (year >= 0 ? year : year - 399) / 400;
	const int64_t year_of_era = year - era * 400;
	const int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
		719468;
}

static struct date date_from_days(int64_t days)
{
	days += 719468;
	const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	const int64_t day = days - era * 146097;
	const int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	const int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	const int64_t month = (5 * day_of_year + 2) / 153;
	struct date date = {.year = year + era * 400};

	date.day = (int)(day_of_year - (153 * month + 2) / 5) + 1;
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year += date.month <= 2;
	return date;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Writes the number with leading zeros, then a character. */
static char *put(char *at, int64_t number, unsigned digits, char after)
{
	for (unsigned i = digits; i-- > 0; number /= 10) {
		at[i] = (char)('0' + number % 10);
	}
	at[digits] = after;
	return at + digits + 1;
}

void tocsin_instant_write(const Google__Protobuf__Timestamp *time, char text[TOCSIN_INSTANT_TEXT])
{
	text[0] = '\0';
	if (!tocsin_instant_valid(time)) {
		return;
	}
	const int64_t midnight = tocsin_instant_floor(time->seconds, DAY_SECONDS);
	const struct date date = date_from_days(midnight / DAY_SECONDS);
	const int64_t second = time->seconds - midnight;
	char *at = text;

	at = put(at, date.year, 4, '-');
	at = put(at, date.month, 2, '-');
	at = put(at, date.day, 2, 'T');
	at = put(at, second / 3600, 2, ':');
	at = put(at, second / 60 % 60, 2, ':');
	at = put(at, second % 60, 2, time->nanos ? '.' : 'Z');
	if (time->nanos % 1000 != 0) {
		at = put(at, time->nanos, 9, 'Z');
	} else if (time->nanos % 1000000 != 0) {
		at = put(at, time->nanos / 1000, 6, 'Z');
	} else if (time->nanos != 0) {
		at = put(at, time->nanos / 1000000, 3, 'Z');
	}
	*at = '\0';
}

struct cursor {
	const char *at, *end;
};

/* Reads exactly that many digits. -1 where they are not there. */
static int read_digits(struct cursor *cursor, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++, cursor->at++) {
		if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9') {
			return -1;
		}
		value = value * 10 + (*cursor->at - '0');
	}
	return value;
}

static bool read_char(struct cursor *cursor, char upper)
{
	if (cursor->at == cursor->end) {
		return false;
	}
	const char c = *cursor->at;
	if (c != upper && !(upper == 'T' && c == 't') && !(upper == 'Z' && c == 'z')) {
		return false;
	}
	cursor->at++;
	return true;
}

/* Digits beyond the ninth say less than a nanosecond and are passed over. */
static bool read_fraction(struct cursor *cursor, int32_t *nanos)
{
	int32_t value = 0;
	int count = 0;

	for (; cursor->at != cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++) {
		value = count < 9 ? value * 10 + (*cursor->at - '0') : value;
		count++;
	}
	for (int i = count; i < 9; i++) {
		value *= 10;
	}
	*nanos = value;
	return count > 0;
}

static bool read_offset(struct cursor *cursor, int64_t *seconds)
{
	if (read_char(cursor, 'Z')) {
		*seconds = 0;
		return true;
	}
	const bool behind = read_char(cursor, '-');
	if (!behind && !read_char(cursor, '+')) {
		return false;
	}
	const int hour = read_digits(cursor, 2);
	const bool colon = read_char(cursor, ':');
	const int minute = read_digits(cursor, 2);
	if (hour < 0 || hour > 23 || !colon || minute < 0 || minute > 59) {
		return false;
	}
	*seconds = (hour * 3600LL + minute * 60LL) * (behind ? -1 : 1);
	return true;
}

static bool read_date(struct cursor *cursor, struct date *date)
{
	const int year = read_digits(cursor, 4);
	const bool first = read_char(cursor, '-');
	const int month = read_digits(cursor, 2);
	const bool second = read_char(cursor, '-');
	const int day = read_digits(cursor, 2);

	if (year < 0 || !first || month < 1 || month > 12 || !second || day < 1 ||
		day > days_in_month(year, month)) {
		return false;
	}
	*date = (struct date){.year = year, .month = month, .day = day};
	return true;
}

/* Seconds of the day; 86400 only for the leap second, which RFC 3339 writes as
 * :60 and Timestamp does not know: it becomes the second after. */
static bool read_clock(struct cursor *cursor, int *second_of_day, bool *leap)
{
	const int hour = read_digits(cursor, 2);
	const bool first = read_char(cursor, ':');
	const int minute = read_digits(cursor, 2);
	const bool second = read_char(cursor, ':');
	const int seconds = read_digits(cursor, 2);

	if (hour < 0 || hour > 23 || !first || minute < 0 || minute > 59 || !second || seconds < 0 ||
		seconds > 60) {
		return false;
	}
	*second_of_day = hour * 3600 + minute * 60 + seconds;
	*leap = seconds == 60;
	return true;
}

bool tocsin_instant_read(const char *text, size_t length, Google__Protobuf__Timestamp *time)
{
	struct cursor cursor = {text, text + length};
	Google__Protobuf__Timestamp read = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct date date;
	int second = 0;
	int64_t offset = 0;
	bool leap = false;

	if (!read_date(&cursor, &date) || !read_char(&cursor, 'T') ||
		!read_clock(&cursor, &second, &leap)) {
		return false;
	}
	if (read_char(&cursor, '.') && !read_fraction(&cursor, &read.nanos)) {
		return false;
	}
	if (!read_offset(&cursor, &offset) || cursor.at != cursor.end) {
		return false;
	}
	read.seconds = days_from_date(date) * DAY_SECONDS + second - offset;
	if (!tocsin_instant_valid(&read) || (leap && read.seconds % DAY_SECONDS != 0)) {
		return false;
	}
	time->seconds = read.seconds;
	time->nanos = read.nanos;
	return true;
}
