/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/growing.h"

#include <string.h>

enum { FIRST_ROOM = 4 };

void *tocsin_growing_slot(struct tocsin_growing *list, struct tocsin_arena *arena, size_t size)
{
	if (list->count == list->room) {
		const size_t room = list->room ? 2 * list->room : FIRST_ROOM;
		void *grown = tocsin_arena_zero(arena, room, size);

		if (!grown) {
			return NULL;
		}
		if (list->count > 0) {
			memcpy(grown, list->items, list->count * size);
		}
		list->items = grown;
		list->room = room;
	}
	return (char *)list->items + size * list->count++;
}
