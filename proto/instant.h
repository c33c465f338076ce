/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Times: int64_t milliseconds since 1970-01-01T00:00Z, UTC, no leap seconds, as
 * google.protobuf.Timestamp. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "google/protobuf/timestamp.pb-c.h"

enum { TOCSIN_INSTANT_TEXT = 32 }; /* bytes of any RFC 3339 text written here, with NUL */

/* Within the years 1 to 9999 and 0 <= nanos < 10^9. */
bool tocsin_instant_valid(const Google__Protobuf__Timestamp *time);

/* Milliseconds, rounded down; NULL gives 0. A time out of range gives the end of
 * int64_t that is nearest. */
int64_t tocsin_instant_ms(const Google__Protobuf__Timestamp *time);

/* Below, at or above 0 as a is before, at or after b, to the nanosecond. */
int tocsin_instant_compare(
	const Google__Protobuf__Timestamp *a, const Google__Protobuf__Timestamp *b);

/* Fills an initialised message. */
void tocsin_instant_set(Google__Protobuf__Timestamp *time, int64_t ms);

/* Writes RFC 3339 with Z; fractions only where there are any (3, 6 or 9 digits). A
 * time that is not valid gives "". */
void tocsin_instant_write(const Google__Protobuf__Timestamp *time, char text[TOCSIN_INSTANT_TEXT]);

/* Reads RFC 3339 with any offset. False where the text is not one; time is then
 * left alone. A leap second is read as the second after it. */
bool tocsin_instant_read(const char *text, size_t length, Google__Protobuf__Timestamp *time);

/* Cuts to the start of a unit, such as the hour or the day (UTC); also below 1970. */
int64_t tocsin_instant_floor(int64_t ms, int64_t unit_ms);
