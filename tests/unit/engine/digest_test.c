/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who is told what of what was held: in a digest of its own for what is a drill, as far
 * as each audience sees, and again after a restart no more than that. */
#include "engine/holds.h"

#include "engine/memory.pb-c.h"
#include "engine/repeat.h"

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

static void a_drill_is_told_apart(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(to_partners, true);
	static const char *const kinds[] = {
		"{'status':'exercise'}", "{'status':'test'}", "{'severity':'moderate'}"};

	for (unsigned i = 0; i < 3; ++i) {
		holds_submit(&rig, "s", 10 + i, kinds[i]);
		assert_string_equal(holds_submit(&rig, "s", 20 + i, kinds[i]), HELD);
	}
	assert_string_equal(holds_submit(&rig, "s", 30, kinds[0]), HELD);
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"partners exercise throttle a -41..19 2: ML/ML05/1/severe 2; "
		"partners test throttle a -41..19 1: ML/ML05/1/severe 1; "
		"partners throttle a -41..19 1: ML/ML05/1/moderate 1; ");
	rig_end(&rig);
}

/* A silence holds both in one tally. */
static void a_silence_tells_it_apart_too(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(to_partners, true);

	holds_silence(&rig,
		"{match: {region: ML05}, audiences: [partners], author: duty, reason: drill,"
		" until: 2024-08-07T20:41:00Z}");
	assert_string_equal(holds_submit(&rig, "s", 1, "{'severity':'moderate'}"), HELD);
	assert_string_equal(holds_submit(&rig, "s", 2, "{'status':'exercise'}"), HELD);
	assert_string_equal(holds_submit(&rig, "s", 3, "{'status':'exercise'}"), HELD);
	rig.now_ms += 2 * RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"partners silence silence-1 -41..79 1: ML/ML05/1/moderate 1; "
		"partners exercise silence silence-1 -41..79 2: ML/ML05/1/severe 2; ");
	/* A drill alone: of what is real, nothing. */
	holds_silence(&rig,
		"{match: {region: ML05}, audiences: [partners], author: duty, reason: drill,"
		" until: 2024-08-07T21:41:00Z}");
	assert_string_equal(holds_submit(&rig, "s", 4, "{'status':'test'}"), HELD);
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"partners silence silence-2 79..139 0:; "
		"partners test silence silence-2 79..139 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

/* The second of two, which is held; its outcome is to be settled. */
static struct tocsin_outcome *hold_second(struct rig *rig, const char *patch)
{
	holds_submit(rig, "s", 1, patch);
	return rig_submit(rig, "s", rig_json(rig, 2, "%s", patch));
}

static void the_journal_tells_it_apart(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(to_partners, true), next = rig_begin_with(to_partners, true);
	struct tocsin_outcome *outcome = hold_second(&rig, "{'status':'exercise'}");

	holds_restore(&next, outcome->record);
	rig_settle(&rig, outcome);
	next.now_ms += RIG_HOUR;
	assert_string_equal(
		holds_tick(&next), "partners exercise throttle a -41..19 1: ML/ML05/1/severe 1; ");
	rig_end(&next);
	rig_end(&rig);
}

/* What was written down before it was told apart is read as real. */
static void an_older_journal_tells_what_is_real(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(to_partners, true), next = rig_begin_with(to_partners, true);
	struct tocsin_outcome *outcome = hold_second(&rig, "{}");
	struct tocsin_record older = *outcome->record;
	Tocsin__Memory__Hold *hold =
		tocsin__memory__hold__unpack(tocsin_arena_protobuf(rig.arena), older.hold_size, older.hold);

	assert_non_null(hold);
	assert_int_equal(hold->n_counts, 1);
	assert_int_equal(hold->counts[0]->status, TOCSIN__V1__STATUS__STATUS_ACTUAL);
	hold->counts[0]->status = 0;
	uint8_t *bytes = tocsin_arena_alloc(rig.arena, tocsin__memory__hold__get_packed_size(hold));
	older.hold_size = tocsin__memory__hold__pack(hold, bytes);
	older.hold = bytes;
	holds_restore(&next, &older);
	rig_settle(&rig, outcome);
	next.now_ms += RIG_HOUR;
	assert_string_equal(holds_tick(&next), "partners throttle a -41..19 1: ML/ML05/1/severe 1; ");
	rig_end(&next);
	rig_end(&rig);
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

static void assert_repeated(
	struct rig *rig, const struct tocsin_record_digest *digest, size_t publications)
{
	struct tocsin_outcome *again = tocsin_engine_repeat_digest(rig->engine, digest);

	assert_int_equal(again ? again->publication_count : 0, publications);
	tocsin_outcome_destroy(rig->engine, again);
}

static void it_is_repeated_to_whom_may_still_see_it(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(to_partners, true);

	rig_settle(&rig, hold_second(&rig, "{}"));
	rig.now_ms += RIG_HOUR;
	struct tocsin_outcome *outcome = tocsin_engine_tick(rig.engine, rig.now_ms);
	assert_non_null(outcome);
	assert_int_equal(outcome->upkeep->digest_count, 1);
	struct tocsin_record_digest digest = outcome->upkeep->digests[0];
	assert_repeated(&rig, &digest, 1);
	/* It says to the hour what is now theirs to the day; the bytes of before say nothing. */
	holds_swap(&rig,
		"version: 1\n"
		"audiences:\n"
		"  coordination: {max_sensitivity: severe}\n"
		"  partners: {max_sensitivity: moderate}\n"
		"rules: []\n" HOLDS_DEFAULT);
	assert_repeated(&rig, &digest, 0);
	Tocsin__V1__Digest *message =
		tocsin__v1__digest__unpack(tocsin_arena_protobuf(rig.arena), digest.size, digest.bytes);
	message->redaction = TOCSIN__V1__SENSITIVITY__SENSITIVITY_MODERATE;
	uint8_t *bytes = tocsin_arena_alloc(rig.arena, tocsin__v1__digest__get_packed_size(message));
	digest.size = tocsin__v1__digest__pack(message, bytes);
	digest.bytes = bytes;
	assert_repeated(&rig, &digest, 2);
	message->redaction = TOCSIN__V1__SENSITIVITY__SENSITIVITY_UNSPECIFIED;
	digest.size = tocsin__v1__digest__pack(message, bytes);
	assert_repeated(&rig, &digest, 0);
	tocsin_outcome_destroy(rig.engine, outcome);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drill_is_told_apart),
		cmocka_unit_test(a_silence_tells_it_apart_too),
		cmocka_unit_test(the_journal_tells_it_apart),
		cmocka_unit_test(an_older_journal_tells_what_is_real),
		cmocka_unit_test(what_is_downgraded_is_told_to_its_audience),
		cmocka_unit_test(a_restart_with_the_clock_set_back_tells_what_was_held),
		cmocka_unit_test(it_is_repeated_to_whom_may_still_see_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
