/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A slab holds pieces of one size, and is found from any of them by its alignment. One
 * that is empty serves for any size. */
#include "engine/pool.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	STEP = 16, /* sizes are multiples of it */
	LARGEST = 2048,
	SIZES = LARGEST / STEP,
	SLAB = 32 * 1024,
	FIRST_CHUNK = 1024 * 1024,
	LARGEST_CHUNK = 16 * FIRST_CHUNK,
	LINE = 64,
};

_Static_assert(STEP % alignof(max_align_t) == 0, "aligned for any type");

struct piece {
	struct piece *next; /* free, too */
};

struct slab {
	struct slab *before, *after; /* in the list that it is in */
	struct piece *freed;
	unsigned char *fresh; /* from here to the end nothing was handed out yet */
	uint32_t size;        /* of a piece */
	uint32_t used;        /* pieces */
};

_Static_assert(sizeof(struct slab) <= LINE, "pieces begin at a line of their own");

struct chunk {
	unsigned char *slabs; /* at a multiple of SLAB */
	size_t size;          /* of all of them */
	void *memory;         /* as it came */
};

struct tocsin_pool {
	const struct tocsin_allocator *beneath;
	struct tocsin_allocator allocator;
	struct slab *with_room[SIZES]; /* by size; those in use that are full are in no list */
	struct slab *empty;
	unsigned char *fresh; /* slabs of the newest chunk that were not used yet */
	size_t fresh_size;
	struct chunk *chunks; /* by address */
	size_t chunk_count, chunk_room;
	size_t total; /* of all chunks */
};

static void list_add(struct slab **list, struct slab *slab)
{
	slab->before = NULL;
	slab->after = *list;
	if (slab->after) {
		slab->after->before = slab;
	}
	*list = slab;
}

static void list_remove(struct slab **list, struct slab *slab)
{
	*(slab->before ? &slab->before->after : list) = slab->after;
	if (slab->after) {
		slab->after->before = slab->before;
	}
}

static bool slab_has_room(const struct slab *slab)
{
	return slab->freed || slab->fresh + slab->size <= (const unsigned char *)slab + SLAB;
}

/* How many chunks begin at or below. */
static size_t chunks_below(const struct tocsin_pool *pool, const void *memory)
{
	size_t low = 0, high = pool->chunk_count;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if ((uintptr_t)pool->chunks[middle].slabs <= (uintptr_t)memory) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* The slab of a piece; NULL for what came from beneath. */
static struct slab *slab_of(const struct tocsin_pool *pool, void *memory)
{
	const size_t below = chunks_below(pool, memory);
	const struct chunk *chunk = below > 0 ? &pool->chunks[below - 1] : NULL;

	return chunk && (uintptr_t)memory - (uintptr_t)chunk->slabs < chunk->size
		? (struct slab *)((unsigned char *)memory - (uintptr_t)memory % SLAB)
		: NULL;
}

static bool chunks_reserve(struct tocsin_pool *pool)
{
	const struct tocsin_allocator *beneath = pool->beneath;
	const size_t room = pool->chunk_room ? 2 * pool->chunk_room : LINE;

	if (pool->chunk_count < pool->chunk_room) {
		return true;
	}
	struct chunk *chunks = beneath->alloc(beneath->ctx, room * sizeof(*chunks));
	if (!chunks) {
		return false;
	}
	if (pool->chunk_count > 0) {
		memcpy(chunks, pool->chunks, pool->chunk_count * sizeof(*chunks));
	}
	beneath->free(beneath->ctx, pool->chunks);
	pool->chunks = chunks;
	pool->chunk_room = room;
	return true;
}

/* As much as there is already, so that there are few. Memory that is not used yet is
 * only an address. */
static size_t chunk_size(const struct tocsin_pool *pool)
{
	if (pool->total < FIRST_CHUNK) {
		return FIRST_CHUNK;
	}
	return pool->total < LARGEST_CHUNK ? pool->total : LARGEST_CHUNK;
}

static bool chunk_add(struct tocsin_pool *pool)
{
	const size_t size = chunk_size(pool);
	unsigned char *memory =
		chunks_reserve(pool) ? pool->beneath->alloc(pool->beneath->ctx, size + SLAB) : NULL;

	if (!memory) {
		return false;
	}
	unsigned char *slabs = memory + SLAB - (uintptr_t)memory % SLAB;
	const size_t at = chunks_below(pool, slabs);
	memmove(
		pool->chunks + at + 1, pool->chunks + at, (pool->chunk_count - at) * sizeof(struct chunk));
	pool->chunks[at] = (struct chunk){.slabs = slabs, .size = size, .memory = memory};
	++pool->chunk_count;
	pool->total += size;
	pool->fresh = slabs;
	pool->fresh_size = size;
	return true;
}

/* A slab for pieces of this size, with room; NULL without memory. */
static struct slab *slab_begin(struct tocsin_pool *pool, size_t size)
{
	struct slab *slab = pool->empty;

	if (slab) {
		list_remove(&pool->empty, slab);
	} else if (pool->fresh_size > 0 || chunk_add(pool)) {
		slab = (struct slab *)pool->fresh;
		pool->fresh += SLAB;
		pool->fresh_size -= SLAB;
	} else {
		return NULL;
	}
	*slab = (struct slab){.fresh = (unsigned char *)slab + LINE, .size = (uint32_t)size};
	return slab;
}

static void *slab_take(struct slab *slab)
{
	struct piece *piece = slab->freed;

	++slab->used;
	if (piece) {
		slab->freed = piece->next;
		return piece;
	}
	unsigned char *fresh = slab->fresh;
	slab->fresh += slab->size;
	return fresh;
}

static void *pool_alloc(void *ctx, size_t size)
{
	struct tocsin_pool *pool = ctx;
	const struct tocsin_allocator *beneath = pool->beneath;

	if (size > LARGEST) {
		return beneath->alloc(beneath->ctx, size);
	}
	const size_t steps = size > 0 ? (size + STEP - 1) / STEP : 1;
	struct slab **list = &pool->with_room[steps - 1];
	if (!*list) {
		struct slab *slab = slab_begin(pool, steps * STEP);
		/* Where there is nothing large left there may be something small. */
		if (!slab) {
			return beneath->alloc(beneath->ctx, size);
		}
		list_add(list, slab);
	}
	struct slab *slab = *list;
	void *memory = slab_take(slab);
	if (!slab_has_room(slab)) {
		list_remove(list, slab);
	}
	return memory;
}

static void pool_free(void *ctx, void *memory)
{
	struct tocsin_pool *pool = ctx;
	struct slab *slab = memory ? slab_of(pool, memory) : NULL;

	if (!slab) {
		pool->beneath->free(pool->beneath->ctx, memory);
		return;
	}
	struct slab **list = &pool->with_room[slab->size / STEP - 1];
	const bool was_full = !slab_has_room(slab);
	struct piece *piece = memory;
	piece->next = slab->freed;
	slab->freed = piece;
	if (was_full) {
		list_add(list, slab);
	}
	if (--slab->used == 0) {
		list_remove(list, slab);
		list_add(&pool->empty, slab);
	}
}

struct tocsin_pool *tocsin_pool_create(const struct tocsin_allocator *beneath)
{
	struct tocsin_pool *pool = beneath->alloc(beneath->ctx, sizeof(*pool));

	if (pool) {
		*pool =
			(struct tocsin_pool){.beneath = beneath, .allocator = {pool_alloc, pool_free, pool}};
	}
	return pool;
}

void tocsin_pool_destroy(struct tocsin_pool *pool)
{
	if (!pool) {
		return;
	}
	const struct tocsin_allocator *beneath = pool->beneath;

	for (size_t i = 0; i < pool->chunk_count; ++i) {
		beneath->free(beneath->ctx, pool->chunks[i].memory);
	}
	beneath->free(beneath->ctx, pool->chunks);
	beneath->free(beneath->ctx, pool);
}

const struct tocsin_allocator *tocsin_pool_allocator(const struct tocsin_pool *pool)
{
	return &pool->allocator;
}
