/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Each allocation fails in turn: nothing crashes, nothing leaks, nothing of what
 * could not be finished stays. */
#include "engine/holds.h"
#include "engine/random.h"
#include "engine/state.h"

struct counting {
	size_t live;    /* blocks handed out */
	size_t made;    /* since the start */
	size_t fail_at; /* this one fails; 0: none */
};

static void *counting_alloc(void *ctx, size_t size)
{
	struct counting *counting = ctx;

	if (++counting->made == counting->fail_at) {
		return NULL;
	}
	void *memory = malloc(size);
	counting->live += memory != NULL;
	return memory;
}

static void counting_free(void *ctx, void *memory)
{
	struct counting *counting = ctx;

	counting->live -= memory != NULL;
	free(memory);
}

static struct tocsin_engine *make_engine(const struct tocsin_allocator *heap, const char *rules)
{
	struct tocsin_engine_config config = {
		.root = RIG_ROOT, .durable = true, .heap = heap, .payload = heap};
	struct tocsin_ruleset *ruleset = rig_load(rules);

	memset(config.key, 7, sizeof(config.key));
	struct tocsin_engine *engine = tocsin_engine_create(&config, ruleset);
	if (!engine) {
		tocsin_ruleset_destroy(ruleset);
	}
	return engine;
}

/* An Alert that is known to two audiences, its Update that moves, a Cancel. */
static void publish_some(struct rig *rig, struct rig *texts)
{
	char *all[] = {
		rig_json(texts, 1,
			"{'event':{'type':'displacement'},'displacement':[{'unit':'person','figure':80,"
			"'population':'idp','flow_or_stock':'stock'}]}"),
		rig_json(texts, 2, "{'msg_type':'update','severity':'extreme','references':[%s]}",
			rig_reference(texts, 1)),
		rig_json(texts, 3, "{'msg_type':'cancel','references':[%s,%s],'close':{'cause':'error'}}",
			rig_reference(texts, 2), rig_reference(texts, 9)),
		rig_json(texts, 9, "{}"),
		/* A Cancel of a version that comes later, and belongs elsewhere. */
		rig_json(texts, 5, "{'msg_type':'cancel','references':[%s]}", rig_reference(texts, 4)),
		rig_json(texts, 4, "{'msg_type':'update','references':[%s]}", rig_reference(texts, 9)),
		rig_json(texts, 1, "{'severity':'minor'}"),
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); ++i) {
		struct tocsin_outcome *outcome =
			rig_submit_bytes(rig, "one", TOCSIN_FORM_JSON, all[i], strlen(all[i]));

		assert_true(tocsin_ledger_adds_up(tocsin_engine_ledger(rig->engine)));
		if (!outcome) {
			continue;
		}
		if (outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED) {
			assert_null(outcome->record);
			assert_true(outcome->publication_count <= 1);
		}
		rig_settle(rig, outcome);
	}
}

static void each_allocation_fails(const char *rules, const char *user)
{
	struct counting counting = {0};
	const struct tocsin_allocator heap = {counting_alloc, counting_free, &counting};
	struct rig texts = rig_begin();
	size_t total = 1;

	for (size_t fail_at = 0; fail_at <= total; ++fail_at) {
		counting = (struct counting){.fail_at = fail_at};
		struct rig rig = texts;

		rig.user = user;
		rig.engine = make_engine(&heap, rules);
		if (rig.engine) {
			publish_some(&rig, &texts);
			tocsin_outcome_destroy(
				rig.engine, tocsin_engine_tick(rig.engine, rig.now_ms + 30 * RIG_DAY));
			tocsin_engine_destroy(rig.engine);
		}
		assert_int_equal(counting.live, 0);
		if (fail_at == 0) {
			total = counting.made;
		}
	}
	assert_true(total > 50);
	rig_end(&texts);
}

static void every_allocation_fails_once(void **state)
{
	(void)state;
	each_allocation_fails(rig_rules, NULL);
}

static void likewise_of_what_a_relay_brings(void **state)
{
	(void)state;
	char rules[sizeof(rig_rules) + 128];

	snprintf(rules, sizeof(rules),
		"%ssenders:\n  bridge: {relays: 'o*', max_rate: 9/min}\n"
		"  one: {max_rate: 9/min}\n",
		rig_rules);
	each_allocation_fails(rules, "bridge");
}

/* A digest that finds no memory is told later; a reload that finds none changes
 * nothing. */
static void holds_without_memory(void **state)
{
	(void)state;
	const char *const rules = holds_rules;
	struct counting counting = {0};
	const struct tocsin_allocator heap = {counting_alloc, counting_free, &counting};
	static const char *const patches[] = {"{}", "{'severity':'moderate'}", "{}", "{}",
		"{'location':{'pcode':'ML0801'}}", "{'severity':'moderate','event':{'type':'riots'}}"};
	struct rig texts = rig_begin();
	const char *expected = NULL;
	size_t total = 1;

	for (size_t fail_at = 0; fail_at <= total; ++fail_at) {
		struct rig rig = texts;

		counting = (struct counting){0};
		rig.engine = make_engine(&heap, rules);
		assert_non_null(rig.engine);
		holds_silence(&rig, holds_quiet);
		for (unsigned i = 0; i < sizeof(patches) / sizeof(*patches); ++i) {
			holds_submit(&rig, i % 2 ? "one" : "two", 1 + i, patches[i]);
		}
		counting.fail_at = fail_at ? counting.made + fail_at : 0;
		const size_t before = counting.made;
		struct tocsin_ruleset *ruleset = rig_load(rig_rules);
		struct tocsin_ruleset *old = NULL;
		const enum tocsin_status swapped = tocsin_engine_swap_rules(rig.engine, ruleset, &old);
		assert_int_equal(swapped, old ? TOCSIN_OK : TOCSIN_NO_MEMORY);
		tocsin_ruleset_destroy(old ? old : ruleset);
		rig.now_ms += RIG_DAY;
		struct holds_line *told = tocsin_arena_zero(texts.arena, 1, sizeof(*told));
		for (int i = 0; i < 4; ++i) {
			holds_add(told, "%s", holds_tick(&rig));
			rig.now_ms += 10 * RIG_MINUTE;
		}
		if (fail_at == 0) {
			expected = told->text;
			total = counting.made - before;
			assert_non_null(strstr(expected, "throttle thin"));
			assert_non_null(strstr(expected, "corroborate sure"));
			assert_non_null(strstr(expected, "silence silence-1"));
		} else if (old) {
			assert_int_equal(strlen(told->text), strlen(expected));
		}
		tocsin_engine_destroy(rig.engine);
		assert_int_equal(counting.live, 0);
	}
	assert_true(total > 5);
	rig_end(&texts);
}

enum { TALLIES = 40, NAMES = 64 };

/* Tallies that are due, of rules "0", "1" and so on with so many letters behind. */
static void tallies_make(struct rig *rig, int letters)
{
	struct tocsin_tallies *tallies = &rig->engine->tallies;
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	struct tocsin_steps steps = {.arena = arena};
	const struct tocsin_tally_kind kind = {.country = "ML",
		.adm1 = "ML05",
		.status = TOCSIN__V1__STATUS__STATUS_ACTUAL,
		.sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW};

	for (unsigned i = 0; i < TALLIES; ++i) {
		const struct tocsin_tally_about about = {.id = i + 1,
			.reason = TOCSIN_TALLY_THROTTLE,
			.rule = tocsin_arena_format(rig->arena, "%u%.*s", i, letters,
				"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"),
			.from_ms = rig->now_ms,
			.due_ms = rig->now_ms};
		struct tocsin_tally *tally = NULL;

		assert_int_equal(tocsin_tally_count(tallies, &steps, &tally, &about,
							 rig->engine->audience_names[1], &kind),
			TOCSIN_OK);
		tocsin_tally_leave(tally);
	}
	tocsin_steps_settle(&steps);
	tocsin_arena_destroy(arena);
}

/* What one outcome sends is what it writes down and lets go of. */
static void tallies_told(
	struct rig *rig, const struct tocsin_outcome *outcome, unsigned told[TALLIES])
{
	const struct tocsin_upkeep *upkeep = outcome->upkeep;

	assert_non_null(upkeep);
	assert_int_equal(upkeep->told_count, outcome->publication_count);
	assert_int_equal(upkeep->digest_count, outcome->publication_count);
	for (size_t i = 0; i < outcome->publication_count; ++i) {
		const Tocsin__V1__Digest *digest = holds_read_digest(rig, &outcome->publications[i]);
		const unsigned long number = strtoul(digest->rule, NULL, 10);

		assert_true(number < TALLIES);
		assert_int_equal(upkeep->told[i], number + 1);
		++told[number];
	}
}

/* Wherever memory ends while digests are made: each is told once, and not before it is
 * let go of. The lengths of names move what is the first to find no room. */
static void a_digest_is_told_once_or_later(void **state)
{
	struct counting counting = {0};
	const struct tocsin_allocator heap = {counting_alloc, counting_free, &counting};

	(void)state;
	for (int letters = 0; letters <= NAMES; ++letters) {
		bool hit = true;

		for (size_t fail_after = 1; hit; ++fail_after) {
			unsigned told[TALLIES] = {0};
			struct rig rig = {.now_ms = RIG_START};

			counting = (struct counting){0};
			rig.arena = tocsin_arena_create(1 << 20, &tocsin_heap);
			rig.engine = make_engine(&heap, holds_rules);
			tallies_make(&rig, letters);
			counting.fail_at = counting.made + fail_after;
			for (int i = 0; i < 3; ++i) {
				struct tocsin_outcome *outcome = tocsin_engine_tick(rig.engine, rig.now_ms);

				hit = i > 0 ? hit : counting.made >= counting.fail_at;
				if (outcome) {
					tallies_told(&rig, outcome, told);
					rig_settle(&rig, outcome);
				}
				rig.now_ms += 2 * RIG_MINUTE;
			}
			for (unsigned i = 0; i < TALLIES; ++i) {
				assert_int_equal(told[i], 1);
			}
			rig_end(&rig);
			assert_int_equal(counting.live, 0);
		}
	}
}

/* Whatever fails while one submission is made, the engine answers afterwards like
 * one that never got it. */
static void leaves_nothing(const char *rules)
{
	static const char *const senders[] = {"one", "two", NULL};
	struct counting counting = {0};
	const struct tocsin_allocator heap = {counting_alloc, counting_free, &counting};

	for (size_t fail_after = 1; fail_after <= 40; ++fail_after) {
		struct rig failing = rig_begin_with(rules, true), fresh = rig_begin_with(rules, true);
		struct random random = {.state = fail_after * 31, .senders = senders};

		tocsin_engine_destroy(failing.engine);
		counting = (struct counting){0};
		failing.engine = make_engine(&heap, rules);
		random_follow(&random, &failing, &fresh, 30);
		char *json = rig_json(&failing, 1000, "{'event':{'type':'displacement'}}");
		counting.fail_at = counting.made + fail_after;
		struct tocsin_outcome *outcome =
			rig_submit_bytes(&failing, "one", TOCSIN_FORM_JSON, json, strlen(json));
		const bool hit = counting.made >= counting.fail_at;
		counting.fail_at = 0;
		if (outcome && outcome->verdict != TOCSIN__V1__VERDICT__VERDICT_DEFERRED) {
			/* Nothing that it needed was missing: the other gets it too. */
			rig_settle(&fresh, rig_submit(&fresh, "one", json));
		} else {
			assert_true(hit);
		}
		if (outcome) {
			rig_settle(&failing, outcome);
		}
		random_follow(&random, &failing, &fresh, 30);
		rig_end(&failing);
		rig_end(&fresh);
		assert_int_equal(counting.live, 0);
	}
}

static void failure_leaves_nothing(void **state)
{
	(void)state;
	leaves_nothing(rig_rules);
	leaves_nothing(holds_rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_fails_once),
		cmocka_unit_test(likewise_of_what_a_relay_brings),
		cmocka_unit_test(holds_without_memory),
		cmocka_unit_test(a_digest_is_told_once_or_later),
		cmocka_unit_test(failure_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
