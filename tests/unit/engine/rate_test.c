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

/* By a relay that may bring six a minute, of which mopti-1 itself may have two. */
static const char *relayed(struct rig *rig, const char *sender, unsigned id)
{
	rig->user = "bridge";
	struct tocsin_outcome *outcome = rig_submit(rig, sender, rig_json(rig, id, "{}"));
	rig->user = NULL;
	const Tocsin__V1__Receipt *receipt = rig_receipt(rig, outcome);
	const char *told = receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED
		? "in"
		: tocsin_arena_format(rig->arena, "%s %u", receipt->reason, receipt->retry_after);

	rig_settle(rig, outcome);
	return told;
}

#define RELAYED                                                                                    \
	HOLDS_HEAD                                                                                     \
	"senders:\n"                                                                                   \
	"  bridge: {relays: ['mopti-*'], max_rate: 6/min}\n"                                           \
	"  mopti-1: {max_rate: 2/min}\n"                                                               \
	"rules: []\n" HOLDS_DEFAULT

static void one_that_floods_leaves_room_for_others_behind_its_relay(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RELAYED, true);
	unsigned id = 0;

	/* One alone gets half. */
	for (unsigned i = 0; i < 3; ++i) {
		assert_string_equal(relayed(&rig, "mopti-loud", ++id), "in");
	}
	for (unsigned i = 0; i < 20; ++i) {
		assert_string_equal(relayed(&rig, "mopti-loud", 100 + i), "rate 60");
	}
	rig.now_ms += 10 * 1000;
	/* Whoever had nothing gets in until all is used, its own rate apart. */
	assert_string_equal(relayed(&rig, "mopti-1", ++id), "in");
	assert_string_equal(relayed(&rig, "mopti-2", ++id), "in");
	assert_string_equal(relayed(&rig, "mopti-2", 50), "rate 60");
	assert_string_equal(relayed(&rig, "mopti-3", ++id), "in");
	assert_string_equal(relayed(&rig, "mopti-4", 51), "rate 50");
	/* Its own account is another way in. */
	assert_string_equal(holds_submit(&rig, "mopti-1", 52, "{}"), IN);
	assert_string_equal(holds_submit(&rig, "mopti-1", 53, "{}"), "deferred rate 60");
	/* What is free again is free for each of them, up to its share. */
	rig.now_ms = RIG_START + 60 * 1000;
	assert_string_equal(relayed(&rig, "mopti-4", 51), "in");
	assert_string_equal(relayed(&rig, "mopti-loud", 100), "in");
	assert_string_equal(relayed(&rig, "mopti-loud", 101), "rate 60");
	/* What was not taken was not counted for anybody. */
	assert_int_equal(tocsin_engine_ledger(rig.engine)->accepted, 9);
	rig_end(&rig);
}

static void a_sender_keeps_to_its_own_rate_behind_a_relay(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RELAYED, true);

	assert_string_equal(relayed(&rig, "mopti-1", 1), "in");
	rig.now_ms += 1000;
	assert_string_equal(holds_submit(&rig, "mopti-1", 2, "{}"), IN);
	assert_string_equal(relayed(&rig, "mopti-1", 3), "rate 59");
	/* That one took nothing of the relay's: five are left, and its share of them. */
	for (unsigned i = 0; i < 3; ++i) {
		assert_string_equal(relayed(&rig, "mopti-5", 10 + i), i < 3 ? "in" : "rate 60");
	}
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_most_so_many_in_any_minute),
		cmocka_unit_test(what_cannot_be_taken_takes_nothing),
		cmocka_unit_test(a_reload_changes_the_rate),
		cmocka_unit_test(one_that_floods_leaves_room_for_others_behind_its_relay),
		cmocka_unit_test(a_sender_keeps_to_its_own_rate_behind_a_relay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
