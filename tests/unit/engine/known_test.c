/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Re-sends, ids that belong to others, and what is not remembered. */
#include "engine/rig.h"

static void re_send_is_answered_like_the_first_time(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char *json = rig_json(&rig, 1, "{'sensitivity':null}");
	struct tocsin_outcome *first = rig_submit(&rig, "mopti-17", json);
	const Tocsin__V1__Receipt *accepted = rig_receipt(&rig, first);
	rig_settle(&rig, first);

	/* Months later, when its clock check would warn and its rules are others. */
	rig.now_ms += 90 * RIG_DAY;
	struct tocsin_outcome *again = rig_submit(&rig, "mopti-17", json);
	const Tocsin__V1__Receipt *duplicate = rig_receipt(&rig, again);

	assert_int_equal(duplicate->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
	assert_int_equal(duplicate->routing, accepted->routing);
	assert_int_equal(duplicate->topics, accepted->topics);
	assert_int_equal(duplicate->n_rules, accepted->n_rules);
	assert_string_equal(duplicate->rules[0], accepted->rules[0]);
	assert_int_equal(duplicate->n_held_by, accepted->n_held_by);
	assert_string_equal(duplicate->held_by[0], accepted->held_by[0]);
	assert_string_equal(duplicate->journal_id, accepted->journal_id);
	assert_string_equal(duplicate->payload_sha256, accepted->payload_sha256);
	assert_string_equal(duplicate->incident_id, accepted->incident_id);
	assert_int_equal(duplicate->n_violations, 1);
	assert_string_equal(duplicate->violations[0]->check, "sensitivity.missing");
	assert_string_equal(duplicate->violations[0]->level, "warning");
	assert_true(duplicate->durable);
	assert_int_equal(tocsin_instant_ms(duplicate->received), RIG_START);
	assert_int_equal(again->publication_count, 1);
	assert_null(again->record);
	assert_false(again->pending);
	rig_settle(&rig, again);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->duplicate, 1);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->accepted, 1);
	rig_end(&rig);
}

static void id_of_another_and_id_reused(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	rig_settle(&rig, rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}")));

	struct tocsin_outcome *taken = rig_submit(&rig, "other", rig_json(&rig, 1, "{}"));
	assert_true(rig_has_check(rig_receipt(&rig, taken), "incident.id_taken"));
	assert_int_equal(taken->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_false(taken->pending);
	rig_settle(&rig, taken);

	struct tocsin_outcome *reused =
		rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{'severity':'extreme'}"));
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, reused);
	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_int_equal(receipt->n_violations, 1);
	assert_string_equal(receipt->violations[0]->check, "incident.id_reused");
	assert_string_equal(receipt->violations[0]->field, "id");
	assert_non_null(
		strstr(receipt->violations[0]->message, "already accepted at 2024-08-07T18:41:00Z"));
	rig_settle(&rig, reused);
	rig_end(&rig);
}

static void rejected_ids_are_not_remembered(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char *bad = rig_json(&rig, 1, "{'expires':'2024-08-07T18:00:00Z'}");
	struct tocsin_outcome *outcome = rig_submit(&rig, "mopti-17", bad);

	assert_true(rig_has_check(rig_receipt(&rig, outcome), "expires.order"));
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "mopti-17", bad);
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void deferred_while_nothing_can_be_taken(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char *known = rig_json(&rig, 1, "{}"), *unknown = rig_json(&rig, 2, "{}");
	rig_settle(&rig, rig_submit(&rig, "mopti-17", known));
	struct tocsin_outcome *waiting = rig_submit(&rig, "mopti-17", rig_json(&rig, 3, "{}"));

	rig.defer = "disk";
	struct tocsin_outcome *outcome = rig_submit(&rig, "mopti-17", known);
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "mopti-17", unknown);
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);
	assert_int_equal(receipt->verdict, TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
	assert_string_equal(receipt->reason, "disk");
	assert_int_equal(receipt->retry_after, 30);
	assert_int_equal(receipt->routing, TOCSIN__V1__ROUTING__ROUTING_UNSPECIFIED);
	assert_string_equal(receipt->incident_id, rig_id(&rig, 2));
	assert_false(outcome->pending);
	rig_settle(&rig, outcome);
	/* One that still waits for its commit is not promised. */
	outcome = rig_submit(&rig, "mopti-17", rig_json(&rig, 3, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_DEFERRED);
	rig_settle(&rig, outcome);
	rig.defer = NULL;
	rig_settle(&rig, waiting);
	outcome = rig_submit(&rig, "mopti-17", unknown);
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(&rig, outcome);
	assert_int_equal(tocsin_engine_ledger(rig.engine)->deferred, 2);
	rig_end(&rig);
}

static void without_a_journal(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(rig_rules, false);
	struct tocsin_outcome *outcome = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	const Tocsin__V1__Receipt *receipt = rig_receipt(&rig, outcome);

	assert_false(receipt->durable);
	assert_string_equal(receipt->journal_id, "");
	assert_false(outcome->pending);
	assert_null(outcome->record);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "mopti-17", rig_json(&rig, 1, "{}"));
	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(re_send_is_answered_like_the_first_time),
		cmocka_unit_test(id_of_another_and_id_reused),
		cmocka_unit_test(rejected_ids_are_not_remembered),
		cmocka_unit_test(deferred_while_nothing_can_be_taken),
		cmocka_unit_test(without_a_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
