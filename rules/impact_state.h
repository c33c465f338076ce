/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The inside of an impact. Not for other rooms. */
#pragma once

#include "rules/impact.h"

enum {
	TOCSIN_IMPACT_SEVERITIES = TOCSIN__V1__SEVERITY__SEVERITY_EXTREME + 1,
	TOCSIN_IMPACT_AUDIENCES = 2 * TOCSIN_MAX_AUDIENCES,
	TOCSIN_MAX_REMAINDERS = 64, /* kinds of "would reach only ..." told apart */
};

/* One of the two rule sets, and what it makes of the incident at hand. */
struct tocsin_impact_side {
	const struct tocsin_ruleset *ruleset; /* NULL: nothing goes anywhere */
	struct tocsin_scratch *scratch;
	struct tocsin_facts facts;
	struct tocsin_decision decision;
	bool taken;
	uint32_t *rule_at;                           /* rule index to entry of impact->rules */
	uint16_t audience_at[TOCSIN_MAX_AUDIENCES];  /* index to entry of impact->audiences */
	int8_t delivery_at[TOCSIN_IMPACT_AUDIENCES]; /* entry to delivery, -1: none */
};

/* Extremes that lose somebody, by whom they would still reach. */
struct tocsin_impact_remainder {
	const char *audiences; /* "coordination and partners" */
	size_t count;
};

struct tocsin_impact {
	struct tocsin_arena *kept;    /* texts of what is reported */
	struct tocsin_arena *working; /* of one incident */
	struct tocsin_impact_side before, after;
	struct tocsin_impact_totals totals;

	struct tocsin_impact_change *changes;
	size_t change_count, change_capacity;

	struct tocsin_impact_rule *rules; /* the last one is the default */
	size_t rule_count;

	struct tocsin_impact_audience audiences[TOCSIN_IMPACT_AUDIENCES];
	size_t audience_count;
	size_t by_severity[TOCSIN_IMPACT_AUDIENCES][3][TOCSIN_IMPACT_SEVERITIES]; /* by kind */

	struct tocsin_impact_remainder remainders[TOCSIN_MAX_REMAINDERS];
	size_t remainder_count;
};

/* Compares the two sets as texts: rules, audiences, senders, default. */
TOCSIN_MUST_USE enum tocsin_status tocsin_impact_compare(struct tocsin_impact *impact);

/* Fills what the side makes of an incident. */
TOCSIN_MUST_USE enum tocsin_status tocsin_impact_judge(struct tocsin_impact_side *side,
	struct tocsin_arena *arena, const Tocsin__V1__Incident *incident, const char *sender,
	int64_t received_ms);

/* Texts about what it made of it, kept; NULL without memory, and of the first two where
 * there is no delivery. */
const char *tocsin_impact_topic(struct tocsin_impact *impact, const struct tocsin_impact_side *side,
	const struct tocsin_delivery *delivery, const Tocsin__V1__Incident *incident);
const char *tocsin_impact_rule_ids(struct tocsin_impact *impact,
	const struct tocsin_impact_side *side, const struct tocsin_delivery *delivery);
const char *tocsin_impact_region(
	struct tocsin_impact *impact, const struct tocsin_impact_side *side);
