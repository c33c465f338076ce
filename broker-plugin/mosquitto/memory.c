/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/memory.h"

#include "mosquitto/compat.h"

static void *broker_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return mosquitto_malloc(size);
}

static void broker_free(void *ctx, void *memory)
{
	(void)ctx;
	mosquitto_free(memory);
}

const struct tocsin_allocator tocsin_broker_memory = {
	.alloc = broker_alloc,
	.free = broker_free,
};
