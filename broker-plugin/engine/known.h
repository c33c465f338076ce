/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The ids that were accepted, so that a re-send is answered like the first time. */
#pragma once

#include "engine/token.h"
#include "engine/uuid.h"
#include "proto/sha256.h"

struct tocsin_known {
	struct tocsin_node node; /* pinned while it waits for its commit */
	uint8_t id[TOCSIN_UUID];
	uint8_t hash[TOCSIN_SHA256];
	uint8_t chain[TOCSIN_UUID]; /* key of its chain */
	struct tocsin_token *sender;
	struct tocsin_token *answer; /* packed Receipt without what names the incident */
	int64_t received_ms;
	uint64_t journal_id;
};

/* tokens must live as long as the table. */
void tocsin_known_init(struct tocsin_table *known, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_table *tokens);

/* hash is that of the id (tocsin_id_hash). */
struct tocsin_known *tocsin_known_find(
	const struct tocsin_table *known, const uint8_t id[TOCSIN_UUID], uint64_t hash);

/* Zeroed, not in the table yet; NULL without memory. */
struct tocsin_known *tocsin_known_create(const struct tocsin_table *known);
void tocsin_known_destroy(struct tocsin_table *known, struct tocsin_known *entry);
