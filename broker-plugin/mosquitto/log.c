/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mosquitto/compat.h"
#include "proto/text.h"

enum { LIMIT_MS = 10 * 1000 };

static bool plain(unsigned char byte, bool utf8)
{
	if (byte == 0x7f || byte < 0x20)
		return false;
	return byte < 0x80 || utf8;
}

void tocsin_log_escape(const char *text, size_t length, char *line, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t code_points;
	/* A tab or line feed is fine for a text, and escaped below all the same. */
	bool utf8 = tocsin_text_check(text, length, &code_points) == TOCSIN_TEXT_FINE;
	size_t used = 0;

	for (size_t i = 0; i < length && used + 5 <= size; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (plain(byte, utf8)) {
			line[used++] = text[i];
			continue;
		}
		line[used++] = '\\';
		line[used++] = 'x';
		line[used++] = digits[byte >> 4];
		line[used++] = digits[byte & 15];
	}
	line[used] = '\0';
}

void tocsin_log(int level, const char *format, ...)
{
	char text[TOCSIN_LOG_LINE];
	char line[TOCSIN_LOG_LINE];
	va_list args;

	va_start(args, format);
	int length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0)
		return;
	tocsin_log_escape(text, strlen(text), line, sizeof(line));
	mosquitto_log_printf(level, "tocsin: %s", line);
}

bool tocsin_log_due(struct tocsin_log_limit *limit, int64_t now_ms, uint64_t *left_out)
{
	if (now_ms < limit->next_ms) {
		limit->left_out++;
		return false;
	}
	*left_out = limit->left_out;
	limit->left_out = 0;
	limit->next_ms = now_ms + LIMIT_MS;
	return true;
}
