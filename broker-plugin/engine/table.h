/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hash table of nodes that lie inside their owners, in order of age, with a
 * ceiling. It grows by one bucket at a time (linear hashing: W. Litwin, 1980), so
 * that no insertion ever stalls the broker, and insertion cannot fail. Hashes are
 * keyed (SipHash-2-4), since senders choose what is hashed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/allocator.h"

struct tocsin_node {
	struct tocsin_node *next; /* in the bucket */
	struct tocsin_node *older, *newer;
	uint64_t hash;
	uint32_t pins; /* while above 0 it must not be evicted */
};

enum { TOCSIN_TABLE_SEGMENT = 1024, TOCSIN_TABLE_SEGMENTS = 2048 };

struct tocsin_table {
	const struct tocsin_allocator *heap;
	uint8_t key[16];
	size_t ceiling;
	size_t count;
	size_t buckets; /* 0 until the first insertion finds memory */
	size_t level;   /* power of two, at most buckets */
	struct tocsin_node **segments[TOCSIN_TABLE_SEGMENTS];
	struct tocsin_node *first; /* the only bucket while there is no segment */
	struct tocsin_node *oldest, *newest;
	/* Frees a node that nothing needs any more. */
	void (*destroy)(void *ctx, struct tocsin_node *node);
	void *ctx;
};

void tocsin_table_init(struct tocsin_table *table, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, void (*destroy)(void *ctx, struct tocsin_node *node),
	void *ctx);
/* Destroys all nodes, oldest first. A table that was never initialised, but
 * zeroed, is allowed. */
void tocsin_table_finish(struct tocsin_table *table);

uint64_t tocsin_table_hash(const struct tocsin_table *table, const void *data, size_t size);

/* The node with this hash for which equal holds, or NULL. */
struct tocsin_node *tocsin_table_find(const struct tocsin_table *table, uint64_t hash,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key);
/* The next one after node, for tables with several nodes to a key. */
struct tocsin_node *tocsin_table_find_next(const struct tocsin_node *node,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key);

/* Adds as the newest. */
void tocsin_table_add(struct tocsin_table *table, struct tocsin_node *node, uint64_t hash);

/* Takes a node out; it keeps its place in the order of age for _restore. */
void tocsin_table_remove(struct tocsin_table *table, struct tocsin_node *node);

/* Puts back what _remove took, where it was; only in the reverse order of
 * removal. */
void tocsin_table_restore(struct tocsin_table *table, struct tocsin_node *node);

bool tocsin_table_full(const struct tocsin_table *table);
