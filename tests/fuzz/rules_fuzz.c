/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Target: tocsin_ruleset_load, with the input as the rule file and as every file that
 * it includes, and one small list as every gazetteer. What loads is whole; what does
 * not says why. */
#include <string.h>

#include "fuzz.h"
#include "rules/ruleset.h"

static const char places[] = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,"
							 "Replaces\n"
							 "MLI,1,ML05,Mopti,MLI,2021-12-20,\n"
							 "MLI,1,ML09,Bamako,MLI,2021-12-20,\n"
							 "MLI,1,ML09,Taoud\xC3\xA9nit,MLI,2023-03-13,\n"
							 "MLI,2,ML0503,Djenn\xC3\xA9,ML05,2021-12-20,ML0500 ML0599\n"
							 "MLI,2,ML0504,Douentza,ML05,2021-12-20,ML0599\n";

struct input {
	const uint8_t *data;
	size_t size;
};

static enum tocsin_status read_input(
	void *ctx, const char *path, size_t ceiling, char **text, size_t *length)
{
	static const char listing[] = "a.yaml\nb.yml\n";
	const struct input *input = ctx;
	bool rules = strcmp(path, "rules.yaml") == 0 || strstr(path, ".y");
	if (strncmp(path, TOCSIN_ZONEINFO, strlen(TOCSIN_ZONEINFO)) == 0)
		return tocsin_disk.read(tocsin_disk.ctx, path, ceiling, text, length);
	const size_t path_length = strlen(path);
	bool folder = path_length > 0 && path[path_length - 1] == '/';
	const char *fixed = folder ? listing : places;
	size_t size = rules && !folder ? input->size : strlen(fixed);
	if (size > ceiling)
		return TOCSIN_LIMIT;
	char *copy = malloc(size + 1);
	FUZZ_HOLDS(copy != NULL);
	if (size > 0)
		memcpy(copy, rules && !folder ? (const void *)input->data : fixed, size);
	copy[size] = '\0';
	*text = copy;
	*length = size;
	return TOCSIN_OK;
}

static void check_outputs(
	const struct tocsin_ruleset *set, const struct tocsin_output *outputs, size_t count)
{
	FUZZ_HOLDS(count > 0 && count <= TOCSIN_MAX_OUTPUTS);
	for (size_t i = 0; i < count; i++) {
		FUZZ_HOLDS(outputs[i].audience < set->audience_count);
		FUZZ_HOLDS(outputs[i].qos <= 2);
		FUZZ_HOLDS(outputs[i].expires_ms >= 0);
	}
}

static void check_match(const struct tocsin_ruleset *set, const struct tocsin_match *match)
{
	for (size_t i = 0; i < match->region_count; i++)
		FUZZ_HOLDS(match->regions[i] < tocsin_gazetteer_count(set->gazetteer));
	for (size_t i = 0; i < match->sender_count; i++)
		FUZZ_HOLDS(match->senders[i][0] != '\0');
	FUZZ_HOLDS(match->min_severity != 1 && match->min_urgency != 1 && match->min_certainty != 1);
}

static void check_hours(const struct tocsin_hours *hours)
{
	if (!hours)
		return;
	FUZZ_HOLDS(hours->zone && hours->tz && (hours->days != 0 || hours->has_between));
	FUZZ_HOLDS(hours->days < 1 << 7 && hours->from_minute < 24 * 60 && hours->to_minute <= 24 * 60);
	(void)tocsin_zone_wall(hours->zone, 0);
}

static void check_holds(const struct tocsin_rule *rule)
{
	FUZZ_HOLDS(!rule->throttle ||
		(rule->throttle->rate.max > 0 && rule->throttle->rate.max <= TOCSIN_MAX_THROTTLE &&
			rule->throttle->rate.per_ms >= 1000 && rule->throttle->per < 1 << 5));
	FUZZ_HOLDS(!rule->corroborate ||
		(rule->corroborate->reports >= 2 && rule->corroborate->within_ms >= 1000));
	check_hours(rule->match.hours);
	if (rule->not )
		check_hours(rule->not ->hours);
}

static void check_set(const struct tocsin_ruleset *set)
{
	FUZZ_HOLDS(set->index != NULL && strlen(set->version) == 16);
	FUZZ_HOLDS(set->audience_count > 0 && set->audience_count <= TOCSIN_MAX_AUDIENCES);
	for (size_t i = 0; i < set->audience_count; i++) {
		FUZZ_HOLDS(set->audiences[i].max_sensitivity != 0 && set->audiences[i].formats != 0);
		FUZZ_HOLDS(tocsin_ruleset_audience(set, set->audiences[i].name) == (int)i);
	}
	for (size_t i = 0; i < set->sender_count; i++)
		FUZZ_HOLDS(tocsin_ruleset_sender(set, set->senders[i].name) == &set->senders[i]);
	for (size_t i = 0; i < set->rule_count; i++) {
		FUZZ_HOLDS(set->rules[i].id[0] != '\0');
		check_outputs(set, set->rules[i].outputs, set->rules[i].output_count);
		check_match(set, &set->rules[i].match);
		check_holds(&set->rules[i]);
		FUZZ_HOLDS(set->rules[i].file < set->file_count);
		if (set->rules[i].not )
			check_match(set, set->rules[i].not );
	}
	check_outputs(set, set->fallback, set->fallback_count);
}

void fuzz_input(const uint8_t *data, size_t size)
{
	struct input input = {.data = data, .size = size};
	struct tocsin_files files = {.ctx = &input, .read = read_input};
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	enum tocsin_status status = tocsin_ruleset_load("rules.yaml", &files, &diagnostics, &set);
	FUZZ_HOLDS((status == TOCSIN_OK) == (set != NULL));
	FUZZ_HOLDS(status == TOCSIN_OK || status == TOCSIN_INVALID);
	FUZZ_HOLDS((status == TOCSIN_OK) == (diagnostics.errors == 0));
	for (size_t i = 1; i < diagnostics.count; i++)
		FUZZ_HOLDS(strcmp(diagnostics.items[i - 1].file, diagnostics.items[i].file) != 0 ||
			diagnostics.items[i - 1].line <= diagnostics.items[i].line);
	if (set)
		check_set(set);
	tocsin_ruleset_destroy(set);
	tocsin_diagnostics_finish(&diagnostics);
}
