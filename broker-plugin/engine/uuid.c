/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/uuid.h"

#include <string.h>
#include <sys/random.h>

static bool dash_at(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	const char lower = (char)(digit | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void tocsin_uuid_write(const uint8_t id[TOCSIN_UUID], char text[TOCSIN_UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < TOCSIN_UUID; ++i) {
		if (dash_at(at)) {
			text[at++] = '-';
		}
		text[at++] = digits[id[i] >> 4];
		text[at++] = digits[id[i] & 15];
	}
	text[at] = '\0';
}

bool tocsin_uuid_read(const char *text, uint8_t id[TOCSIN_UUID])
{
	uint8_t read[TOCSIN_UUID];
	size_t at = 0;

	if (!text || strnlen(text, TOCSIN_UUID_TEXT) != TOCSIN_UUID_TEXT - 1) {
		return false;
	}
	for (size_t i = 0; i < TOCSIN_UUID; ++i) {
		if (dash_at(at) && text[at++] != '-') {
			return false;
		}
		const int high = digit_value(text[at]), low = digit_value(text[at + 1]);
		if (high < 0 || low < 0) {
			return false;
		}
		read[i] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	memcpy(id, read, sizeof(read));
	return true;
}

bool tocsin_uuid_make(char text[TOCSIN_UUID_TEXT])
{
	uint8_t id[TOCSIN_UUID];

	if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id)) {
		return false;
	}
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	tocsin_uuid_write(id, text);
	return true;
}
