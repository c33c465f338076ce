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
	const struct tocsin_gate *gate; /* or NULL */
	struct tocsin_decision *decision;
	size_t rules[TOCSIN_MAX_AUDIENCES]; /* how many name each audience */
	uint32_t last[TOCSIN_MAX_AUDIENCES];
	uint8_t delivery[TOCSIN_MAX_AUDIENCES]; /* index, or NOT_SENT */
};

static bool may_see(const struct sorting *sorting, const struct tocsin_output *output)
{
	const struct tocsin_audience *audience = &sorting->ruleset->audiences[output->audience];
	return output->downgrade || sorting->facts->sensitivity <= audience->max_sensitivity;
}

/* The one place that says whether an output goes out. It is asked once, since the
 * gate may count what passes. Returns why any of them does not. */
static uint8_t judge(const struct sorting *sorting, uint32_t rule,
	const struct tocsin_output *outputs, size_t count, uint8_t *withheld)
{
	bool any = false;
	uint8_t why = 0;
	for (size_t i = 0; i < count; i++) {
		withheld[i] = may_see(sorting, &outputs[i]) ? 0 : TOCSIN_WITHHELD_SENSITIVITY;
		any |= withheld[i] == 0;
	}
	if (any && sorting->gate != NULL) {
		sorting->gate->hold(sorting->gate->ctx, rule, outputs, count, withheld);
	}
	for (size_t i = 0; i < count; i++) {
		why |= withheld[i];
	}
	return why;
}

static int64_t span_of(const struct tocsin_output *output)
{
	return output->expires_ms > 0 ? output->expires_ms : TOCSIN_DEFAULT_EXPIRES_MS;
}

/* First pass: how many rules each audience gets. True where any output went out. */
static bool count_outputs(struct sorting *sorting, uint32_t number, const uint8_t *withheld)
{
	const struct tocsin_rule *rule = &sorting->ruleset->rules[number];
	bool any = false;
	for (size_t i = 0; i < rule->output_count; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		if (withheld[i] != 0) {
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
static void add_outputs(
	struct sorting *sorting, uint32_t *const *room, uint32_t number, const uint8_t *withheld)
{
	const struct tocsin_rule *rule = &sorting->ruleset->rules[number];
	for (size_t i = 0; i < rule->output_count; i++) {
		const struct tocsin_output *output = &rule->outputs[i];
		if (withheld[i] != 0) {
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
	const uint8_t *withheld = scratch->outputs;
	for (size_t i = 0; i < decision->fired_count; i++) {
		add_outputs(sorting, room, decision->fired[i], withheld);
		withheld += sorting->ruleset->rules[decision->fired[i]].output_count;
	}
	decision->routing = TOCSIN__V1__ROUTING__ROUTING_ROUTED;
}

static void fall_back(struct sorting *sorting)
{
	const struct tocsin_ruleset *ruleset = sorting->ruleset;
	struct tocsin_decision *decision = sorting->decision;
	uint8_t withheld[TOCSIN_MAX_OUTPUTS];
	decision->default_withheld =
		judge(sorting, TOCSIN_DEFAULT_ROUTE, ruleset->fallback, ruleset->fallback_count, withheld);
	for (size_t audience = 0; audience < ruleset->audience_count; audience++) {
		for (size_t i = 0; i < ruleset->fallback_count; i++) {
			const struct tocsin_output *output = &ruleset->fallback[i];
			if (output->audience != audience || withheld[i] != 0) {
				continue;
			}
			if (sorting->delivery[audience] == NOT_SENT) {
				open_delivery(sorting, output->audience, NULL);
			}
			struct tocsin_delivery *delivery = &decision->deliveries[sorting->delivery[audience]];
			delivery->by_default = true;
			merge_output(delivery, output);
		}
	}
	decision->routing = decision->delivery_count > 0 ? TOCSIN__V1__ROUTING__ROUTING_DEFAULTED
													 : TOCSIN__V1__ROUTING__ROUTING_HELD;
}

/* Everything that fired, with what holds it back. Returns why anything was. */
static uint8_t judge_fired(struct sorting *sorting, struct tocsin_scratch *scratch)
{
	struct tocsin_decision *decision = sorting->decision;
	uint8_t *withheld = scratch->outputs;
	uint8_t why = 0;
	for (size_t i = 0; i < decision->fired_count; i++) {
		const uint32_t number = decision->fired[i];
		const struct tocsin_rule *rule = &sorting->ruleset->rules[number];
		scratch->withheld[i] = judge(sorting, number, rule->outputs, rule->output_count, withheld);
		why |= scratch->withheld[i];
		if (!count_outputs(sorting, number, withheld)) {
			scratch->held[decision->held_count++] = number;
		}
		withheld += rule->output_count;
	}
	return why;
}

void tocsin_decide(const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts,
	const struct tocsin_gate *gate, struct tocsin_scratch *scratch,
	struct tocsin_decision *decision)
{
	struct sorting sorting = {
		.ruleset = ruleset, .facts = facts, .gate = gate, .decision = decision};
	memset(sorting.delivery, NOT_SENT, sizeof sorting.delivery);
	decision->delivery_count = 0;
	decision->held = scratch->held;
	decision->held_count = 0;
	decision->withheld = scratch->withheld;
	decision->default_withheld = 0;
	decision->fired_count = tocsin_match_rules(ruleset, facts, scratch, &decision->fired);
	const uint8_t why = judge_fired(&sorting, scratch);
	if (decision->held_count < decision->fired_count) {
		route(&sorting, scratch);
	} else if (decision->fired_count == 0 ||
		(why & (TOCSIN_WITHHELD_SENSITIVITY | TOCSIN_WITHHELD_CORROBORATE)) != 0) {
		fall_back(&sorting);
	} else {
		decision->routing = TOCSIN__V1__ROUTING__ROUTING_HELD;
	}
}
