/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Lower case for comparing a text exactly but for case: rules and incidents are
 * folded by the same function, without a locale. */
#pragma once

#include <stddef.h>

/* Copies length bytes of valid UTF-8 to out in lower case and adds NUL; out takes
 * length + 1 bytes. ASCII, Latin with its African letters, Greek and Cyrillic are
 * folded where the lower-case letter takes as many bytes; accents stay. */
void tocsin_lower(const char *text, size_t length, char *out);
