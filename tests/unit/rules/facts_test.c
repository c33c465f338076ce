/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig.h"

#include "rules/lower.h"

static void reads_what_is_stated(void **state)
{
	struct rig *rig = *state;
	Tocsin__V1__Incident *incident = rig_incident(rig,
		"{'urgency':'expected','language':'FR-ML','needs':['food','nfi'],'impacts':['fear'],"
		"'event':{'type':'battles','sub_type':'Armed Clash','category':['security','fire'],"
		"'cause':'conflict'}}");
	struct tocsin_facts facts = rig_facts(rig, incident, "mopti-17");
	assert_int_equal(facts.status, TOCSIN__V1__STATUS__STATUS_ACTUAL);
	assert_int_equal(facts.msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT);
	assert_int_equal(facts.severity, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	assert_int_equal(facts.certainty, TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED);
	assert_int_equal(facts.sensitivity, TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE);
	assert_int_equal(facts.urgency, TOCSIN__V1__URGENCY__URGENCY_EXPECTED);
	assert_int_equal(facts.event, TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES);
	assert_int_equal(facts.cause, TOCSIN__V1__CAUSE__CAUSE_CONFLICT);
	assert_int_equal(facts.categories,
		TOCSIN_BIT(TOCSIN__V1__CATEGORY__CATEGORY_SECURITY) |
			TOCSIN_BIT(TOCSIN__V1__CATEGORY__CATEGORY_FIRE));
	assert_int_equal(facts.needs,
		TOCSIN_BIT(TOCSIN__V1__NEED__NEED_FOOD) | TOCSIN_BIT(TOCSIN__V1__NEED__NEED_NFI));
	assert_int_equal(facts.impacts, TOCSIN_BIT(TOCSIN__V1__IMPACT__IMPACT_FEAR));
	assert_string_equal(facts.sender, "mopti-17");
	assert_string_equal(facts.sub_type, "armed clash");
	assert_string_equal(facts.language, "fr");
	assert_false(facts.has_displaced);
	assert_false(facts.has_killed);
}

static void reads_the_path(void **state)
{
	static const struct {
		const char *patch, *path;
	} rows[] = {
		{NULL, "ML0503 ML05 ML "},
		{"{'location':{'pcode':'ML05039901'}}", "ML05039901 ML050399 ML0503 ML05 ML "},
		{"{'location':{'pcode':null}}", "ML "},
		{"{'location':{'country':null,'pcode':'BF4903'}}", "BF4903 BF49 BF "},
		{"{'location':{'pcode':'ML7777'}}", "ML "},
		{"{'location':null}", ""},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char path[128] = "";
		size_t used = 0;
		struct tocsin_facts facts = rig_facts(rig, rig_incident(rig, rows[i].patch), "a");
		for (size_t level = 0; level < facts.depth; level++) {
			used += (size_t)snprintf(path + used, sizeof path - used, "%s ",
				tocsin_gazetteer_region(rig->gazetteer, facts.path[level])->code);
		}
		assert_string_equal(path, rows[i].path);
	}
}

static void reads_absent_as_section_4_says(void **state)
{
	struct rig *rig = *state;
	struct tocsin_facts facts = rig_facts(rig,
		rig_incident(rig,
			"{'severity':null,'certainty':null,'sensitivity':null,'event':{'type':'displacement'},"
			"'displacement':[{'figure':0}]}"),
		"a");
	assert_int_equal(facts.severity, TOCSIN__V1__SEVERITY__SEVERITY_UNKNOWN);
	assert_int_equal(facts.certainty, TOCSIN__V1__CERTAINTY__CERTAINTY_UNKNOWN);
	assert_int_equal(facts.sensitivity, TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE);
	facts = rig_facts(rig, rig_incident(rig, "{'event':null}"), NULL);
	assert_int_equal(facts.event, 0);
	assert_string_equal(facts.sub_type, "");
	assert_string_equal(facts.language, "");
	assert_string_equal(facts.sender, "");
}

static void counts_the_displaced(void **state)
{
	static const struct {
		const char *displacement;
		double people; /* below 0: no figure */
	} rows[] = {
		{"[]", -1},
		{"[{'unit':'person'}]", -1},
		{"[{'figure':900}]", -1},
		{"[{'unit':'person','figure':0}]", 0},
		{"[{'unit':'person','figure':40},{'unit':'person','figure':500}]", 500},
		{"[{'unit':'household','figure':100,'household_size':4.9}]", 490},
		{"[{'unit':'household','figure':100}]", 500},
		{"[{'unit':'household','figure':100,'pcode':'BF4903'}]", 700},
		{"[{'unit':'person','figure':40,'role':'recommended'},"
		 "{'unit':'person','figure':500,'role':'triangulation'},{'unit':'person','figure':600}]",
			40},
		{"[{'unit':'person','figure':40},{'unit':'person','figure':500,'role':'triangulation'}]",
			500},
		{"[{'unit':'person','role':'recommended'},{'unit':'person','figure':500}]", -1},
		{"[{'unit':'person','figure':4294967295}]", 4294967295.0},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char patch[512];
		(void)snprintf(patch, sizeof patch, "{'displacement':%s}", rows[i].displacement);
		struct tocsin_facts facts = rig_facts(rig, rig_incident(rig, patch), "a");
		double people = facts.has_displaced ? facts.displaced : -1;
		if (people < rows[i].people - 1e-6 || people > rows[i].people + 1e-6) {
			fail_msg("%s gives %g", rows[i].displacement, people);
		}
	}
}

static void counts_the_killed(void **state)
{
	static const struct {
		const char *claims;
		int64_t killed; /* below 0: none */
	} rows[] = {
		{"[]", -1},
		{"[{'kind':'killed','not_reported':true}]", -1},
		{"[{'kind':'injured','high':50}]", -1},
		{"[{'high':50}]", -1},
		{"[{'kind':'killed','low':0,'high':0}]", 0},
		{"[{'kind':'killed','low':20}]", 20},
		{"[{'kind':'killed','low':20,'high':82},{'kind':'killed','low':84}]", 84},
		{"[{'kind':'killed','low':90,'high':91},{'kind':'killed','high':12}]", 91},
	};
	struct rig *rig = *state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char patch[512];
		(void)snprintf(patch, sizeof patch, "{'casualty_claims':%s}", rows[i].claims);
		struct tocsin_facts facts = rig_facts(rig, rig_incident(rig, patch), "a");
		assert_int_equal(facts.has_killed ? (int64_t)facts.killed : -1, rows[i].killed);
	}
}

static void says_when_the_arena_is_full(void **state)
{
	struct rig *rig = *state;
	Tocsin__V1__Incident *incident = rig_incident(rig, NULL);
	struct tocsin_arena *full = tocsin_arena_create(16, &tocsin_heap);
	struct tocsin_facts facts = {.depth = 99};
	while (tocsin_arena_alloc(full, 1) != NULL) {
	}
	assert_int_equal(tocsin_facts_read(incident, "a", RIG_NOW_MS, rig->gazetteer, full, &facts),
		TOCSIN_NO_MEMORY);
	assert_int_equal(facts.depth, 99);
	tocsin_arena_destroy(full);
}

static void lowers_what_has_a_lower_case(void **state)
{
	static const struct {
		const char *text, *lower;
	} rows[] = {
		{"Armed Clash", "armed clash"},
		{"ÉMEUTE à DJENNÉ", "émeute à djenné"},
		{"ŒUVRE ŠŽ Ÿ ĲĀ", "œuvre šž ÿ ĳā"},
		{"ƁƊŊƎƐƆƝƳ", "ɓɗŋǝɛɔɲƴ"},
		{"ΆΣΩ ЖЁЯ", "άσω жёя"},
		{"×÷ßıİ 漢字 👍", "×÷ßıİ 漢字 👍"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char lower[128];
		tocsin_lower(rows[i].text, strlen(rows[i].text), lower);
		assert_string_equal(lower, rows[i].lower);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_stated),
		cmocka_unit_test(reads_the_path),
		cmocka_unit_test(reads_absent_as_section_4_says),
		cmocka_unit_test(counts_the_displaced),
		cmocka_unit_test(counts_the_killed),
		cmocka_unit_test(says_when_the_arena_is_full),
		cmocka_unit_test(lowers_what_has_a_lower_case),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
