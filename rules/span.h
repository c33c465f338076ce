/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A span as the rule file writes it. */
#pragma once

#include <stdint.h>

enum { TOCSIN_SPAN_TEXT = 32 };

/* "24h", "90m", "14d": the largest unit that gives a whole number, but days only from
 * two on; else "1500ms". */
void tocsin_span_write(int64_t ms, char text[TOCSIN_SPAN_TEXT]);
