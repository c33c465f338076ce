/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The broker's log. Every line starts with "tocsin: ". For the broker's thread
 * only; never from an access check, where a line could lead to the next. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

enum { TOCSIN_LOG_LINE = 900 }; /* bytes; the broker cuts at 1000 with its time stamp */

/* level is one of MOSQ_LOG_*. Whatever the arguments hold, one line comes out:
 * control characters become \xNN, and so does everything beyond ASCII where the
 * text is not UTF-8. */
void tocsin_log(int level, const char *format, ...) TOCSIN_PRINTF(2, 3);

/* Lines about what clients do come at most once in a while. Starts all zero. */
struct tocsin_log_limit {
	int64_t next_ms;
	uint64_t left_out; /* since the last line */
};

/* True when a line is due; *left_out then says how many were not written. */
bool tocsin_log_due(struct tocsin_log_limit *limit, int64_t now_ms, uint64_t *left_out);

/* Writes text (length bytes) into line as tocsin_log would, NUL-terminated, cut where
 * size bytes do not hold it. */
void tocsin_log_escape(const char *text, size_t length, char *line, size_t size);
