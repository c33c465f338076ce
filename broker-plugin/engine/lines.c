/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/lines.h"

#include <stdint.h>
#include <string.h>

bool tocsin_lines_init(struct tocsin_lines *lines, const struct tocsin_allocator *heap, size_t size)
{
	unsigned char *memory = heap->alloc(heap->ctx, size + TOCSIN_LINE - 1);

	if (!memory) {
		return false;
	}
	const size_t over = (uintptr_t)memory % TOCSIN_LINE;
	lines->memory = memory;
	lines->at = memset(memory + (over > 0 ? TOCSIN_LINE - over : 0), 0, size);
	return true;
}

void tocsin_lines_finish(struct tocsin_lines *lines, const struct tocsin_allocator *heap)
{
	heap->free(heap->ctx, lines->memory);
	*lines = (struct tocsin_lines){0};
}
