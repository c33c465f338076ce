/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Memory as a parameter: the plugin passes the broker's allocator, tests one
 * that counts or fails. */
#pragma once

#include <stddef.h>

/* AddressSanitizer watches what comes from malloc, each piece by itself. */
#if defined(__SANITIZE_ADDRESS__)
#define TOCSIN_HEAP_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOCSIN_HEAP_WATCHED 1
#endif
#endif

struct tocsin_allocator {
	/* Returns size bytes aligned for any type, or NULL. */
	void *(*alloc)(void *ctx, size_t size);
	/* Takes back what alloc returned; NULL is allowed. */
	void (*free)(void *ctx, void *memory);
	void *ctx;
};

/* malloc and free of the C library. */
extern const struct tocsin_allocator tocsin_heap;
