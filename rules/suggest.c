/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/suggest.h"

#include <string.h>

/* What still counts as a slip: the wrong case alone in two letters, one edit in a
 * short word, up to three in a long one. Anything farther would be a guess. */
static unsigned bound_of(size_t length)
{
	if (length < 3)
		return 0;
	if (length < 5)
		return 1;
	return length < 9 ? 2 : 3;
}

void tocsin_suggest_init(struct tocsin_suggest *suggest, const char *written, size_t length)
{
	*suggest = (struct tocsin_suggest){.written = written, .length = length};
	suggest->distance = length > TOCSIN_MAX_SUGGEST ? 0 : bound_of(length) + 1;
}

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment; gives up with limit as soon as it cannot be beaten. */
static unsigned distance(
	const char *a, size_t a_length, const char *b, size_t b_length, unsigned limit)
{
	unsigned rows[3][TOCSIN_MAX_SUGGEST + 1];
	unsigned *before = rows[0], *previous = rows[1], *current = rows[2];
	for (size_t j = 0; j <= b_length; j++)
		previous[j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned nearest = current[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			char left = lower(a[i - 1]), right = lower(b[j - 1]);
			unsigned cost = previous[j - 1] + (left != right);
			cost = least(cost, least(previous[j], current[j - 1]) + 1);
			if (i > 1 && j > 1 && left == lower(b[j - 2]) && lower(a[i - 2]) == right)
				cost = least(cost, before[j - 2] + 1);
			current[j] = cost;
			nearest = least(nearest, cost);
		}
		if (nearest >= limit)
			return limit;
		unsigned *spare = before;
		before = previous;
		previous = current;
		current = spare;
	}
	return previous[b_length];
}

void tocsin_suggest_offer(struct tocsin_suggest *suggest, const char *known)
{
	size_t length = strlen(known);
	if (suggest->distance == 0 || length > TOCSIN_MAX_SUGGEST)
		return;
	size_t gap = length > suggest->length ? length - suggest->length : suggest->length - length;
	if (gap >= suggest->distance)
		return;
	unsigned found = distance(suggest->written, suggest->length, known, length, suggest->distance);
	if (found < suggest->distance) {
		suggest->distance = found;
		suggest->best = known;
	}
}

bool tocsin_suggest_same(const char *left, const char *right)
{
	while (*left && lower(*left) == lower(*right)) {
		left++;
		right++;
	}
	return lower(*left) == lower(*right);
}
