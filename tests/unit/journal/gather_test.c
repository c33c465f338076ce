/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One that comes alone is not kept waiting, many are gathered, and who waits for receipts
 * is left alone. */
#include "journal/gather.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const int64_t now_us = 1000000;

static struct tocsin_gather after_many(void)
{
	struct tocsin_gather gather = {0};

	tocsin_gather_took(&gather, TOCSIN_GATHER_MANY, false, now_us);
	return gather;
}

static void test_alone_waits_for_nothing(void **state)
{
	struct tocsin_gather gather = {0};

	(void)state;
	assert_false(tocsin_gather_due(&gather, 1, now_us));
	tocsin_gather_took(&gather, TOCSIN_GATHER_MANY - 1, false, now_us);
	assert_false(tocsin_gather_due(&gather, 1, now_us + 1));
}

static void test_after_many_more_are_expected_for_a_while(void **state)
{
	struct tocsin_gather gather = after_many();

	(void)state;
	assert_true(tocsin_gather_due(&gather, 1, now_us + TOCSIN_GATHER_RECENT_US - 1));
	assert_false(tocsin_gather_due(&gather, 1, now_us + TOCSIN_GATHER_RECENT_US));
	assert_false(tocsin_gather_due(&gather, TOCSIN_GATHER_MOST, now_us));
}

static void test_as_long_as_it_is_worth_it(void **state)
{
	struct tocsin_gather gather = after_many();

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_true(tocsin_gather_due(&gather, 1, now_us));
		tocsin_gather_took(&gather, TOCSIN_GATHER_WORTH, true, now_us);
	}
}

/* How many groups are taken without a wait. */
static unsigned groups_at_rest(struct tocsin_gather *gather)
{
	unsigned groups = 0;

	while (!tocsin_gather_due(gather, 1, now_us)) {
		tocsin_gather_took(gather, TOCSIN_GATHER_WORTH - 1, false, now_us);
		groups++;
	}
	return groups;
}

static void test_a_wait_in_vain_is_not_soon_tried_again(void **state)
{
	struct tocsin_gather gather = after_many();
	unsigned pause = TOCSIN_GATHER_PAUSE;

	(void)state;
	for (int i = 0; i < 20; i++) {
		tocsin_gather_took(&gather, TOCSIN_GATHER_WORTH - 1, true, now_us);
		assert_int_equal(groups_at_rest(&gather), pause);
		pause = 2 * pause < TOCSIN_GATHER_LONGEST ? 2 * pause : TOCSIN_GATHER_LONGEST;
	}
	assert_int_equal(pause, TOCSIN_GATHER_LONGEST);
	tocsin_gather_took(&gather, TOCSIN_GATHER_WORTH - 1, true, now_us);
	assert_false(tocsin_gather_due(&gather, 1, now_us));
	/* Many that come by themselves end it. */
	tocsin_gather_took(&gather, TOCSIN_GATHER_WORTH, false, now_us);
	assert_int_equal(groups_at_rest(&gather), 0);
	tocsin_gather_took(&gather, TOCSIN_GATHER_WORTH - 1, true, now_us);
	assert_int_equal(groups_at_rest(&gather), TOCSIN_GATHER_PAUSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_waits_for_nothing),
		cmocka_unit_test(test_after_many_more_are_expected_for_a_while),
		cmocka_unit_test(test_as_long_as_it_is_worth_it),
		cmocka_unit_test(test_a_wait_in_vain_is_not_soon_tried_again),
	};

	return cmocka_run_group_tests_name("journal/gather", tests, NULL, NULL);
}
