/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/seen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Two generations: when the younger is full it becomes the elder, and what was
 * the elder is forgotten. */
struct generation {
	char **slots;
	size_t count;
};

struct tocsin_seen {
	struct generation generations[2]; /* 0 is the younger */
	size_t remembered;
	size_t slots; /* power of two, at least twice as many */
};

static size_t place(const struct tocsin_seen *seen, const struct generation *in, const char *id)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (const char *at = id; *at; at++)
		hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
	size_t slot = (size_t)(hash ^ hash >> 32) & (seen->slots - 1);
	while (in->slots[slot] && strcmp(in->slots[slot], id) != 0)
		slot = (slot + 1) & (seen->slots - 1);
	return slot;
}

static void empty(const struct tocsin_seen *seen, struct generation *generation)
{
	for (size_t i = 0; generation->slots && i < seen->slots; i++) {
		free(generation->slots[i]);
		generation->slots[i] = NULL;
	}
	generation->count = 0;
}

struct tocsin_seen *tocsin_seen_create(size_t remembered)
{
	struct tocsin_seen *seen = calloc(1, sizeof(*seen));
	if (!seen)
		return NULL;
	seen->remembered = remembered;
	seen->slots = 16;
	while (seen->slots < 2 * remembered)
		seen->slots *= 2;
	for (int i = 0; i < 2; i++) {
		seen->generations[i].slots = calloc(seen->slots, sizeof(char *));
		if (!seen->generations[i].slots) {
			tocsin_seen_destroy(seen);
			return NULL;
		}
	}
	return seen;
}

void tocsin_seen_destroy(struct tocsin_seen *seen)
{
	if (!seen)
		return;
	for (int i = 0; i < 2; i++) {
		empty(seen, &seen->generations[i]);
		free(seen->generations[i].slots);
	}
	free(seen);
}

bool tocsin_seen_has(const struct tocsin_seen *seen, const char *id)
{
	for (int i = 0; i < 2; i++) {
		const struct generation *in = &seen->generations[i];
		if (in->slots[place(seen, in, id)])
			return true;
	}
	return false;
}

bool tocsin_seen_add(struct tocsin_seen *seen, const char *id)
{
	if (tocsin_seen_has(seen, id))
		return false;
	char *copy = strdup(id);
	if (!copy)
		return true;
	struct generation *young = &seen->generations[0];
	if (young->count >= seen->remembered) {
		struct generation elder = seen->generations[1];
		empty(seen, &elder);
		seen->generations[1] = *young;
		*young = elder;
	}
	young->slots[place(seen, young, id)] = copy;
	young->count++;
	return true;
}
