/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/holds.h"

#define RULES                                                                                      \
	HOLDS_HEAD                                                                                     \
	"senders:\n"                                                                                   \
	"  slow: {max_rate: 2/min}\n"                                                                  \
	"  free: {}\n"                                                                                 \
	"rules: []\n" HOLDS_DEFAULT

#define IN "defaulted > coordination"

static void at_most_so_many_in_any_minute(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	assert_string_equal(holds_submit(&rig, "slow", 1, "{}"), IN);
	rig.now_ms += 30 * 1000;
	assert_string_equal(holds_submit(&rig, "slow", 2, "{}"), IN);
	assert_string_equal(holds_submit(&rig, "slow", 3, "{}"), "deferred rate 30");
	rig.now_ms += 1;
	assert_string_equal(
		holds_submit(&rig, "slow", 3, "{'severity':'extreme'}"), "deferred rate 30");
	/* A re-send takes nothing, and what is refused takes nothing. */
	assert_string_equal(holds_submit(&rig, "slow", 1, "{}"), "duplicate defaulted");
	assert_string_equal(
		holds_submit(&rig, "slow", 4, "{'event':{'type':null}}"), "rejected unspecified");
	for (unsigned i = 0; i < 5; ++i) {
		assert_string_equal(holds_submit(&rig, "free", 10 + i, "{}"), IN);
	}
	rig.now_ms = RIG_START + 60 * 1000 - 1;
	assert_string_equal(holds_submit(&rig, "slow", 3, "{}"), "deferred rate 1");
	rig.now_ms += 1;
	assert_string_equal(holds_submit(&rig, "slow", 3, "{}"), IN);
	assert_string_equal(holds_submit(&rig, "slow", 5, "{}"), "deferred rate 30");
	assert_int_equal(tocsin_engine_ledger(rig.engine)->deferred, 4);
	rig_end(&rig);
}

static void what_cannot_be_taken_takes_nothing(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	rig.defer = "disk";
	for (unsigned i = 0; i < 4; ++i) {
		assert_string_equal(holds_submit(&rig, "slow", 1, "{}"), "deferred disk 30");
	}
	rig.defer = NULL;
	struct tocsin_outcome *one = rig_submit(&rig, "slow", rig_json(&rig, 1, "{}"));
	struct tocsin_outcome *two = rig_submit(&rig, "slow", rig_json(&rig, 2, "{}"));
	assert_string_equal(holds_submit(&rig, "slow", 3, "{}"), "deferred rate 60");
	tocsin_engine_fail(rig.engine, two, "disk", rig.now_ms);
	rig_settle(&rig, two);
	tocsin_engine_settle(rig.engine, one);
	tocsin_outcome_destroy(rig.engine, one);
	assert_string_equal(holds_submit(&rig, "slow", 3, "{}"), IN);
	assert_string_equal(holds_submit(&rig, "slow", 2, "{}"), "deferred rate 60");
	rig_end(&rig);
}

static void a_reload_changes_the_rate(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	holds_submit(&rig, "slow", 1, "{}");
	holds_submit(&rig, "slow", 2, "{}");
	holds_swap(&rig,
		HOLDS_HEAD "senders:\n"
				   "  slow: {max_rate: 3/h}\n"
				   "rules: []\n" HOLDS_DEFAULT);
	assert_string_equal(holds_submit(&rig, "slow", 3, "{}"), IN);
	assert_string_equal(holds_submit(&rig, "slow", 4, "{}"), "deferred rate 3600");
	holds_swap(&rig,
		HOLDS_HEAD "senders:\n"
				   "  slow: {max_rate: 1/s}\n"
				   "rules: []\n" HOLDS_DEFAULT);
	assert_string_equal(holds_submit(&rig, "slow", 4, "{}"), "deferred rate 1");
	rig.now_ms += 1000;
	assert_string_equal(holds_submit(&rig, "slow", 4, "{}"), IN);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_most_so_many_in_any_minute),
		cmocka_unit_test(what_cannot_be_taken_takes_nothing),
		cmocka_unit_test(a_reload_changes_the_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
