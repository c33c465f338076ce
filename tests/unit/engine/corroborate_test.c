/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/holds.h"

#define TWO_SENDERS                                                                                \
	HOLDS_HEAD                                                                                     \
	"rules:\n"                                                                                     \
	"  - id: a\n"                                                                                  \
	"    alert: [{audience: partners}]\n"                                                          \
	"    corroborate: {reports: 2, independent: sender, within: 6h}\n" HOLDS_DEFAULT

#define WAITS "defaulted rules a held a > coordination by a"
#define OUT "routed rules a > partners a r2"

static void the_newest_is_alerted(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	assert_string_equal(holds_submit(&rig, "one", 1, "{}"), WAITS);
	/* The same sender is no other. */
	assert_string_equal(holds_submit(&rig, "one", 2, "{}"), WAITS);
	rig.now_ms += 6 * RIG_HOUR - 1;
	assert_string_equal(holds_submit(&rig, "two", 3, "{}"), OUT);
	/* Later ones join without a new alert, unless more severe. */
	assert_string_equal(holds_submit(&rig, "three", 4, "{}"), WAITS);
	assert_string_equal(holds_submit(&rig, "four", 5, "{'severity':'moderate'}"), WAITS);
	assert_string_equal(
		holds_submit(&rig, "one", 6, "{'severity':'extreme'}"), "routed rules a > partners a r4");
	assert_string_equal(holds_submit(&rig, "five", 7, "{'severity':'extreme'}"), WAITS);
	/* Its readers were alerted: no digest. */
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig), "");
	/* The group ran out: the next one opens another. */
	assert_string_equal(holds_submit(&rig, "two", 8, "{}"), WAITS);
	assert_string_equal(holds_submit(&rig, "one", 9, "{}"), OUT);
	rig_end(&rig);
}

static void a_group_that_runs_out_ends_in_a_digest(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	assert_string_equal(holds_submit(&rig, "one", 1, "{}"), WAITS);
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_submit(&rig, "one", 2, "{'severity':'extreme'}"), WAITS);
	rig.now_ms = RIG_START + 6 * RIG_HOUR - 1;
	assert_string_equal(holds_tick(&rig), "");
	rig.now_ms += 1;
	assert_string_equal(holds_submit(&rig, "two", 3, "{}"), WAITS);
	assert_string_equal(
		holds_tick(&rig), "partners corroborate a -41..319 2: ML/ML05/1/extreme 2; ");
	rig.now_ms += 6 * RIG_HOUR;
	assert_string_equal(
		holds_tick(&rig), "partners corroborate a 319..679 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

static void only_what_is_about_the_same_joins(void **state)
{
	static const struct {
		const char *second;
		bool joins;
	} rows[] = {
		{"{}", true},
		{"{'severity':'minor'}", true},
		{"{'event':{'type':'riots'}}", false},
		{"{'location':{'pcode':'ML0506'}}", false},
		{"{'location':{'pcode':'ML05'}}", false},
		{"{'location':{'pcode':null}}", false},
		{"{'status':'exercise'}", false},
		/* Without occurred.start, sent: 18:40. */
		{"{'occurred':{'start':'2024-08-06T18:40:00Z'}}", true},
		{"{'occurred':{'start':'2024-08-06T18:39:59Z'}}", false},
		{"{'occurred':{'start':'2024-08-08T18:40:00Z'}}", true},
		{"{'occurred':{'start':'2024-08-08T18:40:01Z'}}", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); ++i) {
		struct rig rig = rig_begin_with(TWO_SENDERS, true);

		assert_string_equal(holds_submit(&rig, "one", 1, "{}"), WAITS);
		const char *second = holds_submit(&rig, "two", 2, rows[i].second);
		if (strncmp(second, rows[i].joins ? "routed" : "defaulted", 6) != 0) {
			fail_msg("%s: %s", rows[i].second, second);
		}
		rig_end(&rig);
	}
}

/* Deeper than admin-2 is cut to it; what is shallower has its own code. */
static void places_are_compared_at_admin_2(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	assert_string_equal(holds_submit(&rig, "one", 1, "{'location':{'pcode':'ML05'}}"), WAITS);
	assert_string_equal(holds_submit(&rig, "two", 2, "{'location':{'pcode':'ML05'}}"), OUT);
	assert_string_equal(holds_submit(&rig, "one", 3, "{'location':{'pcode':null}}"), WAITS);
	assert_string_equal(holds_submit(&rig, "two", 4, "{'location':{'pcode':null}}"), OUT);
	rig_end(&rig);
}

static void readers_need_no_corroboration(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	holds_submit(&rig, "one", 1, "{}");
	assert_string_equal(holds_submit(&rig, "two", 2, "{}"), OUT);
	/* Partners saw the second chain, not the first. */
	assert_string_equal(holds_submit(&rig, "two", 3,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'update','references':[%s]}", rig_reference(&rig, 2))),
		OUT);
	assert_string_equal(holds_submit(&rig, "one", 4,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'update','references':[%s]}", rig_reference(&rig, 1))),
		WAITS);
	rig_end(&rig);
}

static void sensitivity_comes_first(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	/* Partners were never to see it: it opens nothing, and no digest tells of it. */
	assert_string_equal(holds_submit(&rig, "one", 1, "{'sensitivity':'severe'}"), WAITS);
	assert_string_equal(holds_submit(&rig, "two", 2, "{}"), WAITS);
	rig.now_ms += 6 * RIG_HOUR;
	assert_string_equal(
		holds_tick(&rig), "partners corroborate a -41..319 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

static void a_throttle_comes_after(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(HOLDS_HEAD
		"rules:\n"
		"  - id: a\n"
		"    alert: [{audience: partners}]\n"
		"    throttle: {max: 1, in: 1h}\n"
		"    corroborate: {reports: 2, independent: sender, within: 6h}\n" HOLDS_DEFAULT,
		true);

	assert_string_equal(holds_submit(&rig, "one", 1, "{}"), WAITS);
	assert_string_equal(holds_submit(&rig, "two", 2, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "one", 3, "{'event':{'type':'riots'}}"), WAITS);
	/* Corroborated, and then held: nobody was alerted, so that the next one is. */
	assert_string_equal(
		holds_submit(&rig, "two", 4, "{'event':{'type':'riots'}}"), "held rules a held a");
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_submit(&rig, "one", 5, "{'event':{'type':'riots'}}"), OUT);
	assert_string_equal(holds_tick(&rig), "partners throttle a -41..19 1: ML/ML05/5/severe 1; ");
	rig.now_ms += 6 * RIG_HOUR;
	assert_string_equal(holds_tick(&rig), "");
	rig_end(&rig);
}

static void rules_that_go_take_their_groups_along(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	holds_submit(&rig, "one", 1, "{}");
	holds_swap(&rig, TWO_SENDERS);
	assert_string_equal(holds_tick(&rig), "");
	assert_string_equal(holds_submit(&rig, "two", 2, "{}"), OUT);
	assert_string_equal(holds_submit(&rig, "two", 3, "{'event':{'type':'riots'}}"), WAITS);
	holds_swap(&rig,
		HOLDS_HEAD
		"rules:\n"
		"  - id: a\n"
		"    enabled: false\n"
		"    alert: [{audience: partners}]\n"
		"    corroborate: {reports: 2, independent: sender, within: 6h}\n" HOLDS_DEFAULT);
	assert_string_equal(
		holds_tick(&rig), "partners corroborate a -41..-41 1: ML/ML05/5/severe 1; ");
	rig_end(&rig);
}

static void a_failed_commit_takes_reports_back(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(TWO_SENDERS, true);

	holds_submit(&rig, "one", 1, "{}");
	struct tocsin_outcome *second = rig_submit(&rig, "two", rig_json(&rig, 2, "{}"));
	assert_string_equal(holds_describe(&rig, second), OUT);
	tocsin_engine_fail(rig.engine, second, "disk", rig.now_ms);
	rig_settle(&rig, second);
	assert_string_equal(holds_submit(&rig, "one", 3, "{}"), WAITS);
	rig.now_ms += 6 * RIG_HOUR;
	assert_string_equal(
		holds_tick(&rig), "partners corroborate a -41..319 2: ML/ML05/1/severe 2; ");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_is_alerted),
		cmocka_unit_test(a_group_that_runs_out_ends_in_a_digest),
		cmocka_unit_test(only_what_is_about_the_same_joins),
		cmocka_unit_test(places_are_compared_at_admin_2),
		cmocka_unit_test(readers_need_no_corroboration),
		cmocka_unit_test(sensitivity_comes_first),
		cmocka_unit_test(a_throttle_comes_after),
		cmocka_unit_test(rules_that_go_take_their_groups_along),
		cmocka_unit_test(a_failed_commit_takes_reports_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
