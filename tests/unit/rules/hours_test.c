/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* `time`: which instants a rule's hours hold at, and how explain shows them. */
#include "rules/rig_rules.h"

#include "proto/instant.h"
#include "rules/explain.h"
#include "rules/match.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int64_t instant_ms(const char *text)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	assert_true(tocsin_instant_read(text, strlen(text), &time));
	return tocsin_instant_ms(&time);
}

static struct tocsin_ruleset *load_hours(const char *hours)
{
	char rules[512];
	(void)snprintf(rules, sizeof rules,
		"rules:\n  - {id: a, match: {time: %s}, alert: [{audience: partners}]}\n", hours);
	return rig_load(rules);
}

/* 2024-08-09 was a Friday. */
static void holds_within_the_window(void **state)
{
	static const struct {
		const char *hours, *at;
		bool holds;
	} rows[] = {
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-09T17:59:59.999Z",
			false},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-09T18:00:00Z",
			true},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-09T23:59:59Z",
			true},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-10T00:00:00Z",
			true},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-10T05:59:59.999Z",
			true},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-10T06:00:00Z",
			false},
		/* Sunday before six belongs to Saturday, Friday before six to Thursday. */
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-11T05:59:59Z",
			true},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-11T18:00:00Z",
			false},
		{"{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}", "2024-08-09T05:00:00Z",
			false},
		/* Monday before six belongs to Sunday. */
		{"{tz: UTC, days: sun, between: 22:00-02:00}", "2024-08-12T01:59:59Z", true},
		{"{tz: UTC, days: mon, between: 22:00-02:00}", "2024-08-12T01:59:59Z", false},
		{"{tz: UTC, between: 08:00-17:00}", "2024-08-09T07:59:59Z", false},
		{"{tz: UTC, between: 08:00-17:00}", "2024-08-09T08:00:00Z", true},
		{"{tz: UTC, between: 08:00-17:00}", "2024-08-09T16:59:59Z", true},
		{"{tz: UTC, between: 08:00-17:00}", "2024-08-09T17:00:00Z", false},
		{"{tz: UTC, between: 18:00-24:00}", "2024-08-09T23:59:59Z", true},
		{"{tz: UTC, between: 18:00-24:00}", "2024-08-10T00:00:00Z", false},
		{"{tz: UTC, between: 18:00-00:00}", "2024-08-09T23:59:59Z", true},
		{"{tz: UTC, between: 18:00-00:00}", "2024-08-10T00:00:00Z", false},
		{"{tz: UTC, between: 00:00-24:00}", "2024-08-10T00:00:00Z", true},
		{"{tz: UTC, days: fri}", "2024-08-09T00:00:00Z", true},
		{"{tz: UTC, days: fri}", "2024-08-09T23:59:59Z", true},
		{"{tz: UTC, days: fri}", "2024-08-10T00:00:00Z", false},
		{"{tz: UTC, days: fri}", "2024-08-08T23:59:59Z", false},
		/* The wall decides: late on Thursday in UTC is Friday in Kathmandu. */
		{"{tz: Asia/Kathmandu, days: fri}", "2024-08-08T18:15:00Z", true},
		{"{tz: Asia/Kathmandu, days: fri}", "2024-08-08T18:14:59Z", false},
		/* 02:30 does not happen on the night of the change, and happens twice in autumn. */
		{"{tz: Europe/Paris, between: 02:00-03:00}", "2024-03-31T00:59:59Z", false},
		{"{tz: Europe/Paris, between: 02:00-03:00}", "2024-03-31T01:00:00Z", false},
		{"{tz: Europe/Paris, between: 02:00-03:00}", "2024-10-27T00:30:00Z", true},
		{"{tz: Europe/Paris, between: 02:00-03:00}", "2024-10-27T01:30:00Z", true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_ruleset *ruleset = load_hours(rows[i].hours);
		const struct tocsin_hours *hours = ruleset->rules[0].match.hours;
		assert_non_null(hours);
		if (tocsin_match_hours(hours, instant_ms(rows[i].at)) != rows[i].holds)
			fail_msg("%s at %s", rows[i].hours, rows[i].at);
		tocsin_ruleset_destroy(ruleset);
	}
	assert_true(tocsin_match_hours(NULL, 0));
}

static void explain_at(struct rig *rig, const struct tocsin_ruleset *ruleset, int64_t at_ms,
	struct tocsin_explained **explained)
{
	struct tocsin_facts facts;
	size_t count;
	assert_int_equal(tocsin_facts_read(rig_incident(rig, NULL), "mopti-17", at_ms,
						 ruleset->gazetteer, rig->arena, &facts),
		TOCSIN_OK);
	assert_int_equal(tocsin_explain(ruleset, &facts, rig->arena, explained, &count), TOCSIN_OK);
}

static void decides_by_the_clock_on_receipt(void **state)
{
	struct rig *rig = *state;
	struct tocsin_explained *explained = NULL;
	struct tocsin_ruleset *ruleset =
		load_hours("{tz: Africa/Bamako, days: [fri, sat], between: 18:00-06:00}");
	explain_at(rig, ruleset, RIG_NOW_MS, &explained);
	assert_false(explained[0].matched);
	assert_string_equal(explained[0].clause, "time");
	assert_string_equal(explained[0].wanted, "Fri, Sat 18:00–06:00 Africa/Bamako");
	assert_string_equal(explained[0].actual, "Thu 12:00");
	explain_at(rig, ruleset, instant_ms("2024-08-09T19:00:00Z"), &explained);
	assert_true(explained[0].matched);
	tocsin_ruleset_destroy(ruleset);
}

static void stands_in_an_exception(void **state)
{
	struct rig *rig = *state;
	struct tocsin_explained *explained = NULL;
	struct tocsin_ruleset *ruleset =
		rig_load("rules:\n  - {id: a, match: {not: {time: {tz: UTC, days: [thu]}}}, "
				 "alert: [{audience: partners}]}\n");
	explain_at(rig, ruleset, RIG_NOW_MS, &explained);
	assert_false(explained[0].matched);
	assert_string_equal(explained[0].wanted, "not all of: time Thu UTC");
	assert_string_equal(explained[0].actual, "time Thu 12:00");
	explain_at(rig, ruleset, RIG_NOW_MS + 24 * 3600 * 1000, &explained);
	assert_true(explained[0].matched);
	tocsin_ruleset_destroy(ruleset);
}

/* One zone is read once, however many rules ask it. */
static void shares_zones(void **state)
{
	(void)state;
	struct tocsin_ruleset *ruleset = rig_load(
		"rules:\n"
		"  - {id: a, match: {time: {tz: Africa/Bamako, days: fri}}, alert: [{audience: public}]}\n"
		"  - {id: b, match: {time: {tz: UTC, days: fri}}, alert: [{audience: public}]}\n"
		"  - {id: c, match: {time: {tz: Africa/Bamako, days: sat}}, alert: [{audience: public}]}\n"
		"  - {id: d, alert: [{audience: public}]}\n");
	assert_ptr_equal(ruleset->rules[0].match.hours->zone, ruleset->rules[2].match.hours->zone);
	assert_ptr_not_equal(ruleset->rules[0].match.hours->zone, ruleset->rules[1].match.hours->zone);
	assert_null(ruleset->rules[3].match.hours);
	tocsin_ruleset_destroy(ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_within_the_window),
		cmocka_unit_test_setup_teardown(decides_by_the_clock_on_receipt, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(stands_in_an_exception, rig_setup, rig_teardown),
		cmocka_unit_test(shares_zones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
