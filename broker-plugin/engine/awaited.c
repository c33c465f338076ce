/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/awaited.h"

#include <string.h>

static bool awaited_equal(const struct tocsin_node *node, const void *key)
{
	return memcmp(((const struct tocsin_awaited *)node)->id, key, TOCSIN_UUID) == 0;
}

static bool awaited_cancelled(const struct tocsin_node *node, const void *key)
{
	return awaited_equal(node, key) && ((const struct tocsin_awaited *)node)->cancelled;
}

static void awaited_free(void *ctx, struct tocsin_node *node)
{
	const struct tocsin_allocator *heap = ctx;

	heap->free(heap->ctx, node);
}

void tocsin_awaited_init(struct tocsin_table *awaited, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling)
{
	tocsin_table_init(awaited, heap, key, ceiling, awaited_free, (void *)(uintptr_t)heap);
}

struct tocsin_awaited *tocsin_awaited_find(
	const struct tocsin_table *awaited, const uint8_t id[TOCSIN_UUID], uint64_t hash)
{
	struct tocsin_node *found = tocsin_table_find(awaited, hash, awaited_cancelled, id);

	found = found ? found : tocsin_table_find(awaited, hash, awaited_equal, id);
	return (struct tocsin_awaited *)found;
}

struct tocsin_awaited *tocsin_awaited_create(const struct tocsin_table *awaited,
	const uint8_t id[TOCSIN_UUID], const uint8_t chain[TOCSIN_UUID], bool cancelled)
{
	struct tocsin_awaited *entry = awaited->heap->alloc(awaited->heap->ctx, sizeof(*entry));

	if (entry) {
		memset(entry, 0, sizeof(*entry));
		memcpy(entry->id, id, TOCSIN_UUID);
		memcpy(entry->chain, chain, TOCSIN_UUID);
		entry->cancelled = cancelled;
	}
	return entry;
}
