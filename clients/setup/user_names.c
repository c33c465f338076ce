/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/setup/user_names.h"

#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "proto/text.h"

enum { FIRST_ROOM = 16 };

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add(struct tocsin_user_names *names, const char *name, size_t length)
{
	/* Room for a power of two, which is full where the count is one. */
	if (names->count == 0 ||
		(names->count >= FIRST_ROOM && (names->count & (names->count - 1)) == 0)) {
		size_t room = names->count ? names->count * 2 : FIRST_ROOM;
		char **more = reallocarray(names->items, room, sizeof(*more));
		if (!more)
			return false;
		names->items = more;
	}
	char *copy = strndup(name, length);
	if (!copy)
		return false;
	names->items[names->count++] = copy;
	return true;
}

bool tocsin_user_names_add(struct tocsin_user_names *names, const char *name)
{
	return add(names, name, strlen(name));
}

void tocsin_user_names_sort(struct tocsin_user_names *names)
{
	size_t kept = 0;
	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items), compare);
	for (size_t i = 0; i < names->count; i++) {
		if (kept > 0 && strcmp(names->items[kept - 1], names->items[i]) == 0)
			free(names->items[i]);
		else
			names->items[kept++] = names->items[i];
	}
	names->count = kept;
}

const char *tocsin_user_names_read(struct tocsin_user_names *names, const char *text)
{
	static const char between[] = ", \t";
	if (strcmp(text, "-") == 0)
		return NULL;
	for (text += strspn(text, between); *text; text += strspn(text, between)) {
		size_t length = strcspn(text, between);
		if (!tocsin_text_is_level(text, length))
			return N_("wants user names of A-Z, a-z, 0-9, '_' and '-', 64 at most, with commas "
					  "between them");
		if (names->count == TOCSIN_MAX_USER_NAMES)
			return N_("too many names");
		if (!add(names, text, length))
			return N_("out of memory");
		text += length;
	}
	tocsin_user_names_sort(names);
	return NULL;
}

bool tocsin_user_names_have(const struct tocsin_user_names *names, const char *name)
{
	return names->count > 0 &&
		bsearch(&name, names->items, names->count, sizeof(*names->items), compare) != NULL;
}

void tocsin_user_names_finish(struct tocsin_user_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct tocsin_user_names){0};
}
