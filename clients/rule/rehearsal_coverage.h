/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What of a rule set the scenarios have put to work. A rule is exercised when it
 * fired; a key of its match, or its "not", when an incident that came as far as the
 * rule failed it; an output when an alert went out by it. */
#pragma once

#include <jansson.h>

#include "rules/decide.h"

struct tocsin_rehearsal_coverage;

/* Borrows the rule set. NULL without memory. */
struct tocsin_rehearsal_coverage *tocsin_rehearsal_coverage_create(
	const struct tocsin_ruleset *ruleset);
void tocsin_rehearsal_coverage_destroy(struct tocsin_rehearsal_coverage *coverage);

const struct tocsin_ruleset *tocsin_rehearsal_coverage_rules(
	const struct tocsin_rehearsal_coverage *coverage);

/* Counts one accepted incident, by its facts. */
void tocsin_rehearsal_coverage_add(
	struct tocsin_rehearsal_coverage *coverage, const struct tocsin_facts *facts);

/* Counts one alert that went out: to an audience, by rules (ids; none: by the
 * default). */
void tocsin_rehearsal_coverage_alert(
	struct tocsin_rehearsal_coverage *coverage, const char *audience, const json_t *rules);

/* Rules exercised, the default among them, in percent, rounded down. */
unsigned tocsin_rehearsal_coverage_percent(const struct tocsin_rehearsal_coverage *coverage);

/* {"rules": {"percent", "exercised", "of", "missed": [...]}, "clauses": ..., "outputs":
 * ...}; missed names "rule", "rule.key" and "rule -> audience". New. */
json_t *tocsin_rehearsal_coverage_value(const struct tocsin_rehearsal_coverage *coverage);
