/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/options.h"

#include <string.h>

#include "rules/suggest.h"

enum { LEAST_PREFIX = 3 };

/* A word typed in part is meant, too, where only one begins so. */
static const char *only_beginning(const char *text, const char *const *words)
{
	size_t length = strlen(text);
	const char *found = NULL;
	for (; length >= LEAST_PREFIX && *words; words++) {
		if (strncmp(*words, text, length) != 0)
			continue;
		if (found)
			return NULL;
		found = *words;
	}
	return found;
}

const char *tocsin_nearest(const char *text, const char *const *words)
{
	const char *beginning = only_beginning(text, words);
	if (beginning)
		return beginning;
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, text, strlen(text));
	for (; *words; words++)
		tocsin_suggest_offer(&suggest, *words);
	return suggest.best;
}
