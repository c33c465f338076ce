/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "measure.h"

enum { MAX_PATH = 512, COUNTRIES = 3, FIRST_LEVEL = 31, SECOND_LEVEL = 496, SEED = 7 };

static const char *const alpha2[COUNTRIES] = {"ML", "BF", "NE"};
static const char *const alpha3[COUNTRIES] = {"MLI", "BFA", "NER"};

static FILE *open_file(const char *folder, const char *name)
{
	char path[MAX_PATH];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	measure_require(file != NULL, "cannot write the rules to be measured");
	return file;
}

/* Region number i: each level shares its rows among those of the level above. */
struct place {
	unsigned country, first, second, third; /* 0 where it is not that deep */
};

static struct place place_of(size_t i)
{
	struct place place = {.second = 0};

	if (i >= FIRST_LEVEL + SECOND_LEVEL) {
		place.third = (unsigned)((i - FIRST_LEVEL - SECOND_LEVEL) / SECOND_LEVEL) + 1;
		i = FIRST_LEVEL + (i - FIRST_LEVEL - SECOND_LEVEL) % SECOND_LEVEL;
	}
	if (i >= FIRST_LEVEL) {
		place.second = (unsigned)((i - FIRST_LEVEL) / FIRST_LEVEL) + 1;
		i = (i - FIRST_LEVEL) % FIRST_LEVEL;
	}
	place.country = (unsigned)(i % COUNTRIES);
	place.first = (unsigned)(i / COUNTRIES) + 1;
	return place;
}

static void write_code(FILE *file, struct place place)
{
	(void)fprintf(file, "%s%02u", alpha2[place.country], place.first);
	if (place.second > 0) {
		(void)fprintf(file, "%02u", place.second);
	}
	if (place.third > 0) {
		(void)fprintf(file, "%02u", place.third);
	}
}

static void write_region(FILE *file, size_t i)
{
	const struct place place = place_of(i);
	const unsigned level = place.third > 0 ? 3 : place.second > 0 ? 2 : 1;

	(void)fprintf(file, "%s,%u,", alpha3[place.country], level);
	write_code(file, place);
	(void)fprintf(file, ",Région %zu,", i);
	if (level == 1) {
		(void)fputs(alpha3[place.country], file);
	} else {
		write_code(
			file, (struct place){place.country, place.first, level == 3 ? place.second : 0, 0});
	}
	(void)fputs(",2021-12-20\n", file);
}

static void write_regions(const struct world *world, const char *folder)
{
	FILE *file = open_file(folder, "regions.csv");

	(void)fputs("Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n", file);
	for (size_t i = 0; i < world->regions; i++) {
		write_region(file, i);
	}
	measure_require(fclose(file) == 0, "cannot write the regions to be measured");
}

/* xorshift64*: the same rules on every machine. */
static size_t below(uint64_t *seed, size_t limit)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (size_t)(*seed * UINT64_C(2685821657736338717) >> 33) % limit;
}

static const char *const matching[WORLD_MATCHING] = {
	"{region: ML01, min_severity: severe, event: [battles, violence_against_civilians]}",
	"{region: ML, event: battles, min_certainty: likely}",
	"{sender: field-1, min_severity: moderate}",
	"{sub_type: armed clash, region: [ML, BF, NE]}",
	"{region: ML0101, not: {status: test}}",
};

/* One that speaks of other events, of another sender or of another kind. */
static void write_other(FILE *file, const struct world *world, uint64_t *seed)
{
	static const char *const events[] = {"protests", "riots", "health", "food", "disaster"};
	static const char *const severities[] = {"moderate", "severe", "extreme"};
	const size_t kind = below(seed, 100);

	(void)fputs("    match:\n      ", file);
	if (kind < 85) {
		(void)fputs("region: ", file);
		write_code(file, place_of(FIRST_LEVEL + below(seed, world->regions - FIRST_LEVEL)));
	} else if (kind < 95) {
		(void)fprintf(file, "sender: field-%zu", 2 + below(seed, 10000));
	} else {
		(void)fprintf(file, "sub_type: kind-%zu", below(seed, 1000));
	}
	(void)fprintf(file, "\n      event: [%s, displacement]\n      min_severity: %s\n",
		events[below(seed, 5)], severities[below(seed, 3)]);
}

static void write_rules(FILE *file, const struct world *world)
{
	uint64_t seed = SEED;
	size_t written = 0; /* of those that match, spread evenly */

	for (size_t i = 0; i < world->rules; i++) {
		(void)fprintf(file, "  - id: rule-%06zu\n", i);
		if (written < WORLD_MATCHING && i >= written * world->rules / WORLD_MATCHING) {
			(void)fprintf(file, "    match: %s\n", matching[written++]);
		} else {
			write_other(file, world, &seed);
		}
		(void)fprintf(file, "    alert: [{audience: partners, open: %s, expires: 24h}]\n",
			world->open ? "true" : "false");
	}
}

void world_write(const struct world *world, const char *folder)
{
	FILE *file = open_file(folder, "rules.yaml");

	(void)fputs("version: 1\n"
				"gazetteer: regions.csv\n"
				"audiences:\n"
				"  severe: {max_sensitivity: severe}\n"
				"  high: {max_sensitivity: high}\n"
				"  moderate: {max_sensitivity: moderate}\n"
				"  low: {max_sensitivity: low}\n"
				"  partners: {max_sensitivity: high, format: [protobuf]}\n",
		file);
	if (world->senders > 0) {
		(void)fputs("senders:\n", file);
	}
	for (size_t i = 1; i <= world->senders; i++) {
		(void)fprintf(file, "  field-%zu: {regions: [ML, BF], reliability: B}\n", i);
	}
	(void)fputs("rules:\n", file);
	write_rules(file, world);
	(void)fputs("default:\n  alert: [{audience: severe}]\n", file);
	measure_require(fclose(file) == 0, "cannot write the rules to be measured");
	write_regions(world, folder);
}

struct tocsin_ruleset *world_load(const char *folder)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *ruleset = NULL;
	char path[MAX_PATH];

	(void)snprintf(path, sizeof(path), "%s/rules.yaml", folder);
	tocsin_diagnostics_init(&diagnostics);
	const enum tocsin_status status =
		tocsin_ruleset_load(path, &tocsin_disk, &diagnostics, &ruleset);
	/* Warnings are no matter: few of the rules' senders are listed. */
	if (status != TOCSIN_OK) {
		tocsin_diagnostics_print(&diagnostics, stderr);
	}
	tocsin_diagnostics_finish(&diagnostics);
	measure_require(status == TOCSIN_OK, "the rules to be measured cannot be loaded");
	return ruleset;
}
