/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/language.h"

#include <string.h>
#include <strings.h>

enum { LONGEST_SUBTAG = 8 };

/* What may still come, in the order of the syntax. */
enum stage { EXTLANG, SCRIPT, REGION, VARIANT, EXTENSION, PRIVATE };

struct subtag {
	const char *text;
	size_t length;
	bool letters; /* only letters */
	bool digits;  /* only digits */
};

/* The irregular tags of the grammar; the regular ones fit its rules. */
static bool is_irregular(const char *text, size_t length)
{
	static const char *const tags[] = {"en-GB-oed", "i-ami", "i-bnn", "i-default", "i-enochian",
		"i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu",
		"sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE"};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (strlen(tags[i]) == length && strncasecmp(tags[i], text, length) == 0) {
			return true;
		}
	}
	return false;
}

/* Reads the next subtag and the hyphen behind it. False where there is none of 1
 * to 8 letters and digits. */
static bool next(const char **at, const char *end, struct subtag *subtag)
{
	*subtag = (struct subtag){.text = *at, .letters = true, .digits = true};
	for (; *at < end && **at != '-'; *at += 1) {
		const bool digit = **at >= '0' && **at <= '9';
		const bool letter = (**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z');

		if (!digit && !letter) {
			return false;
		}
		subtag->letters = subtag->letters && letter;
		subtag->digits = subtag->digits && digit;
		subtag->length++;
	}
	if (*at < end) {
		*at += 1;
		if (*at == end) {
			return false;
		}
	}
	return subtag->length > 0 && subtag->length <= LONGEST_SUBTAG;
}

/* Where a subtag fits from this stage on; PRIVATE where it fits nowhere. */
static enum stage fit(const struct subtag *subtag, enum stage from)
{
	const size_t length = subtag->length;
	const bool starts_with_digit = subtag->text[0] >= '0' && subtag->text[0] <= '9';

	if (from <= EXTLANG && subtag->letters && length == 3) {
		return EXTLANG;
	}
	if (from <= SCRIPT && subtag->letters && length == 4) {
		return SCRIPT;
	}
	if (from <= REGION && ((subtag->letters && length == 2) || (subtag->digits && length == 3))) {
		return REGION;
	}
	if (from <= VARIANT && (length >= 5 || (length == 4 && starts_with_digit))) {
		return VARIANT;
	}
	return length == 1 ? EXTENSION : PRIVATE;
}

static bool read_private(const char **at, const char *end)
{
	struct subtag subtag;
	bool any = false;

	while (*at < end) {
		if (!next(at, end, &subtag)) {
			return false;
		}
		any = true;
	}
	return any;
}

/* An extension: its singleton was read; at least one subtag of two or more
 * follows, until the next singleton. */
static bool read_extension(const char **at, const char *end)
{
	bool any = false;

	while (*at < end) {
		const char *before = *at;
		struct subtag subtag;

		if (!next(at, end, &subtag)) {
			return false;
		}
		if (subtag.length == 1) {
			*at = before;
			return any;
		}
		any = true;
	}
	return any;
}

static bool is_private(const struct subtag *subtag)
{
	return subtag->length == 1 && (subtag->text[0] == 'x' || subtag->text[0] == 'X');
}

bool tocsin_language_is_tag(const char *text, size_t length)
{
	const char *at = text;
	const char *end = text + length;
	struct subtag subtag;
	unsigned extlangs = 0;

	if (is_irregular(text, length)) {
		return true;
	}
	if (!next(&at, end, &subtag)) {
		return false;
	}
	if (is_private(&subtag)) {
		return read_private(&at, end);
	}
	if (!subtag.letters || subtag.length < 2) {
		return false;
	}
	enum stage stage = subtag.length <= 3 ? EXTLANG : SCRIPT;
	while (at < end) {
		if (!next(&at, end, &subtag)) {
			return false;
		}
		if (is_private(&subtag)) {
			return read_private(&at, end);
		}
		const enum stage found = fit(&subtag, stage);
		if (found == PRIVATE || (found == EXTENSION && !read_extension(&at, end))) {
			return false;
		}
		extlangs += found == EXTLANG;
		stage = found == EXTLANG ? (extlangs < 3 ? EXTLANG : SCRIPT)
			: found == SCRIPT    ? REGION
			: found == REGION    ? VARIANT
								 : found;
	}
	return true;
}
