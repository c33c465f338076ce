/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* "Did you mean": the known word nearest to what was written, by edit distance
 * (insert, delete, replace, swap of neighbours), without regard to ASCII case. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { TOCSIN_MAX_SUGGEST = 64 }; /* bytes; longer words get no suggestion */

struct tocsin_suggest {
	const char *written; /* borrowed */
	size_t length;
	const char *best; /* the nearest word offered, NULL where none is near */
	unsigned distance;
};

void tocsin_suggest_init(struct tocsin_suggest *suggest, const char *written, size_t length);

/* Offers one known word, borrowed. Of equally near ones the first stays. */
void tocsin_suggest_offer(struct tocsin_suggest *suggest, const char *known);

/* Whether two words are the same but for ASCII case, whatever the locale. */
bool tocsin_suggest_same(const char *left, const char *right);
