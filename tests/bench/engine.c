/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The engine without a broker: one JSON line a measurement, for engine.py.
 * Usage: bench_engine FOLDER [--quick] [--only WHAT]
 * Rule files are written into FOLDER. Run by callgrind it counts instructions. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <openssl/crypto.h>
#include <protobuf-c/protobuf-c.h>
#include <yaml.h>

#include "parts.h"
#include "world.h"

struct bench {
	struct measuring measuring;
	const char *folder;
};

static struct tocsin_ruleset *load(const struct bench *bench, struct world world)
{
	world_write(&world, bench->folder);
	return world_load(bench->folder);
}

static const size_t rule_counts[] = {10, 1000, 10000, 100000};
static const size_t region_counts[] = {100, 1000, 10000, WORLD_REGIONS};
static const size_t sender_counts[] = {10, 100, 1000, 10000, 100000};
static const size_t silence_counts[] = {1, 10, 100, 256};

enum { USUAL_RULES = 1000, QUICK_COUNTS = 2 };

/* A smoke test takes the first ones of each. */
#define COUNTS(bench, counts)                                                                      \
	((bench)->measuring.quick ? QUICK_COUNTS : sizeof(counts) / sizeof((counts)[0]))

static void by_rules(const struct bench *bench)
{
	for (size_t i = 0; i < COUNTS(bench, rule_counts); i++) {
		const struct world world = {
			.rules = rule_counts[i], .regions = bench->measuring.quick ? 100 : WORLD_REGIONS};
		struct tocsin_ruleset *ruleset = load(bench, world);

		measure_deciding(&bench->measuring, ruleset);
		measure_submitting(&bench->measuring, "one alert", "rules", world.rules, ruleset);
	}
}

static void by_regions(const struct bench *bench)
{
	for (size_t i = 0; i < COUNTS(bench, region_counts); i++) {
		const struct world world = {.rules = USUAL_RULES, .regions = region_counts[i]};

		measure_submitting(
			&bench->measuring, "one alert", "regions", world.regions, load(bench, world));
	}
}

static void by_senders(const struct bench *bench)
{
	for (size_t i = 0; i < COUNTS(bench, sender_counts); i++) {
		const struct world world = {
			.rules = USUAL_RULES, .regions = WORLD_MIN_REGIONS, .senders = sender_counts[i]};

		measure_submitting(
			&bench->measuring, "one alert", "senders", world.senders, load(bench, world));
	}
}

static void at_usual_size(const struct bench *bench)
{
	const struct world world = {.rules = USUAL_RULES, .regions = WORLD_MIN_REGIONS};
	const struct world open = {.rules = USUAL_RULES, .regions = WORLD_MIN_REGIONS, .open = true};
	struct tocsin_ruleset *ruleset = load(bench, world);

	measure_rendering(&bench->measuring, ruleset);
	measure_submitting(&bench->measuring, "for a journal", "rules", USUAL_RULES, ruleset);
	measure_submitting(&bench->measuring, "with open/", "rules", USUAL_RULES, load(bench, open));
	if (measure_wants(&bench->measuring, "submit/with open/") ||
		measure_wants(&bench->measuring, "memory")) {
		measure_filling(&bench->measuring, load(bench, open));
	}
	for (size_t i = 0; i < COUNTS(bench, silence_counts); i++) {
		measure_silences(&bench->measuring, silence_counts[i], load(bench, world));
	}
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* What all of it was measured with. */
static void tell_versions(void)
{
	(void)printf("{\"step\": \"about\", \"compiler\": \"%s\", \"libraries\": \"protobuf-c %s,"
				 " jansson %s, libyaml %s, %s\"}\n",
		COMPILER, protobuf_c_version(), jansson_version_str(), yaml_get_version_string(),
		OpenSSL_version(OPENSSL_VERSION));
}

static int usage(void)
{
	(void)fputs("usage: bench_engine FOLDER [--quick] [--only WHAT]\n", stderr);
	return 2;
}

int main(int count, char **words)
{
	const char *only = NULL;
	bool quick = false;

	if (count < 2) {
		return usage();
	}
	for (int i = 2; i < count; i++) {
		if (strcmp(words[i], "--quick") == 0) {
			quick = true;
		} else if (strcmp(words[i], "--only") == 0 && i + 1 < count) {
			only = words[++i];
		} else {
			return usage();
		}
	}
	const struct bench bench = {measuring_begin(quick, only), words[1]};
	tell_versions();
	measure_decoding(&bench.measuring);
	by_rules(&bench);
	at_usual_size(&bench);
	by_regions(&bench);
	by_senders(&bench);
	if (measure_wants(&bench.measuring, "load") || measure_wants(&bench.measuring, "memory")) {
		measure_loading(&bench.measuring, bench.folder);
	}
	return 0;
}
