/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_rules.h"

#include "rules/explain_json.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

static const char rules[] =
	"rules:\n"
	"  - {id: a, match: {event: battles}, alert: [{audience: partners}, {audience: public}],"
	" throttle: {per: [adm1, event], max: 2, in: 90m}}\n"
	"  - {id: b, match: {event: food}, alert: [{audience: partners}]}\n"
	"  - {id: c, stop: true, alert: [{audience: public, downgrade: true}],"
	" corroborate: {reports: 2, independent: sender, within: 2d}}\n"
	"  - {id: d, alert: [{audience: coordination}]}\n";

static uint32_t two(void *ctx, uint32_t rule)
{
	assert_int_equal(rule, 0);
	return *(uint32_t *)ctx;
}

struct told {
	struct tocsin_ruleset *ruleset;
	struct tocsin_facts facts;
	struct tocsin_explanation explanation;
};

static struct told tell(struct rig *rig)
{
	struct told told = {.ruleset = rig_load(rules)};
	struct tocsin_explained *explained = NULL;
	size_t count = 0;
	assert_int_equal(tocsin_facts_read(rig_incident(rig, NULL), "mopti-17", RIG_NOW_MS,
						 told.ruleset->gazetteer, rig->arena, &told.facts),
		TOCSIN_OK);
	assert_int_equal(
		tocsin_explain(told.ruleset, &told.facts, rig->arena, &explained, &count), TOCSIN_OK);
	told.explanation = (struct tocsin_explanation){
		.ruleset = told.ruleset, .rules = explained, .rule_count = count};
	return told;
}

static void check(const json_t *value, const char *wanted)
{
	json_t *other = json_loads(wanted, JSON_DECODE_ANY, NULL);
	assert_non_null(other);
	if (!json_equal(value, other)) {
		char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		print_error("is     %s\nwanted %s\n", text, wanted);
		free(text);
		fail();
	}
	json_decref(other);
}

static void tells_path_rules_and_holds(void **state)
{
	struct told told = tell(*state);
	uint32_t passed = 2;
	told.explanation.facts = &told.facts;
	told.explanation.passed = two;
	told.explanation.ctx = &passed;
	json_t *object = tocsin_explain_json(&told.explanation);
	check(json_object_get(object, "region"),
		"[{\"code\":\"ML0503\",\"name\":\"Djenné\",\"level\":2},"
		"{\"code\":\"ML05\",\"name\":\"Mopti\",\"level\":1},"
		"{\"code\":\"ML\",\"name\":\"Mali\",\"level\":0}]");
	check(json_object_get(object, "read_as"),
		"{\"severity\":\"severe\",\"certainty\":\"observed\",\"sensitivity\":\"moderate\"}");
	check(json_object_get(object, "rules"),
		"[{\"id\":\"a\",\"file\":\"rules.yaml\",\"line\":9,\"matched\":true,\"reached\":true,"
		"\"outputs\":[{\"audience\":\"partners\",\"too_sensitive\":false},"
		"{\"audience\":\"public\",\"too_sensitive\":true}],"
		"\"throttle\":{\"per\":[\"adm1\",\"event\"],\"max\":2,\"in\":\"90m\",\"passed\":2,"
		"\"full\":true}},"
		"{\"id\":\"b\",\"file\":\"rules.yaml\",\"line\":10,\"matched\":false,\"reached\":true,"
		"\"clause\":\"event\",\"wanted\":\"food\",\"actual\":\"battles\"},"
		"{\"id\":\"c\",\"file\":\"rules.yaml\",\"line\":11,\"matched\":true,\"reached\":true,"
		"\"outputs\":[{\"audience\":\"public\",\"too_sensitive\":false}],"
		"\"corroborate\":{\"reports\":2,\"within\":\"2d\"}},"
		"{\"id\":\"d\",\"file\":\"rules.yaml\",\"line\":12,\"matched\":false,\"reached\":false,"
		"\"clause\":\"stop\",\"wanted\":\"no rule before it that stops the walk\","
		"\"actual\":\"c\"}]");
	check(json_object_get(object, "silences"), "[]");
	assert_string_equal(
		json_string_value(json_object_get(object, "rules_version")), told.ruleset->version);
	json_decref(object);
	tocsin_ruleset_destroy(told.ruleset);
}

static void knows_no_window_without_a_memory(void **state)
{
	struct told told = tell(*state);
	told.explanation.facts = &told.facts;
	json_t *object = tocsin_explain_json(&told.explanation);
	const json_t *rule = json_array_get(json_object_get(object, "rules"), 0);
	check(json_object_get(rule, "throttle"),
		"{\"per\":[\"adm1\",\"event\"],\"max\":2,\"in\":\"90m\"}");
	json_decref(object);
	tocsin_ruleset_destroy(told.ruleset);
}

static void tells_the_silences_that_hold(void **state)
{
	struct told told = tell(*state);
	told.explanation.facts = &told.facts;
	const struct tocsin_match food = {.event = 1U << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_FOOD};
	const struct tocsin_match battles = {.event = 1U << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES};
	struct tocsin_silence silences[] = {
		{.author = "duty",
			.reason = "drill",
			.from_ms = RIG_NOW_MS,
			.until_ms = RIG_NOW_MS + 1,
			.audiences = 1U << 1},
		{.author = "a", .reason = "ended", .from_ms = 0, .until_ms = RIG_NOW_MS},
		{.author = "a", .reason = "later", .from_ms = RIG_NOW_MS + 1, .until_ms = INT64_MAX},
		{.author = "a", .reason = "food", .until_ms = INT64_MAX, .match = food},
		{.author = "a", .reason = "not", .until_ms = INT64_MAX, .not_ = &battles},
		{.author = "b",
			.reason = "all",
			.until_ms = RIG_NOW_MS + DAY_MS,
			.not_ = &food,
			.include_extreme = true},
	};
	struct tocsin_explain_silence entries[6];
	static const char *const ids[] = {
		"silence-1", "silence-2", "silence-3", "silence-4", "silence-5", "silence-6"};
	for (size_t i = 0; i < 6; i++) {
		entries[i] = (struct tocsin_explain_silence){ids[i], &silences[i]};
	}
	told.explanation.silences = entries;
	told.explanation.silence_count = 6;
	json_t *object = tocsin_explain_json(&told.explanation);
	check(json_object_get(object, "silences"),
		"[{\"id\":\"silence-1\",\"author\":\"duty\",\"reason\":\"drill\","
		"\"until_ms\":1723118400001,\"audiences\":[\"partners\"]},"
		"{\"id\":\"silence-6\",\"author\":\"b\",\"reason\":\"all\",\"until_ms\":1723204800000,"
		"\"audiences\":[\"coordination\",\"partners\",\"network\",\"public\"]}]");
	json_decref(object);
	told.facts.severity = TOCSIN__V1__SEVERITY__SEVERITY_EXTREME;
	object = tocsin_explain_json(&told.explanation);
	const json_t *list = json_object_get(object, "silences");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(list, 0), "id")), "silence-6");
	json_decref(object);
	tocsin_ruleset_destroy(told.ruleset);
}

static void tells_the_decision(void **state)
{
	struct told told = tell(*state);
	struct tocsin_scratch *scratch = tocsin_scratch_create(told.ruleset);
	struct tocsin_decision decision;
	assert_non_null(scratch);
	tocsin_decide(told.ruleset, &told.facts, NULL, scratch, &decision);
	json_t *object = json_object();
	assert_true(tocsin_explain_json_decision(object, told.ruleset, &decision));
	check(object,
		"{\"routing\":\"routed\",\"fired\":[\"a\",\"c\"],\"held_by\":[],\"deliveries\":["
		"{\"audience\":\"partners\",\"sees\":\"high\",\"qos\":1,\"open\":false,"
		"\"expires_ms\":259200000,\"rules\":[\"a\"],\"by_default\":false},"
		"{\"audience\":\"public\",\"sees\":\"low\",\"qos\":1,\"open\":false,"
		"\"expires_ms\":259200000,\"rules\":[\"c\"],\"by_default\":false}]}");
	json_decref(object);
	tocsin_scratch_destroy(scratch);
	tocsin_ruleset_destroy(told.ruleset);
}

static void tells_what_each_audience_is_sent(void **state)
{
	struct rig *rig = *state;
	struct told told = tell(rig);
	struct tocsin_scratch *scratch = tocsin_scratch_create(told.ruleset);
	struct tocsin_decision decision;
	assert_non_null(scratch);
	tocsin_decide(told.ruleset, &told.facts, NULL, scratch, &decision);
	const struct tocsin_explain_rendering rendering = {.ruleset = told.ruleset,
		.incident = rig_incident(rig, "{'expires':'2024-08-09T00:00:00Z'}"),
		.facts = &told.facts,
		.decision = &decision,
		.root = "tocsin/v1",
		.hub = "bamako",
		.arena = rig->arena};
	json_t *object = json_object();
	assert_true(tocsin_explain_json_decision(object, told.ruleset, &decision));
	assert_true(tocsin_explain_json_alerts(object, &rendering));
	const json_t *deliveries = json_object_get(object, "deliveries");
	const json_t *partners = json_array_get(deliveries, 0);
	const json_t *public = json_array_get(deliveries, 1);
	check(json_object_get(partners, "topics"),
		"[\"tocsin/v1/to/partners/alert/severe/battles/ML/ML05/ML0503\"]");
	check(json_object_get(public, "topics"),
		"[\"tocsin/v1/to/public/alert/severe/battles/ML/ML05\"]");
	check(json_object_get(partners, "json_twin"), "true");
	check(json_object_get(partners, "expires"), "\"2024-08-09T00:00:00Z\"");
	const json_t *alert = json_object_get(public, "alert");
	check(json_object_get(alert, "rules"), "[\"c\"]");
	check(json_object_get(alert, "hub"), "\"bamako\"");
	assert_null(json_object_get(alert, "id"));
	assert_null(json_object_get(alert, "incident_id"));
	check(json_object_get(json_object_get(alert, "area"), "pcodes"), "[\"ML05\"]");
	json_decref(object);
	tocsin_scratch_destroy(scratch);
	tocsin_ruleset_destroy(told.ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_path_rules_and_holds),
		cmocka_unit_test(knows_no_window_without_a_memory),
		cmocka_unit_test(tells_the_silences_that_hold),
		cmocka_unit_test(tells_the_decision),
		cmocka_unit_test(tells_what_each_audience_is_sent),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
