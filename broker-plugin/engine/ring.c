/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/ring.h"

#include "engine/limits.h"

enum { FIRST_ROOM = 4 };

static int64_t *ring_at(const struct tocsin_ring *ring, uint32_t index)
{
	return &ring->times[(ring->first + index) % ring->room];
}

bool tocsin_ring_full(const struct tocsin_ring *ring, uint32_t max, int64_t span_ms, int64_t now_ms)
{
	uint32_t passed = 0;

	if (ring->count < max || *ring_at(ring, ring->count - max) <= now_ms - span_ms) {
		return false;
	}
	/* One by one: after a clock was set back some are still to come, and they would
	 * hold everything for as long as it was set back. */
	for (uint32_t i = 0; i < max; ++i) {
		const int64_t at_ms = *ring_at(ring, ring->count - 1 - i);

		passed += at_ms <= now_ms && at_ms > now_ms - span_ms;
	}
	return passed >= max;
}

uint32_t tocsin_ring_passed(const struct tocsin_ring *ring, int64_t span_ms, int64_t now_ms)
{
	uint32_t passed = 0;

	for (uint32_t i = 0; i < ring->count; ++i) {
		const int64_t at_ms = *ring_at(ring, i);

		passed += at_ms <= now_ms && at_ms > now_ms - span_ms;
	}
	return passed;
}

int64_t tocsin_ring_free_ms(const struct tocsin_ring *ring, uint32_t max, int64_t span_ms)
{
	return *ring_at(ring, ring->count - max) + span_ms;
}

/* False at the ceiling of all rings. */
static enum tocsin_status ring_grow(
	struct tocsin_rings *rings, struct tocsin_ring *ring, uint32_t max)
{
	const uint32_t wanted = ring->room ? 2 * ring->room : FIRST_ROOM;
	const uint32_t room = wanted < max ? wanted : max;
	int64_t *times;

	if (rings->room + (room - ring->room) > TOCSIN_MAX_PASSES) {
		return TOCSIN_LIMIT;
	}
	times = rings->heap->alloc(rings->heap->ctx, room * sizeof(*times));
	if (!times) {
		return TOCSIN_NO_MEMORY;
	}
	for (uint32_t i = 0; i < ring->count; ++i) {
		times[i] = *ring_at(ring, i);
	}
	rings->heap->free(rings->heap->ctx, ring->times);
	rings->room += room - ring->room;
	ring->times = times;
	ring->room = room;
	ring->first = 0;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_ring_add(struct tocsin_rings *rings, struct tocsin_ring *ring,
	uint32_t max, int64_t span_ms, int64_t now_ms, struct tocsin_ring_push *push)
{
	bool displace =
		ring->count > 0 && (ring->count >= max || *ring_at(ring, 0) <= now_ms - span_ms);

	if (!displace && ring->count == ring->room) {
		const enum tocsin_status status = ring_grow(rings, ring, max);

		if (status != TOCSIN_OK && (status != TOCSIN_LIMIT || ring->count == 0)) {
			return status;
		}
		displace = status != TOCSIN_OK;
	}
	*push = (struct tocsin_ring_push){.displaced = displace};
	if (displace) {
		push->time_ms = *ring_at(ring, 0);
		ring->first = (ring->first + 1) % ring->room;
		--ring->count;
	}
	*ring_at(ring, ring->count++) = now_ms;
	return TOCSIN_OK;
}

void tocsin_ring_undo(struct tocsin_ring *ring, const struct tocsin_ring_push *push)
{
	--ring->count;
	if (push->displaced) {
		ring->first = (ring->first + ring->room - 1) % ring->room;
		++ring->count;
		*ring_at(ring, 0) = push->time_ms;
	}
}

void tocsin_ring_finish(struct tocsin_rings *rings, struct tocsin_ring *ring)
{
	rings->heap->free(rings->heap->ctx, ring->times);
	rings->room -= ring->room;
	*ring = (struct tocsin_ring){0};
}
