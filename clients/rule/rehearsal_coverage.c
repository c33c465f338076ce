/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/rehearsal_coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/clause.h"

enum { MAX_LABEL = 2 * TOCSIN_MAX_NAME + 40 };

_Static_assert(TOCSIN_CLAUSES <= 32, "a mask holds the keys of a match");
_Static_assert(TOCSIN_MAX_OUTPUTS <= 32, "a mask holds the outputs of a rule");

struct worked {
	uint32_t failed;      /* keys of the match, by clause */
	uint32_t sent;        /* outputs */
	bool fired, excepted; /* excepted: its "not" kept it from firing */
};

struct tocsin_rehearsal_coverage {
	const struct tocsin_ruleset *ruleset;
	struct worked *rules; /* the last one is the default */
};

/* Exercised of all, and what was missed. */
struct share {
	size_t exercised, of;
	json_t *missed;
};

struct tocsin_rehearsal_coverage *tocsin_rehearsal_coverage_create(
	const struct tocsin_ruleset *ruleset)
{
	struct tocsin_rehearsal_coverage *coverage = calloc(1, sizeof(*coverage));
	if (!coverage)
		return NULL;
	coverage->ruleset = ruleset;
	coverage->rules = calloc(ruleset->rule_count + 1, sizeof(*coverage->rules));
	if (coverage->rules)
		return coverage;
	free(coverage);
	return NULL;
}

void tocsin_rehearsal_coverage_destroy(struct tocsin_rehearsal_coverage *coverage)
{
	if (!coverage)
		return;
	free(coverage->rules);
	free(coverage);
}

const struct tocsin_ruleset *tocsin_rehearsal_coverage_rules(
	const struct tocsin_rehearsal_coverage *coverage)
{
	return coverage->ruleset;
}

static void count_rule(
	struct worked *worked, const struct tocsin_rule *rule, const struct tocsin_facts *facts)
{
	struct tocsin_clause clauses[TOCSIN_CLAUSES];
	bool held = true;
	tocsin_clauses_read(&rule->match, facts, clauses);
	for (size_t i = 0; i < TOCSIN_CLAUSES; i++) {
		if (!tocsin_clause_asked(&clauses[i]))
			continue;
		if (tocsin_clause_holds(&clauses[i]))
			continue;
		worked->failed |= UINT32_C(1) << i;
		held = false;
	}
	worked->excepted |= held && rule->not &&tocsin_match_holds(rule->not, facts);
}

void tocsin_rehearsal_coverage_add(
	struct tocsin_rehearsal_coverage *coverage, const struct tocsin_facts *facts)
{
	for (size_t i = 0; i < coverage->ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &coverage->ruleset->rules[i];
		struct worked *worked = &coverage->rules[i];
		if (!rule->enabled)
			continue;
		count_rule(worked, rule, facts);
		if (!tocsin_match_rule(rule, facts))
			continue;
		worked->fired = true;
		if (rule->stop)
			return;
	}
}

static void count_outputs(const struct tocsin_ruleset *ruleset, const struct tocsin_output *outputs,
	size_t count, const char *audience, struct worked *worked)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(ruleset->audiences[outputs[i].audience].name, audience) == 0)
			worked->sent |= UINT32_C(1) << i;
}

void tocsin_rehearsal_coverage_alert(
	struct tocsin_rehearsal_coverage *coverage, const char *audience, const json_t *rules)
{
	const struct tocsin_ruleset *ruleset = coverage->ruleset;
	struct worked *fallback = &coverage->rules[ruleset->rule_count];
	if (json_array_size(rules) == 0) {
		fallback->fired = true;
		count_outputs(ruleset, ruleset->fallback, ruleset->fallback_count, audience, fallback);
	}
	for (size_t k = 0; k < json_array_size(rules); k++) {
		const char *id = json_string_value(json_array_get(rules, k));
		for (size_t i = 0; i < ruleset->rule_count; i++)
			if (strcmp(ruleset->rules[i].id, id) == 0)
				count_outputs(ruleset, ruleset->rules[i].outputs, ruleset->rules[i].output_count,
					audience, &coverage->rules[i]);
	}
}

static void count_point(struct share *share, bool exercised, const char *label)
{
	share->of++;
	if (exercised)
		share->exercised++;
	else
		json_array_append_new(share->missed, json_string(label));
}

static unsigned percent(const struct share *share)
{
	return share->of ? (unsigned)(share->exercised * 100 / share->of) : 100;
}

static json_t *share_value(const struct share *share)
{
	return json_pack("{s:I, s:I, s:I, s:o}", "percent", (json_int_t)percent(share), "exercised",
		(json_int_t)share->exercised, "of", (json_int_t)share->of, "missed", share->missed);
}

static void share_outputs(struct share *share, const struct tocsin_ruleset *ruleset, const char *id,
	const struct tocsin_output *outputs, size_t count, uint32_t sent)
{
	char label[MAX_LABEL];
	for (size_t i = 0; i < count; i++) {
		snprintf(label, sizeof label, "%s -> %s", id, ruleset->audiences[outputs[i].audience].name);
		count_point(share, (sent >> i & 1) != 0, label);
	}
}

/* The keys that a match asks, whatever came by. */
static uint32_t keys_of(const struct tocsin_match *match, struct tocsin_clause *clauses)
{
	const struct tocsin_facts nothing = {.sender = "", .sub_type = "", .language = ""};
	uint32_t asked = 0;
	tocsin_clauses_read(match, &nothing, clauses);
	for (size_t i = 0; i < TOCSIN_CLAUSES; i++)
		if (tocsin_clause_asked(&clauses[i]))
			asked |= UINT32_C(1) << i;
	return asked;
}

static void share_clauses(
	struct share *share, const struct tocsin_rule *rule, const struct worked *worked)
{
	struct tocsin_clause clauses[TOCSIN_CLAUSES];
	char label[MAX_LABEL];
	const uint32_t asked = keys_of(&rule->match, clauses);
	for (size_t i = 0; i < TOCSIN_CLAUSES; i++) {
		if ((asked >> i & 1) == 0)
			continue;
		snprintf(label, sizeof label, "%s.%s", rule->id, clauses[i].name);
		count_point(share, worked->fired && (worked->failed >> i & 1) != 0, label);
	}
	if (!rule->not )
		return;
	snprintf(label, sizeof label, "%s.not", rule->id);
	count_point(share, worked->excepted, label);
}

unsigned tocsin_rehearsal_coverage_percent(const struct tocsin_rehearsal_coverage *coverage)
{
	struct share share = {.of = 1};
	share.exercised = coverage->rules[coverage->ruleset->rule_count].fired;
	for (size_t i = 0; i < coverage->ruleset->rule_count; i++) {
		share.of += coverage->ruleset->rules[i].enabled;
		share.exercised += coverage->rules[i].fired;
	}
	return percent(&share);
}

json_t *tocsin_rehearsal_coverage_value(const struct tocsin_rehearsal_coverage *coverage)
{
	const struct tocsin_ruleset *ruleset = coverage->ruleset;
	const struct worked *fallback = &coverage->rules[ruleset->rule_count];
	struct share rules = {.missed = json_array()}, clauses = {.missed = json_array()},
				 outputs = {.missed = json_array()};
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		const struct worked *worked = &coverage->rules[i];
		if (!rule->enabled)
			continue;
		count_point(&rules, worked->fired, rule->id);
		share_clauses(&clauses, rule, worked);
		share_outputs(&outputs, ruleset, rule->id, rule->outputs, rule->output_count, worked->sent);
	}
	count_point(&rules, fallback->fired, "default");
	share_outputs(
		&outputs, ruleset, "default", ruleset->fallback, ruleset->fallback_count, fallback->sent);
	return json_pack("{s:o, s:o, s:o}", "rules", share_value(&rules), "clauses",
		share_value(&clauses), "outputs", share_value(&outputs));
}
