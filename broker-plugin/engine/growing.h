/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A list that grows within an arena. Starts all zero. */
#pragma once

#include "proto/arena.h"

struct tocsin_growing {
	void *items;
	size_t count, room;
};

/* The next slot, of size bytes and zeroed; NULL without memory. Slots move when the
 * list grows. */
void *tocsin_growing_slot(struct tocsin_growing *list, struct tocsin_arena *arena, size_t size);
