/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who is told what of what was held, and when. */
#include "engine/holds.h"

#define THROTTLED(outputs)                                                                         \
	HOLDS_HEAD                                                                                     \
	"rules:\n"                                                                                     \
	"  - id: a\n"                                                                                  \
	"    alert: [" outputs "]\n"                                                                   \
	"    throttle: {max: 1, in: 1h}\n" HOLDS_DEFAULT

static const char to_partners[] = THROTTLED("{audience: partners}");
static const char downgraded[] =
	THROTTLED("{audience: coordination}, {audience: public, downgrade: true}");

#define HELD "held rules a held a"

/* The second of two, which is held; its outcome is to be settled. */
static struct tocsin_outcome *hold_second(struct rig *rig, const char *patch)
{
	holds_submit(rig, "s", 1, patch);
	return rig_submit(rig, "s", rig_json(rig, 2, "%s", patch));
}

/* Whoever would have been sent the alert is told that it was held, also where the alert
 * would have said less than the incident. */
static void what_is_downgraded_is_told_to_its_audience(void **state)
{
	static const char told[] = "coordination throttle a 0..60 1: ML/ML05/1/severe 1; "
							   "coordination-json throttle a 0..60 1: ML/ML05/1/severe 1; "
							   "public-json throttle a -1121..-1121 1: ML/ML05/1/severe 1; ";

	(void)state;
	struct rig rig = rig_begin_with(downgraded, true), next = rig_begin_with(downgraded, true);
	struct tocsin_outcome *outcome = hold_second(&rig, "{'sensitivity':'severe'}");

	assert_string_equal(holds_describe(&rig, outcome), HELD);
	assert_int_equal(outcome->record->tally_count, 1);
	holds_restore(&next, outcome->record);
	rig_settle(&rig, outcome);
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig), told);
	next.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&next), told);
	rig_end(&next);
	rig_end(&rig);
}

/* The clock was years ahead, and is set right while nothing runs. */
static void a_restart_with_the_clock_set_back_tells_what_was_held(void **state)
{
	(void)state;
	struct rig ahead = rig_begin_with(to_partners, true), rig = rig_begin_with(to_partners, true);

	ahead.now_ms += 1000 * RIG_DAY;
	struct tocsin_outcome *outcome = hold_second(&ahead, "{}");
	holds_restore(&rig, outcome->record);
	rig_settle(&ahead, outcome);
	assert_string_equal(
		holds_tick(&rig), "partners throttle a 1439959..1439959 1: ML/ML05/1/severe 1; ");
	assert_string_equal(holds_tick(&rig), "");
	rig_end(&rig);
	rig_end(&ahead);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_downgraded_is_told_to_its_audience),
		cmocka_unit_test(a_restart_with_the_clock_set_back_tells_what_was_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
