/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Bytes that many remembered things share (names of senders and audiences, the
 * answers of receipts), kept once and counted. */
#pragma once

#include "engine/table.h"

struct tocsin_token {
	struct tocsin_node node;
	uint32_t refs;
	uint32_t size;
	char bytes[]; /* with a NUL after them */
};

void tocsin_tokens_init(
	struct tocsin_table *tokens, const struct tocsin_allocator *heap, const uint8_t key[16]);

/* Takes one reference to these bytes. NULL without memory. */
struct tocsin_token *tocsin_token_take(struct tocsin_table *tokens, const void *bytes, size_t size);
struct tocsin_token *tocsin_token_share(struct tocsin_token *token);

/* Gives one back. NULL is allowed. */
void tocsin_token_drop(struct tocsin_table *tokens, struct tocsin_token *token);
