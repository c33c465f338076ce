/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The list of villages, inside. */
#pragma once

#include "rules/places.h"
#include "rules/ruleset_pool.h"

struct tocsin_locality_name {
	const char *text, *folded;
	uint32_t item; /* index of its locality */
};

struct tocsin_localities {
	struct tocsin_locality *items;
	size_t count, capacity;
	struct tocsin_locality_name *names; /* each locality's name and aliases */
	size_t name_count, name_capacity;
	struct tocsin_pool pool; /* texts */
};
