/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* When the last ones passed, oldest first: exactly enough to say whether max have
 * passed within a span that slides. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/allocator.h"
#include "proto/status.h"

/* All rings of an engine share one ceiling. */
struct tocsin_rings {
	const struct tocsin_allocator *heap;
	size_t room; /* times that all of them have room for */
};

struct tocsin_ring {
	int64_t *times;
	uint32_t room, first, count;
};

/* What a push displaced, so that it can be taken back. */
struct tocsin_ring_push {
	bool displaced;
	int64_t time_ms;
};

/* Whether at least max passed in (now - span, now]. A clock that was set back has
 * nothing in that span yet. */
bool tocsin_ring_full(
	const struct tocsin_ring *ring, uint32_t max, int64_t span_ms, int64_t now_ms);

/* How many passed in (now - span, now]. */
uint32_t tocsin_ring_passed(const struct tocsin_ring *ring, int64_t span_ms, int64_t now_ms);

/* When the first of the newest max leaves the span; only of a full ring. */
int64_t tocsin_ring_free_ms(const struct tocsin_ring *ring, uint32_t max, int64_t span_ms);

/* Remembers one more. Displaces the oldest where max are remembered, where it no
 * longer counts, and at the ceiling of all rings: then more may pass, never fewer. */
TOCSIN_MUST_USE enum tocsin_status tocsin_ring_add(struct tocsin_rings *rings,
	struct tocsin_ring *ring, uint32_t max, int64_t span_ms, int64_t now_ms,
	struct tocsin_ring_push *push);

/* Takes the newest back. */
void tocsin_ring_undo(struct tocsin_ring *ring, const struct tocsin_ring_push *push);

void tocsin_ring_finish(struct tocsin_rings *rings, struct tocsin_ring *ring);
