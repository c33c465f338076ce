/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/allocator.h"

#include <stdlib.h>

static void *heap_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void heap_free(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

const struct tocsin_allocator tocsin_heap = {.alloc = heap_alloc, .free = heap_free, .ctx = NULL};
