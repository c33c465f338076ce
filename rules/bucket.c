/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/bucket.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 16 };

static bool has_text(unsigned kind)
{
	return kind == TOCSIN_BUCKET_SENDER || kind == TOCSIN_BUCKET_SUB_TYPE;
}

/* FNV-1a, then mixed so that its low bits depend on all. */
static uint32_t hash_of(const struct tocsin_bucket_key *key)
{
	uint32_t hash = UINT32_C(2166136261) ^ (uint32_t)key->kind;
	if (has_text(key->kind)) {
		for (const char *at = key->text; *at != '\0'; at++) {
			hash = (hash ^ (unsigned char)*at) * UINT32_C(16777619);
		}
	} else {
		hash = (hash ^ key->region) * UINT32_C(16777619);
	}
	hash ^= hash >> 16;
	hash *= UINT32_C(0x85EBCA6B);
	return hash ^ hash >> 13;
}

static bool same(const struct tocsin_bucket *bucket, const struct tocsin_bucket_key *key)
{
	if (bucket->kind != key->kind) {
		return false;
	}
	return has_text(key->kind) ? strcmp(bucket->text, key->text) == 0
							   : bucket->region == key->region;
}

/* The slot of a key, or the empty one where it would go. The table is never full. */
static struct tocsin_bucket_slot *slot_of(
	const struct tocsin_buckets *buckets, const struct tocsin_bucket_key *key, uint32_t hash)
{
	size_t at = hash & (buckets->slot_count - 1);
	while (buckets->slots[at].bucket != 0) {
		if (buckets->slots[at].hash == hash &&
			same(&buckets->items[buckets->slots[at].bucket - 1], key)) {
			break;
		}
		at = (at + 1) & (buckets->slot_count - 1);
	}
	return &buckets->slots[at];
}

struct tocsin_bucket *tocsin_buckets_find(
	const struct tocsin_buckets *buckets, const struct tocsin_bucket_key *key)
{
	if (buckets->slot_count == 0) {
		return NULL;
	}
	const struct tocsin_bucket_slot *slot = slot_of(buckets, key, hash_of(key));
	return slot->bucket == 0 ? NULL : &buckets->items[slot->bucket - 1];
}

static void place(
	struct tocsin_bucket_slot *slots, size_t slot_count, struct tocsin_bucket_slot slot)
{
	size_t at = slot.hash & (slot_count - 1);
	while (slots[at].bucket != 0) {
		at = (at + 1) & (slot_count - 1);
	}
	slots[at] = slot;
}

/* Half full at most. */
static enum tocsin_status grow(struct tocsin_buckets *buckets)
{
	size_t capacity = buckets->capacity == 0 ? FIRST_BUCKETS : buckets->capacity * 2;
	struct tocsin_bucket *items = realloc(buckets->items, capacity * sizeof *items);
	if (items == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	buckets->items = items;
	struct tocsin_bucket_slot *slots = calloc(capacity * 2, sizeof *slots);
	if (slots == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < buckets->slot_count; i++) {
		if (buckets->slots[i].bucket != 0) {
			place(slots, capacity * 2, buckets->slots[i]);
		}
	}
	free(buckets->slots);
	buckets->slots = slots;
	buckets->slot_count = capacity * 2;
	buckets->capacity = capacity;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_buckets_count(
	struct tocsin_buckets *buckets, const struct tocsin_bucket_key *key)
{
	uint32_t hash = hash_of(key);
	if (buckets->count == buckets->capacity) {
		enum tocsin_status status = grow(buckets);
		if (status != TOCSIN_OK) {
			return status;
		}
	}
	struct tocsin_bucket_slot *slot = slot_of(buckets, key, hash);
	if (slot->bucket == 0) {
		buckets->items[buckets->count] = (struct tocsin_bucket){
			.text = key->text, .region = key->region, .kind = (uint8_t)key->kind};
		buckets->count++;
		*slot = (struct tocsin_bucket_slot){.hash = hash, .bucket = (uint32_t)buckets->count};
	}
	buckets->items[slot->bucket - 1].rules++;
	return TOCSIN_OK;
}

void tocsin_buckets_trim(struct tocsin_buckets *buckets)
{
	if (buckets->count == 0) {
		return;
	}
	struct tocsin_bucket *items = realloc(buckets->items, buckets->count * sizeof *items);
	if (items != NULL) {
		buckets->items = items;
		buckets->capacity = buckets->count;
	}
}

void tocsin_buckets_finish(struct tocsin_buckets *buckets)
{
	free(buckets->items);
	free(buckets->slots);
	*buckets = (struct tocsin_buckets){0};
}
