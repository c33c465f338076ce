/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Memory of one rule set: many small pieces, freed at once, with no header each. */
#pragma once

#include <stddef.h>

struct tocsin_pool_chunk;

struct tocsin_pool {
	struct tocsin_pool_chunk *chunks;
};

/* Memory for any type (aligned to 8), or NULL. */
void *tocsin_pool_alloc(struct tocsin_pool *pool, size_t size);

/* The same aligned to 1: texts lie close together. */
char *tocsin_pool_text(struct tocsin_pool *pool, const char *text, size_t length);

void tocsin_pool_finish(struct tocsin_pool *pool);
