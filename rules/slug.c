/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/slug.h"

#include <string.h>

#include "proto/sha256.h"
#include "proto/text.h"

enum {
	MAX_FOLDED = 2048, /* bytes; a text of 200 code points, each at most 4 bytes */
	HASH_BYTES = 4,
	HASH_TEXT = 2 * HASH_BYTES,
	MAX_BEFORE_HASH = TOCSIN_MAX_LEVEL_NAME - HASH_TEXT - 1,
};

static bool is_kept(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Adds what a level can hold; true where nothing but spacing was lost. */
static bool squeeze(const char *folded, char slug[TOCSIN_SLUG], size_t *length)
{
	bool whole = true, gap = false;
	for (; *folded != '\0'; folded++) {
		if (!is_kept(*folded)) {
			whole = whole && strchr(" :;,./-()'", *folded) != NULL;
			gap = *length > 0;
			continue;
		}
		if (*length + gap >= TOCSIN_MAX_LEVEL_NAME) {
			return false;
		}
		if (gap) {
			slug[(*length)++] = '-';
			gap = false;
		}
		slug[(*length)++] = *folded;
	}
	return whole;
}

static bool append_hash(const char *text, char slug[TOCSIN_SLUG], size_t length)
{
	uint8_t hash[TOCSIN_SHA256];
	if (tocsin_sha256(text, strlen(text), hash) != TOCSIN_OK) {
		return false;
	}
	if (length > MAX_BEFORE_HASH) {
		length = MAX_BEFORE_HASH;
	}
	if (length > 0 && slug[length - 1] != '-') {
		slug[length++] = '-';
	}
	tocsin_hex(hash, HASH_BYTES, slug + length);
	return true;
}

bool tocsin_slug_write(const char *text, char slug[TOCSIN_SLUG])
{
	char folded[MAX_FOLDED];
	size_t length = 0;
	bool whole = tocsin_text_fold(text, strlen(text), folded, sizeof folded) &&
		squeeze(folded, slug, &length);
	if (text[0] == '\0') {
		slug[length++] = '-';
	} else if (!whole || length == 0) {
		return append_hash(text, slug, length);
	}
	slug[length] = '\0';
	return true;
}
