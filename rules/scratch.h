/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where matching and deciding write, sized once for a rule set: the worst case is
 * that every rule fires and every output goes out. */
#pragma once

#include <stdint.h>

struct tocsin_scratch {
	uint32_t *fired;     /* room for every rule */
	uint32_t *held;      /* likewise */
	uint32_t *delivered; /* room for every output of every rule */
	uint8_t *outputs;    /* likewise: why each of those that fired was withheld, in turn */
	uint8_t *withheld;   /* room for every rule: the same, put together */
};
