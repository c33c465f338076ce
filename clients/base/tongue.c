/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/tongue.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tongue_fr.h"

enum { MAX_NAME = 32, HEADER_BYTES = 20, ENTRY_BYTES = 8 };

/* The process's, as its locale is. */
static enum tocsin_language spoken = TOCSIN_ENGLISH;

/* First of those set and not empty; the locale "C" speaks English whatever LANGUAGE
 * says, while "C.UTF-8" is what machines without other locales have. */
enum tocsin_language tocsin_tongue_choose(const char *(*lookup)(const char *name))
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *locale = NULL, *list = lookup("LANGUAGE");
	char name[MAX_NAME];
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && (!locale || !*locale); i++)
		locale = lookup(names[i]);
	if (!locale || !*locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		return TOCSIN_ENGLISH;
	while (list && *list) {
		size_t length = strcspn(list, ":");
		if (length < sizeof(name)) {
			memcpy(name, list, length);
			name[length] = '\0';
			if (tocsin_language_of(name) == TOCSIN_FRENCH)
				return TOCSIN_FRENCH;
			if (strncasecmp(name, "en", 2) == 0)
				return TOCSIN_ENGLISH;
		}
		list += length + (list[length] == ':');
	}
	return tocsin_language_of(locale);
}

static const char *from_environment(const char *name)
{
	return getenv(name);
}

void tocsin_tongue_begin(void)
{
	/* Not LC_NUMERIC: JSON and coordinates have a point, whatever the locale's have. */
	setlocale(LC_MESSAGES, "");
	if (!setlocale(LC_CTYPE, ""))
		setlocale(LC_CTYPE, "C.UTF-8");
	spoken = tocsin_tongue_choose(from_environment);
}

enum tocsin_language tocsin_tongue_language(void)
{
	return spoken;
}

static uint32_t number_at(const unsigned char *bytes, size_t at)
{
	return (uint32_t)bytes[at] | (uint32_t)bytes[at + 1] << 8 | (uint32_t)bytes[at + 2] << 16 |
		(uint32_t)bytes[at + 3] << 24;
}

/* An entry of one of the two tables, which end with NUL each; NULL where it is broken. */
static const char *entry(
	const unsigned char *catalogue, size_t size, size_t table, size_t index, size_t *length)
{
	size_t at = table + index * ENTRY_BYTES;
	if (at > size || size - at < ENTRY_BYTES)
		return NULL;
	size_t bytes = number_at(catalogue, at), start = number_at(catalogue, at + 4);
	if (start >= size || bytes >= size - start || catalogue[start + bytes] != '\0')
		return NULL;
	*length = bytes;
	return (const char *)catalogue + start;
}

const char *tocsin_tongue_find(
	const unsigned char *catalogue, size_t size, const char *text, unsigned form)
{
	if (size < HEADER_BYTES || number_at(catalogue, 0) != 0x950412DE || !*text)
		return NULL;
	size_t low = 0, high = number_at(catalogue, 8), length;
	size_t originals = number_at(catalogue, 12), translations = number_at(catalogue, 16);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *original = entry(catalogue, size, originals, middle, &length);
		if (!original)
			return NULL;
		int order = strcmp(text, original);
		if (order < 0) {
			high = middle;
		} else if (order > 0) {
			low = middle + 1;
		} else {
			const char *found = entry(catalogue, size, translations, middle, &length);
			if (!found || (form && strlen(found) == length))
				return found;
			return form ? found + strlen(found) + 1 : found;
		}
	}
	return NULL;
}

const char *tocsin_tongue(const char *text)
{
	const char *found =
		spoken == TOCSIN_FRENCH ? tocsin_tongue_find(tongue_fr, sizeof(tongue_fr), text, 0) : NULL;
	return found ? found : text;
}

const char *tocsin_tongue_many(const char *one, const char *many, size_t count)
{
	/* French says "0 règle". */
	const char *found = spoken == TOCSIN_FRENCH
		? tocsin_tongue_find(tongue_fr, sizeof(tongue_fr), one, count > 1)
		: NULL;
	return found ? found : count == 1 ? one : many;
}
