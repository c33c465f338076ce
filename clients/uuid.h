/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include <stdbool.h>

enum { TOCSIN_UUID_TEXT = 37 };

/* A new UUID version 4 (RFC 9562, 5.4) in lower case, from the kernel's random
 * source. False where that gives nothing. */
bool tocsin_uuid_make(char text[TOCSIN_UUID_TEXT]);
