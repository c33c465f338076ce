/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/arena.h"
#include "proto/failing.h"

static void hands_out_what_was_asked(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);

	(void)state;
	assert_non_null(arena);
	for (size_t size = 0; size < 200; size++) {
		unsigned char *memory = tocsin_arena_alloc(arena, size);

		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % sizeof(void *), 0);
		memset(memory, 0xff, size);
	}
	unsigned char *zeros = tocsin_arena_zero(arena, 7, 9);
	for (size_t i = 0; i < 63; i++) {
		assert_int_equal(zeros[i], 0);
	}
	assert_string_equal(tocsin_arena_text(arena, "Mopti", 3), "Mop");
	assert_string_equal(tocsin_arena_text(arena, NULL, 0), "");
	assert_string_equal(tocsin_arena_format(arena, "%s[%d]", "displacement", 7), "displacement[7]");
	assert_false(tocsin_arena_full(arena));
	tocsin_arena_destroy(arena);
}

static void stops_at_its_ceiling(void **state)
{
	static const size_t refused[] = {4097, SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX / 2};
	struct tocsin_arena *arena = tocsin_arena_create(4096, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_null(tocsin_arena_alloc(arena, refused[i]));
		assert_int_equal(tocsin_arena_used(arena), 0);
	}
	assert_null(tocsin_arena_zero(arena, SIZE_MAX / 4, 8));
	assert_null(tocsin_arena_text(arena, "", SIZE_MAX));
	assert_true(tocsin_arena_full(arena) && tocsin_arena_at_ceiling(arena));
	tocsin_arena_reset(arena);
	assert_false(tocsin_arena_full(arena) || tocsin_arena_at_ceiling(arena));
	assert_non_null(tocsin_arena_alloc(arena, 4096));
	assert_null(tocsin_arena_alloc(arena, 1));
	assert_int_equal(tocsin_arena_used(arena), 4096);
	tocsin_arena_destroy(arena);
}

static void fill(struct tocsin_arena *arena, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *memory = tocsin_arena_alloc(arena, 64);

		assert_non_null(memory);
		memset(memory, 1, 64);
	}
}

static void keeps_what_a_steady_load_takes(void **state)
{
	static const size_t loads[] = {20, 40, 150, 20};
	struct failing failing;

	(void)state;
	failing_init(&failing, SIZE_MAX);
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &failing.allocator);
	const size_t live = failing.live;
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		/* It has grown to the load. */
		for (int round = 0; round < 3; round++) {
			fill(arena, loads[i]);
			tocsin_arena_reset(arena);
			assert_int_equal(failing.live, live);
		}
		const size_t before = failing.calls;
		for (int round = 0; round < 100; round++) {
			fill(arena, loads[i]);
			tocsin_arena_reset(arena);
			assert_int_equal(tocsin_arena_used(arena), 0);
		}
		assert_int_equal(failing.calls, before);
	}
	/* What is far from usual is given back. */
	for (int round = 0; round < 3; round++) {
		const size_t before = failing.calls;

		assert_non_null(tocsin_arena_alloc(arena, 100000));
		assert_int_equal(failing.calls, before + 1);
		assert_int_equal(failing.live, live + 1);
		tocsin_arena_reset(arena);
		assert_int_equal(failing.live, live);
		fill(arena, 150);
		tocsin_arena_reset(arena);
		assert_int_equal(failing.calls, before + 1);
	}
	tocsin_arena_destroy(arena);
	assert_int_equal(failing.live, 0);
}

static void survives_a_heap_that_fails(void **state)
{
	(void)state;
	for (size_t after = 0; after < 4; after++) {
		struct failing failing;

		failing_init(&failing, after);
		struct tocsin_arena *arena = tocsin_arena_create(1 << 20, &failing.allocator);
		assert_true((arena != NULL) == (after >= 2));
		if (arena) {
			void *big = tocsin_arena_alloc(arena, 60000);

			assert_true((big != NULL) == (after >= 3));
			assert_true(tocsin_arena_full(arena) == (big == NULL));
			assert_false(tocsin_arena_at_ceiling(arena));
			/* What is left of the first block is still there. */
			assert_true((tocsin_arena_alloc(arena, 100) != NULL) == (big == NULL));
		}
		tocsin_arena_destroy(arena);
		assert_int_equal(failing.live, 0);
	}
	tocsin_arena_destroy(NULL);
}

static void serves_protobuf(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(1024, NULL);
	ProtobufCAllocator *allocator = tocsin_arena_protobuf(arena);

	(void)state;
	void *memory = allocator->alloc(allocator->allocator_data, 1000);
	assert_non_null(memory);
	allocator->free(allocator->allocator_data, memory);
	assert_null(allocator->alloc(allocator->allocator_data, 1000));
	tocsin_arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_what_was_asked),
		cmocka_unit_test(stops_at_its_ceiling),
		cmocka_unit_test(keeps_what_a_steady_load_takes),
		cmocka_unit_test(survives_a_heap_that_fails),
		cmocka_unit_test(serves_protobuf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
