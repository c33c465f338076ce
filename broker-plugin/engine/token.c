/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/token.h"

#include <string.h>

struct key {
	const void *bytes;
	size_t size;
};

static bool token_equal(const struct tocsin_node *node, const void *key)
{
	const struct tocsin_token *token = (const struct tocsin_token *)node;
	const struct key *wanted = key;

	return token->size == wanted->size && memcmp(token->bytes, wanted->bytes, wanted->size) == 0;
}

static void token_destroy(void *ctx, struct tocsin_node *node)
{
	const struct tocsin_allocator *heap = ctx;

	heap->free(heap->ctx, node);
}

void tocsin_tokens_init(
	struct tocsin_table *tokens, const struct tocsin_allocator *heap, const uint8_t key[16])
{
	tocsin_table_init(tokens, heap, key, SIZE_MAX, token_destroy, (void *)(uintptr_t)heap);
}

struct tocsin_token *tocsin_token_take(struct tocsin_table *tokens, const void *bytes, size_t size)
{
	const struct key key = {size > 0 ? bytes : "", size};
	const uint64_t hash = tocsin_table_hash(tokens, key.bytes, size);
	struct tocsin_token *token =
		(struct tocsin_token *)tocsin_table_find(tokens, hash, token_equal, &key);

	if (token) {
		return tocsin_token_share(token);
	}
	if (size >= UINT32_MAX) {
		return NULL;
	}
	token = tokens->heap->alloc(tokens->heap->ctx, sizeof(*token) + size + 1);
	if (!token) {
		return NULL;
	}
	memset(token, 0, sizeof(*token));
	token->refs = 1;
	token->size = (uint32_t)size;
	memcpy(token->bytes, key.bytes, size);
	token->bytes[size] = '\0';
	tocsin_table_add(tokens, &token->node, hash);
	return token;
}

struct tocsin_token *tocsin_token_share(struct tocsin_token *token)
{
	++token->refs;
	return token;
}

void tocsin_token_drop(struct tocsin_table *tokens, struct tocsin_token *token)
{
	if (token && --token->refs == 0) {
		tocsin_table_remove(tokens, &token->node);
		token_destroy(tokens->ctx, &token->node);
	}
}
