/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The pool of what the engine remembers. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/pool.h"
#include "engine/random.h"

/* What lies beneath: it counts, has a ceiling, and can be made to refuse. */
struct ground {
	size_t calls, live, bytes;
	size_t ceiling; /* bytes in all */
	size_t largest; /* what is larger is refused */
	struct tocsin_allocator allocator;
	struct tocsin_pool *pool;
	const struct tocsin_allocator *heap;
};

static void *ground_alloc(void *ctx, size_t size)
{
	struct ground *ground = ctx;

	++ground->calls;
	if (size > ground->largest || size > ground->ceiling - ground->bytes) {
		return NULL;
	}
	void *memory = malloc(size);
	ground->live += memory != NULL;
	ground->bytes += memory ? size : 0;
	return memory;
}

/* What was given back does not count again: only the ceiling would notice. */
static void ground_free(void *ctx, void *memory)
{
	struct ground *ground = ctx;

	ground->live -= memory != NULL;
	free(memory);
}

static void ground_begin(struct ground *ground)
{
	*ground = (struct ground){.ceiling = SIZE_MAX, .largest = SIZE_MAX};
	ground->allocator = (struct tocsin_allocator){ground_alloc, ground_free, ground};
	ground->pool = tocsin_pool_create(&ground->allocator);
	assert_non_null(ground->pool);
	ground->heap = tocsin_pool_allocator(ground->pool);
}

static void ground_end(struct ground *ground)
{
	tocsin_pool_destroy(ground->pool);
	assert_int_equal(ground->live, 0);
}

static void *take(struct ground *ground, size_t size)
{
	return ground->heap->alloc(ground->heap->ctx, size);
}

static void give(struct ground *ground, void *memory)
{
	ground->heap->free(ground->heap->ctx, memory);
}

enum { SIZES = 3000 };

static void every_size_is_aligned_and_apart(void **state)
{
	(void)state;
	static unsigned char *pieces[SIZES];
	struct ground ground;

	ground_begin(&ground);
	for (size_t size = 0; size < SIZES; ++size) {
		pieces[size] = take(&ground, size);
		assert_non_null(pieces[size]);
		assert_int_equal((uintptr_t)pieces[size] % alignof(max_align_t), 0);
		memset(pieces[size], (int)size & 0xff, size);
	}
	for (size_t size = 0; size < SIZES; ++size) {
		for (size_t i = 0; i < size; ++i) {
			assert_int_equal(pieces[size][i], size & 0xff);
		}
		give(&ground, pieces[size]);
	}
	give(&ground, NULL);
	ground_end(&ground);
}

enum { MANY = 20000 };

static void take_many(struct ground *ground, void **pieces, size_t size)
{
	for (size_t i = 0; i < MANY; ++i) {
		pieces[i] = take(ground, size);
		assert_non_null(pieces[i]);
		memset(pieces[i], 0xaa, size);
	}
}

static void give_many(struct ground *ground, void *const *pieces)
{
	for (size_t i = 0; i < MANY; ++i) {
		give(ground, pieces[i]);
	}
}

static void what_was_given_back_serves_again(void **state)
{
	(void)state;
	static void *pieces[MANY];
	struct ground ground;

	ground_begin(&ground);
	take_many(&ground, pieces, 200);
	const size_t bytes = ground.bytes;
	/* In large pieces, not one by one, and little beyond what is used. */
	assert_true(ground.calls < 10);
	assert_true(bytes < 2 * MANY * 208 + (2 << 20));
	give_many(&ground, pieces);
	take_many(&ground, pieces, 200);
	assert_int_equal(ground.bytes, bytes);
	give_many(&ground, pieces);
	/* For another size, too. */
	take_many(&ground, pieces, 100);
	assert_int_equal(ground.bytes, bytes);
	/* One that stays keeps no more than what lies around it. */
	for (size_t i = 0; i < MANY; ++i) {
		give(&ground, i % 5000 > 0 ? pieces[i] : NULL);
	}
	static void *others[MANY];
	take_many(&ground, others, 190);
	assert_int_equal(ground.bytes, bytes);
	give_many(&ground, others);
	for (size_t i = 0; i < MANY; i += 5000) {
		give(&ground, pieces[i]);
	}
	ground_end(&ground);
}

static void large_ones_come_from_beneath(void **state)
{
	(void)state;
	struct ground ground;

	ground_begin(&ground);
	const size_t live = ground.live;
	void *large = take(&ground, 100000);
	assert_int_equal(ground.live, live + 1);
	memset(large, 1, 100000);
	give(&ground, large);
	assert_int_equal(ground.live, live);
	ground_end(&ground);
}

static void small_ones_come_from_beneath_where_nothing_large_is_left(void **state)
{
	(void)state;
	static void *pieces[MANY];
	struct ground ground;

	ground_begin(&ground);
	ground.largest = 4096;
	const size_t live = ground.live;
	take_many(&ground, pieces, 48);
	assert_true(ground.live >= live + MANY);
	/* Memory comes back, and both kinds are given back to where they are from. */
	ground.largest = SIZE_MAX;
	static void *others[MANY];
	take_many(&ground, others, 48);
	for (size_t i = 0; i < MANY; ++i) {
		give(&ground, pieces[MANY - 1 - i]);
		give(&ground, others[i]);
	}
	assert_true(ground.live < 10);
	ground_end(&ground);
}

static void without_memory_there_is_none(void **state)
{
	(void)state;
	static void *pieces[2 * MANY];
	struct ground ground;
	size_t count = 0;

	ground_begin(&ground);
	ground.ceiling = ground.bytes + (3 << 20);
	while (count < 2 * MANY && (pieces[count] = take(&ground, 1000))) {
		memset(pieces[count], 3, 1000);
		++count;
	}
	assert_true(count > 2000 && count < 4000);
	assert_null(take(&ground, 1000));
	assert_null(take(&ground, 100000));
	give(&ground, pieces[0]);
	assert_non_null(pieces[0] = take(&ground, 1000));
	while (count > 0) {
		give(&ground, pieces[--count]);
	}
	ground_end(&ground);
	ground.ceiling = ground.bytes;
	assert_null(tocsin_pool_create(&ground.allocator));
	tocsin_pool_destroy(NULL);
}

/* Each of its allocations fails in turn. */
static void every_refusal_is_survived(void **state)
{
	(void)state;
	for (size_t ceiling = 0; ceiling < (8 << 20); ceiling += 64 * 1024) {
		static void *pieces[2000];
		struct ground ground;

		ground_begin(&ground);
		ground.ceiling = ground.bytes + ceiling;
		for (size_t i = 0; i < 2000; ++i) {
			pieces[i] = take(&ground, 2000);
		}
		for (size_t i = 0; i < 2000; ++i) {
			give(&ground, pieces[i]);
		}
		ground_end(&ground);
	}
}

struct held {
	unsigned char *bytes;
	size_t size;
};

/* Sizes as they come, in any order; nothing is written over. */
static void mixed(void **state)
{
	(void)state;
	enum { HELD = 5000, TURNS = 300000 };
	static struct held all[HELD];
	struct ground ground;
	struct random random = {.state = 11};

	ground_begin(&ground);
	for (size_t turn = 0; turn < TURNS; ++turn) {
		struct held *held = &all[random_below(&random, HELD)];

		if (held->bytes) {
			for (size_t i = 0; i < held->size; i += 13) {
				assert_int_equal(held->bytes[i], (unsigned char)held->size);
			}
			give(&ground, held->bytes);
			held->bytes = NULL;
			continue;
		}
		held->size = random_below(&random, turn % 100 == 0 ? 5000 : 400);
		held->bytes = take(&ground, held->size);
		assert_non_null(held->bytes);
		memset(held->bytes, (unsigned char)held->size, held->size);
	}
	assert_true(ground.calls < TURNS / 100 + 10);
	for (size_t i = 0; i < HELD; ++i) {
		give(&ground, all[i].bytes);
	}
	ground_end(&ground);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_is_aligned_and_apart),
		cmocka_unit_test(what_was_given_back_serves_again),
		cmocka_unit_test(large_ones_come_from_beneath),
		cmocka_unit_test(small_ones_come_from_beneath_where_nothing_large_is_left),
		cmocka_unit_test(without_memory_there_is_none),
		cmocka_unit_test(every_refusal_is_survived),
		cmocka_unit_test(mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
