/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The rule at the end of a TZif file, such as "CET-1CEST,M3.5.0,M10.5.0/3". Source:
 * POSIX.1-2017 8.3 (TZ), with the wider hours of RFC 8536 3.3.1. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tocsin_posix_day { TOCSIN_DAY_JULIAN, TOCSIN_DAY_ZERO_BASED, TOCSIN_DAY_OF_MONTH };

struct tocsin_posix_change {
	enum tocsin_posix_day kind;
	int day;               /* of the year; weekday 0 Sunday for OF_MONTH */
	int month, week;       /* OF_MONTH: 1 to 12, 1 to 5 (5: last) */
	int32_t time_of_day_s; /* on the wall before the change */
};

struct tocsin_posix_zone {
	int32_t standard_s, daylight_s; /* to add to UTC */
	bool has_daylight;
	struct tocsin_posix_change start, end; /* of daylight time */
};

/* False where the text is not such a rule. */
bool tocsin_posix_zone_read(const char *text, size_t length, struct tocsin_posix_zone *zone);

int32_t tocsin_posix_zone_offset_s(const struct tocsin_posix_zone *zone, int64_t utc_s);
