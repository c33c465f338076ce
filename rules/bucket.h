/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hash table of the keys under which the index posts rules. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

enum tocsin_bucket_kind {
	TOCSIN_BUCKET_GENERAL, /* the rules that name no key */
	TOCSIN_BUCKET_REGION,
	TOCSIN_BUCKET_SENDER,
	TOCSIN_BUCKET_SUB_TYPE
};

struct tocsin_bucket_key {
	enum tocsin_bucket_kind kind;
	uint32_t region;  /* of a region */
	const char *text; /* of a sender or sub-type; borrowed */
};

struct tocsin_bucket {
	const char *text; /* borrowed from the rules */
	uint32_t region;
	uint32_t rules; /* that name this key */
	uint32_t list;  /* the first list */
	uint8_t kind;
	bool split; /* TOCSIN_SPLIT_LISTS lists, else one */
};

struct tocsin_bucket_slot {
	uint32_t hash;
	uint32_t bucket; /* index + 1; 0: empty */
};

struct tocsin_buckets {
	struct tocsin_bucket *items;
	size_t count, capacity;
	struct tocsin_bucket_slot *slots;
	size_t slot_count; /* a power of two, or 0 */
};

/* The bucket of a key, or NULL. */
struct tocsin_bucket *tocsin_buckets_find(
	const struct tocsin_buckets *buckets, const struct tocsin_bucket_key *key);

/* Finds the bucket or adds it, and counts one rule more. */
TOCSIN_MUST_USE enum tocsin_status tocsin_buckets_count(
	struct tocsin_buckets *buckets, const struct tocsin_bucket_key *key);

/* Gives back room that growth left over, where memory allows. */
void tocsin_buckets_trim(struct tocsin_buckets *buckets);

void tocsin_buckets_finish(struct tocsin_buckets *buckets);
