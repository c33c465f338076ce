/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How many incidents each sender got in lately, where the rules limit that: those that a
 * relay brought are counted for the relay, too, and for each sender behind it. */
#pragma once

#include "engine/ring.h"
#include "engine/table.h"

struct tocsin_sender_rate {
	struct tocsin_node node;
	struct tocsin_ring ring;
	char sender[]; /* its name, or relay/name; NUL-terminated */
};

/* rings must live as long as the table. */
void tocsin_rates_init(struct tocsin_table *rates, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_rings *rings);
