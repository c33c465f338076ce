/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the archive may have: never a no that is wrong, seldom a yes that is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/filter.h"
#include "engine/siphash.h"
#include "proto/failing.h"

static uint64_t hash_of(uint32_t number)
{
	const uint8_t key[16] = {4, 2};

	return tocsin_siphash(key, &number, sizeof(number));
}

static void all_are_there_and_few_others(void **state)
{
	(void)state;
	enum { IDS = 300000, OTHERS = 1000000 };
	struct failing failing;
	struct tocsin_filter filter;
	size_t wrong = 0;

	failing_init(&failing, SIZE_MAX);
	tocsin_filter_init(&filter, &failing.allocator);
	assert_false(tocsin_filter_may_have(&filter, hash_of(0)));
	tocsin_filter_prefetch(&filter, hash_of(0));
	for (uint32_t i = 0; i < IDS; ++i) {
		tocsin_filter_add(&filter, hash_of(i));
		assert_true(tocsin_filter_may_have(&filter, hash_of(i)));
	}
	assert_true(filter.count > 1);
	for (uint32_t i = 0; i < IDS; ++i) {
		tocsin_filter_prefetch(&filter, hash_of(i));
		assert_true(tocsin_filter_may_have(&filter, hash_of(i)));
	}
	for (uint32_t i = 0; i < OTHERS; ++i) {
		wrong += tocsin_filter_may_have(&filter, hash_of(IDS + i));
	}
	/* Once in a hundred thousand for each of three layers, with room for chance. */
	assert_true(wrong < 100);
	assert_false(filter.full);
	tocsin_filter_finish(&filter);
	assert_int_equal(failing.live, 0);
}

/* One that cannot be kept makes it say yes to all: the archive is asked. */
static void without_memory_it_says_yes(void **state)
{
	(void)state;
	enum { IDS = 70000 };

	for (size_t after = 0; after < 12; ++after) {
		struct failing failing;
		struct tocsin_filter filter;

		failing_init(&failing, after);
		tocsin_filter_init(&filter, &failing.allocator);
		for (uint32_t i = 0; i < IDS; ++i) {
			tocsin_filter_add(&filter, hash_of(i));
		}
		for (uint32_t i = 0; i < IDS; ++i) {
			assert_true(tocsin_filter_may_have(&filter, hash_of(i)));
		}
		assert_true(filter.full);
		assert_true(tocsin_filter_may_have(&filter, hash_of(IDS)));
		tocsin_filter_finish(&filter);
		assert_int_equal(failing.live, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_there_and_few_others),
		cmocka_unit_test(without_memory_it_says_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
