/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/base/texts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

struct tocsin_texts {
	char **items;
	size_t count, room;
	uint32_t *slots;   /* number + 1, or 0 */
	size_t slot_count; /* power of two, at least twice as many as items */
};

struct tocsin_texts *tocsin_texts_create(void)
{
	struct tocsin_texts *texts = calloc(1, sizeof(*texts));
	if (!texts)
		return NULL;
	texts->slots = calloc(FIRST_SLOTS, sizeof(*texts->slots));
	texts->slot_count = FIRST_SLOTS;
	if (!texts->slots) {
		tocsin_texts_destroy(texts);
		return NULL;
	}
	return texts;
}

void tocsin_texts_destroy(struct tocsin_texts *texts)
{
	if (!texts)
		return;
	for (size_t i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
	free(texts->slots);
	free(texts);
}

static size_t slot_of(const struct tocsin_texts *texts, const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (const char *at = text; *at; at++)
		hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
	size_t slot = (size_t)(hash ^ hash >> 32) & (texts->slot_count - 1);
	while (texts->slots[slot] && strcmp(texts->items[texts->slots[slot] - 1], text) != 0)
		slot = (slot + 1) & (texts->slot_count - 1);
	return slot;
}

static bool grow_slots(struct tocsin_texts *texts)
{
	uint32_t *old = texts->slots;
	uint32_t *wider = calloc(texts->slot_count * 2, sizeof(*wider));
	if (!wider)
		return false;
	texts->slots = wider;
	texts->slot_count *= 2;
	for (size_t i = 0; i < texts->count; i++)
		wider[slot_of(texts, texts->items[i])] = (uint32_t)i + 1;
	free(old);
	return true;
}

static bool make_room(struct tocsin_texts *texts)
{
	if (texts->count >= TOCSIN_NO_TEXT - 1)
		return false;
	if (texts->count == texts->room) {
		size_t room = texts->room ? texts->room * 2 : FIRST_SLOTS / 2;
		char **wider = realloc(texts->items, room * sizeof(*wider));
		if (!wider)
			return false;
		texts->items = wider;
		texts->room = room;
	}
	return texts->slot_count >= 2 * (texts->count + 1) || grow_slots(texts);
}

uint32_t tocsin_texts_find(const struct tocsin_texts *texts, const char *text)
{
	uint32_t entry = texts->slots[slot_of(texts, text)];
	return entry ? entry - 1 : TOCSIN_NO_TEXT;
}

uint32_t tocsin_texts_add(struct tocsin_texts *texts, const char *text)
{
	uint32_t known = tocsin_texts_find(texts, text);
	if (known != TOCSIN_NO_TEXT)
		return known;
	char *copy = make_room(texts) ? strdup(text) : NULL;
	if (!copy)
		return TOCSIN_NO_TEXT;
	size_t slot = slot_of(texts, text);
	texts->items[texts->count++] = copy;
	texts->slots[slot] = (uint32_t)texts->count;
	return (uint32_t)texts->count - 1;
}

const char *tocsin_texts_at(const struct tocsin_texts *texts, uint32_t number)
{
	return texts->items[number];
}

size_t tocsin_texts_count(const struct tocsin_texts *texts)
{
	return texts->count;
}
