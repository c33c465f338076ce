/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* When something was, as people say it. */
#pragma once

#include <stdint.h>

/* "2h" and "7d" are so long ago; else as tocsin_time_read takes it. Milliseconds since
 * 1970. Returns NULL, or what is wrong as a static text; time_ms is then left alone. */
const char *tocsin_past_read(const char *text, int64_t *time_ms);
