/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/setup/user_names.h"

static void a_typed_list_is_sorted_and_each_once(void **state)
{
	struct tocsin_user_names names = {0};
	(void)state;
	assert_null(tocsin_user_names_read(&names, " nrc-duty,, msf-duty\tGao_3 msf-duty,"));
	assert_int_equal(names.count, 3);
	assert_string_equal(names.items[0], "Gao_3");
	assert_string_equal(names.items[1], "msf-duty");
	assert_string_equal(names.items[2], "nrc-duty");
	assert_null(tocsin_user_names_read(&names, "a"));
	assert_int_equal(names.count, 4);
	assert_true(tocsin_user_names_have(&names, "a"));
	assert_false(tocsin_user_names_have(&names, "msf"));
	assert_false(tocsin_user_names_have(&names, ""));
	tocsin_user_names_finish(&names);
	tocsin_user_names_finish(&names);
}

static void none(void **state)
{
	struct tocsin_user_names names = {0};
	(void)state;
	assert_null(tocsin_user_names_read(&names, "-"));
	assert_null(tocsin_user_names_read(&names, ""));
	assert_null(tocsin_user_names_read(&names, " , "));
	assert_int_equal(names.count, 0);
	assert_false(tocsin_user_names_have(&names, "a"));
	tocsin_user_names_sort(&names);
	tocsin_user_names_finish(&names);
}

static void what_is_no_name(void **state)
{
	static const char *const wrong[] = {"a/b", "a+", "#", "a\nb", "é", "a.b", "a, b c$",
		"a2345678901234567890123456789012345678901234567890123456789012345"};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct tocsin_user_names names = {0};
		assert_non_null(tocsin_user_names_read(&names, wrong[i]));
		tocsin_user_names_finish(&names);
	}
}

static void many(void **state)
{
	struct tocsin_user_names names = {0};
	char text[16];
	(void)state;
	for (unsigned i = 0; i < TOCSIN_MAX_USER_NAMES; i++) {
		snprintf(text, sizeof(text), "n%04u", TOCSIN_MAX_USER_NAMES - i);
		assert_true(tocsin_user_names_add(&names, text));
	}
	tocsin_user_names_sort(&names);
	assert_int_equal(names.count, TOCSIN_MAX_USER_NAMES);
	assert_string_equal(names.items[0], "n0001");
	assert_true(tocsin_user_names_have(&names, "n1000"));
	assert_string_equal(tocsin_user_names_read(&names, "more"), "too many names");
	/* Room is taken anew only as the list grows; it also grows after repeats have gone. */
	for (unsigned i = 0; i < TOCSIN_MAX_USER_NAMES; i++)
		assert_true(tocsin_user_names_add(&names, "n0001"));
	tocsin_user_names_sort(&names);
	assert_int_equal(names.count, TOCSIN_MAX_USER_NAMES);
	for (unsigned i = 0; i < 100; i++)
		assert_true(tocsin_user_names_add(&names, "z"));
	tocsin_user_names_finish(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_typed_list_is_sorted_and_each_once),
		cmocka_unit_test(none),
		cmocka_unit_test(what_is_no_name),
		cmocka_unit_test(many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
