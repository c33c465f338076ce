/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/line.h"

#include <string.h>

#include "proto/text.h"

/* The bytes need no clearing: what is not written is not read. */
void tocsin_line_start(struct tocsin_line *line)
{
	line->bytes[0] = '\0';
	line->length = 0;
	line->points = 0;
}

static size_t count_points(const char *text)
{
	size_t count = 0;
	for (; *text != '\0'; text++) {
		count += ((unsigned char)*text & 0xC0) != 0x80;
	}
	return count;
}

/* It stays one line, whatever a village is called. */
static void append(struct tocsin_line *line, const char *text, size_t length, size_t points)
{
	for (size_t i = 0; i < length; i++) {
		line->bytes[line->length++] = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i];
	}
	line->points += points;
	line->bytes[line->length] = '\0';
}

static size_t room(const struct tocsin_line *line)
{
	return TOCSIN_MAX_LINE - line->points;
}

static bool add(
	struct tocsin_line *line, const char *separator, const char *text, size_t length, size_t points)
{
	size_t before = line->length == 0 ? 0 : count_points(separator);
	if (before + points > room(line)) {
		return false;
	}
	if (before > 0) {
		append(line, separator, strlen(separator), before);
	}
	append(line, text, length, points);
	return true;
}

bool tocsin_line_add(struct tocsin_line *line, const char *separator, const char *text)
{
	return add(line, separator, text, strlen(text), count_points(text));
}

bool tocsin_line_add_part(
	struct tocsin_line *line, const char *separator, const struct tocsin_part *part)
{
	return add(line, separator, part->bytes, part->length, part->length);
}

void tocsin_line_cut(struct tocsin_line *line, const char *separator, const char *text)
{
	static const char ellipsis[] = "…";
	if (line->length == 0) {
		separator = "";
	}
	size_t before = count_points(separator);
	if (tocsin_line_add(line, separator, text) || before + 2 > room(line)) {
		return;
	}
	append(line, separator, strlen(separator), before);
	size_t points = room(line) - 1;
	append(line, text, tocsin_text_prefix(text, strlen(text), points), points);
	append(line, ellipsis, sizeof ellipsis - 1, 1);
}

void tocsin_part_word(struct tocsin_part *part, const char *text, size_t length)
{
	if (length > sizeof part->bytes - part->length) {
		length = sizeof part->bytes - part->length;
	}
	memcpy(part->bytes + part->length, text, length);
	part->length += length;
}

void tocsin_part_text(struct tocsin_part *part, const char *text)
{
	tocsin_part_word(part, text, strlen(text));
}

void tocsin_part_number(struct tocsin_part *part, uint32_t number)
{
	char digits[10];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	tocsin_part_word(part, digits + at, sizeof digits - at);
}
