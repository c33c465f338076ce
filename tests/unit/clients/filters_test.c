/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/watch/filters.h"

static enum tocsin_status collect(void *ctx, const char *filter, int severity, int event)
{
	fprintf(ctx, "%s %d %d\n", filter, severity, event);
	return TOCSIN_OK;
}

static void expect(const struct tocsin_filter_want *want, const char *text)
{
	struct page page;
	page_open(&page);
	assert_int_equal(tocsin_filters_each(want, collect, page.out), TOCSIN_OK);
	assert_string_equal(page_text(&page), text);
	page_close(&page);
}

static void a_minimum_takes_several(void **state)
{
	struct tocsin_region_path mopti;
	struct tocsin_filter_want want = {
		.root = "tocsin/v1", .audience = "partners", .tree = "alert", .region = &mopti};
	(void)state;
	assert_true(tocsin_region_path_read("ML/ML05", &mopti));
	want.severities = tocsin_severities_from(TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	expect(&want,
		"tocsin/v1/to/partners/alert/extreme/+/ML/ML05/# 5 0\n"
		"tocsin/v1/to/partners/alert/severe/+/ML/ML05/# 4 0\n"
		"tocsin/v1/to/partners/alert/unknown/+/ML/ML05/# 1 0\n");
	want.severities = tocsin_severities_from(TOCSIN__V1__SEVERITY__SEVERITY_MINOR);
	want.json = true;
	expect(&want, "tocsin/v1/to/partners/alert-json/+/+/ML/ML05/# 0 0\n");
	want.severities = 0;
	want.region = NULL;
	want.events = 1u << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_FOOD |
		1u << TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES;
	want.tree = "exercise";
	expect(&want,
		"tocsin/v1/to/partners/exercise-json/+/food/# 0 9\n"
		"tocsin/v1/to/partners/exercise-json/+/battles/# 0 1\n");
}

static void open_goes_to_the_first_level(void **state)
{
	struct tocsin_region_path path;
	struct tocsin_filter_want want = {.root = "t", .audience = "a", .region = &path};
	char text[64], small[10];
	(void)state;
	assert_true(tocsin_region_path_read("ML/ML05/ML0503", &path));
	assert_true(tocsin_filter_open(&want, text, sizeof(text)));
	assert_string_equal(text, "t/to/a/open/ML/ML05/+");
	assert_false(tocsin_filter_open(&want, small, sizeof(small)));
	assert_true(tocsin_region_path_read("ML", &path));
	want.json = true;
	assert_true(tocsin_filter_open(&want, text, sizeof(text)));
	assert_string_equal(text, "t/to/a/open-json/ML/#");
	want.region = NULL;
	assert_true(tocsin_filter_open(&want, text, sizeof(text)));
	assert_string_equal(text, "t/to/a/open-json/#");
}

static void a_path_begins_with_its_country(void **state)
{
	struct tocsin_region_path path;
	(void)state;
	assert_false(tocsin_region_path_read("", &path));
	assert_false(tocsin_region_path_read("ML05", &path));
	assert_false(tocsin_region_path_read("ML/", &path));
	assert_false(tocsin_region_path_read("ML/+", &path));
	assert_false(tocsin_region_path_read("ml/ML05", &path));
	assert_false(tocsin_region_path_read("ML/A/A/A/A/A/A/A/A", &path));
	assert_false(tocsin_region_path_read("ML/ML0503000000000000000", &path));
	assert_true(tocsin_region_path_read("ML/A/A/A/A/A/A/A", &path));
	assert_int_equal(path.count, 8);
}

static void a_filter_has_a_longest(void **state)
{
	char root[1100];
	const struct tocsin_filter_want want = {.root = root, .audience = "a", .tree = "alert"};
	(void)state;
	memset(root, 'r', sizeof(root) - 1);
	root[sizeof(root) - 1] = '\0';
	assert_int_equal(tocsin_filters_each(&want, collect, stderr), TOCSIN_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minimum_takes_several),
		cmocka_unit_test(open_goes_to_the_first_level),
		cmocka_unit_test(a_path_begins_with_its_country),
		cmocka_unit_test(a_filter_has_a_longest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
