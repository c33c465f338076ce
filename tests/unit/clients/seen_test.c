/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/watch/seen.h"

static void repeats_are_known(void **state)
{
	struct tocsin_seen *seen = tocsin_seen_create(4);
	(void)state;
	assert_non_null(seen);
	assert_false(tocsin_seen_has(seen, "a"));
	assert_true(tocsin_seen_add(seen, "a"));
	assert_false(tocsin_seen_add(seen, "a"));
	assert_true(tocsin_seen_has(seen, "a"));
	assert_true(tocsin_seen_add(seen, "A"));
	tocsin_seen_destroy(seen);
	tocsin_seen_destroy(NULL);
}

static void at_least_the_newest_are_kept(void **state)
{
	enum { REMEMBERED = 100, ALL = 1000 };
	struct tocsin_seen *seen = tocsin_seen_create(REMEMBERED);
	char id[16];
	(void)state;
	for (int i = 0; i < ALL; i++) {
		snprintf(id, sizeof(id), "id-%d", i);
		assert_true(tocsin_seen_add(seen, id));
		for (int back = i > REMEMBERED ? i - REMEMBERED : 0; back <= i; back += 7) {
			snprintf(id, sizeof(id), "id-%d", back);
			assert_true(tocsin_seen_has(seen, id));
		}
	}
	/* It forgets: memory is bounded. */
	assert_false(tocsin_seen_has(seen, "id-0"));
	assert_false(tocsin_seen_has(seen, "id-700"));
	tocsin_seen_destroy(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats_are_known),
		cmocka_unit_test(at_least_the_newest_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
