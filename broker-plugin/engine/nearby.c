/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/nearby.h"

#include <string.h>

static bool nearby_equal(const struct tocsin_node *node, const void *key)
{
	const struct tocsin_nearby_key *have = &((const struct tocsin_nearby *)node)->key;
	const struct tocsin_nearby_key *wanted = key;

	return have->event == wanted->event && have->status == wanted->status &&
		memcmp(have->place, wanted->place, sizeof(have->place)) == 0;
}

static void nearby_free(void *ctx, struct tocsin_node *node)
{
	const struct tocsin_allocator *heap = ctx;

	heap->free(heap->ctx, node);
}

uint64_t tocsin_nearby_hash(const struct tocsin_table *nearby, const struct tocsin_nearby_key *key)
{
	uint8_t bytes[2 + TOCSIN_NEARBY_PLACE];

	bytes[0] = (uint8_t)key->event;
	bytes[1] = (uint8_t)key->status;
	memcpy(bytes + 2, key->place, TOCSIN_NEARBY_PLACE);
	return tocsin_table_hash(nearby, bytes, sizeof(bytes));
}

void tocsin_nearby_init(struct tocsin_table *nearby, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling)
{
	tocsin_table_init(nearby, heap, key, ceiling, nearby_free, (void *)(uintptr_t)heap);
}

struct tocsin_nearby *tocsin_nearby_find(
	const struct tocsin_table *nearby, const struct tocsin_nearby_key *key, uint64_t hash)
{
	return (struct tocsin_nearby *)tocsin_table_find(nearby, hash, nearby_equal, key);
}

struct tocsin_nearby *tocsin_nearby_create(
	const struct tocsin_table *nearby, const struct tocsin_nearby_key *key)
{
	struct tocsin_nearby *entry = nearby->heap->alloc(nearby->heap->ctx, sizeof(*entry));

	if (entry) {
		memset(entry, 0, sizeof(*entry));
		entry->key = *key;
	}
	return entry;
}
