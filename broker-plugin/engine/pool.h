/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Memory for the many small things that the engine remembers. What lives for days does
 * not lie between what the broker frees within the millisecond, where each would make
 * the other slower to get. Not thread-safe: for the thread of the allocator beneath. */
#pragma once

#include "proto/allocator.h"

struct tocsin_pool;

/* Takes large pieces from the allocator beneath, borrowed, and keeps them to the end.
 * What is larger than the small things comes from beneath as it is. NULL without
 * memory. */
struct tocsin_pool *tocsin_pool_create(const struct tocsin_allocator *beneath);

/* Everything that came from it must have been given back, or is not used any more.
 * NULL is allowed. */
void tocsin_pool_destroy(struct tocsin_pool *pool);

/* Valid as long as the pool. */
const struct tocsin_allocator *tocsin_pool_allocator(const struct tocsin_pool *pool);
