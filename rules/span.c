/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/span.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

void tocsin_span_write(int64_t ms, char text[TOCSIN_SPAN_TEXT])
{
	static const struct {
		int64_t ms, least;
		const char *unit;
	} units[] = {{86400000, 2, "d"}, {3600000, 1, "h"}, {60000, 1, "m"}, {1000, 1, "s"}};
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (ms % units[i].ms == 0 && ms / units[i].ms >= units[i].least) {
			(void)snprintf(
				text, TOCSIN_SPAN_TEXT, "%" PRId64 "%s", ms / units[i].ms, units[i].unit);
			return;
		}
	}
	(void)snprintf(text, TOCSIN_SPAN_TEXT, "%" PRId64 "ms", ms);
}
