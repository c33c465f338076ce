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
	for (size_t i = 0; i < TOCSIN_TABLE_SEGMENTS && table->segments[i].at; ++i) {
		tocsin_lines_finish(&table->segments[i], table->heap);
	}
	table->oldest = table->newest = NULL;
	table->buckets = table->count = table->first.count = 0;
}

uint64_t tocsin_table_hash(const struct tocsin_table *table, const void *data, size_t size)
{
	return tocsin_siphash(table->key, data, size);
}

static struct tocsin_bucket *bucket_at(const struct tocsin_table *table, size_t index)
{
	struct tocsin_bucket *segment = table->segments[index / TOCSIN_TABLE_SEGMENT].at;

	return &segment[index % TOCSIN_TABLE_SEGMENT];
}

static const struct tocsin_bucket *bucket_read(const struct tocsin_table *table, uint64_t hash)
{
	const size_t wide = (size_t)hash & (2 * table->level - 1);

	if (table->buckets == 0) {
		return &table->first;
	}
	return bucket_at(table, wide < table->buckets ? wide : wide & (table->level - 1));
}

static struct tocsin_bucket *bucket_of(struct tocsin_table *table, uint64_t hash)
{
	return (struct tocsin_bucket *)(uintptr_t)bucket_read(table, hash);
}

static size_t bucket_within(const struct tocsin_bucket *bucket)
{
	return bucket->count < TOCSIN_TABLE_ROOM ? bucket->count : TOCSIN_TABLE_ROOM;
}

/* The first of those that follow. */
static struct tocsin_node *bucket_beyond(const struct tocsin_bucket *bucket)
{
	return bucket->count > TOCSIN_TABLE_ROOM ? bucket->nodes[TOCSIN_TABLE_ROOM - 1]->next : NULL;
}

static void bucket_append(struct tocsin_bucket *bucket, struct tocsin_node *node, uint32_t hash)
{
	struct tocsin_node *last = bucket->nodes[TOCSIN_TABLE_ROOM - 1];

	if (bucket->count < TOCSIN_TABLE_ROOM) {
		bucket->hashes[bucket->count] = hash;
		bucket->nodes[bucket->count] = node;
	} else {
		for (size_t i = TOCSIN_TABLE_ROOM; i < bucket->count; ++i) {
			last = last->next;
		}
		last->next = node;
		node->next = NULL;
	}
	++bucket->count;
}

static void bucket_remove(struct tocsin_bucket *bucket, const struct tocsin_node *node)
{
	const size_t within = bucket_within(bucket);
	struct tocsin_node *beyond = bucket_beyond(bucket);
	struct tocsin_node *last = bucket->nodes[TOCSIN_TABLE_ROOM - 1];
	size_t at = 0;

	while (at < within && bucket->nodes[at] != node) {
		++at;
	}
	if (at == within) {
		while (last->next != node) {
			last = last->next;
		}
		last->next = node->next;
	}
	for (; at + 1 < within; ++at) {
		bucket->hashes[at] = bucket->hashes[at + 1];
		bucket->nodes[at] = bucket->nodes[at + 1];
	}
	if (at < within && beyond) {
		bucket->hashes[at] = beyond->hash;
		bucket->nodes[at] = beyond;
	}
	--bucket->count;
}

/* Spreads the nodes of one bucket anew. */
static void bucket_split(struct tocsin_table *table, struct tocsin_bucket *bucket)
{
	const struct tocsin_bucket whole = *bucket;
	struct tocsin_node *node = bucket_beyond(&whole);

	bucket->count = 0;
	for (size_t i = 0; i < bucket_within(&whole); ++i) {
		bucket_append(bucket_of(table, whole.hashes[i]), whole.nodes[i], whole.hashes[i]);
	}
	while (node) {
		struct tocsin_node *next = node->next;

		bucket_append(bucket_of(table, node->hash), node, node->hash);
		node = next;
	}
}

/* The last one before a node, or of all (NULL). */
static struct tocsin_node *bucket_find(const struct tocsin_bucket *bucket,
	const struct tocsin_node *before, uint32_t hash,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key)
{
	struct tocsin_node *found = NULL;

	for (size_t i = 0; i < bucket_within(bucket); ++i) {
		if (bucket->nodes[i] == before) {
			return found;
		}
		if (bucket->hashes[i] == hash && equal(bucket->nodes[i], key)) {
			found = bucket->nodes[i];
		}
	}
	for (struct tocsin_node *node = bucket_beyond(bucket); node && node != before;
		 node = node->next) {
		if (node->hash == hash && equal(node, key)) {
			found = node;
		}
	}
	return found;
}

static bool segment_ensure(struct tocsin_table *table, size_t index)
{
	return index < TOCSIN_TABLE_SEGMENTS &&
		(table->segments[index].at ||
			tocsin_lines_init(&table->segments[index], table->heap,
				sizeof(struct tocsin_bucket) * TOCSIN_TABLE_SEGMENT));
}

/* Without memory the buckets only get longer. */
static void table_grow(struct tocsin_table *table)
{
	if (!segment_ensure(table, table->buckets / TOCSIN_TABLE_SEGMENT)) {
		return;
	}
	if (table->buckets == 0) {
		table->buckets = table->level = 1;
		*bucket_at(table, 0) = table->first;
		return;
	}
	struct tocsin_bucket *split = bucket_at(table, table->buckets - table->level);
	++table->buckets;
	bucket_split(table, split);
	if (table->buckets == 2 * table->level) {
		table->level = table->buckets;
	}
}

void tocsin_table_prefetch(const struct tocsin_table *table, uint64_t hash)
{
	__builtin_prefetch(bucket_read(table, hash));
}

struct tocsin_node *tocsin_table_find(const struct tocsin_table *table, uint64_t hash,
	bool (*equal)(const struct tocsin_node *node, const void *key), const void *key)
{
	return bucket_find(bucket_read(table, hash), NULL, (uint32_t)hash, equal, key);
}

struct tocsin_node *tocsin_table_find_next(const struct tocsin_table *table,
	const struct tocsin_node *node, bool (*equal)(const struct tocsin_node *node, const void *key),
	const void *key)
{
	return bucket_find(bucket_read(table, node->hash), node, node->hash, equal, key);
}

static void table_link(struct tocsin_table *table, struct tocsin_node *node)
{
	*(node->older ? &node->older->newer : &table->oldest) = node;
	*(node->newer ? &node->newer->older : &table->newest) = node;
	bucket_append(bucket_of(table, node->hash), node, node->hash);
	++table->count;
}

/* What the next insertion may spread, and where to, is fetched meanwhile. */
static void fetch_next_split(const struct tocsin_table *table)
{
	const size_t made = table->buckets;

	if (made > 0) {
		__builtin_prefetch(bucket_at(table, made - table->level));
	}
	if (made / TOCSIN_TABLE_SEGMENT < TOCSIN_TABLE_SEGMENTS &&
		table->segments[made / TOCSIN_TABLE_SEGMENT].at) {
		__builtin_prefetch(bucket_at(table, made));
	}
}

/* Buckets are half full on average. */
void tocsin_table_add(struct tocsin_table *table, struct tocsin_node *node, uint64_t hash)
{
	if (table->count * 2 >= table->buckets * TOCSIN_TABLE_ROOM) {
		table_grow(table);
	}
	node->hash = (uint32_t)hash;
	node->older = table->newest;
	node->newer = NULL;
	table_link(table, node);
	fetch_next_split(table);
}

void tocsin_table_remove(struct tocsin_table *table, struct tocsin_node *node)
{
	bucket_remove(bucket_of(table, node->hash), node);
	*(node->older ? &node->older->newer : &table->oldest) = node->newer;
	*(node->newer ? &node->newer->older : &table->newest) = node->older;
	--table->count;
}

void tocsin_table_restore(struct tocsin_table *table, struct tocsin_node *node)
{
	if (table->same && tocsin_table_find(table, node->hash, table->same, node)) {
		table->destroy(table->ctx, node);
		return;
	}
	node->older = NULL;
	node->newer = table->oldest;
	table_link(table, node);
}

bool tocsin_table_full(const struct tocsin_table *table)
{
	return table->count >= table->ceiling;
}
