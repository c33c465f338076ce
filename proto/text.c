/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/text.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "proto/limits.h"

/* Decodes one code point. Returns its length in bytes, 0 where it is not UTF-8. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const size_t length = at[0] < 0x80 ? 1
		: at[0] < 0xc0                 ? 0
		: at[0] < 0xe0                 ? 2
		: at[0] < 0xf0                 ? 3
		: at[0] < 0xf8                 ? 4
									   : 0;

	if (length == 0 || length > left) {
		return 0;
	}
	uint32_t value = length == 1 ? at[0] : at[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80) {
			return 0;
		}
		value = value << 6 | (at[i] & 0x3f);
	}
	if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
		return 0;
	}
	*code = value;
	return length;
}

size_t tocsin_text_point(const char *text, size_t left, uint32_t *point)
{
	return decode((const unsigned char *)text, left, point);
}

/* How many of the eight bytes come before the first one that is a control character
 * or beyond ASCII. Borrows go upwards alone, so that the lowest bit is always right. */
static size_t plain_of_eight(const unsigned char *at)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t tops = 0x8080808080808080u;
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	word = le64toh(word);
	const uint64_t deletes = word ^ (0x7f * ones);
	const uint64_t below_space = (word - 0x20 * ones) & ~word;
	const uint64_t is_delete = (deletes - ones) & ~deletes;
	const uint64_t found = (word | below_space | is_delete) & tops;
	return found == 0 ? sizeof(word) : (size_t)__builtin_ctzll(found) / 8;
}

static bool is_control(uint32_t code)
{
	return (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code <= 0x9f);
}

enum tocsin_text_fault tocsin_text_check(const char *text, size_t length, size_t *code_points)
{
	const unsigned char *at = (const unsigned char *)text;
	enum tocsin_text_fault fault = TOCSIN_TEXT_FINE;
	size_t count = 0;

	while (length > 0) {
		const size_t plain = length >= 8 ? plain_of_eight(at) : at[0] >= 0x20 && at[0] < 0x7f;
		if (plain > 0) {
			at += plain;
			length -= plain;
			count += plain;
			continue;
		}
		uint32_t code;
		const size_t step = decode(at, length, &code);
		if (step == 0) {
			return TOCSIN_TEXT_BAD_UTF8;
		}
		if (is_control(code)) {
			fault = TOCSIN_TEXT_CONTROL;
		}
		at += step;
		length -= step;
		count++;
	}
	*code_points = count;
	return fault;
}

size_t tocsin_text_prefix(const char *text, size_t length, size_t max_code_points)
{
	size_t at = 0;

	for (; at < length; at++) {
		if (((unsigned char)text[at] & 0xc0) != 0x80 && max_code_points-- == 0) {
			break;
		}
	}
	return at;
}

/* Base letters of U+00C0-017F and U+1E00-1EFF; '.' is none, a digit stands for
 * one of the pairs below. Source: Unicode, compatibility decompositions. */
static const char latin[] = "aaaaaa1ceeeeiiiidnooooo.ouuuuy43aaaaaa1ceeeeiiiidnooooo.ouuuuy4y"
							"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii55jjkkqlllllll"
							"lllnnnnnnnnnoooooo22rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static const char latin_additional[] =
	"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
	"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
	"wwwwwwwwwwxxxxyyzzzzzzhtwyas..3.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
	"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
static const char pairs[][3] = {"", "ae", "oe", "ss", "th", "ij"};

_Static_assert(sizeof(latin) == 0x180 - 0xc0 + 1, "one letter a code point");
_Static_assert(sizeof(latin_additional) == 0x100 + 1, "one letter a code point");

/* Letters of Fulfulde, Hausa, Bambara and their neighbours, which have no
 * decomposition and are often typed without their hooks. */
static char hooked_letter(uint32_t code)
{
	static const struct {
		uint16_t code;
		char letter;
	} letters[] = {{0x181, 'b'}, {0x186, 'o'}, {0x18a, 'd'}, {0x190, 'e'}, {0x198, 'k'},
		{0x199, 'k'}, {0x19d, 'n'}, {0x1b3, 'y'}, {0x1b4, 'y'}, {0x253, 'b'}, {0x254, 'o'},
		{0x257, 'd'}, {0x25b, 'e'}, {0x272, 'n'}};

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].code == code) {
			return letters[i].letter;
		}
	}
	return '.';
}

static bool is_separator(uint32_t code)
{
	return code == ' ' || code == '\t' || code == '\n' || code == '-' || code == '\'' ||
		code == '`' || code == 0xa0 || code == 0xad || code == 0xb4 || code == 0x2bc ||
		(code >= 0x2000 && code <= 0x2015) || code == 0x2018 || code == 0x2019 || code == 0x202f ||
		code == 0x2212;
}

/* Writes what stands for a code point, at most 4 bytes; returns their number. */
static size_t fold_one(uint32_t code, const char *from, size_t length, char out[4])
{
	char letter = '.';

	if (code < 0x80) {
		out[0] = (char)(code >= 'A' && code <= 'Z' ? code + 32 : code);
		return 1;
	}
	if (code >= 0x300 && code <= 0x36f) {
		return 0;
	}
	if (code >= 0xc0 && code < 0x180) {
		letter = latin[code - 0xc0];
	} else if (code >= 0x1e00 && code < 0x1f00) {
		letter = latin_additional[code - 0x1e00];
	} else {
		letter = hooked_letter(code);
	}
	if (letter == '.') {
		memcpy(out, from, length);
		return length;
	}
	if (letter >= '1' && letter <= '5') {
		memcpy(out, pairs[letter - '0'], 2);
		return 2;
	}
	out[0] = letter;
	return 1;
}

static bool is_ascii_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool tocsin_text_fold(const char *text, size_t length, char *out, size_t size)
{
	bool separated = false;
	size_t used = 0;

	while (length > 0) {
		char folded[4];
		uint32_t code;

		/* The rest says the same of these, and takes ten times as long. */
		if (is_ascii_word(*text) && !separated && used + 1 < size) {
			out[used++] = (char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text);
			++text;
			--length;
			continue;
		}
		const size_t step = decode((const unsigned char *)text, length, &code);
		if (step == 0) {
			return false;
		}
		if (is_separator(code)) {
			separated = used > 0;
		} else {
			const size_t bytes = fold_one(code, text, step, folded);
			const size_t gap = separated && bytes > 0;

			if (used + gap + bytes >= size) {
				return false;
			}
			if (gap) {
				out[used++] = ' ';
			}
			memcpy(out + used, folded, bytes);
			used += bytes;
			separated = separated && bytes == 0;
		}
		text += step;
		length -= step;
	}
	if (size == 0) {
		return false;
	}
	out[used] = '\0';
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

bool tocsin_text_is_level(const char *text, size_t length)
{
	for (size_t i = 0; i < length && i < TOCSIN_MAX_LEVEL_NAME; i++) {
		const char c = text[i];

		if (!is_digit(c) && !is_upper(c) && !(c >= 'a' && c <= 'z') && c != '_' && c != '-') {
			return false;
		}
	}
	return length > 0 && length <= TOCSIN_MAX_LEVEL_NAME;
}

bool tocsin_text_is_pcode(const char *text, size_t length)
{
	for (size_t i = 0; i < length && i < TOCSIN_MAX_PCODE; i++) {
		if (!is_digit(text[i]) && !is_upper(text[i])) {
			return false;
		}
	}
	return length > 0 && length <= TOCSIN_MAX_PCODE;
}

bool tocsin_text_is_uuid4(const char *text, size_t length)
{
	static const char form[] = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";

	if (length != sizeof(form) - 1) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		const char c = text[i];
		const bool hex = is_digit(c) || (c >= 'a' && c <= 'f');

		if (form[i] == 'x'       ? !hex
				: form[i] == 'v' ? c != '8' && c != '9' && c != 'a' && c != 'b'
								 : c != form[i]) {
			return false;
		}
	}
	return true;
}
