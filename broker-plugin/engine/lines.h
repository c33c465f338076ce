/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Memory that begins with a line of the processor's cache, so that what has the size of a
 * line is one. */
#pragma once

#include <stdbool.h>

#include "proto/allocator.h"

enum { TOCSIN_LINE = 64 };

struct tocsin_lines {
	void *at;     /* NULL: none */
	void *memory; /* as it came from the heap */
};

/* Zeroed. False without memory. */
bool tocsin_lines_init(
	struct tocsin_lines *lines, const struct tocsin_allocator *heap, size_t size);
/* One that is zeroed is allowed. */
void tocsin_lines_finish(struct tocsin_lines *lines, const struct tocsin_allocator *heap);
