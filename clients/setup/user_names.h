/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* User names, as lists of them are typed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Sorted, each once; all NULL and 0 is an empty list. */
struct tocsin_user_names {
	char **items;
	size_t count;
};

enum { TOCSIN_MAX_USER_NAMES = 1000 };

/* Adds the names of a text with commas or blanks between them; "-" and "" are none.
 * Returns NULL, or what is wrong as a static text: a name is [A-Za-z0-9_-]{1,64}. */
const char *tocsin_user_names_read(struct tocsin_user_names *names, const char *text);

/* Adds one name, which is copied. False without memory. */
bool tocsin_user_names_add(struct tocsin_user_names *names, const char *name);

/* Puts names added in any order into theirs, and drops what is there twice. */
void tocsin_user_names_sort(struct tocsin_user_names *names);

/* In sorted names. */
bool tocsin_user_names_have(const struct tocsin_user_names *names, const char *name);

void tocsin_user_names_finish(struct tocsin_user_names *names);
