/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Nothing accepted is seen by nobody: whatever is held is told in a digest, once. */
#include "engine/holds.h"
#include "engine/random.h"

#include "engine/limits.h"
#include "engine/state.h"
#include "engine/window.h"

enum { STEPS = 150 };

/* What the receipts say was held, and what the digests told. */
struct account {
	size_t held, told_thin, told_silence, accepted, out;
	size_t by_thin;  /* held, the rule with the throttle among others */
	size_t silenced; /* as the silence counts */
};

static bool names(char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; ++i) {
		if (strcmp(list[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void read_digests(struct rig *rig, struct account *account)
{
	struct tocsin_outcome *outcome;

	while ((outcome = tocsin_engine_tick(rig->engine, rig->now_ms)) != NULL) {
		for (size_t i = 0; i < outcome->publication_count; ++i) {
			const struct tocsin_publication *found = &outcome->publications[i];

			if (found->kind != TOCSIN_PUBLISH_DIGEST || found->form == TOCSIN_FORM_JSON) {
				continue;
			}
			const Tocsin__V1__Digest *digest = holds_read_digest(rig, found);
			size_t sum = 0;
			for (size_t k = 0; k < digest->n_groups; ++k) {
				sum += digest->groups[k]->count;
			}
			assert_int_equal(digest->count, sum);
			account->told_thin += strcmp(digest->rule, "thin") == 0 ? sum : 0;
			account->told_silence += strcmp(digest->reason, "silence") == 0 ? sum : 0;
		}
		tocsin_outcome_destroy(rig->engine, outcome);
	}
}

/* Alerts of the version itself: whoever no longer qualifies gets a CANCEL. */
static size_t versions(const struct tocsin_outcome *outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < outcome->publication_count; ++i) {
		const struct tocsin_publication *found = &outcome->publications[i];

		count +=
			found->kind == TOCSIN_PUBLISH_ALERT && strcmp(found->msg_type, "cancel") != 0 ? 1 : 0;
	}
	return count;
}

static void submit(struct rig *rig, struct random *random, struct account *account)
{
	struct random_step step = random_step(random, rig);
	struct tocsin_outcome *outcome = rig_submit(rig, step.sender, step.json);
	const Tocsin__V1__Receipt *receipt = rig_receipt(rig, outcome);

	if (receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED &&
		!strstr(step.json, "\"cancel\"")) {
		const bool held = receipt->routing == TOCSIN__V1__ROUTING__ROUTING_HELD;

		++account->accepted;
		account->held += held;
		account->out += versions(outcome) > 0;
		account->by_thin += names(receipt->held_by, receipt->n_held_by, "thin");
		/* It goes out, or it is held and owed; never neither. */
		assert_int_equal(held, versions(outcome) == 0);
	}
	rig_settle(rig, outcome);
	rig->now_ms += step.after_ms / 12;
}

static void whatever_is_held_is_told(void **state)
{
	static const char *const senders[] = {"two", "three", NULL};
	size_t held = 0, silenced = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; ++seed) {
		struct rig rig = rig_begin_with(holds_rules, true);
		struct random random = {.state = seed * 15485863, .senders = senders};
		struct account account = {0};
		struct tocsin_silence_entry entry = {0};

		holds_silence(&rig, holds_quiet);
		for (size_t i = 0; i < STEPS; ++i) {
			submit(&rig, &random, &account);
			if (tocsin_engine_silences(rig.engine, &entry, 1) == 1) {
				account.silenced = entry.held;
			}
			if (random_below(&random, 3) == 0) {
				read_digests(&rig, &account);
			}
			if (random_below(&random, 50) == 0) {
				holds_swap(&rig, holds_rules);
			}
		}
		rig.now_ms += 30 * RIG_DAY;
		read_digests(&rig, &account);
		assert_int_equal(account.held + account.out, account.accepted);
		/* The rule's one output is withheld by its throttle, by the silence, which
		 * also holds other rules back, or never. */
		assert_int_equal(account.told_silence, account.silenced);
		assert_true(account.told_thin + account.told_silence >= account.by_thin);
		assert_true(account.told_thin <= account.by_thin);
		held += account.told_thin;
		silenced += account.silenced;
		rig_end(&rig);
	}
	assert_true(held > 50);
	assert_true(silenced > 50);
}

/* A window that has to go leaves its tally behind. */
static void what_is_forgotten_is_told(void **state)
{
	(void)state;
	const uint8_t key[16] = {0};
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	struct tocsin_steps steps = {.arena = arena};
	struct tocsin_rings rings = {.heap = &tocsin_heap};
	struct tocsin_table tokens, windows;
	struct tocsin_tallies tallies = {.heap = &tocsin_heap, .tokens = &tokens};
	const struct tocsin_tally_about about = {.rule = "a", .from_ms = 1, .due_ms = 9};
	const struct tocsin_tally_kind kind = {.country = "ML", .adm1 = "ML05"};
	const struct tocsin_rate rate = {.max = 1, .per_ms = 8};
	struct tocsin_window_key keys[3];
	struct tocsin_window *window, *first;

	tocsin_tokens_init(&tokens, &tocsin_heap, key);
	tocsin_windows_init(&windows, &tocsin_heap, key, 2, &rings);
	struct tocsin_token *audience = tocsin_token_take(&tokens, "partners", 8);
	memset(keys, 0, sizeof(keys));
	for (unsigned i = 0; i < 3; ++i) {
		keys[i].event = i;
	}
	assert_int_equal(tocsin_window_obtain(&windows, &steps, &keys[0], &first), TOCSIN_OK);
	assert_int_equal(tocsin_window_pass(&windows, &steps, first, &rate, 2, 1), TOCSIN_OK);
	assert_true(tocsin_window_holds(first, &rate, 2, 1));
	assert_int_equal(
		tocsin_tally_count(&tallies, &steps, &first->tally, &about, audience, &kind), TOCSIN_OK);
	assert_int_equal(tocsin_window_obtain(&windows, &steps, &keys[1], &window), TOCSIN_OK);
	tocsin_steps_settle(&steps);
	/* Taken back, it is all there again. */
	assert_int_equal(tocsin_window_obtain(&windows, &steps, &keys[2], &window), TOCSIN_OK);
	assert_null(tocsin_window_find(&windows, &keys[0]));
	tocsin_steps_undo(&steps);
	assert_ptr_equal(tocsin_window_find(&windows, &keys[0]), first);
	assert_ptr_equal(first->tally, tallies.first);
	assert_int_equal(tocsin_window_obtain(&windows, &steps, &keys[2], &window), TOCSIN_OK);
	tocsin_steps_settle(&steps);
	assert_null(tocsin_window_find(&windows, &keys[0]));
	assert_non_null(tallies.first);
	assert_null(tallies.first->owner);
	assert_int_equal(tallies.first->pins, 0);
	assert_int_equal(tallies.first->groups[0].count, 1);
	assert_int_equal(tallies.next_ms, 9);
	tocsin_table_finish(&windows);
	tocsin_token_drop(&tokens, audience);
	tocsin_tallies_finish(&tallies);
	tocsin_table_finish(&tokens);
	tocsin_arena_destroy(arena);
}

/* Beyond so many places a digest counts by country. */
static void a_tally_is_bounded(void **state)
{
	(void)state;
	const uint8_t key[16] = {0};
	struct tocsin_arena *arena = tocsin_arena_create(16 << 20, &tocsin_heap);
	struct tocsin_steps steps = {.arena = arena};
	struct tocsin_table tokens;
	struct tocsin_tallies tallies = {.heap = &tocsin_heap, .tokens = &tokens};
	const struct tocsin_tally_about about = {.rule = "a"};
	struct tocsin_tally *tally = NULL;
	size_t sum = 0;

	tocsin_tokens_init(&tokens, &tocsin_heap, key);
	struct tocsin_token *audience = tocsin_token_take(&tokens, "partners", 8);
	for (int i = 0; i < TOCSIN_MAX_TALLY_PLACES + 100; ++i) {
		char code[16];
		const struct tocsin_tally_kind kind = {.country = "ML", .adm1 = code};

		snprintf(code, sizeof(code), "ML%d", i);
		assert_int_equal(
			tocsin_tally_count(&tallies, &steps, &tally, &about, audience, &kind), TOCSIN_OK);
	}
	assert_int_equal(tally->group_count, TOCSIN_MAX_TALLY_PLACES + 1);
	for (size_t i = 0; i < tally->group_count; ++i) {
		sum += tally->groups[i].count;
	}
	assert_int_equal(sum, TOCSIN_MAX_TALLY_PLACES + 100);
	tocsin_steps_undo(&steps);
	assert_null(tally);
	assert_null(tallies.first);
	tocsin_token_drop(&tokens, audience);
	tocsin_table_finish(&tokens);
	tocsin_arena_destroy(arena);
}

/* A flood of keys makes digests early, and is then deferred; it does not grow. */
static void so_are_all_tallies(void **state)
{
	(void)state;
	struct rig rig = rig_begin_with(holds_rules, true);
	struct tocsin_tallies *tallies = &rig.engine->tallies;
	const struct tocsin_tally_about about = {.rule = "a", .due_ms = INT64_MAX};
	const struct tocsin_tally_kind kind = {.country = "ML", .adm1 = "ML05"};
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	struct tocsin_steps steps = {.arena = arena};
	struct tocsin_tally *tally = NULL;

	for (size_t i = 0; i < TOCSIN_MAX_TALLIES; ++i) {
		assert_non_null(tocsin_tally_create(tallies, &about));
	}
	assert_int_equal(
		tocsin_tally_count(tallies, &steps, &tally, &about, rig.engine->audience_names[0], &kind),
		TOCSIN_LIMIT);
	assert_null(tally);
	for (size_t i = 0; i < TOCSIN_MAX_TALLIES / 2; i += TOCSIN_MAX_TICK) {
		/* They go once that is on disk. */
		tocsin_outcome_destroy(rig.engine, tocsin_engine_tick(rig.engine, rig.now_ms));
	}
	assert_int_equal(tallies->count, TOCSIN_MAX_TALLIES / 2);
	assert_null(tocsin_engine_tick(rig.engine, rig.now_ms));
	assert_int_equal(tallies->count, TOCSIN_MAX_TALLIES / 2);
	tocsin_arena_destroy(arena);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_held_is_told),
		cmocka_unit_test(what_is_forgotten_is_told),
		cmocka_unit_test(a_tally_is_bounded),
		cmocka_unit_test(so_are_all_tallies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
