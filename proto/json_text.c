/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json_text.h"

#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/text.h"

enum {
	FIRST_SIZE = 2048, /* holds most alerts */
	NUMBER_SIZE = 32,
};

void tocsin_json_text_init(struct tocsin_json_text *text, struct tocsin_arena *arena)
{
	*text = (struct tocsin_json_text){.arena = arena, .status = TOCSIN_OK};
}

/* An arena cannot grow a block, so the text moves; doubling bounds what is left
 * behind by the length of the text. */
static bool reserve(struct tocsin_json_text *text, size_t more)
{
	if (text->status != TOCSIN_OK) {
		return false;
	}
	if (more <= text->size - text->length) {
		return true;
	}
	size_t size = text->size == 0 ? FIRST_SIZE : text->size * 2;
	while (size - text->length < more) {
		size *= 2;
	}
	char *bytes = tocsin_arena_alloc(text->arena, size);
	if (bytes == NULL) {
		text->status = TOCSIN_NO_MEMORY;
		return false;
	}
	if (text->length > 0) {
		memcpy(bytes, text->bytes, text->length);
	}
	text->bytes = bytes;
	text->size = size;
	return true;
}

void tocsin_json_text_raw(struct tocsin_json_text *text, const char *bytes, size_t length)
{
	if (reserve(text, length)) {
		memcpy(text->bytes + text->length, bytes, length);
		text->length += length;
	}
}

static void add_escape(struct tocsin_json_text *text, unsigned char byte)
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char escape[8];
	for (size_t i = 0; i + 1 < sizeof short_forms; i += 2) {
		if ((unsigned char)short_forms[i] == byte) {
			escape[0] = '\\';
			escape[1] = short_forms[i + 1];
			tocsin_json_text_raw(text, escape, 2);
			return;
		}
	}
	(void)snprintf(escape, sizeof escape, "\\u%04x", byte);
	tocsin_json_text_raw(text, escape, 6);
}

/* How many of the bytes come before the first that JSON escapes. Eight at a time: in a
 * word minus ones all but the lowest 0 may be a borrow's, and only the lowest counts. */
static size_t unescaped(const char *at, size_t left)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t tops = 0x8080808080808080u;
	size_t count = 0;

	for (; left - count >= sizeof(uint64_t); count += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, at + count, sizeof(word));
		word = le64toh(word);
		const uint64_t quotes = word ^ ('"' * ones), slashes = word ^ ('\\' * ones);
		const uint64_t found = (((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes) |
								   ((word - 0x20 * ones) & ~word)) &
			tops;
		if (found != 0) {
			return count + (size_t)__builtin_ctzll(found) / 8;
		}
	}
	while (
		count < left && (unsigned char)at[count] >= 0x20 && at[count] != '"' && at[count] != '\\') {
		count++;
	}
	return count;
}

void tocsin_json_text_string(struct tocsin_json_text *text, const char *string)
{
	size_t length = strlen(string);
	size_t code_points;
	if (tocsin_text_check(string, length, &code_points) == TOCSIN_TEXT_BAD_UTF8) {
		text->status = text->status == TOCSIN_OK ? TOCSIN_INVALID : text->status;
		return;
	}
	tocsin_json_text_raw(text, "\"", 1);
	for (size_t at = 0; at < length;) {
		size_t plain = unescaped(string + at, length - at);
		tocsin_json_text_raw(text, string + at, plain);
		at += plain;
		if (at < length) {
			add_escape(text, (unsigned char)string[at++]);
		}
	}
	tocsin_json_text_raw(text, "\"", 1);
}

void tocsin_json_text_name(struct tocsin_json_text *text, bool first, const char *name)
{
	const size_t length = strlen(name);
	if (!reserve(text, length + sizeof ",\"\":" - 1)) {
		return;
	}
	char *at = text->bytes + text->length;
	if (!first) {
		*at++ = ',';
	}
	*at++ = '"';
	memcpy(at, name, length);
	at += length;
	*at++ = '"';
	*at++ = ':';
	text->length = (size_t)(at - text->bytes);
}

void tocsin_json_text_unsigned(struct tocsin_json_text *text, uint64_t number)
{
	char digits[NUMBER_SIZE];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
	tocsin_json_text_raw(text, digits, (size_t)length);
}

void tocsin_json_text_signed(struct tocsin_json_text *text, int64_t number)
{
	char digits[NUMBER_SIZE];
	int length = snprintf(digits, sizeof digits, "%" PRId64, number);
	tocsin_json_text_raw(text, digits, (size_t)length);
}

/* snprintf and strtod agree on the locale's decimal mark; JSON wants a point. */
static size_t point_mark(char *digits, size_t length)
{
	size_t out = 0;
	for (size_t i = 0; i < length; i++) {
		bool plain = strchr("0123456789+-e", digits[i]) != NULL;
		if (plain) {
			digits[out++] = digits[i];
		} else if (out == 0 || digits[out - 1] != '.') {
			digits[out++] = '.';
		}
	}
	return out;
}

void tocsin_json_text_double(struct tocsin_json_text *text, double number)
{
	if (!isfinite(number)) {
		text->status = text->status == TOCSIN_OK ? TOCSIN_INVALID : text->status;
		return;
	}
	if (number == 0 && signbit(number)) {
		tocsin_json_text_raw(text, "-0.0", 4); /* "-0" would come back as an integer */
		return;
	}
	char digits[NUMBER_SIZE];
	int length = 0;
	for (int precision = 15; precision <= 17; precision++) {
		length = snprintf(digits, sizeof digits, "%.*g", precision, number);
		if (strtod(digits, NULL) == number) {
			break;
		}
	}
	tocsin_json_text_raw(text, digits, point_mark(digits, (size_t)length));
}

enum tocsin_status tocsin_json_text_finish(struct tocsin_json_text *text)
{
	tocsin_json_text_raw(text, "", 1);
	if (text->status == TOCSIN_OK) {
		text->length--;
	}
	return text->status;
}
