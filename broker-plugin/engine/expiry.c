/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/expiry.h"

#include <string.h>

#include "engine/limits.h"

static bool expiries_grow(struct tocsin_expiries *expiries, const struct tocsin_allocator *heap)
{
	const size_t room = expiries->room ? 2 * expiries->room : 64;
	struct tocsin_expiry *items =
		room <= TOCSIN_MAX_EXPIRIES * 2 ? heap->alloc(heap->ctx, room * sizeof(*items)) : NULL;

	if (!items) {
		return false;
	}
	if (expiries->count > 0) {
		memcpy(items, expiries->items, expiries->count * sizeof(*items));
	}
	heap->free(heap->ctx, expiries->items);
	expiries->items = items;
	expiries->room = room;
	return true;
}

/* Ties are broken, so that the order never depends on what came and went. */
static bool earlier(const struct tocsin_expiry *one, const struct tocsin_expiry *other)
{
	return one->at_ms != other->at_ms ? one->at_ms < other->at_ms
									  : memcmp(one->chain, other->chain, TOCSIN_UUID) < 0;
}

bool tocsin_expiries_add(struct tocsin_expiries *expiries, const struct tocsin_allocator *heap,
	int64_t at_ms, const uint8_t chain[TOCSIN_UUID])
{
	if (expiries->count >= TOCSIN_MAX_EXPIRIES ||
		(expiries->count == expiries->room && !expiries_grow(expiries, heap))) {
		return false;
	}
	struct tocsin_expiry added = {.at_ms = at_ms};
	memcpy(added.chain, chain, TOCSIN_UUID);
	size_t at = expiries->count++;
	while (at > 0 && earlier(&added, &expiries->items[(at - 1) / 2])) {
		expiries->items[at] = expiries->items[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	expiries->items[at] = added;
	return true;
}

bool tocsin_expiries_take(
	struct tocsin_expiries *expiries, int64_t now_ms, struct tocsin_expiry *expiry)
{
	if (expiries->count == 0 || expiries->items[0].at_ms > now_ms) {
		return false;
	}
	*expiry = expiries->items[0];
	const struct tocsin_expiry last = expiries->items[--expiries->count];
	size_t at = 0;
	for (size_t child = 1; child < expiries->count; child = 2 * at + 1) {
		if (child + 1 < expiries->count &&
			earlier(&expiries->items[child + 1], &expiries->items[child])) {
			++child;
		}
		if (!earlier(&expiries->items[child], &last)) {
			break;
		}
		expiries->items[at] = expiries->items[child];
		at = child;
	}
	if (expiries->count > 0) {
		expiries->items[at] = last;
	}
	return true;
}

void tocsin_expiries_finish(struct tocsin_expiries *expiries, const struct tocsin_allocator *heap)
{
	heap->free(heap->ctx, expiries->items);
	expiries->items = NULL;
	expiries->count = expiries->room = 0;
}
