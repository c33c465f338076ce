/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An allocator that fails from its nth call on, and counts what is still out. */
#pragma once

#include <stddef.h>
#include <stdlib.h>

#include "proto/allocator.h"

struct failing {
	size_t calls, after, live;
	struct tocsin_allocator allocator;
};

static inline void *failing_alloc(void *ctx, size_t size)
{
	struct failing *failing = ctx;

	if (failing->calls++ >= failing->after) {
		return NULL;
	}
	void *memory = malloc(size);
	failing->live += memory != NULL;
	return memory;
}

static inline void failing_free(void *ctx, void *memory)
{
	struct failing *failing = ctx;

	failing->live -= memory != NULL;
	free(memory);
}

/* after: calls that succeed. */
static inline void failing_init(struct failing *failing, size_t after)
{
	*failing = (struct failing){
		.after = after,
		.allocator = {failing_alloc, failing_free, failing},
	};
}
