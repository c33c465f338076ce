/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hash table of nodes that lie inside their owners, in order of age, with a
 * ceiling. It grows by one bucket at a time (linear hashing: W. Litwin, 1980), so
 * that no insertion ever stalls the broker, and insertion cannot fail. Hashes are
 * keyed (SipHash-2-4), since senders choose what is hashed.
 *
 * Most tables are larger than the processor's caches, and what costs then is the
 * lines of memory that are touched. So a bucket is one line, with a hash beside each
 * node: to look for what is not there, or to spread a bucket, no node is read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/lines.h"

struct tocsin_node {
	struct tocsin_node *next; /* of those that its bucket has no room for */
	struct tocsin_node *older, *newer;
	uint32_t hash; /* the lower half */
	uint32_t pins; /* while above 0 it must not be evicted */
};

enum {
	TOCSIN_TABLE_ROOM = 5,
	TOCSIN_TABLE_SEGMENT = 512,
	TOCSIN_TABLE_SEGMENTS = 1024,
};

/* Nodes in the order in which they were added. Those that it has no room for follow
 * its last one. */
struct tocsin_bucket {
	uint32_t count; /* those that follow, too */
	uint32_t hashes[TOCSIN_TABLE_ROOM];
	struct tocsin_node *nodes[TOCSIN_TABLE_ROOM];
};

struct tocsin_table {
	const struct tocsin_allocator *heap;
	uint8_t key[16];
	size_t ceiling;
	size_t count;
	size_t buckets; /* 0 until the first insertion finds memory */
	size_t level;   /* power of two, at most buckets */
	struct tocsin_lines segments[TOCSIN_TABLE_SEGMENTS]; /* of buckets */
	struct tocsin_bucket first; /* the only one while there is no segment */
	struct tocsin_node *oldest, *newest;
	/* Frees a node that nothing needs any more. */
	void (*destroy)(void *ctx, struct tocsin_node *node);
	void *ctx;
	/* Whether a node has the key of another; NULL where what was taken out never comes
	 * back but by _restore. */
	bool (*same)(const struct tocsin_node *node, const void *other);
};

void tocsin_table_init(struct tocsin_table *table, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, void (*destroy)(void *ctx, struct tocsin_node *node),
	void *ctx);
/* Destroys all nodes, oldest first. A table that was never initialised, but
 * zeroed, is allowed. */
void tocsin_table_finish(struct tocsin_table *table);

uint64_t tocsin_table_hash(const struct tocsin_table *table, const void *data, size_t size);

/* Fetches what a look at this hash will read, while something else is done. */
void tocsin_table_prefetch(const struct tocsin_table *table, uint64_t hash);

/* The node with this hash for which equal holds, or NULL; of several the newest. */
struct tocsin_node *tocsin_table_find(const struct tocsin_table *table, uint64_t hash,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key);
/* The next newest after node, for tables with several nodes to a key. */
struct tocsin_node *tocsin_table_find_next(const struct tocsin_table *table,
	const struct tocsin_node *node, bool (*equal)(const struct tocsin_node *node, const void *key),
	const void *key);

/* Adds as the newest. */
void tocsin_table_add(struct tocsin_table *table, struct tocsin_node *node, uint64_t hash);

/* Takes a node out. */
void tocsin_table_remove(struct tocsin_table *table, struct tocsin_node *node);

/* Puts back what _remove took, as the oldest: in the reverse order of removal the oldest
 * stand as they stood. What stood beside it may be gone since. Where one of its key came
 * in between, which others may hold, that one stays, and the node is destroyed. */
void tocsin_table_restore(struct tocsin_table *table, struct tocsin_node *node);

bool tocsin_table_full(const struct tocsin_table *table);
