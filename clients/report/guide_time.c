/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* When it happened, by the clock on the officer's wall. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/guide.h"
#include "proto/instant.h"

#define DAY_MS INT64_C(86400000)

/* So many digits, and then the mark; moves text behind it. */
static bool read_part(const char **text, size_t digits, char mark, int *value)
{
	int read = 0;
	if (strspn(*text, "0123456789") != digits || (*text)[digits] != mark)
		return false;
	for (size_t i = 0; i < digits; i++)
		read = read * 10 + ((*text)[i] - '0');
	*value = read;
	*text += digits + (mark != '\0');
	return true;
}

/* "18:30", or "8:30". */
static bool read_hours(const char *text, struct tm *time)
{
	return (read_part(&text, 2, ':', &time->tm_hour) || read_part(&text, 1, ':', &time->tm_hour)) &&
		read_part(&text, 2, '\0', &time->tm_min) && time->tm_hour < 24 && time->tm_min < 60;
}

/* A time of this clock that does not say its zone: it is that of this machine. */
static bool read_local(const char *text, int64_t *time_ms)
{
	struct tm local = {.tm_isdst = -1};
	int year, month, day;
	if (!read_part(&text, 4, '-', &year) || !read_part(&text, 2, '-', &month) ||
		!(read_part(&text, 2, ' ', &day) || read_part(&text, 2, 'T', &day)) ||
		!read_hours(text, &local) || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	local.tm_year = year - 1900;
	local.tm_mon = month - 1;
	local.tm_mday = day;
	time_t seconds = mktime(&local);
	/* There is no 31 February. */
	if (seconds == (time_t)-1 || local.tm_mday != day)
		return false;
	*time_ms = (int64_t)seconds * 1000;
	return true;
}

/* "18:30" is the last one: of today, or of yesterday while it has not come yet. */
static bool read_clock(const char *text, int64_t now_ms, int64_t *time_ms)
{
	struct tm local;
	time_t now = (time_t)(now_ms / 1000);
	if (!localtime_r(&now, &local) || !read_hours(text, &local))
		return false;
	local.tm_sec = 0;
	local.tm_isdst = -1;
	*time_ms = (int64_t)mktime(&local) * 1000;
	if (*time_ms > now_ms)
		*time_ms -= DAY_MS;
	return true;
}

static enum tocsin_time_form read_time(const char *text, int64_t now_ms, int64_t *time_ms)
{
	enum tocsin_time_form form = tocsin_time_read(text, now_ms, time_ms);
	if (form == TOCSIN_TIME_MOMENT || form == TOCSIN_TIME_DAY)
		return form;
	return read_local(text, time_ms) || read_clock(text, now_ms, time_ms) ? TOCSIN_TIME_MOMENT
																		  : TOCSIN_TIME_WRONG;
}

static enum tocsin_guide_step take(
	struct tocsin_guide *guide, enum tocsin_time_form form, int64_t time_ms)
{
	static const char *const members[] = {"occurred", NULL};
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct tocsin_incident_flags scratch;
	char text[TOCSIN_INSTANT_TEXT];
	tocsin_instant_set(&time, time_ms);
	tocsin_instant_write(&time, text);
	if (form == TOCSIN_TIME_DAY)
		text[10] = '\0';
	if (!tocsin_incident_flags_init(&scratch, guide->now_ms))
		return TOCSIN_GUIDE_STOP;
	bool fine = tocsin_guide_give(&scratch, "--occurred", text);
	return tocsin_guide_answer(guide, &scratch, members) && fine ? TOCSIN_GUIDE_NEXT
																 : TOCSIN_GUIDE_STOP;
}

enum tocsin_guide_step tocsin_guide_time(struct tocsin_guide *guide)
{
	char text[TOCSIN_MAX_LINE], shown[TOCSIN_TIME_TEXT], question[TOCSIN_TIME_TEXT + 16];
	puts(_("\nWhen? now, -2h, 18:30, 2024-08-07 18:30 (your clock), or a date alone."));
	for (;;) {
		int64_t time_ms;
		bool yes;
		enum tocsin_guide_step step = tocsin_guide_ask(guide, "> ", NULL, text);
		if (step != TOCSIN_GUIDE_NEXT)
			return step;
		enum tocsin_time_form form = read_time(text, guide->now_ms, &time_ms);
		if (form == TOCSIN_TIME_WRONG) {
			puts(_("That is no time. Such as 18:30, or 2024-08-07 18:30."));
			continue;
		}
		tocsin_time_write(time_ms, form, shown);
		snprintf(question, sizeof(question), _("%s. Right?"), shown);
		step = tocsin_guide_confirm(guide, question, &yes);
		if (step == TOCSIN_GUIDE_STOP)
			return step;
		if (step == TOCSIN_GUIDE_NEXT && yes)
			return take(guide, form, time_ms);
	}
}
