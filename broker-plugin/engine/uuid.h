/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Incident and alert ids: UUIDs (RFC 9562) as 16 bytes in memory, as text outside. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOCSIN_UUID = 16, TOCSIN_UUID_TEXT = 37 };

/* Lower-case text with NUL. */
void tocsin_uuid_write(const uint8_t id[TOCSIN_UUID], char text[TOCSIN_UUID_TEXT]);

/* A new UUID version 4 (RFC 9562, 5.4), from the kernel's random source. False where that
 * gives nothing. */
bool tocsin_uuid_make(char text[TOCSIN_UUID_TEXT]);

/* Reads a UUID of any version and case; false where the text is none. */
bool tocsin_uuid_read(const char *text, uint8_t id[TOCSIN_UUID]);
