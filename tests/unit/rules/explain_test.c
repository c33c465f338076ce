/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_rules.h"

#include "rules/explain.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check(struct rig *rig, const struct tocsin_ruleset *ruleset, const char *patch,
	const struct tocsin_explained *wanted)
{
	struct tocsin_explained *explained = NULL;
	struct tocsin_facts facts;
	size_t count = 0;
	assert_int_equal(tocsin_facts_read(rig_incident(rig, patch), "mopti-17", RIG_NOW_MS,
						 ruleset->gazetteer, rig->arena, &facts),
		TOCSIN_OK);
	assert_int_equal(tocsin_explain(ruleset, &facts, rig->arena, &explained, &count), TOCSIN_OK);
	assert_int_equal(count, ruleset->rule_count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(explained[i].rule, i);
		assert_int_equal(explained[i].reached, wanted[i].reached);
		assert_int_equal(explained[i].matched, wanted[i].matched);
		if (wanted[i].clause == NULL) {
			assert_null(explained[i].clause);
			continue;
		}
		assert_string_equal(explained[i].clause, wanted[i].clause);
		assert_string_equal(explained[i].wanted, wanted[i].wanted);
		assert_string_equal(explained[i].actual, wanted[i].actual);
	}
}

static void names_the_first_clause_that_failed(void **state)
{
	static const struct {
		const char *match, *patch, *clause, *wanted, *actual;
	} rows[] = {
		{"{region: ML05 Mopti, min_severity: severe}",
			"{'severity':'moderate','location':{'country':'BF','pcode':'BF49'}}", "region",
			"ML05 Mopti", "BF49 > BF"},
		{"{region: ML05 Mopti, min_severity: severe}", "{'severity':'moderate'}", "min_severity",
			"severe or worse", "moderate"},
		{"{region: [ML08, BF, SD02]}", NULL, "region",
			"BF Burkina Faso, ML08 Kidal or SD02 North Darfur", "ML0503 > ML05 > ML"},
		{"{severity: [minor, unknown]}", NULL, "severity", "unknown or minor", "severe"},
		{"{urgency: immediate}", NULL, "urgency", "immediate", "not stated"},
		{"{min_urgency: expected}", "{'urgency':'unknown'}", "min_urgency", "expected or more",
			"unknown"},
		{"{certainty: likely}", NULL, "certainty", "likely", "observed"},
		{"{min_certainty: likely}", "{'certainty':'possible'}", "min_certainty", "likely or more",
			"possible"},
		{"{event: [riots, battles, food]}", "{'event':{'type':'health'}}", "event",
			"battles, riots or food", "health"},
		{"{sub_type: [Attack, Flood]}", "{'event':{'sub_type':'Armed clash'}}", "sub_type",
			"attack or flood", "armed clash"},
		{"{category: met}", "{'event':{'category':['geo','fire']}}", "category", "met",
			"geo or fire"},
		{"{cause: conflict}", NULL, "cause", "conflict", "not stated"},
		{"{status: test}", NULL, "status", "test", "actual"},
		{"{msg_type: update}", NULL, "msg_type", "update", "alert"},
		{"{sender: [a, b]}", NULL, "sender", "a or b", "mopti-17"},
		{"{sensitivity: low}", "{'sensitivity':null}", "sensitivity", "low", "severe"},
		{"{min_displaced: 500}",
			"{'displacement':[{'unit':'household','figure':9,"
			"'household_size':4.9}]}",
			"min_displaced", "500 people or more", "44.1 people"},
		{"{min_killed: 5}", NULL, "min_killed", "5 people or more", "no figure"},
		{"{need: water}", NULL, "need", "water", "not stated"},
		{"{impact: fear}", "{'impacts':['looting']}", "impact", "fear", "looting"},
		{"{language: fr}", "{'language':'en'}", "language", "fr", "en"},
		{"{event: battles, not: {region: ML05, min_severity: severe}}", NULL, "not",
			"not all of: region ML05 Mopti, min_severity severe or worse",
			"region ML0503 > ML05 > ML, min_severity severe"},
		{"{sender: [a, b, c, d, e, f, g, h, i, j]}", NULL, "sender",
			"a, b, c, d, e, f, g, h or 2 more", "mopti-17"},
		{"{severity: minor, event: food, not: {status: actual}}", NULL, "severity", "minor",
			"severe"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char rules[512];
		struct tocsin_explained wanted = {.reached = true,
			.clause = rows[i].clause,
			.wanted = rows[i].wanted,
			.actual = rows[i].actual};
		(void)snprintf(rules, sizeof rules,
			"rules: [{id: a, match: %s, alert: [{audience: coordination}]}]\n", rows[i].match);
		struct tocsin_ruleset *ruleset = rig_load(rules);
		check(*state, ruleset, rows[i].patch, &wanted);
		tocsin_ruleset_destroy(ruleset);
	}
}

static void tells_what_was_not_reached(void **state)
{
	static const struct tocsin_explained wanted[] = {
		{.reached = true, .matched = true},
		{.clause = "enabled", .wanted = "true", .actual = "false"},
		{.reached = true, .clause = "event", .wanted = "food", .actual = "battles"},
		{.reached = true, .matched = true},
		{.clause = "stop", .wanted = "no rule before it that stops the walk", .actual = "halt"},
		{.clause = "enabled", .wanted = "true", .actual = "false"},
	};
	struct tocsin_ruleset *ruleset =
		rig_load("rules:\n"
				 "  - {id: a, alert: [{audience: public}]}\n"
				 "  - {id: off, enabled: false, stop: true, alert: [{audience: public}]}\n"
				 "  - {id: b, stop: true, match: {event: food}, alert: [{audience: public}]}\n"
				 "  - {id: halt, stop: true, alert: [{audience: public}]}\n"
				 "  - {id: c, alert: [{audience: public}]}\n"
				 "  - {id: off2, enabled: false, alert: [{audience: public}]}\n");
	check(*state, ruleset, NULL, wanted);
	struct tocsin_arena *full = tocsin_arena_create(64, &tocsin_heap);
	struct tocsin_explained *explained = NULL;
	struct tocsin_facts facts = {.sender = "", .sub_type = "", .language = ""};
	size_t count = 99;
	assert_int_equal(tocsin_explain(ruleset, &facts, full, &explained, &count), TOCSIN_NO_MEMORY);
	assert_null(explained);
	assert_int_equal(count, 99);
	tocsin_arena_destroy(full);
	tocsin_ruleset_destroy(ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_first_clause_that_failed),
		cmocka_unit_test(tells_what_was_not_reached),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
