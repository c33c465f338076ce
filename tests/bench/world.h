/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A rule set of any size in which the same five rules match the same incident. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "rules/ruleset.h"

enum {
	WORLD_MATCHING = 5,      /* rules that the incidents of payload.h match */
	WORLD_REGIONS = 32767,   /* 31 of admin-1, 496 of admin-2, the rest of admin-3 */
	WORLD_MIN_REGIONS = 100, /* that a world has */
};

struct world {
	size_t rules;   /* at least WORLD_MATCHING */
	size_t regions; /* WORLD_MIN_REGIONS to WORLD_REGIONS */
	size_t senders; /* that are listed; 0: everybody may report */
	bool open;      /* alerts stand in open/, too */
};

/* Writes rules.yaml and regions.csv into the folder. */
void world_write(const struct world *world, const char *folder);

/* Loads what stands there. */
struct tocsin_ruleset *world_load(const char *folder);
