/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Which incidents may be about the same event: another sender, the same kind of
 * event and status, the same admin-2 (or the deepest known region above it), and a
 * start within one day. A bounded memory of the recent ones at each place. */
#pragma once

#include "engine/limits.h"
#include "engine/table.h"
#include "engine/uuid.h"
#include "tocsin/v1/enums.pb-c.h"

enum { TOCSIN_NEARBY_PLACE = 48 };

struct tocsin_nearby_key {
	Tocsin__V1__EventType event;
	Tocsin__V1__Status status;
	char place[TOCSIN_NEARBY_PLACE]; /* code and version, padded with NUL */
};

struct tocsin_nearby_incident {
	uint8_t chain[TOCSIN_UUID];
	uint64_t sender; /* hash of the name */
	int64_t start_ms;
	uint32_t revision; /* older revisions of a chain no longer count */
};

struct tocsin_nearby {
	struct tocsin_node node;
	struct tocsin_nearby_key key;
	uint32_t next; /* where the next one goes: the oldest is overwritten */
	struct tocsin_nearby_incident recent[TOCSIN_MAX_NEARBY_RECENT]; /* revision 0: unused */
};

void tocsin_nearby_init(struct tocsin_table *nearby, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling);
uint64_t tocsin_nearby_hash(const struct tocsin_table *nearby, const struct tocsin_nearby_key *key);
struct tocsin_nearby *tocsin_nearby_find(
	const struct tocsin_table *nearby, const struct tocsin_nearby_key *key, uint64_t hash);
/* A new one that is not in the table yet; NULL without memory. */
struct tocsin_nearby *tocsin_nearby_create(
	const struct tocsin_table *nearby, const struct tocsin_nearby_key *key);
