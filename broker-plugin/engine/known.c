/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/known.h"

#include <string.h>

static bool known_equal(const struct tocsin_node *node, const void *key)
{
	return memcmp(((const struct tocsin_known *)node)->id, key, TOCSIN_UUID) == 0;
}

static bool known_same(const struct tocsin_node *node, const void *other)
{
	return known_equal(node, ((const struct tocsin_known *)other)->id);
}

static void known_free(void *ctx, struct tocsin_node *node)
{
	struct tocsin_table *tokens = ctx;
	struct tocsin_known *entry = (struct tocsin_known *)node;

	tocsin_token_drop(tokens, entry->sender);
	tocsin_token_drop(tokens, entry->answer);
	tokens->heap->free(tokens->heap->ctx, entry);
}

void tocsin_known_init(struct tocsin_table *known, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_table *tokens)
{
	tocsin_table_init(known, heap, key, ceiling, known_free, tokens);
	known->same = known_same;
}

struct tocsin_known *tocsin_known_find(
	const struct tocsin_table *known, const uint8_t id[TOCSIN_UUID], uint64_t hash)
{
	return (struct tocsin_known *)tocsin_table_find(known, hash, known_equal, id);
}

struct tocsin_known *tocsin_known_create(const struct tocsin_table *known)
{
	struct tocsin_known *entry = known->heap->alloc(known->heap->ctx, sizeof(*entry));

	return entry ? memset(entry, 0, sizeof(*entry)) : NULL;
}

void tocsin_known_destroy(struct tocsin_table *known, struct tocsin_known *entry)
{
	if (entry) {
		known->destroy(known->ctx, &entry->node);
	}
}
