/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From the rules that fired to what each audience gets (design: the rule file). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/index.h"

/* How long an alert is valid after receipt where its output does not say. */
#define TOCSIN_DEFAULT_EXPIRES_MS (INT64_C(72) * 60 * 60 * 1000)

/* What one audience gets of one incident. */
struct tocsin_delivery {
	uint8_t audience;
	uint8_t qos;
	bool open;
	bool by_default;       /* the default route carries it */
	int64_t expires_ms;    /* span from receipt */
	const uint32_t *rules; /* rule indices whose own output was not withheld, file order */
	size_t rule_count;
};

struct tocsin_decision {
	Tocsin__V1__Routing routing;
	const uint32_t *fired; /* rule indices, file order */
	size_t fired_count;
	const uint32_t *held; /* fired rules of which no output went out */
	size_t held_count;
	struct tocsin_delivery deliveries[TOCSIN_MAX_AUDIENCES]; /* by audience index, rising */
	size_t delivery_count;
};

/* Decides an Alert or an Update. Where no rule fired, or every output of those that
 * did was withheld, the default route carries it; its own outputs pass the same
 * gate, and the one to an audience that may see severe always does. Allocates
 * nothing; what decision points to lives
 * in scratch until its next use. */
void tocsin_decide(const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts,
	struct tocsin_scratch *scratch, struct tocsin_decision *decision);
