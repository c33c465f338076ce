/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Numbers and times as people type them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A whole number with an optional sign and nothing else. */
bool tocsin_number_read(const char *text, int64_t *number);

/* A decimal number with '.', whatever the locale; not NaN, not infinite. */
bool tocsin_decimal_read(const char *text, double *number);

/* "90", "90s", "15m", "24h", "14d": milliseconds, at most 400 days. */
bool tocsin_duration_read(const char *text, int64_t *span_ms);

enum tocsin_time_form {
	TOCSIN_TIME_WRONG,
	TOCSIN_TIME_NO_ZONE, /* a clock time that does not say its zone */
	TOCSIN_TIME_MOMENT,
	TOCSIN_TIME_DAY, /* a date alone: its start in UTC */
};

/* "now", "-2h" or "+24h" from now_ms, RFC 3339 with or without seconds (a space
 * may stand for T), or a date. Milliseconds since 1970. */
enum tocsin_time_form tocsin_time_read(const char *text, int64_t now_ms, int64_t *time_ms);

enum { TOCSIN_TIME_TEXT = 96 };

/* "2024-08-07 18:30 UTC", and where local time differs "(20:30 CEST)" after it.
 * A day is the date alone. */
void tocsin_time_write(int64_t time_ms, enum tocsin_time_form form, char text[TOCSIN_TIME_TEXT]);

/* The same, the hour alone where it is of today. */
void tocsin_time_write_short(int64_t time_ms, int64_t now_ms, char text[TOCSIN_TIME_TEXT]);

/* The system's clock, milliseconds since 1970. */
int64_t tocsin_now_ms(void);

/* A clock that never jumps, milliseconds. */
int64_t tocsin_ticks_ms(void);

enum { TOCSIN_COUNT_TEXT = 48 };

/* 129825 as "129,825". */
void tocsin_count_write(uint64_t count, char text[TOCSIN_COUNT_TEXT]);

/* The same as the reader's language groups: in French with narrow spaces. */
void tocsin_count_say(uint64_t count, char text[TOCSIN_COUNT_TEXT]);
