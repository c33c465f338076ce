/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/holds.h"

#include "engine/limits.h"

#define RULES                                                                                      \
	HOLDS_HEAD                                                                                     \
	"rules:\n"                                                                                     \
	"  - id: a\n"                                                                                  \
	"    match: {region: ML05}\n"                                                                  \
	"    alert: [{audience: partners}]\n"                                                          \
	"  - id: b\n"                                                                                  \
	"    match: {event: riots}\n"                                                                  \
	"    alert: [{audience: partners}, {audience: coordination}]\n" HOLDS_DEFAULT

/* RIG_START is 2024-08-07T18:41Z. */
#define UNTIL_20H "author: duty, reason: drill, until: 2024-08-07T20:41:00Z"

static void holds_what_it_matches(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);
	struct tocsin_silence_entry entries[2];

	assert_string_equal(
		holds_silence(&rig, "{match: {region: ML05}, audiences: [partners], " UNTIL_20H "}"),
		"silence-1");
	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), "held rules a held a");
	/* Another place; another audience; extreme. */
	assert_string_equal(
		holds_submit(&rig, "s", 2, "{'location':{'pcode':'ML0801'}}"), "defaulted > coordination");
	assert_string_equal(holds_submit(&rig, "s", 3, "{'event':{'type':'riots'}}"),
		"routed rules a,b held a > coordination b");
	assert_string_equal(
		holds_submit(&rig, "s", 4, "{'severity':'extreme'}"), "routed rules a > partners a");
	/* Above what partners may see: the default, and the silence held nothing. */
	assert_string_equal(holds_submit(&rig, "s", 5, "{'sensitivity':'severe'}"),
		"defaulted rules a held a > coordination by a");
	assert_int_equal(tocsin_engine_silences(rig.engine, entries, 2), 1);
	assert_string_equal(entries[0].id, "silence-1");
	assert_int_equal(entries[0].held, 2);
	assert_string_equal(entries[0].silence->author, "duty");
	rig.now_ms += 2 * RIG_HOUR - 1;
	assert_string_equal(holds_submit(&rig, "s", 6, "{}"), "held rules a held a");
	rig.now_ms += 1;
	/* Its end, whether a tick came or not. */
	assert_string_equal(holds_submit(&rig, "s", 7, "{}"), "routed rules a > partners a");
	assert_string_equal(holds_tick(&rig),
		"partners silence silence-1 -41..79 3: ML/ML05/1/severe 2, ML/ML05/5/severe 1; ");
	assert_string_equal(holds_tick(&rig), "");
	assert_int_equal(tocsin_engine_silences(rig.engine, entries, 2), 0);
	rig_end(&rig);
}

static void holds_the_default_too(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	holds_silence(&rig, "{match: {}, " UNTIL_20H ", include_extreme: true}");
	assert_string_equal(holds_submit(&rig, "s", 1, "{'location':{'pcode':'ML0801'}}"), "held");
	assert_string_equal(
		holds_submit(&rig, "s", 2, "{'severity':'extreme'}"), "held rules a held a");
	assert_string_equal(
		holds_submit(&rig, "s", 3, "{'sensitivity':'severe'}"), "held rules a held a");
	assert_int_equal(tocsin_engine_ledger(rig.engine)->held, 3);
	rig.now_ms += 2 * RIG_HOUR;
	assert_string_equal(holds_tick(&rig),
		"coordination silence silence-1 0..120 2: ML/ML05/1/severe 1, ML/ML08/1/severe 1; "
		"coordination-json silence silence-1 0..120 2: ML/ML05/1/severe 1, ML/ML08/1/severe 1; "
		"partners silence silence-1 -41..79 1: ML/ML05/1/extreme 1; "
		"public-json silence silence-1 -1121..-1121 0:; ");
	rig_end(&rig);
}

static void never_toward_readers(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), "routed rules a > partners a");
	holds_silence(&rig, "{match: {}, " UNTIL_20H ", include_extreme: true}");
	assert_string_equal(holds_submit(&rig, "s", 2,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'update','references':[%s]}", rig_reference(&rig, 1))),
		"routed rules a > partners a");
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), "held rules a held a");
	/* Nobody saw that one: its Update is as new. */
	assert_string_equal(holds_submit(&rig, "s", 4,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'update','references':[%s]}", rig_reference(&rig, 3))),
		"held rules a held a");
	assert_string_equal(holds_submit(&rig, "s", 5,
							tocsin_arena_format(rig.arena,
								"{'msg_type':'cancel','references':[%s]}", rig_reference(&rig, 1))),
		"routed > partners");
	rig_end(&rig);
}

static void tells_every_day_and_at_the_end(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	holds_silence(&rig,
		"{match: {region: ML05}, audiences: [partners], author: duty, reason: drill,"
		" from: 2024-08-07T19:41:00Z, until: 2024-08-10T18:41:00Z}");
	/* Not in force yet. */
	assert_string_equal(holds_submit(&rig, "s", 1, "{}"), "routed rules a > partners a");
	rig.now_ms += RIG_HOUR;
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), "held rules a held a");
	rig.now_ms += RIG_DAY - 1;
	assert_string_equal(holds_tick(&rig), "");
	rig.now_ms += 1;
	assert_string_equal(
		holds_tick(&rig), "partners silence silence-1 19..1459 1: ML/ML05/1/severe 1; ");
	/* The clock jumps: each day is told, also one in which nothing was held. */
	assert_string_equal(holds_submit(&rig, "s", 3, "{}"), "held rules a held a");
	rig.now_ms += 3 * RIG_DAY;
	assert_string_equal(holds_tick(&rig),
		"partners silence silence-1 1459..2899 1: ML/ML05/1/severe 1; "
		"partners silence silence-1 2899..4279 0:; ");
	assert_string_equal(holds_tick(&rig), "");
	rig_end(&rig);
}

static void ends_early(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);
	const char *id =
		holds_silence(&rig, "{match: {region: ML05}, audiences: [partners], " UNTIL_20H "}");
	char copy[32];

	snprintf(copy, sizeof(copy), "%s", id);
	holds_submit(&rig, "s", 1, "{}");
	assert_int_equal(
		tocsin_engine_silence_end(rig.engine, "silence-2", rig.now_ms), TOCSIN_NOT_FOUND);
	rig.now_ms += 20 * RIG_MINUTE;
	assert_int_equal(tocsin_engine_silence_end(rig.engine, copy, rig.now_ms), TOCSIN_OK);
	assert_int_equal(tocsin_engine_silences(rig.engine, NULL, 0), 0);
	assert_int_equal(tocsin_engine_silence_end(rig.engine, copy, rig.now_ms), TOCSIN_NOT_FOUND);
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), "routed rules a > partners a");
	assert_string_equal(
		holds_tick(&rig), "partners silence silence-1 -41..19 1: ML/ML05/1/severe 1; ");
	/* The next one has another id. */
	assert_string_equal(holds_silence(&rig, "{match: {}, " UNTIL_20H "}"), "silence-2");
	rig_end(&rig);
}

static void goes_on_through_a_reload_by_name(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);
	struct tocsin_silence_entry entry;

	holds_silence(&rig, "{match: {region: ML05}, audiences: [partners], " UNTIL_20H "}");
	holds_silence(&rig, "{match: {region: ML0801}, audiences: [public], " UNTIL_20H "}");
	holds_submit(&rig, "s", 1, "{}");
	/* Audiences in another order, another gazetteer order of regions, one gone. */
	holds_swap(&rig,
		"version: 1\n"
		"gazetteer: [list.csv]\n"
		"audiences:\n"
		"  network: {max_sensitivity: high, format: [protobuf]}\n"
		"  partners: {max_sensitivity: high, format: [protobuf]}\n"
		"  coordination: {max_sensitivity: severe}\n"
		"rules:\n"
		"  - id: a\n"
		"    alert: [{audience: partners}, {audience: network}]\n" HOLDS_DEFAULT);
	assert_string_equal(holds_submit(&rig, "s", 2, "{}"), "routed rules a > network a");
	assert_int_equal(tocsin_engine_silences_lost(rig.engine), 1);
	assert_int_equal(tocsin_engine_silences(rig.engine, &entry, 1), 1);
	assert_string_equal(entry.id, "silence-1");
	assert_int_equal(entry.held, 2);
	/* The one that was about public says to all that it is over. */
	rig.now_ms += RIG_MINUTE;
	const char *told = holds_tick(&rig);
	assert_non_null(strstr(told, "coordination silence silence-2"));
	assert_null(strstr(told, "silence-1"));
	rig.now_ms += 2 * RIG_HOUR;
	assert_string_equal(
		holds_tick(&rig), "partners silence silence-1 -41..79 2: ML/ML05/1/severe 2; ");
	rig_end(&rig);
}

static void a_failed_commit_takes_counts_back(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);
	struct tocsin_silence_entry entry;

	holds_silence(&rig, "{match: {region: ML05}, audiences: [partners], " UNTIL_20H "}");
	holds_submit(&rig, "s", 1, "{}");
	struct tocsin_outcome *taken = rig_submit(&rig, "s", rig_json(&rig, 3, "{}"));
	assert_int_equal(tocsin_engine_silences(rig.engine, &entry, 1), 1);
	assert_int_equal(entry.held, 2);
	tocsin_engine_fail(rig.engine, taken, "disk", rig.now_ms);
	rig_settle(&rig, taken);
	assert_int_equal(tocsin_engine_silences(rig.engine, &entry, 1), 1);
	assert_int_equal(entry.held, 1);
	struct tocsin_outcome *second = rig_submit(&rig, "s", rig_json(&rig, 2, "{}"));
	rig.now_ms += 2 * RIG_HOUR;
	/* What waits for its commit is waited for. */
	assert_string_equal(holds_tick(&rig), "");
	tocsin_engine_fail(rig.engine, second, "disk", rig.now_ms);
	rig_settle(&rig, second);
	rig.now_ms += 1;
	assert_string_equal(
		holds_tick(&rig), "partners silence silence-1 -41..79 1: ML/ML05/1/severe 1; ");
	rig_end(&rig);
}

/* Its end is told though all that it held is taken back. */
static void a_failed_commit_takes_no_end_back(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);

	holds_silence(&rig, "{match: {region: ML05}, audiences: [partners], " UNTIL_20H "}");
	struct tocsin_outcome *only = rig_submit(&rig, "s", rig_json(&rig, 2, "{}"));
	rig.now_ms += 2 * RIG_HOUR;
	assert_string_equal(holds_tick(&rig), "");
	tocsin_engine_fail(rig.engine, only, "disk", rig.now_ms);
	rig_settle(&rig, only);
	rig.now_ms += 1;
	assert_string_equal(holds_tick(&rig), "partners silence silence-1 -41..79 0:; ");
	rig_end(&rig);
}

/* A disk that refuses is not asked in the same breath, nor given up. */
static void a_refused_one_is_kept_later(void **state)
{
	(void)state;
	enum { LOOK_AGAIN_MS = 1000 };
	struct rig rig = rig_begin_with(RULES, true);
	const char *id = holds_silence(&rig, "{match: {region: ML05}, " UNTIL_20H "}");
	struct tocsin_outcome *outcome;

	for (int i = 0; i < 3; ++i) {
		outcome = tocsin_engine_tick(rig.engine, rig.now_ms);
		assert_non_null(outcome);
		assert_true(outcome->pending);
		assert_int_equal(outcome->upkeep->silence_count, 1);
		assert_null(tocsin_engine_tick(rig.engine, rig.now_ms + LOOK_AGAIN_MS));
		tocsin_engine_fail(rig.engine, outcome, "disk", rig.now_ms);
		tocsin_outcome_destroy(rig.engine, outcome);
		assert_false(tocsin_engine_silence_saved(rig.engine, id));
		assert_null(tocsin_engine_tick(rig.engine, rig.now_ms));
		assert_null(tocsin_engine_tick(rig.engine, rig.now_ms + LOOK_AGAIN_MS - 1));
		/* A clock that is set back does not put it off. */
		rig.now_ms += i == 0 ? LOOK_AGAIN_MS : -RIG_HOUR;
	}
	outcome = tocsin_engine_tick(rig.engine, rig.now_ms);
	assert_non_null(outcome);
	rig_settle(&rig, outcome);
	assert_true(tocsin_engine_silence_saved(rig.engine, id));
	rig_end(&rig);
}

static void there_are_only_so_many(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(RULES, true);
	struct tocsin_silence_entry entries[3];
	const char *id;

	for (int i = 0; i < TOCSIN_MAX_SILENCES; ++i) {
		holds_silence(&rig, "{match: {region: ML08}, " UNTIL_20H "}");
	}
	struct tocsin_silence *more = holds_read_silence(&rig, "{match: {}, " UNTIL_20H "}");
	assert_int_equal(tocsin_engine_silence_add(rig.engine, more, rig.now_ms, &id), TOCSIN_LIMIT);
	tocsin_silence_destroy(more);
	assert_int_equal(tocsin_engine_silences(rig.engine, entries, 3), TOCSIN_MAX_SILENCES);
	assert_string_equal(entries[2].id, "silence-3");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_it_matches),
		cmocka_unit_test(holds_the_default_too),
		cmocka_unit_test(never_toward_readers),
		cmocka_unit_test(tells_every_day_and_at_the_end),
		cmocka_unit_test(ends_early),
		cmocka_unit_test(goes_on_through_a_reload_by_name),
		cmocka_unit_test(a_failed_commit_takes_counts_back),
		cmocka_unit_test(a_failed_commit_takes_no_end_back),
		cmocka_unit_test(a_refused_one_is_kept_later),
		cmocka_unit_test(there_are_only_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
