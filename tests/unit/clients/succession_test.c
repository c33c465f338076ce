/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/watch/succession.h"

static int make(void **state)
{
	*state = tocsin_succession_create();
	return *state ? 0 : -1;
}

static int destroy(void **state)
{
	tocsin_succession_destroy(*state);
	return 0;
}

static uint64_t take(struct tocsin_succession *succession, const char *topic, uint64_t sequence,
	uint64_t topic_sequence, uint64_t *after)
{
	const struct tocsin_succession_step step = {0, topic, sequence, topic_sequence};
	*after = UINT64_MAX;
	return tocsin_succession_take(succession, &step, after);
}

static void a_gap_is_a_topics_own(void **state)
{
	uint64_t after;
	/* What came before we did is no gap. */
	assert_int_equal(take(*state, "r/to/p/alert/a", 40, 7, &after), 0);
	/* The audience's count goes on for what others are sent. */
	assert_int_equal(take(*state, "r/to/p/alert/a", 55, 8, &after), 0);
	assert_int_equal(take(*state, "r/to/p/alert/b", 56, 1, &after), 0);
	/* The twin and a repeat. */
	assert_int_equal(take(*state, "r/to/p/alert/a", 55, 8, &after), 0);
	assert_int_equal(take(*state, "r/to/p/alert/a", 40, 7, &after), 0);
	assert_int_equal(after, UINT64_MAX);
	assert_int_equal(take(*state, "r/to/p/alert/a", 60, 11, &after), 2);
	assert_int_equal(after, 55);
	/* It is told once. */
	assert_int_equal(take(*state, "r/to/p/alert/a", 61, 12, &after), 0);
	/* An alert without a count. */
	assert_int_equal(take(*state, "r/to/p/alert/a", 0, 0, &after), 0);
}

static void what_was_replayed_is_no_gap(void **state)
{
	uint64_t after, last;
	const struct tocsin_succession_step far = {0, "r/to/p/alert/a", 90, 30};
	assert_int_equal(take(*state, "r/to/p/alert/a", 10, 1, &after), 0);
	tocsin_succession_raise(*state, &far);
	assert_int_equal(take(*state, "r/to/p/alert/a", 91, 31, &after), 0);
	assert_true(tocsin_succession_last(*state, 0, &last));
	assert_int_equal(last, 91);
}

static void the_hub_tells_how_far_it_is(void **state)
{
	uint64_t last, after;
	assert_false(tocsin_succession_last(*state, 3, &last));
	/* Where we begin. */
	assert_false(tocsin_succession_hear(*state, 3, 20, true));
	assert_true(tocsin_succession_last(*state, 3, &last));
	assert_int_equal(last, 20);
	assert_false(tocsin_succession_hear(*state, 3, 20, false));
	assert_true(tocsin_succession_hear(*state, 3, 21, false));
	tocsin_succession_reach(*state, 3, 21);
	tocsin_succession_reach(*state, 3, 5);
	assert_false(tocsin_succession_hear(*state, 3, 21, false));
	/* An old sign is only old; a new one with less is a hub that counts anew. */
	assert_int_equal(take(*state, "r/to/p/alert/a", 40, 7, &after), 0);
	assert_false(tocsin_succession_hear(*state, 3, 2, true));
	assert_true(tocsin_succession_last(*state, 3, &last));
	assert_int_equal(last, 21);
	assert_false(tocsin_succession_hear(*state, 3, 2, false));
	assert_true(tocsin_succession_last(*state, 3, &last));
	assert_int_equal(last, 2);
	assert_int_equal(take(*state, "r/to/p/alert/a", 3, 12, &after), 0);
}

static void topics_that_no_note_holds_are_let_be(void **state)
{
	uint64_t after;
	char longest[3000];
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	const char *const topics[] = {"a b", "a,b", "", longest};
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++) {
		assert_int_equal(take(*state, topics[i], 1, 1, &after), 0);
		assert_int_equal(take(*state, topics[i], 9, 9, &after), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_gap_is_a_topics_own, make, destroy),
		cmocka_unit_test_setup_teardown(what_was_replayed_is_no_gap, make, destroy),
		cmocka_unit_test_setup_teardown(the_hub_tells_how_far_it_is, make, destroy),
		cmocka_unit_test_setup_teardown(topics_that_no_note_holds_are_let_be, make, destroy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
