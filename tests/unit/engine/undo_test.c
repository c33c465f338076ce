/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A commit that fails leaves nothing behind: an engine that had to take back the
 * last submissions answers like one that never saw them. */
#include "engine/holds.h"
#include "engine/random.h"

#include "engine/topic.h"
#include "engine/undo.h"

/* APART_MS: so far that no sender is refused more than ten times in a second, which the
 * engine would rightly remember. */
enum { BEFORE = 60, PENDING = 25, AFTER = 60, APART_MS = 100 };

static const char *const senders[] = {"one", "two", "three", NULL};

static void run(uint64_t seed, const char *rules, const char *silence)
{
	struct rig failing = rig_begin_with(rules, true), fresh = rig_begin_with(rules, true);
	struct random random = {.state = seed, .senders = senders};
	struct tocsin_outcome *pending[PENDING];
	size_t count = 0;

	if (silence) {
		holds_silence(&failing, silence);
		holds_silence(&fresh, silence);
	}
	random_follow(&random, &failing, &fresh, BEFORE);
	const uint64_t received = tocsin_engine_ledger(failing.engine)->received;
	for (size_t i = 0; i < PENDING; ++i) {
		const struct random_step step = random_step(&random, &failing);

		failing.now_ms += APART_MS;
		struct tocsin_outcome *outcome = rig_submit(&failing, step.sender, step.json);

		if (outcome->pending) {
			pending[count++] = outcome;
		} else {
			rig_settle(&failing, outcome);
		}
		assert_true(tocsin_ledger_adds_up(tocsin_engine_ledger(failing.engine)));
	}
	assert_true(count > 0);
	assert_int_equal(tocsin_engine_ledger(failing.engine)->pending, count);
	const uint64_t deferred = tocsin_engine_ledger(failing.engine)->deferred;
	while (count > 0) {
		struct tocsin_outcome *outcome = pending[--count];

		tocsin_engine_fail(failing.engine, outcome, "disk", failing.now_ms);
		const Tocsin__V1__Receipt *receipt = rig_receipt(&failing, outcome);
		assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
		assert_string_equal(receipt->reason, "disk");
		assert_true(receipt->retry_after > 0);
		assert_false(receipt->durable);
		assert_int_equal(receipt->topics, 0);
		assert_int_equal(outcome->publication_count, 1);
		assert_null(outcome->record);
		assert_null(outcome->refusal);
		rig_settle(&failing, outcome);
	}
	assert_int_equal(tocsin_engine_ledger(failing.engine)->received, received + PENDING);
	assert_int_equal(tocsin_engine_ledger(failing.engine)->pending, 0);
	assert_true(tocsin_engine_ledger(failing.engine)->deferred > deferred);
	fresh.now_ms = failing.now_ms;
	random_follow(&random, &failing, &fresh, AFTER);
	failing.now_ms = fresh.now_ms += 30 * RIG_DAY;
	assert_string_equal(holds_tick(&failing), holds_tick(&fresh));
	rig_end(&failing);
	rig_end(&fresh);
}

static void failed_submissions_leave_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; ++seed) {
		run(seed * 7919, rig_rules, NULL);
	}
}

static void failed_holds_leave_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; ++seed) {
		run(seed * 104729, holds_rules, holds_quiet);
	}
}

static void re_send_shares_the_fate(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char *json = rig_json(&rig, 1, "{}");
	struct tocsin_outcome *first = rig_submit(&rig, "mopti-17", json);
	struct tocsin_outcome *again = rig_submit(&rig, "mopti-17", json);
	struct tocsin_outcome *reused =
		rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{'severity':'extreme'}"));
	struct tocsin_outcome *taken = rig_submit(&rig, "other", json);

	assert_true(again->pending);
	assert_null(again->record);
	assert_int_equal(again->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
	assert_true(reused->pending);
	assert_int_equal(reused->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_true(taken->pending);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->pending, 4);
	struct tocsin_outcome *all[] = {taken, reused, again, first};
	for (size_t i = 0; i < 4; ++i) {
		tocsin_engine_fail(rig.engine, all[i], "disk", rig.now_ms);
		assert_int_equal(all[i]->verdict, TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
		assert_null(all[i]->refusal);
		rig_settle(&rig, all[i]);
	}
	assert_int_equal(tocsin_engine_ledger(rig.engine)->deferred, 4);
	/* The id is free again. */
	struct tocsin_outcome *other = rig_submit(&rig, "other", json);
	assert_int_equal(other->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_string_equal(rig_receipt(&rig, other)->journal_id, "1");
	rig_settle(&rig, other);
	rig_end(&rig);
}

static enum tocsin_status add(
	struct tocsin_steps *steps, struct tocsin_table *table, const char *text)
{
	struct tocsin_topic *topic = tocsin_topic_create(table, text);
	const enum tocsin_status status =
		tocsin_steps_add(steps, table, &topic->node, tocsin_table_hash(table, text, strlen(text)));

	if (status != TOCSIN_OK) {
		tocsin_heap.free(tocsin_heap.ctx, topic);
	}
	return status;
}

static void full_tables_give_up_their_oldest(void **state)
{
	(void)state;
	static struct tocsin_table table;
	const uint8_t key[16] = {0};
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	struct tocsin_steps first = {.arena = arena}, second = {.arena = arena};

	tocsin_topics_init(&table, &tocsin_heap, key, 2);
	assert_int_equal(add(&first, &table, "a"), TOCSIN_OK);
	assert_int_equal(add(&first, &table, "b"), TOCSIN_OK);
	/* Both wait for their commit: nothing may go. */
	assert_int_equal(add(&second, &table, "c"), TOCSIN_LIMIT);
	tocsin_steps_undo(&second);
	tocsin_steps_settle(&first);
	assert_int_equal(add(&second, &table, "c"), TOCSIN_OK);
	assert_null(tocsin_topic_find(&table, "a"));
	assert_non_null(tocsin_topic_find(&table, "c"));
	tocsin_steps_undo(&second);
	assert_non_null(tocsin_topic_find(&table, "a"));
	assert_null(tocsin_topic_find(&table, "c"));
	assert_string_equal(((struct tocsin_topic *)table.oldest)->text, "a");
	/* What is in use stays, and the next oldest goes. */
	++tocsin_topic_find(&table, "a")->node.pins;
	assert_int_equal(add(&second, &table, "d"), TOCSIN_OK);
	tocsin_steps_settle(&second);
	assert_null(tocsin_topic_find(&table, "b"));
	assert_non_null(tocsin_topic_find(&table, "a"));
	tocsin_table_finish(&table);
	tocsin_arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failed_submissions_leave_nothing),
		cmocka_unit_test(failed_holds_leave_nothing),
		cmocka_unit_test(re_send_shares_the_fate),
		cmocka_unit_test(full_tables_give_up_their_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
