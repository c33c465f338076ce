/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The sliding span against a list that remembers everything. */
#include "engine/random.h"

#include "engine/limits.h"
#include "engine/ring.h"

enum { SPAN = 100, STEPS = 4000 };

static bool full(const int64_t *times, size_t count, uint32_t max, int64_t now)
{
	size_t passed = 0;

	for (size_t i = 0; i < count; ++i) {
		passed += times[i] > now - SPAN && times[i] <= now;
	}
	return passed >= max;
}

static void agrees_with_a_list(void **state)
{
	struct random random = {.state = 7};

	(void)state;
	for (uint32_t max = 1; max < 40; max += 3) {
		struct tocsin_rings rings = {.heap = &tocsin_heap};
		struct tocsin_ring ring = {0};
		static int64_t times[STEPS];
		size_t count = 0;
		int64_t now = 0;

		for (int i = 0; i < STEPS; ++i) {
			struct tocsin_ring_push push;

			now += random_below(&random, 2 * SPAN / max + 2);
			assert_int_equal(tocsin_ring_full(&ring, max, SPAN, now), full(times, count, max, now));
			if (tocsin_ring_full(&ring, max, SPAN, now)) {
				const int64_t free = tocsin_ring_free_ms(&ring, max, SPAN);

				assert_true(full(times, count, max, free - 1));
				assert_false(full(times, count, max, free));
			}
			/* Also those that nothing may hold. */
			assert_int_equal(tocsin_ring_add(&rings, &ring, max, SPAN, now, &push), TOCSIN_OK);
			if (random_below(&random, 4) == 0) {
				tocsin_ring_undo(&ring, &push);
			} else {
				times[count++] = now;
			}
			assert_true(ring.count <= max);
		}
		assert_true(rings.room <= max);
		tocsin_ring_finish(&rings, &ring);
		assert_int_equal(rings.room, 0);
	}
}

static void undone_in_turn(void **state)
{
	struct tocsin_rings rings = {.heap = &tocsin_heap};
	struct tocsin_ring ring = {0};
	struct tocsin_ring_push pushes[64];

	(void)state;
	for (int i = 0; i < 5; ++i) {
		assert_int_equal(tocsin_ring_add(&rings, &ring, 5, SPAN, i, &pushes[i]), TOCSIN_OK);
	}
	for (int i = 0; i < 64; ++i) {
		assert_int_equal(tocsin_ring_add(&rings, &ring, 5, SPAN, 10 + i, &pushes[i]), TOCSIN_OK);
	}
	for (int i = 64; i-- > 0;) {
		tocsin_ring_undo(&ring, &pushes[i]);
	}
	assert_int_equal(ring.count, 5);
	assert_int_equal(tocsin_ring_free_ms(&ring, 5, SPAN), SPAN);
	assert_int_equal(tocsin_ring_free_ms(&ring, 1, SPAN), SPAN + 4);
	tocsin_ring_finish(&rings, &ring);
}

static void a_clock_set_back_rings(void **state)
{
	struct tocsin_rings rings = {.heap = &tocsin_heap};
	struct tocsin_ring ring = {0};
	struct tocsin_ring_push push;

	(void)state;
	assert_int_equal(tocsin_ring_add(&rings, &ring, 1, SPAN, 1000, &push), TOCSIN_OK);
	assert_true(tocsin_ring_full(&ring, 1, SPAN, 1000));
	assert_false(tocsin_ring_full(&ring, 1, SPAN, 999));
	assert_false(tocsin_ring_full(&ring, 1, SPAN, 1100));
	tocsin_ring_finish(&rings, &ring);
}

/* What passed before a clock was set back holds nothing until it comes again. */
static void a_clock_set_far_back_holds_nothing(void **state)
{
	struct tocsin_rings rings = {.heap = &tocsin_heap};
	struct tocsin_ring ring = {0};
	struct tocsin_ring_push push;

	(void)state;
	for (int i = 0; i < 3; ++i) {
		assert_int_equal(tocsin_ring_add(&rings, &ring, 3, SPAN, 100000 + i, &push), TOCSIN_OK);
	}
	for (int i = 0; i < 3; ++i) {
		assert_false(tocsin_ring_full(&ring, 3, SPAN, 500 + i));
		assert_int_equal(tocsin_ring_add(&rings, &ring, 3, SPAN, 500 + i, &push), TOCSIN_OK);
	}
	assert_true(tocsin_ring_full(&ring, 3, SPAN, 503));
	assert_false(tocsin_ring_full(&ring, 3, SPAN, 500 + SPAN));
	tocsin_ring_finish(&rings, &ring);
}

static void at_the_common_ceiling_the_oldest_goes(void **state)
{
	struct tocsin_rings rings = {.heap = &tocsin_heap, .room = TOCSIN_MAX_PASSES - 4};
	struct tocsin_ring ring = {0}, other = {0};
	struct tocsin_ring_push push;

	(void)state;
	for (int i = 0; i < 6; ++i) {
		assert_int_equal(tocsin_ring_add(&rings, &ring, 100, SPAN, i, &push), TOCSIN_OK);
	}
	assert_int_equal(ring.count, 4);
	assert_true(push.displaced);
	assert_int_equal(push.time_ms, 1);
	assert_int_equal(tocsin_ring_add(&rings, &other, 100, SPAN, 9, &push), TOCSIN_LIMIT);
	tocsin_ring_finish(&rings, &ring);
	assert_int_equal(rings.room, TOCSIN_MAX_PASSES - 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_list),
		cmocka_unit_test(undone_in_turn),
		cmocka_unit_test(a_clock_set_back_rings),
		cmocka_unit_test(a_clock_set_far_back_holds_nothing),
		cmocka_unit_test(at_the_common_ceiling_the_oldest_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
