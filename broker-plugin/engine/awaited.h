/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Ids that were referenced before they came: which chain they belong to, and
 * whether a Cancel waits for them. */
#pragma once

#include "engine/table.h"
#include "engine/uuid.h"

struct tocsin_awaited {
	struct tocsin_node node;
	uint8_t id[TOCSIN_UUID];
	uint8_t chain[TOCSIN_UUID];
	bool cancelled;
};

void tocsin_awaited_init(struct tocsin_table *awaited, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling);

/* The entry of an id; one that was cancelled before one that was not. */
struct tocsin_awaited *tocsin_awaited_find(
	const struct tocsin_table *awaited, const uint8_t id[TOCSIN_UUID], uint64_t hash);

/* A new one that is not in the table yet; NULL without memory. */
struct tocsin_awaited *tocsin_awaited_create(const struct tocsin_table *awaited,
	const uint8_t id[TOCSIN_UUID], const uint8_t chain[TOCSIN_UUID], bool cancelled);
