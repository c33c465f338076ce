/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/rule/region.h"

static const char list[] =
	"Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,Replaces\n"
	"MLI,1,ML05,Mopti,MLI,2021-12-20,\n"
	"MLI,2,ML0503,Djenne,ML05,2021-12-20,ML05X\n"
	"MLI,2,ML0506,Mopti,ML05,2021-12-20,\n"
	"MLI,1,ML09,Bamako,MLI,2021-12-20,\n"
	"MLI,1,ML09,Taoudenit,MLI,2023-03-13,\n";

static struct tocsin_gazetteer *load(void)
{
	struct tocsin_gazetteer *gazetteer = tocsin_gazetteer_create();
	struct tocsin_diagnostics diagnostics;
	assert_non_null(gazetteer);
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(
		tocsin_gazetteer_add(gazetteer, "list", list, sizeof(list) - 1, &diagnostics), TOCSIN_OK);
	assert_int_equal(tocsin_gazetteer_finish(gazetteer, &diagnostics), TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	return gazetteer;
}

static void expect(
	const struct tocsin_gazetteer *gazetteer, const char *text, const char *const *levels)
{
	struct tocsin_region_found found;
	assert_true(tocsin_region_find(gazetteer, text, &found));
	assert_int_equal(found.count, 1);
	size_t count = 0;
	for (; levels[count]; count++)
		assert_string_equal(found.paths[0].levels[count], levels[count]);
	assert_int_equal(found.paths[0].count, count);
}

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

static void places_are_found(void **state)
{
	struct tocsin_gazetteer *gazetteer = load();
	struct tocsin_region_found found;
	(void)state;
	expect(gazetteer, "ML", PATH("ML"));
	expect(gazetteer, "ML05", PATH("ML", "ML05"));
	expect(gazetteer, "ML0503", PATH("ML", "ML05", "ML0503"));
	expect(gazetteer, "ML/ML05", PATH("ML", "ML05"));
	expect(gazetteer, "ML05 mopti", PATH("ML", "ML05"));
	expect(gazetteer, "Djenné", PATH("ML", "ML05", "ML0503"));
	expect(gazetteer, "ML09 Bamako", PATH("ML", "ML09"));
	assert_false(tocsin_region_find(gazetteer, "Mopti", &found));
	assert_false(tocsin_region_find(gazetteer, "ML05 Gao", &found));
	assert_false(tocsin_region_find(gazetteer, "ML77", &found));
	assert_false(tocsin_region_find(gazetteer, "", &found));
	tocsin_gazetteer_destroy(gazetteer);
}

static void odd_codes_are_marked(void **state)
{
	struct tocsin_gazetteer *gazetteer = load();
	struct tocsin_region_found found;
	(void)state;
	assert_true(tocsin_region_find(gazetteer, "ML09", &found));
	assert_true(found.several);
	assert_int_equal(found.count, 1);
	assert_true(tocsin_region_find(gazetteer, "ML05X", &found));
	assert_true(found.replaced);
	assert_string_equal(found.paths[0].levels[2], "ML0503");
	tocsin_gazetteer_destroy(gazetteer);
}

static void without_a_list_a_code_has_no_country(void **state)
{
	struct tocsin_region_found found;
	(void)state;
	assert_true(tocsin_region_guess("ML/ML05", &found));
	assert_true(tocsin_region_is_located(&found.paths[0]));
	assert_true(tocsin_region_guess("ML05", &found));
	assert_false(tocsin_region_is_located(&found.paths[0]));
	assert_false(tocsin_region_guess("Mopti", &found));
	assert_false(tocsin_region_guess("ML05/#", &found));
}

static void audiences_see_so_deep(void **state)
{
	struct tocsin_audience audience = {.max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW};
	struct tocsin_region_path path;
	(void)state;
	assert_true(tocsin_region_path_read("ML/ML05/ML0503", &path));
	assert_false(tocsin_region_cut(&path, 3));
	assert_false(tocsin_region_cut(&path, 2));
	assert_true(tocsin_region_cut(&path, tocsin_audience_depth(&audience)));
	assert_int_equal(path.count, 2);
	audience.detail = TOCSIN_DETAIL_ADM2;
	assert_int_equal(tocsin_audience_depth(&audience), 2);
	audience.max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_HIGH;
	assert_int_equal(tocsin_audience_depth(&audience), 3);
	audience.max_sensitivity = TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE;
	assert_int_equal(tocsin_audience_depth(&audience), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_found),
		cmocka_unit_test(odd_codes_are_marked),
		cmocka_unit_test(without_a_list_a_code_has_no_country),
		cmocka_unit_test(audiences_see_so_deep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
