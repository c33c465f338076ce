/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who is refused again and again is counted, not kept. */
#include "engine/noise.h"

#include "engine/rig.h"

static struct tocsin_outcome *refused(struct rig *rig, const char *sender, unsigned id)
{
	struct tocsin_outcome *outcome =
		rig_submit(rig, sender, rig_json(rig, id, "{'severity':'unspecified'}"));

	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	return outcome;
}

static void so_many_a_second_are_kept(void **state)
{
	struct rig rig = rig_begin();

	(void)state;
	for (unsigned i = 0; i < 25; ++i) {
		struct tocsin_outcome *outcome = refused(&rig, "one", i + 1);

		assert_int_equal(outcome->refusal != NULL, i < TOCSIN_NOISE_MOST);
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_NOTICE), i < TOCSIN_NOISE_MOST);
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_RECEIPT), 1);
		rig_settle(&rig, outcome);
	}
	/* Another is none the worse for it. */
	struct tocsin_outcome *other = refused(&rig, "two", 1);
	assert_non_null(other->refusal);
	rig_settle(&rig, other);
	assert_null(tocsin_engine_tick(rig.engine, rig.now_ms));
	rig.now_ms += 1000;
	struct tocsin_outcome *told = tocsin_engine_tick(rig.engine, rig.now_ms);
	const struct tocsin_publication *notice = rig_find(told, "ops/quarantine/one");
	assert_non_null(notice);
	const char *text = tocsin_arena_text(rig.arena, notice->payload, notice->payload_size);
	assert_string_equal(
		text, "{\"sender\":\"one\",\"time\":\"2024-08-07T18:41:00Z\",\"refused_more\":15}");
	assert_int_equal(told->publication_count, 1);
	rig_settle(&rig, told);
	assert_null(tocsin_engine_tick(rig.engine, rig.now_ms));
	struct tocsin_outcome *again = refused(&rig, "one", 100);
	assert_non_null(again->refusal);
	rig_settle(&rig, again);
	rig_end(&rig);
}

/* More noisy senders than are watched: nothing is lost, and nobody goes untold. */
static void it_is_bounded(void **state)
{
	struct tocsin_noise noise = {0};
	char name[16];
	size_t told = 0;

	(void)state;
	for (int round = 0; round < 12; ++round) {
		for (int i = 0; i < 2 * TOCSIN_NOISE_SENDERS; ++i) {
			snprintf(name, sizeof(name), "s%d", i);
			(void)tocsin_noise_keep(&noise, name, 5000);
		}
	}
	for (int i = 0; i < 12; ++i) {
		(void)tocsin_noise_keep(&noise, "s0", 5000);
	}
	assert_null(tocsin_noise_due(&noise, 5999));
	for (struct tocsin_noisy *noisy; (noisy = tocsin_noise_due(&noise, 6000)) != NULL; ++told) {
		assert_true(noisy->counted_only > 0);
		noisy->counted_only = 0;
	}
	assert_true(told > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_a_second_are_kept),
		cmocka_unit_test(it_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
