/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An engine that is fed what the journal kept goes on like the one that ran. */
#include "engine/random.h"

static const char *const senders[] = {"one", "two", "three", NULL};

/* Both forms for everybody: what the restored engine knows of formats is the
 * rules' own. */
static void run(uint64_t seed)
{
	struct rig running = rig_begin(), restored = rig_begin();
	struct random random = {.state = seed, .senders = senders};
	size_t records = 0;

	for (size_t i = 0; i < 80; ++i) {
		const struct random_step step = random_step(&random, &running);

		running.now_ms += step.after_ms / 6;
		struct tocsin_outcome *outcome = rig_submit(&running, step.sender, step.json);
		if (outcome->record) {
			assert_int_equal(tocsin_engine_restore(restored.engine, outcome->record), TOCSIN_OK);
			++records;
		}
		rig_settle(&running, outcome);
	}
	assert_true(records > 20);
	for (size_t i = 0; i < 4; ++i) {
		static const char *const audiences[] = {"coordination", "partners", "public", "archive"};

		assert_int_equal(tocsin_engine_sequence(running.engine, audiences[i]),
			tocsin_engine_sequence(restored.engine, audiences[i]));
	}
	assert_int_equal(tocsin_engine_ledger(restored.engine)->received, 0);
	restored.now_ms = running.now_ms;
	random_follow(&random, &running, &restored, 60);
	rig_end(&running);
	rig_end(&restored);
}

static void restored_engine_goes_on(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; ++seed) {
		run(seed * 104729);
	}
}

static void broken_records_are_refused(void **state)
{
	(void)state;
	struct rig rig = rig_begin(), other = rig_begin();
	struct tocsin_outcome *outcome = rig_submit(&rig, "one", rig_json(&rig, 1, "{}"));
	struct tocsin_record record = *outcome->record;

	record.chain = "no id";
	assert_int_equal(tocsin_engine_restore(other.engine, &record), TOCSIN_INVALID);
	record = *outcome->record;
	record.incident_id = "";
	assert_int_equal(tocsin_engine_restore(other.engine, &record), TOCSIN_INVALID);
	record = *outcome->record;
	struct tocsin_record_alert alert = record.alerts[0];
	alert.size = 3;
	record.alerts = &alert;
	assert_int_equal(tocsin_engine_restore(other.engine, &record), TOCSIN_INVALID);
	assert_int_equal(tocsin_engine_restore(other.engine, outcome->record), TOCSIN_OK);
	rig_settle(&rig, outcome);
	struct tocsin_outcome *again = rig_submit(&other, "one", rig_json(&other, 1, "{}"));
	assert_int_equal(again->verdict, TOCSIN__V1__VERDICT__VERDICT_DUPLICATE);
	rig_settle(&other, again);
	rig_end(&rig);
	rig_end(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restored_engine_goes_on),
		cmocka_unit_test(broken_records_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
