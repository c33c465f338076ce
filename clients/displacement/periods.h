/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Days, weeks, months: the steps in which a series is looked at, so that a step
 * without a report can be told from one that reported 0. All in UTC. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tocsin_period {
	TOCSIN_PERIOD_DAY,
	TOCSIN_PERIOD_WEEK, /* ISO 8601: from Monday */
	TOCSIN_PERIOD_MONTH,
	TOCSIN_PERIOD_QUARTER,
	TOCSIN_PERIOD_YEAR,
};

/* "week"; false where it is none. */
bool tocsin_period_read(const char *text, enum tocsin_period *period);
const char *tocsin_period_name(enum tocsin_period period);

/* Its name for people, in the form for count: "weeks". */
const char *tocsin_period_say(enum tocsin_period period, size_t count);

/* Which one a time lies in, counted without a gap; ms since 1970. */
int64_t tocsin_period_of(enum tocsin_period period, int64_t time_ms);

/* When one begins, ms since 1970. */
int64_t tocsin_period_start_ms(enum tocsin_period period, int64_t index);

enum { TOCSIN_PERIOD_TEXT = 24 };

/* A short label: 2024-05-31, 2024-W22, 2024-05, 2024-Q2, 2024. */
void tocsin_period_write(enum tocsin_period period, int64_t index, char text[TOCSIN_PERIOD_TEXT]);
