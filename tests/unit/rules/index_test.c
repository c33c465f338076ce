/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/rig.h"

#include "rules/index.h"

enum { DECISIONS_A_SET = 4000, MAX_TEST_RULES = 700 };

/* xorshift64*: the same numbers on every machine. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * UINT64_C(2685821657736338717) >> 33;
}

static uint32_t below(uint64_t *seed, uint32_t limit)
{
	return (uint32_t)(next_random(seed) % limit);
}

static bool chance(uint64_t *seed, uint32_t percent)
{
	return below(seed, 100) < percent;
}

static const char *const senders[] = {"a", "b", "c", "mopti-17", "relay"};
static const char *const sub_types[] = {"armed clash", "attack", "flood"};
static const char *const languages[] = {"fr", "en", "bm"};
static const char *const places[] = {"ML", "ML05", "ML0503", "ML050399", "ML0506", "ML08", "ML0801",
	"BF", "BF49", "BF4903", "SD", "SD02", "SD02114", "NE"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Values 1 to last, at least one. */
static uint16_t random_mask(uint64_t *seed, unsigned last)
{
	uint32_t mask = TOCSIN_BIT(1 + below(seed, last));
	while (chance(seed, 60)) {
		mask |= TOCSIN_BIT(1 + below(seed, last));
	}
	return (uint16_t)mask;
}

static uint16_t random_texts(uint64_t *seed, const char *const *all, size_t count,
	struct tocsin_arena *arena, const char *const **texts)
{
	uint32_t picked = 1 + below(seed, 2);
	const char **list = tocsin_arena_zero(arena, picked, sizeof *list);
	for (uint32_t i = 0; i < picked; i++) {
		list[i] = all[below(seed, (uint32_t)count)];
	}
	*texts = list;
	return (uint16_t)picked;
}

static void random_match(
	uint64_t *seed, struct rig *rig, uint32_t percent, struct tocsin_match *match)
{
	struct tocsin_arena *arena = rig->arena;
#define MAYBE(key, last)                                                                           \
	if (chance(seed, percent)) {                                                                   \
		match->key = random_mask(seed, last);                                                      \
	}
	MAYBE(severity, 5)
	MAYBE(urgency, 5)
	MAYBE(certainty, 5)
	MAYBE(event, 12)
	MAYBE(event, 12)
	MAYBE(category, 12)
	MAYBE(cause, 3)
	MAYBE(status, 3)
	MAYBE(msg_type, 2)
	MAYBE(sensitivity, 4)
	MAYBE(need, 8)
	MAYBE(impact, 7)
#undef MAYBE
	match->min_severity = chance(seed, 2 * percent) ? (uint8_t)(2 + below(seed, 4)) : 0;
	match->min_urgency = chance(seed, percent) ? (uint8_t)(2 + below(seed, 4)) : 0;
	match->min_certainty = chance(seed, percent) ? (uint8_t)(2 + below(seed, 4)) : 0;
	match->has_min_displaced = chance(seed, percent);
	match->min_displaced = below(seed, 1000);
	match->has_min_killed = chance(seed, percent);
	match->min_killed = below(seed, 100);
	if (chance(seed, 3 * percent)) {
		uint32_t count = 1 + below(seed, 4);
		uint32_t *regions = tocsin_arena_zero(arena, count, sizeof *regions);
		for (uint32_t i = 0; i < count; i++) {
			regions[i] = rig_region(rig, places[below(seed, COUNT(places))]);
		}
		match->regions = regions;
		match->region_count = (uint16_t)count;
	}
	if (chance(seed, percent)) {
		match->sender_count = random_texts(seed, senders, COUNT(senders), arena, &match->senders);
	}
	if (chance(seed, percent)) {
		match->sub_type_count =
			random_texts(seed, sub_types, COUNT(sub_types), arena, &match->sub_types);
	}
	if (chance(seed, percent)) {
		match->language_count =
			random_texts(seed, languages, COUNT(languages), arena, &match->languages);
	}
}

static void random_rules(uint64_t *seed, struct rig *rig, size_t count, struct tocsin_rule *rules)
{
	memset(rules, 0, count * sizeof *rules);
	for (size_t i = 0; i < count; i++) {
		rules[i].enabled = !chance(seed, 5);
		rules[i].stop = chance(seed, 2);
		random_match(seed, rig, chance(seed, 50) ? 4 : 10, &rules[i].match);
		if (chance(seed, 20)) {
			struct tocsin_match *not = tocsin_arena_zero(rig->arena, 1, sizeof *not );
			random_match(seed, rig, 12, not );
			rules[i].not = not ;
		}
	}
}

/* Unspecified values too, where an incident may leave them out. */
static struct tocsin_facts random_facts(uint64_t *seed, const struct rig *rig)
{
	struct tocsin_facts facts = {
		.status = (Tocsin__V1__Status)(1 + below(seed, 3)),
		.msg_type = (Tocsin__V1__MsgType)(1 + below(seed, 2)),
		.severity = (Tocsin__V1__Severity)(1 + below(seed, 5)),
		.certainty = (Tocsin__V1__Certainty)(1 + below(seed, 5)),
		.sensitivity = (Tocsin__V1__Sensitivity)(1 + below(seed, 4)),
		.urgency = (Tocsin__V1__Urgency)below(seed, 6),
		.event = (Tocsin__V1__EventType)below(seed, 13),
		.cause = (Tocsin__V1__Cause)below(seed, 4),
		.categories = below(seed, 1 << 13) & ~1U,
		.needs = below(seed, 1 << 9) & ~1U,
		.impacts = below(seed, 1 << 8) & ~1U,
		.sender = senders[below(seed, COUNT(senders))],
		.sub_type = chance(seed, 50) ? sub_types[below(seed, COUNT(sub_types))] : "",
		.language = chance(seed, 50) ? languages[below(seed, COUNT(languages))] : "",
		.has_displaced = chance(seed, 50),
		.has_killed = chance(seed, 50),
		.displaced = below(seed, 1200),
		.killed = below(seed, 120),
	};
	if (!chance(seed, 3)) {
		facts.depth = tocsin_gazetteer_path(
			rig->gazetteer, rig_region(rig, places[below(seed, COUNT(places))]), facts.path);
	}
	return facts;
}

/* What the index must come to, rule by rule. */
static size_t match_in_a_row(
	const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts, uint32_t *fired)
{
	size_t count = 0;
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		if (!rule->enabled || !tocsin_match_holds(&rule->match, facts) ||
			(rule->not != NULL && tocsin_match_holds(rule->not, facts))) {
			continue;
		}
		fired[count++] = (uint32_t)i;
		if (rule->stop) {
			break;
		}
	}
	return count;
}

static void agrees_with_a_plain_loop(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 7, 15, 16, 17, 18, 40, 100, 16, 17, 300, 1, 60, 25, 33,
		200, 3, 12, 50, 20, 5, 80, 18, MAX_TEST_RULES};
	static struct tocsin_rule rules[MAX_TEST_RULES];
	static uint32_t expected[MAX_TEST_RULES];
	struct rig *rig = *state;
	uint64_t seed = 20240807;
	size_t decisions = 0, matches = 0, silent = 0;
	for (size_t set = 0; set < COUNT(sizes); set++) {
		random_rules(&seed, rig, sizes[set], rules);
		struct tocsin_ruleset ruleset = {
			.gazetteer = rig->gazetteer, .rules = rules, .rule_count = sizes[set]};
		struct tocsin_index *index = tocsin_index_create(rules, sizes[set]);
		ruleset.index = index;
		struct tocsin_scratch *scratch = tocsin_scratch_create(&ruleset);
		assert_non_null(index);
		assert_non_null(scratch);
		for (size_t i = 0; i < DECISIONS_A_SET; i++, decisions++) {
			struct tocsin_facts facts = random_facts(&seed, rig);
			const uint32_t *fired;
			size_t count = tocsin_match_rules(&ruleset, &facts, scratch, &fired);
			assert_int_equal(count, match_in_a_row(&ruleset, &facts, expected));
			assert_memory_equal(fired, expected, count * sizeof *fired);
			matches += count;
			silent += count == 0;
		}
		tocsin_scratch_destroy(scratch);
		tocsin_index_destroy(index);
	}
	/* Neither nothing nor everything: the comparison has bite. */
	assert_true(decisions >= 100000);
	assert_true(matches > decisions);
	assert_true(silent > 1000);
}

static struct tocsin_facts kouakourou(struct rig *rig)
{
	return rig_facts(rig,
		rig_incident(rig,
			"{'urgency':'past','language':'fr','needs':['food'],'impacts':['fear'],"
			"'event':{'type':'battles','sub_type':'Armed clash','category':['security'],"
			"'cause':'conflict'},"
			"'displacement':[{'unit':'person','figure':500}],"
			"'casualty_claims':[{'kind':'killed','low':3,'high':21}]}"),
		"mopti-17");
}

static const char *const clash[] = {"armed clash"}, *const flood[] = {"flood", "attack"};
static const char *const mopti17[] = {"relay", "mopti-17"}, *const relay[] = {"relay"};
static const char *const french[] = {"bm", "fr"}, *const english[] = {"en"};

static void each_clause_holds_or_not(void **state)
{
	static const struct {
		const char *clause;
		struct tocsin_match match;
		bool holds;
	} rows[] = {
		{"empty", {0}, true},
		{"severity", {.severity = TOCSIN_BIT(4)}, true},
		{"severity list", {.severity = TOCSIN_BIT(1) | TOCSIN_BIT(4)}, true},
		{"other severity", {.severity = TOCSIN_BIT(1) | TOCSIN_BIT(5)}, false},
		{"min_severity at", {.min_severity = 4}, true},
		{"min_severity below", {.min_severity = 3}, true},
		{"min_severity above", {.min_severity = 5}, false},
		{"urgency", {.urgency = TOCSIN_BIT(2)}, true},
		{"other urgency", {.urgency = TOCSIN_BIT(3)}, false},
		{"min_urgency at", {.min_urgency = 2}, true},
		{"min_urgency above", {.min_urgency = 3}, false},
		{"certainty", {.certainty = TOCSIN_BIT(5)}, true},
		{"other certainty", {.certainty = TOCSIN_BIT(4)}, false},
		{"min_certainty", {.min_certainty = 4}, true},
		{"event", {.event = TOCSIN_BIT(1)}, true},
		{"other event", {.event = TOCSIN_BIT(2) | TOCSIN_BIT(12)}, false},
		{"category", {.category = TOCSIN_BIT(4) | TOCSIN_BIT(1)}, true},
		{"other category", {.category = TOCSIN_BIT(1)}, false},
		{"cause", {.cause = TOCSIN_BIT(1)}, true},
		{"other cause", {.cause = TOCSIN_BIT(2)}, false},
		{"status", {.status = TOCSIN_BIT(1)}, true},
		{"other status", {.status = TOCSIN_BIT(2) | TOCSIN_BIT(3)}, false},
		{"msg_type", {.msg_type = TOCSIN_BIT(1)}, true},
		{"other msg_type", {.msg_type = TOCSIN_BIT(2)}, false},
		{"sensitivity", {.sensitivity = TOCSIN_BIT(2)}, true},
		{"other sensitivity", {.sensitivity = TOCSIN_BIT(4)}, false},
		{"need", {.need = TOCSIN_BIT(1) | TOCSIN_BIT(8)}, true},
		{"other need", {.need = TOCSIN_BIT(8)}, false},
		{"impact", {.impact = TOCSIN_BIT(2)}, true},
		{"other impact", {.impact = TOCSIN_BIT(1)}, false},
		{"sub_type", {.sub_types = clash, .sub_type_count = 1}, true},
		{"other sub_type", {.sub_types = flood, .sub_type_count = 2}, false},
		{"sender", {.senders = mopti17, .sender_count = 2}, true},
		{"other sender", {.senders = relay, .sender_count = 1}, false},
		{"language", {.languages = french, .language_count = 2}, true},
		{"other language", {.languages = english, .language_count = 1}, false},
		{"min_displaced at", {.has_min_displaced = true, .min_displaced = 500}, true},
		{"min_displaced above", {.has_min_displaced = true, .min_displaced = 501}, false},
		{"min_displaced 0", {.has_min_displaced = true}, true},
		{"min_killed at", {.has_min_killed = true, .min_killed = 21}, true},
		{"min_killed above", {.has_min_killed = true, .min_killed = 22}, false},
		{"all of several", {.severity = TOCSIN_BIT(4), .event = TOCSIN_BIT(1)}, true},
		{"one of several not", {.severity = TOCSIN_BIT(4), .event = TOCSIN_BIT(2)}, false},
	};
	struct rig *rig = *state;
	struct tocsin_facts facts = kouakourou(rig);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (tocsin_match_holds(&rows[i].match, &facts) != rows[i].holds) {
			fail_msg("%s", rows[i].clause);
		}
	}
}

static void unknown_and_unstated_meet_no_minimum_and_no_list(void **state)
{
	struct rig *rig = *state;
	struct tocsin_facts bare =
		rig_facts(rig, rig_incident(rig, "{'severity':'unknown','certainty':'unknown'}"), "a");
	static const struct tocsin_match never[] = {
		{.min_severity = 2},
		{.min_urgency = 2},
		{.min_certainty = 2},
		{.min_severity = 1},
		{.urgency = 0xFFFF},
		{.cause = 0xFFFF},
		{.category = 0xFFFF},
		{.need = 0xFFFF},
		{.impact = 0xFFFF},
		{.sub_types = clash, .sub_type_count = 1},
		{.languages = french, .language_count = 2},
		{.has_min_displaced = true},
		{.has_min_killed = true},
	};
	for (size_t i = 0; i < COUNT(never); i++) {
		if (tocsin_match_holds(&never[i], &bare)) {
			fail_msg("row %zu holds", i);
		}
	}
	struct tocsin_match unknown = {.severity = TOCSIN_BIT(1), .certainty = TOCSIN_BIT(1)};
	assert_true(tocsin_match_holds(&unknown, &bare));
}

static void a_region_holds_for_all_beneath_it_and_fires_once(void **state)
{
	struct rig *rig = *state;
	uint32_t both[] = {rig_region(rig, "ML"), rig_region(rig, "ML0503"), rig_region(rig, "ML"),
		rig_region(rig, "ML05")};
	uint32_t kidal[] = {rig_region(rig, "ML08"), rig_region(rig, "ML050399")};
	struct tocsin_rule rules[] = {
		{.enabled = true, .match = {.regions = both, .region_count = 4}},
		{.enabled = true, .match = {.regions = kidal, .region_count = 2}},
		{.enabled = false, .match = {.regions = both, .region_count = 4}},
		{.enabled = true},
		{.enabled = true, .stop = true, .match = {.regions = both, .region_count = 1}},
		{.enabled = true},
	};
	struct tocsin_ruleset ruleset = {
		.gazetteer = rig->gazetteer, .rules = rules, .rule_count = COUNT(rules)};
	struct tocsin_index *index = tocsin_index_create(rules, COUNT(rules));
	ruleset.index = index;
	struct tocsin_scratch *scratch = tocsin_scratch_create(&ruleset);
	struct tocsin_facts facts = rig_facts(rig, rig_incident(rig, NULL), "a");
	static const uint32_t expected[] = {0, 3, 4};
	const uint32_t *fired;
	assert_int_equal(tocsin_match_rules(&ruleset, &facts, scratch, &fired), 3);
	assert_memory_equal(fired, expected, sizeof expected);
	tocsin_scratch_destroy(scratch);
	tocsin_index_destroy(index);
	tocsin_scratch_destroy(NULL);
	tocsin_index_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_plain_loop),
		cmocka_unit_test(each_clause_holds_or_not),
		cmocka_unit_test(unknown_and_unstated_meet_no_minimum_and_no_list),
		cmocka_unit_test(a_region_holds_for_all_beneath_it_and_fires_once),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
