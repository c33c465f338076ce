/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* When something in open/ expires: a heap of times, earliest first. An entry only
 * says when to look; what it names may have changed since. */
#pragma once

#include <stdbool.h>

#include "engine/uuid.h"
#include "proto/allocator.h"

struct tocsin_expiry {
	int64_t at_ms;
	uint8_t chain[TOCSIN_UUID];
};

struct tocsin_expiries {
	struct tocsin_expiry *items;
	size_t count, room;
};

/* False at the ceiling or without memory: the broker's own message expiry then
 * ends it. */
bool tocsin_expiries_add(struct tocsin_expiries *expiries, const struct tocsin_allocator *heap,
	int64_t at_ms, const uint8_t chain[TOCSIN_UUID]);

/* Takes the earliest that is due. */
bool tocsin_expiries_take(
	struct tocsin_expiries *expiries, int64_t now_ms, struct tocsin_expiry *expiry);

void tocsin_expiries_finish(struct tocsin_expiries *expiries, const struct tocsin_allocator *heap);
