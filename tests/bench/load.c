/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "parts.h"
#include "world.h"

enum { ROUNDS = 5 };

static void load(void *ctx)
{
	tocsin_ruleset_destroy(world_load(ctx));
}

static double heap_of(const struct world *world, const char *folder)
{
	const size_t before = measure_heap();

	world_write(world, folder);
	struct tocsin_ruleset *ruleset = world_load(folder);
	const size_t after = measure_heap();
	tocsin_ruleset_destroy(ruleset);
	return (double)after - (double)before;
}

static void tell_heap(const char *variant, const char *axis, size_t at, double bytes)
{
	const struct measured measured = {.step = "memory", .variant = variant, .axis = axis, .at = at};

	measure_tell(&measured, "bytes", bytes);
}

void measure_loading(const struct measuring *measuring, const char *folder)
{
	struct measuring once = *measuring;
	struct world world = {.rules = WORLD_MATCHING, .regions = WORLD_MIN_REGIONS};
	const size_t most = measuring->quick ? 1000 : 100000;

	/* A load takes long enough to be timed by itself, and too long for callgrind. */
	if (measuring->counting) {
		return;
	}
	once.rounds = measuring->quick ? 1 : ROUNDS;
	once.round_ns = 0;
	const double few_regions = heap_of(&world, folder);
	world.regions = measuring->quick ? 1000 : WORLD_REGIONS;
	const double few_rules = heap_of(&world, folder);
	tell_heap("a region", "regions", world.regions,
		(few_rules - few_regions) / (double)(world.regions - WORLD_MIN_REGIONS));
	for (world.rules = 10; world.rules <= most; world.rules *= 10) {
		const double heap = heap_of(&world, folder);
		const struct measured measured = {.step = "load",
			.variant = "and free, with 32,767 regions",
			.axis = "rules",
			.at = world.rules};

		if (world.rules == most) {
			tell_heap("a rule", "rules", world.rules,
				(heap - few_rules) / (double)(world.rules - WORLD_MATCHING));
		}
		measure(&once, &measured, load, (void *)(uintptr_t)folder);
	}
}
