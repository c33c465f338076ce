/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "alert_rig.h"

#include "clients/watch/twins.h"

struct rig {
	struct tocsin_twins twins;
	struct tocsin_arena *arena;
};

static bool take(struct rig *rig, unsigned count, bool json)
{
	Tocsin__V1__Digest digest = TOCSIN__V1__DIGEST__INIT;
	digest.count = count;
	tocsin_arena_reset(rig->arena);
	return tocsin_twins_take(&rig->twins, &digest.base, json, rig->arena);
}

enum { PROTOBUF, JSON };

static void the_second_form_is_none(void **state)
{
	struct rig rig = {.arena = rig_arena()};
	(void)state;
	assert_true(take(&rig, 1, PROTOBUF));
	assert_true(take(&rig, 2, JSON));
	assert_false(take(&rig, 1, JSON));
	assert_false(take(&rig, 2, PROTOBUF));
	tocsin_arena_destroy(rig.arena);
}

/* Two windows of one rule may have held the same. */
static void what_is_the_same_twice_is_two(void **state)
{
	struct rig rig = {.arena = rig_arena()};
	(void)state;
	assert_true(take(&rig, 1, PROTOBUF));
	assert_true(take(&rig, 1, PROTOBUF));
	assert_false(take(&rig, 1, JSON));
	assert_false(take(&rig, 1, JSON));
	assert_true(take(&rig, 1, PROTOBUF));
	assert_false(take(&rig, 1, JSON));
	assert_true(take(&rig, 1, JSON));
	tocsin_arena_destroy(rig.arena);
}

static void the_oldest_are_forgotten(void **state)
{
	struct rig rig = {.arena = rig_arena()};
	(void)state;
	for (unsigned i = 0; i <= TOCSIN_MAX_TWINS; i++)
		assert_true(take(&rig, i, PROTOBUF));
	assert_false(take(&rig, TOCSIN_MAX_TWINS, JSON));
	assert_false(take(&rig, 1, JSON));
	assert_true(take(&rig, 0, JSON));
	tocsin_arena_destroy(rig.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_form_is_none),
		cmocka_unit_test(what_is_the_same_twice_is_two),
		cmocka_unit_test(the_oldest_are_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
