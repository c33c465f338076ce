/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/decide.h"

#include <string.h>

#include "rules/scratch.h"

#define NOT_SENT UINT8_MAX

_Static_assert((int)TOCSIN_MAX_AUDIENCES < NOT_SENT, "an audience's delivery fits a byte");

/* The outputs of the rules that fired, on their way to one delivery an audience. */
struct sorting {
	const struct tocsin_ruleset *ruleset;
	const struct tocsin_facts *facts;
	struct tocsin_decision *decision;
	size_t rules[TOCSIN_MAX_AUDIENCES]; /* how many name each audience */
	uint32_t last[TOCSIN_MAX_AUDIENCES];
	uint8_t delivery[TOCSIN_MAX_AUDIENCES]; /* index, or NOT_SENT */
};

/* The one gate that every output passes. Whatever else may hold an output back
 * (a throttle, a silence, a wait for corroboration) is asked here. */
static bool goes_out(const struct sorting *sorting, const struct tocsin_output *output)
{
	const struct tocsin_audience *audience = &sorting->ruleset->audiences[output->audience];
	return output->downgrade || sorting->facts->sensitivity <= audience->max_sensitivity;
}

static int64_t span_of(const struct tocsin_output *output)
{
	return output->expires_ms > 0 ? output->expires_ms : TOCSIN_DEFAULT_EXPIRES_MS;
}

/* First pass: how many rules each audience gets. True where any output went out. */
static bool count_outputs(struct sorting *sorting, uint32_t number)
{
	const struct tocsin_rule *rule = &sorting->ruleset->rules[number];
	bool any = false;
	for (size_t i = 0; i < rule->output_count; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		if (!goes_out(sorting, output)) {
			continue;
		}
		any = true;
		/* Rules come in file order, so that a rule that names the audience
		 * twice is the last one seen. */
		if (sorting->rules[output->audience] == 0 || sorting->last[output->audience] != number) {
			sorting->rules[output->audience]++;
			sorting->last[output->audience] = number;
		}
	}
	return any;
}

static void merge_output(struct tocsin_delivery *delivery, const struct tocsin_output *output)
{
	if (span_of(output) > delivery->expires_ms) {
		delivery->expires_ms = span_of(output);
	}
	if (output->qos > delivery->qos) {
		delivery->qos = output->qos;
	}
	delivery->open |= output->open;
}

/* Second pass: into the deliveries, whose room is now known. */
static void add_outputs(struct sorting *sorting, uint32_t *const *room, uint32_t number)
{
	const struct tocsin_rule *rule = &sorting->ruleset->rules[number];
	for (size_t i = 0; i < rule->output_count; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		if (!goes_out(sorting, output)) {
			continue;
		}
		struct tocsin_delivery *delivery =
			&sorting->decision->deliveries[sorting->delivery[output->audience]];
		uint32_t *rules = room[output->audience];
		merge_output(delivery, output);
		if (delivery->rule_count == 0 || rules[delivery->rule_count - 1] != number) {
			rules[delivery->rule_count++] = number;
		}
	}
}

static void open_delivery(struct sorting *sorting, uint8_t audience, const uint32_t *rules)
{
	struct tocsin_decision *decision = sorting->decision;
	sorting->delivery[audience] = (uint8_t)decision->delivery_count;
	decision->deliveries[decision->delivery_count++] =
		(struct tocsin_delivery){.audience = audience, .rules = rules};
}

static void route(struct sorting *sorting, struct tocsin_scratch *scratch)
{
	struct tocsin_decision *decision = sorting->decision;
	uint32_t *room[TOCSIN_MAX_AUDIENCES];
	uint32_t *next = scratch->delivered;
	for (size_t i = 0; i < sorting->ruleset->audience_count; i++) {
		room[i] = next;
		next += sorting->rules[i];
		if (sorting->rules[i] > 0) {
			open_delivery(sorting, (uint8_t)i, room[i]);
		}
	}
	for (size_t i = 0; i < decision->fired_count; i++) {
		add_outputs(sorting, room, decision->fired[i]);
	}
	decision->routing = TOCSIN__V1__ROUTING__ROUTING_ROUTED;
}

static void fall_back(struct sorting *sorting)
{
	const struct tocsin_ruleset *ruleset = sorting->ruleset;
	for (size_t audience = 0; audience < ruleset->audience_count; audience++) {
		for (size_t i = 0; i < ruleset->fallback_count; i++) {
			const struct tocsin_output *output = &ruleset->fallback[i];
			if (output->audience != audience || !goes_out(sorting, output)) {
				continue;
			}
			if (sorting->delivery[audience] == NOT_SENT) {
				open_delivery(sorting, output->audience, NULL);
			}
			struct tocsin_delivery *delivery =
				&sorting->decision->deliveries[sorting->delivery[audience]];
			delivery->by_default = true;
			merge_output(delivery, output);
		}
	}
	sorting->decision->routing = TOCSIN__V1__ROUTING__ROUTING_DEFAULTED;
}

void tocsin_decide(const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts,
	struct tocsin_scratch *scratch, struct tocsin_decision *decision)
{
	struct sorting sorting = {.ruleset = ruleset, .facts = facts, .decision = decision};
	memset(sorting.delivery, NOT_SENT, sizeof sorting.delivery);
	decision->delivery_count = 0;
	decision->held = scratch->held;
	decision->held_count = 0;
	decision->fired_count = tocsin_match_rules(ruleset, facts, scratch, &decision->fired);
	for (size_t i = 0; i < decision->fired_count; i++) {
		if (!count_outputs(&sorting, decision->fired[i])) {
			scratch->held[decision->held_count++] = decision->fired[i];
		}
	}
	if (decision->held_count < decision->fired_count) {
		route(&sorting, scratch);
	} else {
		fall_back(&sorting);
	}
}
