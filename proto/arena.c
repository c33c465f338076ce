/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Under AddressSanitizer what is not handed out is poisoned and pieces stand
 * apart, so that an overrun inside a block is seen as one. */
#ifdef TOCSIN_HEAP_WATCHED
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
enum { GAP = 0 };
#endif

enum {
	FIRST_BLOCK = 4 * 1024,
	LARGEST_KEPT = 16 * 1024,
	LARGEST_STEP = 256 * 1024,
	SHORT_TEXT = 256,
};

struct block {
	struct block *older;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

struct tocsin_arena {
	const struct tocsin_allocator *heap;
	size_t ceiling;
	size_t used;
	struct block *newest;
	unsigned char *next;
	size_t left;
	bool full, at_ceiling;
	ProtobufCAllocator protobuf;
};

static void *protobuf_alloc(void *ctx, size_t size)
{
	return tocsin_arena_alloc(ctx, size);
}

static void protobuf_free(void *ctx, void *memory)
{
	(void)ctx;
	(void)memory;
}

static struct block *block_create(const struct tocsin_allocator *heap, size_t size)
{
	struct block *block = heap->alloc(heap->ctx, sizeof(*block) + size);

	if (!block) {
		return NULL;
	}
	block->older = NULL;
	block->size = size;
	return block;
}

static void block_destroy(const struct tocsin_allocator *heap, struct block *block)
{
	ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size);
	heap->free(heap->ctx, block);
}

/* With all that are older. */
static void blocks_destroy(const struct tocsin_allocator *heap, struct block *block)
{
	while (block) {
		struct block *older = block->older;

		block_destroy(heap, block);
		block = older;
	}
}

static void block_open(struct tocsin_arena *arena, struct block *block)
{
	ASAN_POISON_MEMORY_REGION(block->bytes, block->size);
	arena->newest = block;
	arena->next = block->bytes;
	arena->left = block->size;
}

struct tocsin_arena *tocsin_arena_create(size_t ceiling, const struct tocsin_allocator *heap)
{
	heap = heap ? heap : &tocsin_heap;
	struct tocsin_arena *arena = heap->alloc(heap->ctx, sizeof(*arena));
	struct block *block = arena ? block_create(heap, FIRST_BLOCK) : NULL;

	if (!block) {
		heap->free(heap->ctx, arena);
		return NULL;
	}
	*arena = (struct tocsin_arena){.heap = heap, .ceiling = ceiling};
	arena->protobuf = (ProtobufCAllocator){protobuf_alloc, protobuf_free, arena};
	block_open(arena, block);
	return arena;
}

void tocsin_arena_destroy(struct tocsin_arena *arena)
{
	if (!arena) {
		return;
	}
	blocks_destroy(arena->heap, arena->newest);
	arena->heap->free(arena->heap->ctx, arena);
}

void tocsin_arena_reset(struct tocsin_arena *arena)
{
	struct block *block = arena->newest;

	while (block->older && block->size > LARGEST_KEPT) {
		struct block *older = block->older;

		block_destroy(arena->heap, block);
		block = older;
	}
	blocks_destroy(arena->heap, block->older);
	block->older = NULL;
	block_open(arena, block);
	arena->used = 0;
	arena->full = arena->at_ceiling = false;
}

size_t tocsin_arena_used(const struct tocsin_arena *arena)
{
	return arena->used;
}

bool tocsin_arena_full(const struct tocsin_arena *arena)
{
	return arena->full;
}

bool tocsin_arena_at_ceiling(const struct tocsin_arena *arena)
{
	return arena->at_ceiling;
}

/* Opens a block with room for need bytes. What is left of the one before is
 * given up. */
static bool arena_grow(struct tocsin_arena *arena, size_t need)
{
	size_t step = 2 * arena->newest->size;

	step = step > LARGEST_STEP ? LARGEST_STEP : step;
	struct block *block = block_create(arena->heap, need > step ? need : step);
	if (!block) {
		return false;
	}
	block->older = arena->newest;
	block_open(arena, block);
	return true;
}

void *tocsin_arena_alloc(struct tocsin_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	const size_t taken = ((size ? size : 1) + align - 1) / align * align;

	if (size > arena->ceiling || taken > arena->ceiling - arena->used) {
		arena->full = arena->at_ceiling = true;
		return NULL;
	}
	if (taken + GAP > arena->left && !arena_grow(arena, taken + GAP)) {
		arena->full = true;
		return NULL;
	}
	void *memory = arena->next;
	arena->next += taken + GAP;
	arena->left -= taken + GAP;
	arena->used += taken;
	ASAN_UNPOISON_MEMORY_REGION(memory, size);
	return memory;
}

void *tocsin_arena_zero(struct tocsin_arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		arena->full = arena->at_ceiling = true;
		return NULL;
	}
	void *memory = tocsin_arena_alloc(arena, bytes);
	return memory ? memset(memory, 0, bytes) : NULL;
}

char *tocsin_arena_text(struct tocsin_arena *arena, const char *text, size_t length)
{
	char *copy = length < SIZE_MAX ? tocsin_arena_alloc(arena, length + 1) : NULL;

	if (!copy) {
		return NULL;
	}
	if (length > 0) {
		memcpy(copy, text, length);
	}
	copy[length] = '\0';
	return copy;
}

char *tocsin_arena_format(struct tocsin_arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = tocsin_arena_vformat(arena, format, args);
	va_end(args);
	return text;
}

/* Most texts are short: they are put together once, not measured first. */
char *tocsin_arena_vformat(struct tocsin_arena *arena, const char *format, va_list args)
{
	char small[SHORT_TEXT];
	va_list again;

	va_copy(again, args);
	const int length = vsnprintf(small, sizeof(small), format, args);
	char *text = length < 0 ? NULL : tocsin_arena_alloc(arena, (size_t)length + 1);
	if (text && (size_t)length < sizeof(small)) {
		memcpy(text, small, (size_t)length + 1);
	} else if (text) {
		(void)vsnprintf(text, (size_t)length + 1, format, again);
	}
	va_end(again);
	return text;
}

ProtobufCAllocator *tocsin_arena_protobuf(struct tocsin_arena *arena)
{
	return &arena->protobuf;
}
