/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/base/hxl.h"
#include "clients/base/input.h"
#include "clients/report/incident_flags.h"

static void tags_are_found_however_they_are_written(void **state)
{
	static const char *const texts[] = {"#affected+killed+max", "#affected+max+killed",
		"#Affected +Killed +MAX", " # affected+killed+max "};
	const char *near;
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const struct tocsin_hxl *column = tocsin_hxl_find(texts[i], &near);
		assert_non_null(column);
		assert_string_equal(column->tag, "#affected+killed+max");
		assert_int_equal(column->role, TOCSIN_HXL_HIGH);
		assert_string_equal(column->option, "killed");
	}
}

static void unknown_ones_are_not_guessed_but_suggested(void **state)
{
	const char *near;
	(void)state;
	assert_null(tocsin_hxl_find("#affected+kiled", &near));
	assert_string_equal(near, "#affected+killed");
	assert_null(tocsin_hxl_find("#affected+killed+killed", &near));
	assert_null(tocsin_hxl_find("#beneficiaries", &near));
	assert_null(near);
	assert_null(tocsin_hxl_find("", &near));
	assert_null(tocsin_hxl_find("#a+b+c+d+e+f+g+h+i", &near));
	char length[200];
	memset(length, '#', sizeof(length) - 1);
	length[sizeof(length) - 1] = '\0';
	assert_null(tocsin_hxl_find(length, &near));
}

static void what_begins_a_row_of_tags(void **state)
{
	(void)state;
	assert_true(tocsin_hxl_is_tag("#date"));
	assert_true(tocsin_hxl_is_tag(" #Date+occurred"));
	assert_false(tocsin_hxl_is_tag("#1"));
	assert_false(tocsin_hxl_is_tag("#"));
	assert_false(tocsin_hxl_is_tag("date"));
	assert_false(tocsin_hxl_is_tag(""));
}

/* Each is found by its own name alone, and what it goes to exists. */
static void the_table_is_sound(void **state)
{
	struct tocsin_incident_flags flags;
	size_t count;
	const struct tocsin_hxl *all = tocsin_hxl_all(&count);
	(void)state;
	assert_true(tocsin_incident_flags_init(&flags, 0));
	const struct tocsin_option_set set = tocsin_incident_options(&flags);
	for (size_t i = 0; i < count; i++) {
		const char *near;
		assert_ptr_equal(tocsin_hxl_find(all[i].tag, &near), &all[i]);
		if (!all[i].option || strncmp(all[i].option, "--", 2) != 0)
			continue;
		bool known = false;
		for (size_t o = 0; o < set.count; o++)
			known = known || strcmp(set.options[o].name, all[i].option + 2) == 0;
		if (!known)
			fail_msg("%s goes to %s", all[i].tag, all[i].option);
	}
	tocsin_incident_flags_finish(&flags);
}

static void each_is_documented(void **state)
{
	struct tocsin_input page;
	size_t count;
	const struct tocsin_hxl *all = tocsin_hxl_all(&count);
	(void)state;
	assert_int_equal(tocsin_input_read(SOURCE_DIR "/clients/README.md", 1 << 20, &page), TOCSIN_OK);
	for (size_t i = 0; i < count; i++)
		assert_has((const char *)page.data, all[i].tag);
	tocsin_input_finish(&page);
}

static void a_field_leads_back_to_its_option(void **state)
{
	static const struct {
		const char *option, *field;
		bool feeds;
	} rows[] = {
		{"--pcode", "location.pcode", true},
		{"--pcode", "location.pcode_version", false},
		{"--pcode", "location", false},
		{"--claimant", "casualty_claims[3].claimant", true},
		{"--claimant", "casualty_claims[3].claimant_class", false},
		{"--claimant", "casualty", false},
		{"--claimant", "", false},
		{"--need", "needs[1]", true},
		{"--killed", "casualty_claims[0].low", false},
		{"--nothing", "severity", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (tocsin_incident_option_feeds(rows[i].option, rows[i].field) != rows[i].feeds)
			fail_msg("%s and %s", rows[i].option, rows[i].field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_found_however_they_are_written),
		cmocka_unit_test(unknown_ones_are_not_guessed_but_suggested),
		cmocka_unit_test(what_begins_a_row_of_tags),
		cmocka_unit_test(the_table_is_sound),
		cmocka_unit_test(each_is_documented),
		cmocka_unit_test(a_field_leads_back_to_its_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
