/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig_rules.h"

#include "rules/lint.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Covers all that a test does not ask about. */
#define REST "  - {id: rest, match: {}, alert: [{audience: partners}, {audience: network}]}\n"

struct found {
	const struct tocsin_finding *items;
	size_t count;
};

static struct found lint(struct rig *rig, const struct tocsin_ruleset *ruleset)
{
	struct found found;
	assert_int_equal(
		tocsin_lint(ruleset, TOCSIN_ENGLISH, rig->arena, &found.items, &found.count), TOCSIN_OK);
	return found;
}

static const struct tocsin_finding *find(
	const struct found *found, const char *check, const char *rule)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct tocsin_finding *finding = &found->items[i];
		if (strcmp(finding->check, check) == 0 &&
			(rule == NULL ? finding->rule == NULL
						  : finding->rule != NULL && strcmp(finding->rule, rule) == 0)) {
			return finding;
		}
	}
	return NULL;
}

static void finds_rules_that_never_fire(void **state)
{
	static const struct {
		const char *rules, *rule, *check; /* check NULL: nothing about the rule */
	} rows[] = {
		{"{id: a, match: {severity: [minor, unknown], min_severity: severe}, ALERT}", "a",
			"rule.impossible"},
		{"{id: a, match: {severity: [minor, severe], min_severity: severe}, ALERT}", "a", NULL},
		{"{id: a, match: {urgency: past, min_urgency: expected}, ALERT}", "a", "rule.impossible"},
		{"{id: a, match: {certainty: unknown, min_certainty: unlikely}, ALERT}", "a",
			"rule.impossible"},
		{"{id: a, match: {msg_type: cancel}, ALERT}", "a", "rule.impossible"},
		{"{id: a, match: {msg_type: [cancel, update]}, ALERT}", "a", NULL},
		{"{id: a, match: {status: [system, draft]}, ALERT}", "a", "rule.impossible"},
		{"{id: a, match: {event: riots, not: {event: [riots, food]}}, ALERT}", "a",
			"rule.excluded"},
		{"{id: a, match: {event: [riots, health], not: {event: [riots, food]}}, ALERT}", "a", NULL},
		{"{id: a, match: {region: ML0503, not: {region: ML}}, ALERT}", "a", "rule.excluded"},
		{"{id: a, match: {region: ML, not: {region: ML0503}}, ALERT}", "a", NULL},
		{"{id: a, match: {status: exercise, not: {status: [exercise, test]}}, ALERT}", "a",
			"rule.excluded"},
		{"{id: a, match: {min_severity: severe, not: {severity: [severe, extreme]}}, ALERT}", "a",
			"rule.excluded"},
		{"{id: a, match: {need: food, not: {need: [food, water]}}, ALERT}", "a", "rule.excluded"},
		{"{id: a, match: {need: [food, cash], not: {need: [food, water]}}, ALERT}", "a", NULL},
		{"{id: s, stop: true, match: {region: ML}, ALERT}\n"
		 "  - {id: a, match: {region: ML0503, event: riots}, ALERT}",
			"a", "rule.shadowed"},
		{"{id: s, match: {region: ML}, ALERT}\n"
		 "  - {id: a, match: {region: ML0503, event: riots}, ALERT}",
			"a", NULL},
		{"{id: s, stop: true, enabled: false, match: {region: ML}, ALERT}\n"
		 "  - {id: a, match: {region: ML0503}, ALERT}",
			"a", NULL},
		{"{id: s, stop: true, match: {region: ML, not: {region: ML0506}}, ALERT}\n"
		 "  - {id: a, match: {region: ML0503}, ALERT}",
			"a", "rule.shadowed"},
		{"{id: s, stop: true, match: {region: ML, not: {region: ML0503}}, ALERT}\n"
		 "  - {id: a, match: {region: ML05}, ALERT}",
			"a", NULL},
		{"{id: s, stop: true, match: {region: ML, not: {region: ML0503}}, ALERT}\n"
		 "  - {id: a, match: {region: ML05, not: {region: [ML0503, ML08]}}, ALERT}",
			"a", "rule.shadowed"},
		{"{id: s, stop: true, match: {min_displaced: 100}, ALERT}\n"
		 "  - {id: a, match: {min_displaced: 500}, ALERT}",
			"a", "rule.shadowed"},
		{"{id: s, stop: true, match: {min_displaced: 0}, ALERT}\n"
		 "  - {id: a, match: {min_killed: 5}, ALERT}",
			"a", NULL},
		{"{id: s, stop: true, match: {urgency: [unknown, past, future, expected, immediate]}, "
		 "ALERT}\n  - {id: a, match: {}, ALERT}",
			"a", NULL},
		{"{id: s, stop: true, match: {sensitivity: [low, moderate, high, severe]}, ALERT}\n"
		 "  - {id: a, match: {event: food}, ALERT}",
			"a", "rule.shadowed"},
		{"{id: s, stop: true, match: {sender: [x, y]}, ALERT}\n"
		 "  - {id: a, match: {sender: x, language: fr}, ALERT}",
			"a", "rule.shadowed"},
		{"{id: s, stop: true, match: {time: {tz: Africa/Bamako, days: [fri]}}, ALERT}\n"
		 "  - {id: a, match: {event: food}, ALERT}",
			"a", NULL},
		{"{id: s, match: {event: [food, riots], region: [BF, ML08]}, ALERT}\n"
		 "  - {id: a, match: {region: [ML08, BF49, BF], event: [riots, food]}, ALERT}",
			"a", "rule.duplicate"},
		{"{id: s, match: {event: food}, ALERT}\n"
		 "  - {id: a, match: {event: food}, alert: [{audience: partners, expires: 1h}]}",
			"a", NULL},
		{"{id: a, match: {sensitivity: severe}, alert: [{audience: partners}]}", "a",
			"output.withheld"},
		{"{id: a, match: {sensitivity: [high, severe]}, alert: [{audience: partners}]}", "a", NULL},
		{"{id: a, match: {sensitivity: severe}, alert: [{audience: public, downgrade: true}]}", "a",
			NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char rules[1024] = "rules:\n  - ";
		for (const char *at = rows[i].rules; *at != '\0'; at++) {
			const bool short_form = strncmp(at, "ALERT", 5) == 0;
			(void)snprintf(rules + strlen(rules), sizeof rules - strlen(rules), "%.*s",
				short_form ? 29 : 1, short_form ? "alert: [{audience: partners}]" : at);
			at += short_form ? 4 : 0;
		}
		(void)snprintf(rules + strlen(rules), sizeof rules - strlen(rules), "\n");
		struct tocsin_ruleset *ruleset = rig_load(rules);
		const struct found found = lint(*state, ruleset);
		static const char *const checks[] = {"rule.impossible", "rule.sender", "rule.excluded",
			"rule.shadowed", "rule.duplicate", "output.withheld"};
		for (size_t k = 0; k < COUNT(checks); k++) {
			const struct tocsin_finding *finding = find(&found, checks[k], rows[i].rule);
			const bool wanted = rows[i].check != NULL && strcmp(rows[i].check, checks[k]) == 0;
			if ((finding != NULL) != wanted) {
				fail_msg("%s of %s", checks[k], rules);
			}
			if (finding != NULL) {
				assert_string_equal(finding->file, "rules.yaml");
				assert_true(finding->line > 7);
				assert_int_equal(finding->level, TOCSIN_LINT_WARNING);
				assert_true(finding->message[0] != '\0' && finding->advice[0] != '\0');
			}
		}
		tocsin_ruleset_destroy(ruleset);
	}
}

static void looks_at_who_may_report(void **state)
{
	struct tocsin_ruleset *ruleset = rig_load(
		"senders:\n"
		"  mopti-17: {regions: [ML05]}\n"
		"  food-1: {events: [food]}\n"
		"  bridge: {relays: ['gao-*'], regions: [ML08]}\n"
		"  sms: {relays: ['*-sms'], events: [riots]}\n"
		"rules:\n"
		"  - {id: a, match: {sender: stranger}, alert: [{audience: partners}]}\n"
		"  - {id: b, match: {sender: mopti-17, region: BF}, alert: [{audience: partners}]}\n"
		"  - {id: c, match: {sender: [mopti-17, food-1], region: BF}, alert: [{audience: "
		"partners}]}\n"
		"  - {id: d, match: {sender: food-1, event: riots}, alert: [{audience: partners}]}\n"
		"  - {id: e, match: {sender: mopti-17, region: ML0503}, alert: [{audience: "
		"partners}]}\n"
		"  - {id: f, match: {sender: gao-1, region: ML08}, alert: [{audience: partners}]}\n"
		"  - {id: g, match: {sender: gao-1, region: ML05}, alert: [{audience: partners}]}\n"
		"  - {id: h, match: {sender: gao-sms, region: ML05}, alert: [{audience: partners}]}\n"
		"  - {id: i, match: {sender: gao, region: ML08}, alert: [{audience: partners}]}\n" REST);
	const struct found found = lint(*state, ruleset);
	assert_non_null(find(&found, "rule.sender", "a"));
	assert_non_null(find(&found, "rule.sender", "b"));
	assert_null(find(&found, "rule.sender", "c"));
	assert_non_null(find(&found, "rule.sender", "d"));
	assert_null(find(&found, "rule.sender", "e"));
	assert_null(find(&found, "rule.sender", "f"));
	assert_non_null(find(&found, "rule.sender", "g"));
	assert_null(find(&found, "rule.sender", "h"));
	assert_non_null(find(&found, "rule.sender", "i"));
	tocsin_ruleset_destroy(ruleset);
}

static void finds_what_nobody_covers(void **state)
{
	struct tocsin_ruleset *ruleset = rig_load(
		"rules:\n"
		"  - {id: a, match: {region: [ML0503, BF]}, alert: [{audience: partners}]}\n"
		"  - {id: b, match: {region: SD, not: {region: SD02}}, alert: [{audience: partners}]}\n");
	const struct found found = lint(*state, ruleset);
	assert_string_equal(find(&found, "region.uncovered", NULL)->message,
		"no rule covers Kidal (ML08): all from there goes to coordination alone");
	size_t regions = 0, unused = 0;
	for (size_t i = 0; i < found.count; i++) {
		const struct tocsin_finding *finding = &found.items[i];
		regions += strcmp(finding->check, "region.uncovered") == 0 ? 1 : 0;
		if (strcmp(finding->check, "audience.unused") == 0) {
			assert_int_equal(finding->line, unused == 0 ? 6 : 7);
			unused++;
		}
	}
	assert_int_equal(regions, 2);
	assert_int_equal(unused, 2);
	tocsin_ruleset_destroy(ruleset);
}

static void tells_what_extremes_reach_the_default_alone(void **state)
{
	static const struct {
		const char *rules, *message;
		enum tocsin_lint_level level;
	} rows[] = {
		{"  - {id: a, match: {severity: extreme}, alert: [{audience: partners}]}\n",
			"extreme incidents of any kind, everywhere, of sensitivity severe (or not stated), "
			"reach only coordination",
			TOCSIN_LINT_NOTE},
		{"  - {id: a, match: {severity: extreme, not: {event: riots, region: [ML08, BF]}}, alert: "
		 "[{audience: partners}]}\n"
		 "  - {id: b, match: {region: [ML05, BF], event: battles}, alert: [{audience: "
		 "partners}]}\n",
			"extreme riots, in Kidal (ML08) and Burkina Faso (BF), of sensitivity low, moderate or "
			"high, reach only coordination",
			TOCSIN_LINT_WARNING},
		{"  - {id: a, match: {severity: extreme}, corroborate: {reports: 2, independent: sender, "
		 "within: 1h}, alert: [{audience: partners}]}\n",
			"extreme incidents of any kind, everywhere, of sensitivity low, moderate or high, "
			"reach "
			"only coordination",
			TOCSIN_LINT_WARNING},
		{"  - {id: a, match: {severity: extreme, time: {tz: Africa/Bamako, between: "
		 "18:00-06:00}}, alert: [{audience: partners}]}\n",
			"extreme incidents of any kind, everywhere, of sensitivity low, moderate or high, "
			"reach "
			"only coordination at some hours",
			TOCSIN_LINT_WARNING},
		{"  - {id: a, match: {severity: extreme, not: {event: food}}, alert: [{audience: public, "
		 "downgrade: true}]}\n",
			"extreme food, everywhere, of sensitivity low, moderate or high, reach only "
			"coordination",
			TOCSIN_LINT_WARNING},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char rules[1024];
		(void)snprintf(rules, sizeof rules, "rules:\n%s", rows[i].rules);
		struct tocsin_ruleset *ruleset = rig_load(rules);
		const struct found found = lint(*state, ruleset);
		bool said = false;
		for (size_t k = 0; k < found.count; k++) {
			said |= strcmp(found.items[k].message, rows[i].message) == 0 &&
				found.items[k].level == rows[i].level;
			if (strcmp(found.items[k].check, "extreme.default") == 0) {
				assert_true(found.items[k].line > 7);
			}
		}
		if (!said) {
			for (size_t k = 0; k < found.count; k++) {
				print_error("%d %s\n", (int)found.items[k].level, found.items[k].message);
			}
			fail_msg("not said: %s", rows[i].message);
		}
		tocsin_ruleset_destroy(ruleset);
	}
}

static void is_silent_about_a_set_that_misses_nothing(void **state)
{
	struct tocsin_ruleset *ruleset = rig_load(
		"rules:\n"
		"  - {id: a, match: {severity: extreme}, alert: [{audience: partners, downgrade: true}]}\n"
		"  - {id: b, match: {region: ML}, alert: [{audience: network}, {audience: public}]}\n");
	const struct found found = lint(*state, ruleset);
	assert_int_equal(found.count, 0);
	tocsin_ruleset_destroy(ruleset);
}

/* Random rules against the matcher itself. */

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

static void add_list(char *text, size_t room, uint64_t *seed, const char *key,
	const char *const *values, uint32_t count)
{
	const uint32_t some = 1 + draw(seed, 3);
	size_t used = strlen(text);
	used += (size_t)snprintf(text + used, room - used, "%s%s: [", used > 0 ? ", " : "", key);
	for (uint32_t i = 0; i < some; i++) {
		used += (size_t)snprintf(
			text + used, room - used, "%s%s", i == 0 ? "" : ", ", values[draw(seed, count)]);
	}
	(void)snprintf(text + used, room - used, "]");
}

static const char *const places[] = {
	"ML", "ML05", "ML0503", "ML050399", "ML08", "BF", "BF49", "SD02"};
static const char *const severities[] = {"unknown", "minor", "moderate", "severe", "extreme"};
static const char *const events[] = {"battles", "riots", "food"};
static const char *const statuses[] = {"actual", "exercise", "test", "draft"};
static const char *const types[] = {"alert", "update", "cancel"};
static const char *const urgencies[] = {"unknown", "past", "immediate"};
static const char *const levels[] = {"low", "moderate", "high", "severe"};
static const char *const senders[] = {"x", "y", "z"};
static const char *const needs[] = {"food", "water", "cash"};

static void add_clauses(char *text, size_t room, uint64_t *seed)
{
	static const struct {
		const char *key;
		const char *const *values;
		uint32_t count;
	} lists[] = {{"region", places, COUNT(places)}, {"severity", severities, COUNT(severities)},
		{"event", events, COUNT(events)}, {"status", statuses, COUNT(statuses)},
		{"msg_type", types, COUNT(types)}, {"urgency", urgencies, COUNT(urgencies)},
		{"sensitivity", levels, COUNT(levels)}, {"sender", senders, COUNT(senders)},
		{"sub_type", senders, COUNT(senders)}, {"need", needs, COUNT(needs)}};
	const uint32_t one = draw(seed, COUNT(lists));
	add_list(text, room, seed, lists[one].key, lists[one].values, lists[one].count);
	const uint32_t other = draw(seed, COUNT(lists));
	if (other != one && draw(seed, 2) == 0) {
		add_list(text, room, seed, lists[other].key, lists[other].values, lists[other].count);
	}
	if (draw(seed, 4) == 0) {
		(void)snprintf(text + strlen(text), room - strlen(text), ", min_severity: %s",
			severities[1 + draw(seed, 4)]);
	}
	if (draw(seed, 4) == 0) {
		(void)snprintf(
			text + strlen(text), room - strlen(text), ", min_displaced: %u", draw(seed, 3) * 100);
	}
}

static struct tocsin_ruleset *random_rules(uint64_t *seed)
{
	char rules[12000] = "rules:\n";
	for (int i = 0; i < 12; i++) {
		char match[400] = "", not [400] = "";
		add_clauses(match, sizeof match, seed);
		if (draw(seed, 3) == 0) {
			add_clauses(not, sizeof not, seed);
		}
		(void)snprintf(rules + strlen(rules), sizeof rules - strlen(rules),
			"  - {id: r%d, match: {%s%s%s%s}, stop: %s, alert: [{audience: partners}]}\n", i, match,
			not [0] != '\0' ? ", not: {" : "", not, not [0] != '\0' ? "}" : "",
			draw(seed, 2) == 0 ? "true" : "false");
	}
	return rig_load(rules);
}

static struct tocsin_facts random_facts(const struct tocsin_gazetteer *gazetteer, uint64_t *seed)
{
	struct tocsin_facts facts = {
		.status = (Tocsin__V1__Status)(1 + draw(seed, 3)),
		.msg_type = (Tocsin__V1__MsgType)(1 + draw(seed, 2)),
		.severity = (Tocsin__V1__Severity)(1 + draw(seed, 5)),
		.certainty = (Tocsin__V1__Certainty)(1 + draw(seed, 5)),
		.urgency = (Tocsin__V1__Urgency)draw(seed, 6),
		.sensitivity = (Tocsin__V1__Sensitivity)(1 + draw(seed, 4)),
		.cause = (Tocsin__V1__Cause)draw(seed, 4),
		.event = draw(seed, 4) == 0 ? TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_FOOD
			: draw(seed, 2) == 0    ? TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES
									: TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_RIOTS,
		.needs = draw(seed, 256) & ~1U,
		.sender = draw(seed, 4) == 0 ? "w" : senders[draw(seed, 3)],
		.sub_type = draw(seed, 4) == 0 ? "" : senders[draw(seed, 3)],
		.language = "",
		.has_displaced = draw(seed, 2) == 0,
		.displaced = draw(seed, 400),
	};
	const char *code = draw(seed, 8) == 0 ? "HT" : places[draw(seed, COUNT(places))];
	facts.depth = tocsin_gazetteer_path(
		gazetteer, tocsin_gazetteer_find(gazetteer, code, "").region, facts.path);
	return facts;
}

/* A rule that lint calls dead fires for nothing; and what is dead is found often
 * enough for the test to mean something. */
static void never_wrongs_a_rule(void **state)
{
	struct rig *rig = *state;
	uint64_t seed = 20240807;
	size_t dead = 0, fired_ever = 0;
	for (int set = 0; set < 150; set++) {
		struct tocsin_ruleset *ruleset = random_rules(&seed);
		const struct found found = lint(rig, ruleset);
		bool fires[12] = {false};
		struct tocsin_scratch *scratch = tocsin_scratch_create(ruleset);
		assert_non_null(scratch);
		for (int i = 0; i < 3000; i++) {
			const struct tocsin_facts facts = random_facts(ruleset->gazetteer, &seed);
			const uint32_t *fired;
			const size_t count = tocsin_match_rules(ruleset, &facts, scratch, &fired);
			for (size_t k = 0; k < count; k++) {
				fires[fired[k]] = true;
			}
		}
		for (size_t i = 0; i < found.count; i++) {
			const struct tocsin_finding *finding = &found.items[i];
			const bool never = strcmp(finding->check, "rule.impossible") == 0 ||
				strcmp(finding->check, "rule.excluded") == 0 ||
				strcmp(finding->check, "rule.shadowed") == 0;
			if (never) {
				dead++;
				if (fires[strtoul(finding->rule + 1, NULL, 10)]) {
					fail_msg("set %d: %s", set, finding->message);
				}
			}
		}
		for (size_t i = 0; i < 12; i++) {
			fired_ever += fires[i] ? 1 : 0;
		}
		tocsin_scratch_destroy(scratch);
		tocsin_ruleset_destroy(ruleset);
		tocsin_arena_reset(rig->arena);
	}
	assert_true(dead > 50);
	assert_true(fired_ever > 500);
}

static void gives_up_where_memory_is_short(void **state)
{
	(void)state;
	struct tocsin_ruleset *ruleset =
		rig_load("rules: [{id: a, match: {region: ML05}, alert: [{audience: public}]}]\n");
	const struct tocsin_finding *findings = NULL;
	size_t count = 99;
	for (size_t ceiling = 1024; ceiling < 100 * 1024; ceiling += 8 * 1024) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, &tocsin_heap);
		assert_int_equal(
			tocsin_lint(ruleset, TOCSIN_FRENCH, arena, &findings, &count), TOCSIN_NO_MEMORY);
		assert_null(findings);
		assert_int_equal(count, 99);
		tocsin_arena_destroy(arena);
		if (ceiling > 40 * 1024) {
			break;
		}
	}
	tocsin_ruleset_destroy(ruleset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_rules_that_never_fire),
		cmocka_unit_test(looks_at_who_may_report),
		cmocka_unit_test(finds_what_nobody_covers),
		cmocka_unit_test(tells_what_extremes_reach_the_default_alone),
		cmocka_unit_test(is_silent_about_a_set_that_misses_nothing),
		cmocka_unit_test(never_wrongs_a_rule),
		cmocka_unit_test(gives_up_where_memory_is_short),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
