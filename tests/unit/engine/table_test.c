/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The keyed hash, the table over it, and the heap of expiries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/expiry.h"
#include "engine/siphash.h"
#include "engine/table.h"
#include "engine/uuid.h"

struct item {
	struct tocsin_node node;
	uint32_t number;
};

static void siphash_vectors(void **state)
{
	(void)state;
	/* The paper's appendix A: key 00..0f, input 00..0e. */
	uint8_t key[16], input[15];

	for (uint8_t i = 0; i < 16; ++i) {
		key[i] = i;
		input[i % 15] = (uint8_t)(i % 15);
	}
	assert_int_equal(tocsin_siphash(key, input, 15), UINT64_C(0xa129ca6149be45e5));
	assert_int_equal(tocsin_siphash(key, input, 0), UINT64_C(0x726fdb47dd0e0e31));
	assert_int_equal(tocsin_siphash(key, input, 8), UINT64_C(0x93f5f5799a932462));
}

static bool item_equal(const struct tocsin_node *node, const void *key)
{
	return ((const struct item *)node)->number == *(const uint32_t *)key;
}

static void item_gone(void *ctx, struct tocsin_node *node)
{
	(void)node;
	++*(size_t *)ctx;
}

static struct item *find(const struct tocsin_table *table, uint32_t number)
{
	return (struct item *)tocsin_table_find(
		table, tocsin_table_hash(table, &number, sizeof(number)), item_equal, &number);
}

static void table_keeps_and_forgets(void **state)
{
	(void)state;
	enum { ITEMS = 5000 };
	static struct item items[ITEMS];
	static struct tocsin_table table;
	const uint8_t key[16] = {1, 2, 3};
	size_t gone = 0;

	tocsin_table_init(&table, &tocsin_heap, key, ITEMS, item_gone, &gone);
	assert_null(find(&table, 0));
	for (uint32_t i = 0; i < ITEMS; ++i) {
		assert_false(tocsin_table_full(&table));
		items[i].number = i;
		tocsin_table_add(&table, &items[i].node, tocsin_table_hash(&table, &i, sizeof(i)));
	}
	assert_true(tocsin_table_full(&table));
	for (uint32_t i = 0; i < ITEMS; ++i) {
		assert_ptr_equal(find(&table, i), &items[i]);
	}
	/* The two oldest and one in the middle go, and come back as the oldest. */
	tocsin_table_remove(&table, &items[0].node);
	tocsin_table_remove(&table, &items[1].node);
	tocsin_table_remove(&table, &items[77].node);
	assert_null(find(&table, 0));
	assert_null(find(&table, 77));
	assert_ptr_equal(table.oldest, &items[2].node);
	assert_int_equal(table.count, ITEMS - 3);
	tocsin_table_restore(&table, &items[77].node);
	tocsin_table_restore(&table, &items[1].node);
	tocsin_table_restore(&table, &items[0].node);
	const struct tocsin_node *node = table.oldest;
	for (uint32_t i = 0; i < ITEMS; ++i, node = node->newer) {
		const uint32_t number = i < 2 ? i : i == 2 ? 77 : i <= 77 ? i - 1 : i;

		assert_int_equal(((const struct item *)node)->number, number);
	}
	assert_null(node);
	assert_int_equal(table.count, ITEMS);
	assert_ptr_equal(find(&table, 77), &items[77]);
	tocsin_table_finish(&table);
	assert_int_equal(gone, ITEMS);
}

static void *no_memory(void *ctx, size_t size)
{
	(void)ctx;
	(void)size;
	return NULL;
}

static void no_free(void *ctx, void *memory)
{
	(void)ctx;
	assert_null(memory);
}

static void table_works_without_memory(void **state)
{
	(void)state;
	static struct item items[100];
	static struct tocsin_table table;
	const struct tocsin_allocator none = {no_memory, no_free, NULL};
	const uint8_t key[16] = {0};
	size_t gone = 0;

	tocsin_table_init(&table, &none, key, 1000, item_gone, &gone);
	for (uint32_t i = 0; i < 100; ++i) {
		items[i].number = i;
		tocsin_table_add(&table, &items[i].node, tocsin_table_hash(&table, &i, sizeof(i)));
	}
	for (uint32_t i = 0; i < 100; ++i) {
		assert_ptr_equal(find(&table, i), &items[i]);
	}
	tocsin_table_finish(&table);
	assert_int_equal(gone, 100);
}

/* Those of one hash never part, however far the table grows; another key among them
 * stays apart. */
static void many_of_one_hash(void **state)
{
	(void)state;
	enum { SAME = 12, OTHERS = 3000 };
	static struct item same[SAME], others[OTHERS];
	static struct tocsin_table table;
	const uint8_t key[16] = {9};
	size_t gone = 0;

	for (size_t drop = 0; drop < SAME; ++drop) {
		tocsin_table_init(&table, &tocsin_heap, key, SIZE_MAX, item_gone, &gone);
		for (uint32_t i = 0; i < SAME; ++i) {
			same[i].number = i % 2;
			tocsin_table_add(&table, &same[i].node, 77);
		}
		for (uint32_t i = 0; i < OTHERS; ++i) {
			others[i].number = 2 + i;
			tocsin_table_add(&table, &others[i].node,
				tocsin_table_hash(&table, &others[i].number, sizeof(others[i].number)));
		}
		tocsin_table_remove(&table, &same[drop].node);
		for (uint32_t number = 0; number < 2; ++number) {
			const struct tocsin_node *node = tocsin_table_find(&table, 77, item_equal, &number);
			/* The newest comes first. */
			for (size_t i = SAME - 2 + number; i < SAME; i -= 2) {
				if (i != drop) {
					assert_ptr_equal(node, &same[i].node);
					node = tocsin_table_find_next(&table, node, item_equal, &number);
				}
			}
			assert_null(node);
		}
		tocsin_table_restore(&table, &same[drop].node);
		assert_ptr_equal(
			tocsin_table_find(&table, 77, item_equal, &same[drop].number), &same[drop].node);
		for (uint32_t i = 0; i < OTHERS; ++i) {
			assert_ptr_equal(find(&table, others[i].number), &others[i]);
		}
		for (uint32_t i = SAME; i-- > 0;) {
			tocsin_table_remove(&table, &same[i].node);
		}
		assert_null(tocsin_table_find(&table, 77, item_equal, &(uint32_t){0}));
		tocsin_table_finish(&table);
	}
	assert_int_equal(gone, SAME * OTHERS);
}

struct scarce {
	size_t left; /* allocations that succeed */
	struct tocsin_allocator allocator;
};

/* Only as aligned as an allocator must be. */
static void *scarce_alloc(void *ctx, size_t size)
{
	struct scarce *scarce = ctx;

	if (scarce->left == 0) {
		return NULL;
	}
	--scarce->left;
	return malloc(size);
}

static void scarce_free(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static void table_grows_as_memory_comes(void **state)
{
	(void)state;
	enum { ITEMS = 20000, BEFORE = 5000 };
	static struct item items[ITEMS];
	static struct tocsin_table table;
	struct scarce scarce = {.left = 1, .allocator = {scarce_alloc, scarce_free, &scarce}};
	const uint8_t key[16] = {5};
	size_t gone = 0;

	tocsin_table_init(&table, &scarce.allocator, key, ITEMS, item_gone, &gone);
	for (uint32_t i = 0; i < ITEMS; ++i) {
		scarce.left = i == BEFORE ? SIZE_MAX : scarce.left;
		items[i].number = i;
		const uint64_t hash = tocsin_table_hash(&table, &i, sizeof(i));
		tocsin_table_prefetch(&table, hash);
		tocsin_table_add(&table, &items[i].node, hash);
		if (i == BEFORE - 1) {
			assert_int_equal(table.buckets, TOCSIN_TABLE_SEGMENT);
		}
	}
	assert_true(table.buckets > TOCSIN_TABLE_SEGMENT);
	for (size_t i = 0; i < table.buckets; i += TOCSIN_TABLE_SEGMENT) {
		const void *first = table.segments[i / TOCSIN_TABLE_SEGMENT].at;

		assert_int_equal((uintptr_t)first % TOCSIN_LINE, 0);
	}
	for (uint32_t i = 0; i < ITEMS; ++i) {
		assert_ptr_equal(find(&table, i), &items[i]);
	}
	tocsin_table_finish(&table);
	assert_int_equal(gone, ITEMS);
}

static void expiries_come_in_order(void **state)
{
	(void)state;
	struct tocsin_expiries expiries = {0};
	struct tocsin_expiry expiry;
	int64_t last = 0;

	for (int64_t i = 0; i < 1000; ++i) {
		uint8_t chain[TOCSIN_UUID] = {(uint8_t)i};

		assert_true(tocsin_expiries_add(&expiries, &tocsin_heap, i * 7919 % 1009, chain));
	}
	for (int taken = 0; taken < 1000; ++taken) {
		assert_true(tocsin_expiries_take(&expiries, 2000, &expiry));
		assert_true(expiry.at_ms >= last);
		last = expiry.at_ms;
	}
	assert_false(tocsin_expiries_take(&expiries, 2000, &expiry));
	const uint8_t chain[TOCSIN_UUID] = {0};
	assert_true(tocsin_expiries_add(&expiries, &tocsin_heap, 50, chain));
	assert_false(tocsin_expiries_take(&expiries, 49, &expiry));
	assert_true(tocsin_expiries_take(&expiries, 50, &expiry));
	tocsin_expiries_finish(&expiries, &tocsin_heap);
}

static void uuids_are_read_and_written(void **state)
{
	(void)state;
	static const char text[] = "0f8fad5b-d9cb-469f-a165-70867728950e";
	static const char *const bad[] = {"", "0f8fad5b-d9cb-469f-a165-70867728950",
		"0f8fad5b-d9cb-469f-a165-70867728950e0", "0f8fad5b+d9cb-469f-a165-70867728950e",
		"0f8fad5g-d9cb-469f-a165-70867728950e", "0f8fad5bd9cb-469f-a165-70867728950e-"};
	uint8_t id[TOCSIN_UUID], same[TOCSIN_UUID];
	char out[TOCSIN_UUID_TEXT];

	assert_true(tocsin_uuid_read(text, id));
	tocsin_uuid_write(id, out);
	assert_string_equal(out, text);
	assert_true(tocsin_uuid_read("0F8FAD5B-D9CB-469F-A165-70867728950E", same));
	assert_memory_equal(id, same, TOCSIN_UUID);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); ++i) {
		assert_false(tocsin_uuid_read(bad[i], same));
	}
	assert_false(tocsin_uuid_read(NULL, same));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_vectors),
		cmocka_unit_test(table_keeps_and_forgets),
		cmocka_unit_test(table_works_without_memory),
		cmocka_unit_test(many_of_one_hash),
		cmocka_unit_test(table_grows_as_memory_comes),
		cmocka_unit_test(expiries_come_in_order),
		cmocka_unit_test(uuids_are_read_and_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
