/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/number.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/base/tongue.h"
#include "proto/instant.h"

#define SECOND_MS INT64_C(1000)
#define DAY_MS (INT64_C(86400) * SECOND_MS)
#define MAX_SPAN_MS (400 * DAY_MS)

enum { MAX_TIME = 40 };

bool tocsin_number_read(const char *text, int64_t *number)
{
	const char *digits = text + (*text == '-' || *text == '+');
	if (!isdigit((unsigned char)*digits))
		return false;
	char *end;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (*end != '\0' || errno != 0)
		return false;
	*number = value;
	return true;
}

bool tocsin_decimal_read(const char *text, double *number)
{
	size_t length = strlen(text);
	if (length == 0 || length > MAX_TIME || strspn(text, "+-.0123456789") != length)
		return false;
	locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	if (plain == (locale_t)0)
		return false;
	char *end;
	double value = strtod_l(text, &end, plain);
	freelocale(plain);
	if (*end != '\0' || !isfinite(value))
		return false;
	*number = value;
	return true;
}

static int64_t unit_ms(char unit)
{
	switch (unit) {
	case '\0':
	case 's':
		return SECOND_MS;
	case 'm':
		return 60 * SECOND_MS;
	case 'h':
		return 3600 * SECOND_MS;
	case 'd':
		return DAY_MS;
	default:
		return 0;
	}
}

bool tocsin_duration_read(const char *text, int64_t *span_ms)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 9 || (text[digits] != '\0' && text[digits + 1] != '\0'))
		return false;
	int64_t unit = unit_ms(text[digits]);
	int64_t count = strtoll(text, NULL, 10);
	if (unit == 0 || count > MAX_SPAN_MS / unit)
		return false;
	*span_ms = count * unit;
	return true;
}

static bool read_instant(const char *text, int64_t *time_ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	if (!tocsin_instant_read(text, strlen(text), &time))
		return false;
	*time_ms = tocsin_instant_ms(&time);
	return true;
}

/* Puts back what RFC 3339 wants and people leave out: T, and the seconds. */
static void complete_instant(const char *text, char full[MAX_TIME + 8])
{
	bool has_seconds = text[16] == ':';
	snprintf(
		full, MAX_TIME + 8, "%.10sT%.5s%s%s", text, text + 11, has_seconds ? "" : ":00", text + 16);
}

enum tocsin_time_form tocsin_time_read(const char *text, int64_t now_ms, int64_t *time_ms)
{
	size_t length = strlen(text);
	int64_t span;
	if (strcmp(text, "now") == 0) {
		*time_ms = now_ms;
		return TOCSIN_TIME_MOMENT;
	}
	if ((*text == '+' || *text == '-') && tocsin_duration_read(text + 1, &span)) {
		*time_ms = *text == '+' ? now_ms + span : now_ms - span;
		return TOCSIN_TIME_MOMENT;
	}
	char full[MAX_TIME + 8];
	if (length == 10) {
		snprintf(full, sizeof(full), "%sT00:00:00Z", text);
		return read_instant(full, time_ms) ? TOCSIN_TIME_DAY : TOCSIN_TIME_WRONG;
	}
	if (length < 16 || length > MAX_TIME || !strchr("Tt ", text[10]))
		return TOCSIN_TIME_WRONG;
	complete_instant(text, full);
	if (read_instant(full, time_ms))
		return TOCSIN_TIME_MOMENT;
	char zoned[MAX_TIME + 9];
	snprintf(zoned, sizeof(zoned), "%sZ", full);
	int64_t ignored;
	return read_instant(zoned, &ignored) ? TOCSIN_TIME_NO_ZONE : TOCSIN_TIME_WRONG;
}

void tocsin_time_write(int64_t time_ms, enum tocsin_time_form form, char text[TOCSIN_TIME_TEXT])
{
	time_t seconds = (time_t)(tocsin_instant_floor(time_ms, SECOND_MS) / SECOND_MS);
	struct tm utc, local;
	char first[40], zone[16], clock[16], day[16];
	if (!gmtime_r(&seconds, &utc) || !localtime_r(&seconds, &local)) {
		snprintf(text, TOCSIN_TIME_TEXT, "?");
		return;
	}
	if (form == TOCSIN_TIME_DAY) {
		strftime(text, TOCSIN_TIME_TEXT, "%Y-%m-%d", &utc);
		return;
	}
	strftime(first, sizeof(first), "%Y-%m-%d %H:%M UTC", &utc);
	if (local.tm_gmtoff == 0) {
		snprintf(text, TOCSIN_TIME_TEXT, "%s", first);
		return;
	}
	strftime(clock, sizeof(clock), "%H:%M", &local);
	strftime(zone, sizeof(zone), "%Z", &local);
	strftime(day, sizeof(day), "%m-%d ", &local);
	bool same_day = utc.tm_yday == local.tm_yday;
	snprintf(
		text, TOCSIN_TIME_TEXT, _("%s (%s%s %s here)"), first, same_day ? "" : day, clock, zone);
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;
	if (clock_gettime(clock, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000;
}

void tocsin_time_write_short(int64_t time_ms, int64_t now_ms, char text[TOCSIN_TIME_TEXT])
{
	enum { DATE = 11 }; /* "2024-08-07 " */
	tocsin_time_write(time_ms, TOCSIN_TIME_MOMENT, text);
	size_t length = strlen(text);
	if (tocsin_instant_floor(time_ms, DAY_MS) == tocsin_instant_floor(now_ms, DAY_MS) &&
		length > DATE)
		memmove(text, text + DATE, length - DATE + 1);
}

int64_t tocsin_now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t tocsin_ticks_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

void tocsin_count_write(uint64_t count, char text[TOCSIN_COUNT_TEXT])
{
	char plain[24];
	int length = snprintf(plain, sizeof(plain), "%llu", (unsigned long long)count);
	size_t at = 0;
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = plain[i];
	}
	text[at] = '\0';
}

void tocsin_count_say(uint64_t count, char text[TOCSIN_COUNT_TEXT])
{
	static const char space[] = "\xE2\x80\xAF"; /* U+202F */
	char grouped[TOCSIN_COUNT_TEXT];
	bool french = tocsin_tongue_language() == TOCSIN_FRENCH;
	size_t used = 0;
	tocsin_count_write(count, grouped);
	for (const char *at = grouped; *at; at++) {
		bool gap = french && *at == ',';
		memcpy(text + used, gap ? space : at, gap ? sizeof(space) - 1 : 1);
		used += gap ? sizeof(space) - 1 : 1;
	}
	text[used] = '\0';
}
