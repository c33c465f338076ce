/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/ruleset_pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 16 * 1024, ALIGNMENT = 8 };

/* Pieces for any type grow from the front, texts from the back. */
struct tocsin_pool_chunk {
	struct tocsin_pool_chunk *next;
	size_t front, back;
	_Alignas(ALIGNMENT) char bytes[];
};

static struct tocsin_pool_chunk *chunk_for(struct tocsin_pool *pool, size_t size)
{
	if (pool->chunks && pool->chunks->back - pool->chunks->front >= size)
		return pool->chunks;
	size_t room = size > CHUNK / 4 ? size : CHUNK - sizeof(struct tocsin_pool_chunk);
	struct tocsin_pool_chunk *chunk = malloc(sizeof(*chunk) + room);
	if (!chunk)
		return NULL;
	chunk->front = 0;
	chunk->back = room;
	/* One that a large piece fills stands behind the one in use. */
	if (room == size && pool->chunks) {
		chunk->next = pool->chunks->next;
		pool->chunks->next = chunk;
	} else {
		chunk->next = pool->chunks;
		pool->chunks = chunk;
	}
	return chunk;
}

void *tocsin_pool_alloc(struct tocsin_pool *pool, size_t size)
{
	if (size > SIZE_MAX / 2)
		return NULL;
	size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	struct tocsin_pool_chunk *chunk = chunk_for(pool, rounded);
	if (!chunk)
		return NULL;
	void *memory = chunk->bytes + chunk->front;
	chunk->front += rounded;
	return memory;
}

char *tocsin_pool_text(struct tocsin_pool *pool, const char *text, size_t length)
{
	struct tocsin_pool_chunk *chunk = chunk_for(pool, length + 1);
	if (!chunk)
		return NULL;
	chunk->back -= length + 1;
	char *copy = chunk->bytes + chunk->back;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

void tocsin_pool_finish(struct tocsin_pool *pool)
{
	while (pool->chunks) {
		struct tocsin_pool_chunk *chunk = pool->chunks;
		pool->chunks = chunk->next;
		free(chunk);
	}
}
