/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/table.h"

#include <string.h>

#include "engine/siphash.h"

void tocsin_table_init(struct tocsin_table *table, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, void (*destroy)(void *ctx, struct tocsin_node *node),
	void *ctx)
{
	memset(table, 0, sizeof(*table));
	table->heap = heap;
	memcpy(table->key, key, sizeof(table->key));
	table->ceiling = ceiling;
	table->destroy = destroy;
	table->ctx = ctx;
}

void tocsin_table_finish(struct tocsin_table *table)
{
	struct tocsin_node *node = table->oldest;

	while (node) {
		struct tocsin_node *newer = node->newer;

		table->destroy(table->ctx, node);
		node = newer;
	}
	for (size_t i = 0; i < TOCSIN_TABLE_SEGMENTS && table->segments[i]; ++i) {
		table->heap->free(table->heap->ctx, table->segments[i]);
		table->segments[i] = NULL;
	}
	table->oldest = table->newest = table->first = NULL;
	table->buckets = table->count = 0;
}

uint64_t tocsin_table_hash(const struct tocsin_table *table, const void *data, size_t size)
{
	return tocsin_siphash(table->key, data, size);
}

static struct tocsin_node **bucket_at(const struct tocsin_table *table, size_t index)
{
	return &table->segments[index / TOCSIN_TABLE_SEGMENT][index % TOCSIN_TABLE_SEGMENT];
}

static size_t bucket_index(const struct tocsin_table *table, uint64_t hash)
{
	const size_t wide = (size_t)hash & (2 * table->level - 1);

	return wide < table->buckets ? wide : wide & (table->level - 1);
}

static struct tocsin_node *const *bucket_read(const struct tocsin_table *table, uint64_t hash)
{
	return table->buckets == 0 ? &table->first : bucket_at(table, bucket_index(table, hash));
}

static struct tocsin_node **bucket_of(struct tocsin_table *table, uint64_t hash)
{
	return table->buckets == 0 ? &table->first : bucket_at(table, bucket_index(table, hash));
}

static void bucket_push(struct tocsin_table *table, struct tocsin_node *node)
{
	struct tocsin_node **bucket = bucket_of(table, node->hash);

	node->next = *bucket;
	*bucket = node;
}

/* Spreads the nodes of one bucket anew; newest first stays newest first. */
static void bucket_split(struct tocsin_table *table, struct tocsin_node *chain)
{
	while (chain) {
		struct tocsin_node *next = chain->next;
		struct tocsin_node **end = bucket_of(table, chain->hash);

		while (*end) {
			end = &(*end)->next;
		}
		chain->next = NULL;
		*end = chain;
		chain = next;
	}
}

static bool segment_ensure(struct tocsin_table *table, size_t segment)
{
	if (segment >= TOCSIN_TABLE_SEGMENTS) {
		return false;
	}
	if (!table->segments[segment]) {
		const size_t size = sizeof(struct tocsin_node *) * TOCSIN_TABLE_SEGMENT;

		table->segments[segment] = table->heap->alloc(table->heap->ctx, size);
		if (table->segments[segment]) {
			memset(table->segments[segment], 0, size);
		}
	}
	return table->segments[segment] != NULL;
}

/* Without memory the buckets only get longer. */
static void table_grow(struct tocsin_table *table)
{
	struct tocsin_node *moved;

	if (!segment_ensure(table, table->buckets / TOCSIN_TABLE_SEGMENT)) {
		return;
	}
	if (table->buckets == 0) {
		table->buckets = table->level = 1;
		moved = table->first;
		table->first = NULL;
	} else {
		struct tocsin_node **split = bucket_at(table, table->buckets - table->level);

		moved = *split;
		*split = NULL;
		++table->buckets;
	}
	bucket_split(table, moved);
	if (table->buckets == 2 * table->level) {
		table->level = table->buckets;
	}
}

struct tocsin_node *tocsin_table_find(const struct tocsin_table *table, uint64_t hash,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key)
{
	struct tocsin_node *node = *bucket_read(table, hash);

	while (node && (node->hash != hash || !equal(node, key))) {
		node = node->next;
	}
	return node;
}

struct tocsin_node *tocsin_table_find_next(const struct tocsin_node *node,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key)
{
	struct tocsin_node *next = node->next;

	while (next && (next->hash != node->hash || !equal(next, key))) {
		next = next->next;
	}
	return next;
}

static void table_link(struct tocsin_table *table, struct tocsin_node *node)
{
	*(node->older ? &node->older->newer : &table->oldest) = node;
	*(node->newer ? &node->newer->older : &table->newest) = node;
	bucket_push(table, node);
	++table->count;
}

/* What the next insertion will spread anew is fetched meanwhile: it lies anywhere. */
static void fetch_next_split(const struct tocsin_table *table)
{
	if (table->buckets > 0) {
		__builtin_prefetch(*bucket_at(table, table->buckets - table->level));
	}
}

void tocsin_table_add(struct tocsin_table *table, struct tocsin_node *node, uint64_t hash)
{
	if (table->count >= table->buckets) {
		table_grow(table);
	}
	node->hash = hash;
	node->older = table->newest;
	node->newer = NULL;
	table_link(table, node);
	fetch_next_split(table);
}

void tocsin_table_remove(struct tocsin_table *table, struct tocsin_node *node)
{
	struct tocsin_node **link = bucket_of(table, node->hash);

	while (*link != node) {
		link = &(*link)->next;
	}
	*link = node->next;
	*(node->older ? &node->older->newer : &table->oldest) = node->newer;
	*(node->newer ? &node->newer->older : &table->newest) = node->older;
	--table->count;
}

void tocsin_table_restore(struct tocsin_table *table, struct tocsin_node *node)
{
	node->newer = node->older ? node->older->newer : table->oldest;
	table_link(table, node);
}

bool tocsin_table_full(const struct tocsin_table *table)
{
	return table->count >= table->ceiling;
}
