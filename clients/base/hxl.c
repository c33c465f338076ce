/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/hxl.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/options.h"

static const struct tocsin_hxl columns[] = {
#define HXL(tag, role, option) {tag, TOCSIN_HXL_##role, option},
#include "clients/base/hxl.inc"
#undef HXL
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns), MAX_TAG = 64, MAX_PARTS = 8 };

static int compare_parts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "#Affected +max+Killed" as "#affected+killed+max". False where it is too long. */
static bool normalise(const char *text, char plain[MAX_TAG])
{
	char copy[MAX_TAG], *parts[MAX_PARTS];
	size_t length = 0, count = 0;
	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (length == sizeof(copy) - 1)
			return false;
		bool upper = *text >= 'A' && *text <= 'Z';
		copy[length++] = upper ? (char)(*text - 'A' + 'a') : *text;
	}
	copy[length] = '\0';
	for (char *part = copy; part; count++) {
		char *next = strchr(part, '+');
		if (next)
			*next++ = '\0';
		if (count == MAX_PARTS)
			return false;
		parts[count] = part;
		part = next;
	}
	qsort(parts + 1, count - 1, sizeof(*parts), compare_parts);
	plain[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		strncat(plain, i ? "+" : "", MAX_TAG - strlen(plain) - 1);
		strncat(plain, parts[i], MAX_TAG - strlen(plain) - 1);
	}
	return true;
}

const struct tocsin_hxl *tocsin_hxl_find(const char *text, const char **near)
{
	char wanted[MAX_TAG], known[MAX_TAG];
	const char *tags[COLUMNS + 1];
	*near = NULL;
	if (!normalise(text, wanted))
		return NULL;
	for (size_t i = 0; i < COLUMNS; i++) {
		if (normalise(columns[i].tag, known) && strcmp(known, wanted) == 0)
			return &columns[i];
		tags[i] = columns[i].tag;
	}
	tags[COLUMNS] = NULL;
	*near = tocsin_nearest(text, tags);
	return NULL;
}

const struct tocsin_hxl *tocsin_hxl_all(size_t *count)
{
	*count = COLUMNS;
	return columns;
}

bool tocsin_hxl_is_tag(const char *text)
{
	text += strspn(text, " ");
	return *text == '#' &&
		((text[1] >= 'a' && text[1] <= 'z') || (text[1] >= 'A' && text[1] <= 'Z'));
}
