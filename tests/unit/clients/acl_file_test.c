/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "folder_rig.h"

#include "clients/hub/acl_file.h"

static void load(struct tocsin_acl *acl, const char *text)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/acl", folder);
	rig_write(path, text);
	assert_int_equal(tocsin_acl_read(path, acl), TOCSIN_OK);
	rig_folder_remove(folder);
}

static void entries_belong_to_the_user_above(void **state)
{
	struct tocsin_acl acl;
	(void)state;
	load(&acl,
		"# people\ntopic read news/#\n\nuser a b\ntopic  readwrite  x/y z\r\ntopic bare\n"
		"pattern write from/%u/#\nuser c\ntopic deny x/#\ntopic write w");
	const struct tocsin_acl_entry wanted[] = {
		{NULL, false, TOCSIN_ACL_READ, "news/#", 2},
		{"a b", false, TOCSIN_ACL_READ | TOCSIN_ACL_WRITE, "x/y z", 5},
		{"a b", false, TOCSIN_ACL_READ | TOCSIN_ACL_WRITE, "bare", 6},
		{NULL, true, TOCSIN_ACL_WRITE, "from/%u/#", 7},
		{"c", false, 0, "x/#", 9},
		{"c", false, TOCSIN_ACL_WRITE, "w", 10},
	};
	assert_int_equal(acl.bad_line, 0);
	assert_int_equal(acl.count, sizeof(wanted) / sizeof(*wanted));
	for (size_t i = 0; i < acl.count; i++) {
		assert_int_equal(acl.entries[i].user != NULL, wanted[i].user != NULL);
		if (wanted[i].user)
			assert_string_equal(acl.entries[i].user, wanted[i].user);
		assert_int_equal(acl.entries[i].pattern, wanted[i].pattern);
		assert_int_equal(acl.entries[i].access, wanted[i].access);
		assert_string_equal(acl.entries[i].filter, wanted[i].filter);
		assert_int_equal(acl.entries[i].line, wanted[i].line);
	}
	tocsin_acl_finish(&acl);
}

static void what_the_broker_refuses_is_named(void **state)
{
	static const char *const wrong[] = {
		"topic", "topic reads x y", "pattern", "user", "users a", "allow x"};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct tocsin_acl acl;
		char text[64];
		snprintf(text, sizeof(text), "topic read a\n%s\nbad\n", wrong[i]);
		load(&acl, text);
		assert_int_equal(acl.bad_line, 2);
		tocsin_acl_finish(&acl);
	}
	struct tocsin_acl acl;
	assert_int_equal(tocsin_acl_read("/nowhere/acl", &acl), TOCSIN_IO);
	tocsin_acl_finish(&acl);
	tocsin_acl_finish(NULL);
}

static void filters_meet_where_a_topic_is_of_both(void **state)
{
	static const struct {
		const char *a, *b;
		bool meet;
	} pairs[] = {
		{"a/b", "a/b", true},
		{"a/b", "a/c", false},
		{"a/b", "a/b/c", false},
		{"a/#", "a/b/c", true},
		{"a/#", "a", true},
		{"a/+/#", "a", false},
		{"#", "x/to/p/+/+/#", true},
		{"x/to/+/heartbeat", "x/to/p/+/+/#", false},
		{"x/to/+/alert/#", "x/to/p/+/+/#", true},
		{"x/to/p/open/ML/#", "x/to/p/+/+/#", true},
		{"x/to/q/#", "x/to/p/+/+/#", false},
		{"x/from/%u/#", "x/from/STRANGER/#", false},
		{"x/from/%u/#", "x/from/+/#", true},
		{"x/from/%c/#", "x/from/STRANGER/#", true},
		{"x/from/a%c/#", "x/from/STRANGER/#", true},
		{"+/+/b", "a/+/+", true},
		{"$SYS/#", "#", false},
		{"$SYS/#", "$SYS/broker/x", true},
		{"a//b", "a/+/b", true},
		{"", "a", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (tocsin_filters_meet(pairs[i].a, pairs[i].b) != pairs[i].meet)
			fail_msg("%s and %s: not %d", pairs[i].a, pairs[i].b, pairs[i].meet);
}

static void a_denial_takes_back_what_it_covers(void **state)
{
	struct tocsin_acl acl;
	(void)state;
	load(&acl,
		"user a\ntopic read x/#\ntopic deny x/secret/#\nuser b\ntopic read x/#\n"
		"user c\ntopic read x/#\ntopic deny x/secret/part\n");
	assert_true(tocsin_acl_gives(&acl, &acl.entries[0], TOCSIN_ACL_READ, "x/open/#"));
	assert_false(tocsin_acl_gives(&acl, &acl.entries[0], TOCSIN_ACL_READ, "x/secret/#"));
	assert_false(tocsin_acl_gives(&acl, &acl.entries[0], TOCSIN_ACL_WRITE, "x/open/#"));
	assert_true(tocsin_acl_gives(&acl, &acl.entries[2], TOCSIN_ACL_READ, "x/secret/#"));
	assert_true(tocsin_acl_gives(&acl, &acl.entries[3], TOCSIN_ACL_READ, "x/secret/#"));
	tocsin_acl_finish(&acl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_belong_to_the_user_above),
		cmocka_unit_test(what_the_broker_refuses_is_named),
		cmocka_unit_test(filters_meet_where_a_topic_is_of_both),
		cmocka_unit_test(a_denial_takes_back_what_it_covers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
