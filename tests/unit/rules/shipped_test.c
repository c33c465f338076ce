/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The rule set that ships: it loads, without a warning, and says what it promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide.h"

static int load(void **state)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_ruleset *set = NULL;
	enum tocsin_status status =
		tocsin_ruleset_load(SOURCE_DIR "/rules/sahel.yaml", &tocsin_disk, &diagnostics, &set);
	tocsin_diagnostics_print(&diagnostics, stderr);
	assert_int_equal(status, TOCSIN_OK);
	assert_int_equal(diagnostics.count, 0);
	tocsin_diagnostics_finish(&diagnostics);
	*state = set;
	return 0;
}

static int unload(void **state)
{
	tocsin_ruleset_destroy(*state);
	return 0;
}

/* What is asked of the rules: an incident's region and the facts that differ. */
struct asked {
	const char *region, *version;
	Tocsin__V1__EventType event;
	Tocsin__V1__Severity severity;
	Tocsin__V1__Sensitivity sensitivity;
	double displaced;
};

static void decide(const struct tocsin_ruleset *set, const struct asked *asked,
	struct tocsin_scratch *scratch, struct tocsin_decision *decision)
{
	struct tocsin_facts facts = {.status = TOCSIN__V1__STATUS__STATUS_ACTUAL,
		.msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT,
		.severity = asked->severity,
		.certainty = TOCSIN__V1__CERTAINTY__CERTAINTY_LIKELY,
		.sensitivity = asked->sensitivity,
		.event = asked->event,
		.sender = "mopti-17",
		.sub_type = "",
		.language = "",
		.has_displaced = asked->displaced > 0,
		.displaced = asked->displaced};
	struct tocsin_found found =
		tocsin_gazetteer_find(set->gazetteer, asked->region, asked->version);
	assert_int_equal(found.match, TOCSIN_PLACE_FOUND);
	facts.depth = tocsin_gazetteer_path(set->gazetteer, found.region, facts.path);
	tocsin_decide(set, &facts, NULL, scratch, decision);
}

/* "partners:mopti-violence" for each delivery, "held" rules after a slash. */
static void check(void **state, const struct asked *asked, const char *expected)
{
	const struct tocsin_ruleset *set = *state;
	struct tocsin_scratch *scratch = tocsin_scratch_create(set);
	struct tocsin_decision decision;
	decide(set, asked, scratch, &decision);
	char *shown;
	size_t length;
	FILE *out = open_memstream(&shown, &length);
	for (size_t i = 0; i < decision.delivery_count; i++) {
		const struct tocsin_delivery *delivery = &decision.deliveries[i];
		fprintf(out, "%s%s", i ? " " : "", set->audiences[delivery->audience].name);
		for (size_t j = 0; j < delivery->rule_count; j++)
			fprintf(out, ":%s", set->rules[delivery->rules[j]].id);
	}
	for (size_t i = 0; i < decision.held_count; i++)
		fprintf(out, "/%s", set->rules[decision.held[i]].id);
	fclose(out);
	assert_string_equal(shown, expected);
	free(shown);
	tocsin_scratch_destroy(scratch);
}

#define EVENT(name) TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_##name
#define SEVERITY(name) TOCSIN__V1__SEVERITY__SEVERITY_##name
#define SENSITIVITY(name) TOCSIN__V1__SENSITIVITY__SENSITIVITY_##name

static void kouakourou_reaches_partners(void **state)
{
	check(state,
		&(struct asked){"ML0503", "", EVENT(BATTLES), SEVERITY(SEVERE), SENSITIVITY(MODERATE), 0},
		"partners:mopti-violence");
	check(state,
		&(struct asked){"ML0801", "", EVENT(BATTLES), SEVERITY(EXTREME), SENSITIVITY(HIGH), 0},
		"partners:violence-elsewhere:extreme");
	check(state,
		&(struct asked){"NE006011", "", EVENT(BATTLES), SEVERITY(MODERATE), SENSITIVITY(LOW), 0},
		"partners:liptako-gourma");
}

static void the_name_picks_bamako(void **state)
{
	check(state,
		&(struct asked){"ML0901", "", EVENT(RIOTS), SEVERITY(MODERATE), SENSITIVITY(LOW), 0},
		"partners:bamako-unrest");
	check(state,
		&(struct asked){"ML09", "2023", EVENT(RIOTS), SEVERITY(MODERATE), SENSITIVITY(LOW), 0},
		"coordination");
}

static void displacement_and_unknown_have_rules(void **state)
{
	check(state,
		&(struct asked){
			"BF4903", "", EVENT(DISPLACEMENT), SEVERITY(UNKNOWN), SENSITIVITY(LOW), 500},
		"partners:displacement-large:unknown-severity public:public-notice");
	check(state,
		&(struct asked){"ML", "", EVENT(BATTLES), SEVERITY(UNKNOWN), SENSITIVITY(MODERATE), 0},
		"partners:unknown-severity");
}

/* Whatever is extreme reaches somebody, wherever, whatever it is. */
static void extreme_never_reaches_nobody(void **state)
{
	const struct tocsin_ruleset *set = *state;
	struct tocsin_scratch *scratch = tocsin_scratch_create(set);
	size_t asked_of = 0;
	for (uint32_t i = 0; i < tocsin_gazetteer_count(set->gazetteer); i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(set->gazetteer, i);
		for (int event = 1; event <= EVENT(OTHER); event++) {
			for (int sensitivity = SENSITIVITY(LOW); sensitivity <= SENSITIVITY(SEVERE);
				 sensitivity++, asked_of++) {
				struct asked asked = {.region = region->code,
					.version = region->valid_from,
					.event = (Tocsin__V1__EventType)event,
					.severity = SEVERITY(EXTREME),
					.sensitivity = (Tocsin__V1__Sensitivity)sensitivity};
				struct tocsin_decision decision;
				decide(set, &asked, scratch, &decision);
				assert_true(decision.delivery_count > 0);
				assert_true(decision.fired_count > 0);
			}
		}
	}
	assert_true(asked_of > 10000);
	tocsin_scratch_destroy(scratch);
	check(state,
		&(struct asked){"ML0503", "", EVENT(BATTLES), SEVERITY(EXTREME), SENSITIVITY(SEVERE), 0},
		"coordination/mopti-violence/extreme");
}

static void lists_the_places_it_promises(void **state)
{
	const struct tocsin_ruleset *set = *state;
	const struct tocsin_gazetteer *gazetteer = set->gazetteer;
	size_t cercles = 0;
	for (uint32_t i = 0; i < tocsin_gazetteer_count(gazetteer); i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, i);
		cercles += region->level == 2 && strcmp(region->country, "ML") == 0;
	}
	assert_int_equal(cercles, 53);
	static const char *const names[][2] = {{"ML0503", "Djenné"}, {"BF4903", "Sanmatenga"},
		{"BF5603", "Soum"}, {"NE006011", "Téra"}, {"NE008", "Niamey"}, {"BF57", "Sud-Ouest"}};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct tocsin_found found = tocsin_gazetteer_find(gazetteer, names[i][0], NULL);
		assert_int_equal(found.match, TOCSIN_PLACE_FOUND);
		assert_string_equal(tocsin_gazetteer_region(gazetteer, found.region)->name, names[i][1]);
	}
	assert_int_equal(tocsin_gazetteer_find(gazetteer, "ML09", NULL).match, TOCSIN_PLACE_AMBIGUOUS);
	assert_int_equal(
		tocsin_gazetteer_find(gazetteer, "ML09", "2021-12-20").match, TOCSIN_PLACE_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kouakourou_reaches_partners),
		cmocka_unit_test(the_name_picks_bamako),
		cmocka_unit_test(displacement_and_unknown_have_rules),
		cmocka_unit_test(extreme_never_reaches_nobody),
		cmocka_unit_test(lists_the_places_it_promises),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
