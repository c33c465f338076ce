/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/violations.h"

static void composes(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);
	struct tocsin_violations list;
	char path[] = "displacement[10].figure";

	(void)state;
	tocsin_violations_init(&list, arena);
	assert_true(tocsin_violations_pass(&list));
	tocsin_violations_add(&list, TOCSIN_CHECK_NUMBER_RANGE, path, ": at most %d", 50);
	path[0] = '?';
	tocsin_violations_add(&list, TOCSIN_CHECK_PAYLOAD_EMPTY, "", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_FIELD_REPEATED, "", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_LIST_COUNT, "needs[3]", NULL);
	assert_int_equal(list.count, 4);
	assert_string_equal(list.items[0].id, "displacement.figure.range");
	assert_string_equal(list.items[0].field, "displacement[10].figure");
	assert_string_equal(list.items[0].message, "is out of range: at most 50");
	assert_int_equal(list.items[0].level, TOCSIN_LEVEL_ERROR);
	assert_string_equal(list.items[1].id, "payload.empty");
	assert_string_equal(list.items[1].field, "");
	assert_string_equal(list.items[2].id, "repeated");
	assert_string_equal(list.items[3].id, "needs.count");
	assert_false(tocsin_violations_pass(&list));
	assert_true(tocsin_violations_have(&list, TOCSIN_CHECK_LIST_COUNT));
	assert_false(tocsin_violations_have(&list, TOCSIN_CHECK_SENT_CLOCK));
	tocsin_arena_destroy(arena);
}

static void touches_fields(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);
	struct tocsin_violations list;

	(void)state;
	tocsin_violations_init(&list, arena);
	tocsin_violations_add(&list, TOCSIN_CHECK_PAYLOAD_UNKNOWN_FIELDS, "", "at most %d", 32);
	tocsin_violations_add(&list, TOCSIN_CHECK_SENT_CLOCK, "sent", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_PCODE_FORM, "location.pcode", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_JSON_TYPE, "event", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_JSON_TYPE, "references[2].id", NULL);
	assert_string_equal(list.items[0].message, "too many unknown fields: at most 32");
	assert_false(tocsin_violations_touch(&list, "location"));
	assert_true(tocsin_violations_touch(&list, "location.pcode"));
	assert_false(tocsin_violations_touch(&list, "location.country"));
	assert_false(tocsin_violations_touch(&list, "loc"));
	assert_true(tocsin_violations_touch(&list, "event.type"));
	assert_false(tocsin_violations_touch(&list, "eventful"));
	assert_false(tocsin_violations_touch(&list, "references"));
	assert_true(tocsin_violations_touch(&list, "references[2].id"));
	assert_false(tocsin_violations_touch(&list, "sent"));
	assert_false(tocsin_violations_touch(&list, "id"));
	tocsin_arena_destroy(arena);
}

static void keeps_a_repeat_once(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);
	struct tocsin_violations list;

	(void)state;
	tocsin_violations_init(&list, arena);
	tocsin_violations_add(&list, TOCSIN_CHECK_SENT_CLOCK, "sent", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_SENT_CLOCK, "sent", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_TIME_RANGE, "sent", NULL);
	tocsin_violations_add(&list, TOCSIN_CHECK_TIME_RANGE, "expires", NULL);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.warnings, 1);
	assert_int_equal(list.errors, 2);
	tocsin_arena_destroy(arena);
}

static void errors_outweigh_warnings(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 20, NULL);
	struct tocsin_violations list;
	char field[32];

	(void)state;
	tocsin_violations_init(&list, arena);
	for (int i = 0; i < 40; i++) {
		(void)snprintf(field, sizeof(field), "displacement[%d].pcode", i);
		tocsin_violations_add(&list, TOCSIN_CHECK_PCODE_UNKNOWN, field, NULL);
	}
	assert_int_equal(list.count, TOCSIN_MAX_VIOLATIONS);
	assert_int_equal(list.warnings, 40);
	assert_true(tocsin_violations_pass(&list));
	for (int i = 0; i < 40; i++) {
		(void)snprintf(field, sizeof(field), "displacement[%d].pcode", i);
		tocsin_violations_add(&list, TOCSIN_CHECK_PCODE_FORM, field, NULL);
		assert_int_equal(list.count, TOCSIN_MAX_VIOLATIONS);
		assert_false(tocsin_violations_pass(&list));
		const size_t last = i < TOCSIN_MAX_VIOLATIONS ? TOCSIN_MAX_VIOLATIONS - 1 : 0;
		if (last) {
			assert_string_equal(list.items[last].field, field);
			assert_int_equal(list.items[last].level, TOCSIN_LEVEL_ERROR);
		}
	}
	assert_int_equal(list.errors, 40);
	/* Their order is the order in which they came. */
	assert_string_equal(list.items[0].field, "displacement[0].pcode");
	assert_string_equal(list.items[31].field, "displacement[31].pcode");
	tocsin_violations_add(&list, TOCSIN_CHECK_SENT_CLOCK, "sent", NULL);
	assert_false(tocsin_violations_have(&list, TOCSIN_CHECK_SENT_CLOCK));
	assert_int_equal(list.warnings, 41);
	tocsin_arena_destroy(arena);
}

static void without_memory_it_is_an_error(void **state)
{
	(void)state;
	for (size_t ceiling = 0; ceiling < 160; ceiling += 16) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, NULL);
		struct tocsin_violations list;

		tocsin_violations_init(&list, arena);
		tocsin_violations_add(&list, TOCSIN_CHECK_PCODE_UNKNOWN, "location.pcode", ": %d", 1);
		assert_int_equal(list.count, 1);
		assert_true(list.short_of_memory == tocsin_arena_full(arena));
		assert_true(tocsin_violations_pass(&list) == !tocsin_arena_full(arena));
		assert_non_null(list.items[0].field);
		assert_true(list.items[0].id[0] != '.');
		assert_non_null(strstr(list.items[0].message, "gazetteer"));
		tocsin_arena_destroy(arena);
	}
}

/* Ids are contract: each is dotted, lower-case and unique, each row is whole. */
static void the_table_is_sound(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TOCSIN_CHECK_COUNT; i++) {
		const struct tocsin_check_row *row = tocsin_check_row((enum tocsin_check)i);

		assert_non_null(strchr(row->id, '.'));
		assert_int_equal(
			strspn(row->id, "abcdefghijklmnopqrstuvwxyz0123456789._"), strlen(row->id));
		assert_true(row->message[0] != '\0' && row->source[0] != '\0');
		assert_non_null(tocsin_level_name(row->level));
		for (unsigned j = 0; j < i; j++) {
			assert_string_not_equal(row->id, tocsin_check_row((enum tocsin_check)j)->id);
		}
	}
	assert_string_equal(tocsin_level_name(TOCSIN_LEVEL_ERROR), "error");
	assert_string_equal(tocsin_level_name(TOCSIN_LEVEL_WARNING), "warning");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(composes),
		cmocka_unit_test(touches_fields),
		cmocka_unit_test(keeps_a_repeat_once),
		cmocka_unit_test(errors_outweigh_warnings),
		cmocka_unit_test(without_memory_it_is_an_error),
		cmocka_unit_test(the_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
