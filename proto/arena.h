/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A bump allocator with a ceiling: whatever one message needs, freed at once.
 * Not thread-safe; one thread at a time may use an arena. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "proto/allocator.h"
#include "proto/status.h"

struct tocsin_arena;

/* Makes an arena that hands out at most ceiling bytes. heap is borrowed for
 * the arena's life; NULL is tocsin_heap. Returns NULL where memory is short. */
struct tocsin_arena *tocsin_arena_create(size_t ceiling, const struct tocsin_allocator *heap);

/* Frees the arena and all that came from it. NULL is allowed. */
void tocsin_arena_destroy(struct tocsin_arena *arena);

/* Takes back all that came from the arena, and keeps the largest block that a usual
 * message takes for the next one, so that a steady load allocates nothing. */
void tocsin_arena_reset(struct tocsin_arena *arena);

/* Bytes handed out since the last reset. */
size_t tocsin_arena_used(const struct tocsin_arena *arena);

/* Something could not be handed out since the last reset. */
bool tocsin_arena_full(const struct tocsin_arena *arena);

/* And it was for the ceiling, not because the heap had nothing left. */
bool tocsin_arena_at_ceiling(const struct tocsin_arena *arena);

/* The rest return memory that lives until reset or destroy, or NULL at the
 * ceiling. tocsin_arena_alloc leaves it uninitialised, _zero clears it. */
void *tocsin_arena_alloc(struct tocsin_arena *arena, size_t size);
void *tocsin_arena_zero(struct tocsin_arena *arena, size_t count, size_t size);
char *tocsin_arena_text(struct tocsin_arena *arena, const char *text, size_t length);
char *tocsin_arena_format(struct tocsin_arena *arena, const char *format, ...) TOCSIN_PRINTF(2, 3);
char *tocsin_arena_vformat(struct tocsin_arena *arena, const char *format, va_list args)
	TOCSIN_PRINTF(2, 0);

/* The arena as protobuf-c's allocator; valid as long as the arena. Its free
 * does nothing. */
ProtobufCAllocator *tocsin_arena_protobuf(struct tocsin_arena *arena);
