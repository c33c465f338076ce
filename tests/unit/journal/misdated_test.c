/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What came by a clock that was ahead, once it is set right. */
#include "journal/life.h"

#define AHEAD (400 * RIG_DAY)
/* Partners are told the end of the hour. */
#define SPAN (RIG_DAY + 19 * RIG_MINUTE)

static const char rules_with_throttle[] = "version: 1\n"
										  "gazetteer: [list.csv]\n"
										  "audiences:\n"
										  "  coordination: {max_sensitivity: severe}\n"
										  "rules:\n"
										  "  - id: mopti\n"
										  "    match: {region: ML05}\n"
										  "    alert: [{audience: coordination}]\n"
										  "    throttle: {max: 1, in: 12h}\n"
										  "default:\n"
										  "  alert: [{audience: coordination}]\n";

static void take(struct life *life, unsigned id, const char *patch)
{
	life_commit(life, rig_submit(&life->rig, "one", rig_json(&life->rig, id, "%s", patch)));
}

static void begin(struct life *life, const char *rules, int64_t now_ms)
{
	folder_make(&life->folder);
	life_begin(life, rules, now_ms);
}

/* Two that the hub dates, an Update among them, and one whose sender says until when. */
static void begin_ahead(struct life *life)
{
	begin(life, rig_rules, RIG_START + AHEAD);
	take(life, 1, "{}");
	take(life, 2, "{'expires':'2027-01-01T00:00:00Z'}");
	take(life, 3, "{}");
	take(life, 4,
		"{'msg_type':'update','references':[{'id':'00000003-0000-4000-8000-000000000003'}]}");
}

static void expect_misdated(const struct life *life, size_t count, uint64_t newest)
{
	uint64_t found;

	assert_int_equal(tocsin_engine_misdated(life->rig.engine, &found), count);
	if (count > 0) {
		assert_int_equal(found, newest);
	}
}

static void it_is_closed_when_it_has_stood(void **state)
{
	struct life life;
	uint64_t closed, sum = 0;

	(void)state;
	begin_ahead(&life);
	life_restart(&life, rig_rules, RIG_START + RIG_HOUR);
	expect_misdated(&life, 2, 4);
	assert_int_equal(life.ran_ms, 0);
	assert_int_equal(open_count(&life), 3);
	assert_null(tocsin_engine_close_misdated(life.rig.engine, SPAN - 1, &closed));
	for (size_t i = 0; i < 2; ++i) {
		struct tocsin_outcome *outcome =
			tocsin_engine_close_misdated(life.rig.engine, SPAN, &closed);

		assert_non_null(outcome);
		if (!outcome) {
			return;
		}
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_OPEN), 2);
		for (size_t k = 0; k < outcome->publication_count; ++k) {
			assert_null(outcome->publications[k].payload);
		}
		sum += closed;
		tocsin_journal_close_open(life.journal, closed);
		life_commit(&life, outcome);
	}
	assert_int_equal(sum, 1 + 4);
	assert_null(tocsin_engine_close_misdated(life.rig.engine, SPAN, &closed));
	assert_int_equal(open_count(&life), 1);

	/* Closed is closed: the broker is told once more, no more. */
	life_restart(&life, rig_rules, RIG_START + 2 * RIG_HOUR);
	expect_misdated(&life, 0, 0);
	life_tick(&life);
	assert_int_equal(open_count(&life), 1);
	struct tocsin_outcome *again = rig_submit(&life.rig, "one",
		rig_json(&life.rig, 5,
			"{'msg_type':'update','references':[{'id':'00000001-0000-4000-8000-000000000001'}]}"));
	assert_true(rig_has_check(rig_receipt(&life.rig, again), "references.closed"));
	life_commit(&life, again);
	assert_int_equal(open_count(&life), 2);
	life_end(&life);
}

/* A hub that never runs for a whole day gets there, too. */
static void all_starts_are_added_up(void **state)
{
	struct life life;

	(void)state;
	begin_ahead(&life);
	life_restart(&life, rig_rules, RIG_START);
	tocsin_journal_note_ran(life.journal, 10 * RIG_HOUR);
	life_restart(&life, rig_rules, RIG_START + RIG_DAY);
	assert_int_equal(life.ran_ms, 10 * RIG_HOUR);
	/* What comes by a wrong clock since has not stood so long. */
	life_restart(&life, rig_rules, RIG_START + AHEAD);
	take(&life, 6, "{}");
	life_restart(&life, rig_rules, RIG_START + 2 * RIG_DAY);
	expect_misdated(&life, 3, 5);
	assert_int_equal(life.ran_ms, 0);
	life_end(&life);
}

/* The clock of now is the wrong one: nothing is closed before its time. */
static void a_clock_that_is_behind_closes_nothing(void **state)
{
	struct life life;
	uint64_t closed;

	(void)state;
	begin(&life, rig_rules, RIG_START);
	take(&life, 1, "{}");
	life_restart(&life, rig_rules, RIG_START - 30 * RIG_DAY);
	expect_misdated(&life, 1, 1);
	assert_null(tocsin_engine_close_misdated(life.rig.engine, SPAN - 1, &closed));
	tocsin_journal_note_ran(life.journal, SPAN - 1);
	/* Set right while it runs. */
	life.rig.now_ms = RIG_START + SPAN - 1;
	life_tick(&life);
	assert_int_equal(open_count(&life), 1);
	life_restart(&life, rig_rules, RIG_START + SPAN - 1);
	expect_misdated(&life, 0, 0);
	life_tick(&life);
	assert_int_equal(open_count(&life), 1);
	life.rig.now_ms = RIG_START + SPAN;
	life_tick(&life);
	assert_int_equal(open_count(&life), 0);
	life_end(&life);
}

/* Nobody waits for years to be told what a throttle held. */
static void what_was_held_is_told(void **state)
{
	struct life life;

	(void)state;
	begin(&life, rules_with_throttle, RIG_START + AHEAD);
	take(&life, 1, "{}");
	take(&life, 2, "{}");
	life_restart(&life, rules_with_throttle, RIG_START);
	struct tocsin_outcome *outcome = tocsin_engine_tick(life.rig.engine, life.rig.now_ms);
	assert_non_null(outcome);
	if (!outcome) {
		return;
	}
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_DIGEST), 2);
	life_commit(&life, outcome);
	life_end(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_closed_when_it_has_stood),
		cmocka_unit_test(all_starts_are_added_up),
		cmocka_unit_test(a_clock_that_is_behind_closes_nothing),
		cmocka_unit_test(what_was_held_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
