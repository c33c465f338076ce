/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An explanation as one JSON object: the command prints it and the plugin answers
 * it over $CONTROL, so that both say the same. */
#pragma once

#include <jansson.h>

#include "rules/explain.h"
#include "rules/silence.h"

/* A silence in force, under the name that operators know. */
struct tocsin_explain_silence {
	const char *id;
	const struct tocsin_silence *silence;
};

struct tocsin_explanation {
	const struct tocsin_ruleset *ruleset;
	const struct tocsin_facts *facts;
	const struct tocsin_explained *rules; /* of tocsin_explain; in file order */
	size_t rule_count;
	/* How many of the throttle's window passed already, for a rule that has one;
	 * NULL where there is no memory to ask. */
	uint32_t (*passed)(void *ctx, uint32_t rule);
	void *ctx;
	const struct tocsin_explain_silence *silences; /* those that do not match are left out */
	size_t silence_count;
};

/* {"region": [{code, name, level}], "rules": [...], "silences": [...],
 *  "read_as": {...}, "rules_version"}; the region is the incident's own first, its
 * country last; read_as has what the incident may leave out. Each
 * rule: id, file, line, reached, matched; where it failed clause, wanted and actual;
 * where it matched outputs [{audience, too_sensitive}], and what may hold it back:
 * throttle {per, max, in, passed, full}, corroborate {reports, within}. The caller owns
 * it; NULL without memory. */
json_t *tocsin_explain_json(const struct tocsin_explanation *explanation);

/* Adds a decision: {"routing", "fired", "held_by", "deliveries": [{audience, sees,
 * qos, open, expires_ms, rules, by_default}]}, without what was rendered. False
 * without memory. */
bool tocsin_explain_json_decision(
	json_t *object, const struct tocsin_ruleset *ruleset, const struct tocsin_decision *decision);

struct tocsin_explain_rendering {
	const struct tocsin_ruleset *ruleset;
	const Tocsin__V1__Incident *incident;
	const struct tocsin_facts *facts;
	const struct tocsin_decision *decision;
	const char *root, *hub;
	struct tocsin_arena *arena; /* for what is made on the way */
};

/* Adds to each delivery of tocsin_explain_json_decision what the audience would be
 * sent, as a first version without ids: {"topics", "json_twin", "expires", "alert"}.
 * False without memory. */
bool tocsin_explain_json_alerts(json_t *object, const struct tocsin_explain_rendering *rendering);
