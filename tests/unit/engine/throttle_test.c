/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/holds.h"
#include "engine/random.h"

#define TWO_AN_HOUR                                                                                \
	HOLDS_HEAD                                                                                     \
	"rules:\n"                                                                                     \
	"  - id: a\n"                                                                                  \
	"    alert: [{audience: partners}]\n"                                                          \
	"    throttle: {max: 2, in: 1h}\n" HOLDS_DEFAULT

#define HELD "held rules a held a"
#define OUT "routed rules a > partners a"

static const char moderate[] = "{'severity':'moderate'}";

static void slides_exactly(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_AN_HOUR, true);

	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), OUT);
	rig.now_ms += 20 * RIG_MINUTE;
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), HELD);
	/* A re-send is told the same. */
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), "duplicate " HELD);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->held, 1);
	rig.now_ms = RIG_START + RIG_HOUR - 1;
	assert_string_equal(holds_submit(&rig, "s", 4, moderate), HELD);
	/* (now - in, now]: the first one has left, and those held never counted. */
	rig.now_ms = RIG_START + RIG_HOUR;
	assert_string_equal(holds_submit(&rig, "s", 5, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 6, "{}"), HELD);
	rig.now_ms = RIG_START + 20 * RIG_MINUTE + RIG_HOUR - 1;
	assert_string_equal(holds_tick(&rig), "");
	rig.now_ms += 1;
	/* An hour after the first that was held, with whatever was held since. */
	assert_string_equal(holds_tick(&rig), "partners throttle a 19..79 3: ML/ML05/1/severe 3; ");
	assert_string_equal(holds_tick(&rig), "");
	rig.now_ms += 3 * RIG_HOUR;
	assert_string_equal(holds_tick(&rig), "");
	assert_string_equal(holds_submit(&rig, "s", 7, "{}"), OUT);
	rig_end(&rig);
}

static void some_are_never_held(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(HOLDS_HEAD "rules:\n"
											   "  - id: a\n"
											   "    alert: [{audience: partners}]\n"
											   "    throttle: {max: 1, in: 1h}\n" HOLDS_DEFAULT,
		true);

	assert_string_equal(holds_submit(&rig, "s", 1, "{'severity':'unknown'}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 2, "{'severity':'unknown'}"), HELD);
	/* Above the highest that the window let pass, each time. */
	assert_string_equal(holds_submit(&rig, "s", 3, "{'severity':'minor'}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 4, "{'severity':'minor'}"), HELD);
	assert_string_equal(holds_submit(&rig, "s", 5, "{'severity':'severe'}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 6, moderate), HELD);
	/* An Update, also of one that was held; then whatever is below what passed. */
	assert_string_equal(holds_submit(&rig, "s", 7,
							tocsin_arena_format(rig.arena,
								"{'severity':'minor','msg_type':'update','references':[%s]}",
								rig_reference(&rig, 4))),
		OUT);
	assert_string_equal(holds_submit(&rig, "s", 8, moderate), HELD);
	assert_string_equal(holds_submit(&rig, "s", 9, "{'severity':'extreme'}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 10, "{'severity':'extreme'}"), OUT);
	/* Those count: after an hour less a little the window is still full. */
	rig.now_ms += RIG_HOUR - 1;
	assert_string_equal(holds_submit(&rig, "s", 11, "{'severity':'severe'}"), HELD);
	/* A Cancel of one that was held reaches nobody; of one that went out, its readers. */
	assert_string_equal(holds_submit(&rig, "s", 12,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'cancel','references':[%s]}", rig_reference(&rig, 6))),
		"held");
	assert_string_equal(holds_submit(&rig, "s", 13,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'cancel','references':[%s]}", rig_reference(&rig, 5))),
		"routed > partners");
	rig_end(&rig);
}

static void each_key_has_its_window(void **state)
{
	static const struct {
		const char *per, *second, *sender;
		bool held;
	} rows[] = {
		{"[]", "{'location':{'pcode':'ML0801'},'event':{'type':'riots'}}", "t", true},
		{"[region]", "{'location':{'pcode':'ML0506'}}", "s", false},
		{"[region]", "{'event':{'type':'riots'}}", "t", true},
		{"[adm1]", "{'location':{'pcode':'ML0506'}}", "s", true},
		{"[adm1]", "{'location':{'pcode':'ML0801'}}", "s", false},
		{"[adm1]", "{'location':{'pcode':null}}", "s", false},
		{"[event]", "{'event':{'type':'riots'}}", "s", false},
		{"[event]", "{'location':{'pcode':'ML0801'}}", "s", true},
		{"[sender]", "{}", "t", false},
		{"[severity]", "{'severity':'moderate'}", "s", false},
		{"[severity]", "{'event':{'type':'riots'}}", "t", true},
		{"[region, event, sender]", "{'severity':'moderate'}", "s", true},
		{"[region, event, sender]", "{'severity':'moderate'}", "t", false},
		/* A drill takes nothing from what is real. */
		{"[]", "{'status':'exercise'}", "s", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); ++i) {
		char rules[1024];

		snprintf(rules, sizeof(rules),
			HOLDS_HEAD "rules:\n"
					   "  - id: a\n"
					   "    alert: [{audience: partners}]\n"
					   "    throttle: {%s%s%s max: 1, in: 1h}\n" HOLDS_DEFAULT,
			strlen(rows[i].per) > 2 ? "per: " : "", strlen(rows[i].per) > 2 ? rows[i].per : "",
			strlen(rows[i].per) > 2 ? "," : "");
		struct rig rig = rig_begin_with(rules, true);
		assert_string_equal(holds_submit(&rig, "s", 1, "{}"), OUT);
		const char *second = holds_submit(&rig, rows[i].sender, 2, rows[i].second);
		if (strncmp(second, rows[i].held ? "held" : "routed", 4) != 0) {
			fail_msg("%s %s: %s", rows[i].per, rows[i].second, second);
		}
		rig_end(&rig);
	}
}

static void only_what_the_throttle_let_pass_counts(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(HOLDS_HEAD
		"rules:\n"
		"  - id: a\n"
		"    alert: [{audience: partners}]\n"
		"    throttle: {max: 1, in: 1h}\n"
		"  - id: b\n"
		"    match: {event: riots}\n"
		"    alert: [{audience: public}, {audience: coordination}]\n" HOLDS_DEFAULT,
		true);

	/* Above what partners may see: the default carries it, at once. */
	assert_string_equal(holds_submit(&rig, "s", 1, "{'sensitivity':'severe'}"),
		"defaulted rules a held a > coordination by a");
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), OUT);
	/* One rule's throttle is nothing to another's output. */
	assert_string_equal(holds_submit(&rig, "s", 3, "{'event':{'type':'riots'}}"),
		"routed rules a,b held a > coordination b");
	/* Withheld by sensitivity and by the throttle: the default, as sensitivity is. */
	holds_swap(&rig,
		HOLDS_HEAD "rules:\n"
				   "  - id: a\n"
				   "    alert: [{audience: partners}]\n"
				   "    throttle: {max: 1, in: 1h}\n"
				   "  - id: c\n"
				   "    alert: [{audience: public}]\n" HOLDS_DEFAULT);
	assert_string_equal(
		holds_submit(&rig, "s", 4, "{}"), "defaulted rules a,c held a,c > coordination by a,c");
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"partners throttle a -41..19 2: ML/ML05/1/severe 1, ML/ML05/5/severe 1; ");
	rig_end(&rig);
}

static void readers_of_an_earlier_version_are_told(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(HOLDS_HEAD "rules:\n"
											   "  - id: a\n"
											   "    match: {min_severity: severe}\n"
											   "    alert: [{audience: partners}]\n"
											   "    throttle: {max: 1, in: 1h}\n" HOLDS_DEFAULT,
		true);

	/* The Update comes first; its Alert is toward readers of the chain. */
	assert_string_equal(holds_submit(&rig, "s", 2,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'update','references':[%s]}", rig_reference(&rig, 1))),
		OUT);
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), HELD);
	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), OUT);
	rig_end(&rig);
}

static void windows_outlive_a_reload_of_other_rules(void **state)
{
	static const char other[] = HOLDS_HEAD "rules:\n"
										   "  - id: new\n"
										   "    match: {event: food}\n"
										   "    alert: [{audience: public}]\n"
										   "  - id: a\n"
										   "    alert: [{audience: partners}]\n"
										   "    throttle: {max: 2, in: 1h}\n" HOLDS_DEFAULT;
	static const char changed[] = HOLDS_HEAD "rules:\n"
											 "  - id: a\n"
											 "    alert: [{audience: partners}]\n"
											 "    throttle: {max: 2, in: 2h}\n" HOLDS_DEFAULT;

	(void)state;
	struct rig rig = rig_begin_with(TWO_AN_HOUR, true);
	holds_submit(&rig, "s", 1, "{}");
	holds_submit(&rig, "s", 2, "{}");
	holds_swap(&rig, other);
	assert_string_equal(holds_tick(&rig), "");
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), HELD);
	holds_swap(&rig, other);
	assert_string_equal(holds_tick(&rig), "");
	/* Another text is another rule: what the old one held is told at once. */
	holds_swap(&rig, changed);
	rig.now_ms += RIG_MINUTE;
	assert_string_equal(holds_tick(&rig), "partners throttle a -41..-41 1: ML/ML05/1/severe 1; ");
	assert_string_equal(holds_submit(&rig, "s", 4, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 5, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 6, "{}"), HELD);
	/* Its audience is gone, too: whoever sees everything is told. */
	holds_swap(&rig,
		"version: 1\n"
		"gazetteer: [list.csv]\n"
		"audiences:\n"
		"  public: {max_sensitivity: low}\n"
		"  all: {max_sensitivity: severe, format: [json]}\n"
		"rules: []\n"
		"default:\n"
		"  alert: [{audience: public}, {audience: all}]\n");
	assert_string_equal(holds_tick(&rig), "all-json throttle a 1..1 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

static void a_digest_says_no_more_than_may_be_seen(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(HOLDS_HEAD
		"rules:\n"
		"  - id: a\n"
		"    alert: [{audience: coordination}, {audience: partners}, {audience: public}]\n"
		"    throttle: {max: 1, in: 1h}\n" HOLDS_DEFAULT,
		true);

	holds_submit(&rig, "s", 1, "{'sensitivity':'low'}");
	assert_string_equal(holds_submit(&rig, "s", 2, "{'sensitivity':'low'}"), HELD);
	assert_string_equal(
		holds_submit(
			&rig, "s", 3, "{'sensitivity':'low','severity':'moderate','location':{'pcode':null}}"),
		HELD);
	/* Held from two of three: public was not to see it anyway. */
	assert_string_equal(holds_submit(&rig, "s", 4, "{'location':{'pcode':'ML0801'}}"),
		"defaulted rules a held a > coordination by a");
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"coordination throttle a 0..60 3: ML//1/moderate 1, ML/ML05/1/severe 1, ML/ML08/1/severe "
		"1; "
		"coordination-json throttle a 0..60 3: ML//1/moderate 1, ML/ML05/1/severe 1, "
		"ML/ML08/1/severe 1; "
		"partners throttle a -41..19 3: ML//1/moderate 1, ML/ML05/1/severe 1, ML/ML08/1/severe 1; "
		"public-json throttle a -1121..-1121 2: ML//1/moderate 1, ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

/* Rules that let an audience see less than when its incidents were held. */
static void what_may_no_longer_be_seen_is_told_to_the_default(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_AN_HOUR, true);
	for (unsigned i = 1; i <= 3; ++i) {
		holds_submit(&rig, "s", i, "{'sensitivity':'moderate'}");
	}
	assert_string_equal(holds_submit(&rig, "s", 4, "{'sensitivity':'low'}"), HELD);
	holds_swap(&rig,
		"version: 1\n"
		"gazetteer: [list.csv]\n"
		"audiences:\n"
		"  coordination: {max_sensitivity: severe}\n"
		"  partners: {max_sensitivity: low, format: [protobuf]}\n"
		"rules:\n"
		"  - id: a\n"
		"    alert: [{audience: partners}]\n"
		"    throttle: {max: 2, in: 1h}\n" HOLDS_DEFAULT);
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"coordination throttle a 0..60 1: ML/ML05/1/severe 1; "
		"coordination-json throttle a 0..60 1: ML/ML05/1/severe 1; "
		"partners throttle a -1121..-1121 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

/* A clock that ran years ahead and is set right keeps no digest back. */
static void a_clock_set_back_tells_what_was_held(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_AN_HOUR, true);

	rig.now_ms += 30 * RIG_MINUTE;
	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), HELD);
	assert_string_equal(holds_tick(&rig), "");
	rig.now_ms -= 20 * RIG_MINUTE;
	assert_string_equal(holds_tick(&rig), "partners throttle a 19..19 1: ML/ML05/1/severe 1; ");
	assert_string_equal(holds_submit(&rig, "s", 4, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 5, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 6, "{}"), HELD);
	rig_end(&rig);
}

static void a_failed_commit_takes_holds_back(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_AN_HOUR, true);
	struct tocsin_outcome *pending[3];

	for (unsigned i = 0; i < 3; ++i) {
		pending[i] = rig_submit(&rig, "s", rig_json(&rig, 1 + i, "{}"));
	}
	assert_string_equal(holds_describe(&rig, pending[2]), HELD);
	/* What is not committed is not told. */
	rig.now_ms += 2 * RIG_HOUR;
	assert_string_equal(holds_tick(&rig), "");
	for (unsigned i = 3; i-- > 0;) {
		tocsin_engine_fail(rig.engine, pending[i], "disk", rig.now_ms);
		rig_settle(&rig, pending[i]);
	}
	assert_string_equal(holds_tick(&rig), "");
	rig.now_ms = RIG_START;
	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), HELD);
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig), "partners throttle a -41..19 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

enum { MODEL_STEPS = 300 };

/* What the model remembers of one that passed. */
struct passed {
	int64_t at_ms;
	unsigned severity, place;
};

/* Read from the design alone: every one that passed is remembered and counted anew. */
static bool model_holds(const struct passed *all, size_t count, const struct passed *one,
	unsigned max, int64_t in_ms, bool update)
{
	unsigned in_window = 0, highest = 0;

	for (size_t i = 0; i < count; ++i) {
		if (all[i].place == one->place && all[i].at_ms > one->at_ms - in_ms) {
			++in_window;
			highest = all[i].severity > highest ? all[i].severity : highest;
		}
	}
	return in_window >= max && one->severity <= highest && one->severity < 5 && !update;
}

static void agrees_with_a_model(void **state)
{
	static const char *const places[] = {"ML0503", "ML0506", "ML0801"};
	struct random random = {.state = 99};
	size_t held = 0;

	(void)state;
	for (unsigned max = 1; max <= 5; ++max) {
		char rules[1024];
		struct passed all[MODEL_STEPS];
		size_t count = 0;

		snprintf(rules, sizeof(rules),
			HOLDS_HEAD "rules:\n"
					   "  - {id: a, alert: [{audience: partners}],"
					   " throttle: {per: [region], max: %u, in: 90m}}\n" HOLDS_DEFAULT,
			max);
		struct rig rig = rig_begin_with(rules, true);
		for (unsigned i = 0; i < MODEL_STEPS; ++i) {
			const struct passed one = {.at_ms = rig.now_ms,
				.severity = 1 + random_below(&random, random_below(&random, 8) ? 4 : 5),
				.place = random_below(&random, 3)};
			const bool update = random_below(&random, 10) == 0;
			/* An Update of something that never came is a first version. */
			const char *text = holds_submit(&rig, "s", 1 + i,
				tocsin_arena_format(rig.arena, "{'severity':'%s','location':{'pcode':'%s'}%s%s%s}",
					holds_severity((int)one.severity), places[one.place],
					update ? ",'msg_type':'update','references':[" : "",
					update ? rig_reference(&rig, 100000 + i) : "", update ? "]" : ""));
			const bool holds = model_holds(all, count, &one, max, 90 * RIG_MINUTE, update);
			assert_string_equal(text, holds ? HELD : OUT);
			if (!holds) {
				all[count++] = one;
			}
			held += holds;
			rig.now_ms += random_below(&random, 4) * (30 / max) * RIG_MINUTE;
		}
		rig_end(&rig);
	}
	assert_true(held > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slides_exactly),
		cmocka_unit_test(some_are_never_held),
		cmocka_unit_test(each_key_has_its_window),
		cmocka_unit_test(only_what_the_throttle_let_pass_counts),
		cmocka_unit_test(readers_of_an_earlier_version_are_told),
		cmocka_unit_test(windows_outlive_a_reload_of_other_rules),
		cmocka_unit_test(a_digest_says_no_more_than_may_be_seen),
		cmocka_unit_test(what_may_no_longer_be_seen_is_told_to_the_default),
		cmocka_unit_test(a_clock_set_back_tells_what_was_held),
		cmocka_unit_test(a_failed_commit_takes_holds_back),
		cmocka_unit_test(agrees_with_a_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
