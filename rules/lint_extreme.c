/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Extreme incidents of every kind and place are put to the matcher itself: real, first
 * reports, observed, that say nothing else. */
#include "rules/lint_extreme.h"

#include <stdlib.h>

#define THREE_HOURS_MS (INT64_C(3) * 60 * 60 * 1000)

static bool goes_out(const struct tocsin_ruleset *ruleset, const struct tocsin_rule *rule,
	Tocsin__V1__Sensitivity sensitivity)
{
	for (size_t i = 0; i < rule->output_count && rule->corroborate == NULL; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		if (output->downgrade ||
			sensitivity <= ruleset->audiences[output->audience].max_sensitivity) {
			return true;
		}
	}
	return false;
}

static bool reaches_by_rule(struct tocsin_extreme *extreme, const struct tocsin_facts *facts)
{
	const struct tocsin_ruleset *ruleset = extreme->linting->ruleset;
	const uint32_t *fired;
	const size_t count = tocsin_match_rules(ruleset, facts, extreme->scratch, &fired);
	for (size_t i = 0; i < count; i++) {
		if (goes_out(ruleset, &ruleset->rules[fired[i]], facts->sensitivity)) {
			return true;
		}
	}
	return false;
}

static void judge(
	struct tocsin_extreme *extreme, struct tocsin_facts *facts, uint8_t *always, uint8_t *at_times)
{
	*always = *at_times = 0;
	for (unsigned level = 1; level <= TOCSIN_EXTREME_SENSITIVITIES; level++) {
		size_t reached = 0;
		facts->sensitivity = (Tocsin__V1__Sensitivity)level;
		for (size_t i = 0; i < extreme->instants; i++) {
			facts->received_ms = (int64_t)i * THREE_HOURS_MS;
			reached += reaches_by_rule(extreme, facts) ? 1 : 0;
		}
		if (reached == 0) {
			*always |= (uint8_t)TOCSIN_BIT(level);
		} else if (reached < extreme->instants) {
			*at_times |= (uint8_t)TOCSIN_BIT(level);
		}
	}
}

static void judge_place(struct tocsin_extreme *extreme, size_t number)
{
	struct tocsin_facts facts = {
		.status = TOCSIN__V1__STATUS__STATUS_ACTUAL,
		.msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT,
		.severity = TOCSIN__V1__SEVERITY__SEVERITY_EXTREME,
		.certainty = TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED,
		.sender = "",
		.sub_type = "",
		.language = "",
	};
	facts.depth = tocsin_gazetteer_path(
		extreme->linting->ruleset->gazetteer, extreme->all[number], facts.path);
	for (int event = 0; event < TOCSIN_EXTREME_EVENTS; event++) {
		facts.event = (Tocsin__V1__EventType)(event + 1);
		judge(extreme, &facts, &extreme->rows[number].always[event],
			&extreme->rows[number].at_times[event]);
	}
}

static bool asks_hours(const struct tocsin_ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		if (rule->match.hours != NULL || (rule->not != NULL && rule->not ->hours != NULL)) {
			return true;
		}
	}
	return false;
}

static uint32_t seen_by_others(const struct tocsin_ruleset *ruleset)
{
	uint32_t seen = 0;
	for (size_t i = 0; i < ruleset->audience_count; i++) {
		bool fallback = false;
		for (size_t k = 0; k < ruleset->fallback_count; k++) {
			fallback |= ruleset->fallback[k].audience == i;
		}
		if (!fallback) {
			seen |= TOCSIN_BIT((int)ruleset->audiences[i].max_sensitivity + 1) - 1;
		}
	}
	return seen & TOCSIN_EXTREME_ALL_SENSITIVITIES;
}

static bool prepare(struct tocsin_extreme *extreme)
{
	const struct tocsin_ruleset *ruleset = extreme->linting->ruleset;
	if (!tocsin_lint_places_find(extreme->linting, &extreme->places)) {
		return false;
	}
	const struct tocsin_lint_places *places = &extreme->places;
	extreme->scratch = tocsin_scratch_create(ruleset);
	extreme->all = calloc(TOCSIN_EXTREME_MAX_PLACES, sizeof *extreme->all);
	extreme->rows = calloc(TOCSIN_EXTREME_MAX_PLACES, sizeof *extreme->rows);
	if (extreme->scratch == NULL || extreme->all == NULL || extreme->rows == NULL) {
		return false;
	}
	for (size_t i = 0; i < places->count; i++) {
		extreme->all[extreme->count++] = places->regions[i];
	}
	for (size_t i = 0; i < places->country_count; i++) {
		extreme->all[extreme->count++] = places->countries[i];
	}
	if (places->elsewhere != TOCSIN_NO_REGION) {
		extreme->all[extreme->count++] = places->elsewhere;
	}
	extreme->instants = asks_hours(ruleset) ? TOCSIN_EXTREME_INSTANTS : 1;
	extreme->others = seen_by_others(ruleset);
	return true;
}

void tocsin_lint_extreme(struct tocsin_linting *linting)
{
	struct tocsin_extreme extreme = {.linting = linting};
	if (prepare(&extreme)) {
		for (size_t i = 0; i < extreme.count; i++) {
			judge_place(&extreme, i);
		}
		tocsin_extreme_say_overall(&extreme);
		tocsin_extreme_say_groups(&extreme);
	} else {
		linting->short_of_memory = true;
	}
	tocsin_scratch_destroy(extreme.scratch);
	free(extreme.all);
	free(extreme.rows);
}
