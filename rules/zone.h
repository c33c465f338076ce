/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Time zones from the system's TZif files (RFC 8536), read once at load. TZ and
 * tzset are never touched: the broker has one process and its own idea of both.
 * Immutable after reading, then safe on any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/files.h"

struct tocsin_zone;

/* Where the machine keeps them. */
#define TOCSIN_ZONEINFO "/usr/share/zoneinfo"

/* True for a name that stays inside the folder, such as Africa/Bamako. */
bool tocsin_zone_name_valid(const char *name);

/* Reads a zone by name. TOCSIN_INVALID for a file that is not TZif. */
TOCSIN_MUST_USE enum tocsin_status tocsin_zone_read(
	const struct tocsin_files *files, const char *name, struct tocsin_zone **zone);
void tocsin_zone_destroy(struct tocsin_zone *zone);

/* Seconds to add to UTC at that instant. Beyond the last transition of the file
 * its POSIX rule is followed. */
int32_t tocsin_zone_offset_s(const struct tocsin_zone *zone, int64_t utc_s);

/* What a clock and a calendar on the wall show. */
struct tocsin_wall {
	unsigned weekday;           /* 0 Monday to 6 Sunday */
	unsigned minute_of_the_day; /* 0 to 1439 */
};

struct tocsin_wall tocsin_zone_wall(const struct tocsin_zone *zone, int64_t utc_ms);
