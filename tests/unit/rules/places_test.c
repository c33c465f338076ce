/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Villages by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/ruleset.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int load(void **state)
{
	struct tocsin_ruleset *set = NULL;
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(
		tocsin_ruleset_load(SOURCE_DIR "/rules/sahel.yaml", &tocsin_disk, &diagnostics, &set),
		TOCSIN_OK);
	assert_int_equal(diagnostics.count, 0);
	tocsin_diagnostics_finish(&diagnostics);
	assert_non_null(set->localities);
	*state = set;
	return 0;
}

static int unload(void **state)
{
	tocsin_ruleset_destroy(*state);
	return 0;
}

static void finds_by_name(void **state)
{
	static const struct {
		const char *asked, *name, *code, *by;
		enum tocsin_likeness likeness;
	} rows[] = {
		{"Kouakourou", "Kouakourou", "ML0503", "Kouakourou", TOCSIN_LIKE_EXACT},
		{"KOUAKOUROU", "Kouakourou", "ML0503", "Kouakourou", TOCSIN_LIKE_EXACT},
		{"kewa", "Kouakourou", "ML0503", "Kéwa", TOCSIN_LIKE_EXACT},
		{"koua", "Kouakourou", "ML0503", "Kouakourou", TOCSIN_LIKE_PREFIX},
		{"Kuakouru", "Kouakourou", "ML0503", "Kouakourou", TOCSIN_LIKE_NEAR},
		{"djenne", "Djenné", "ML0503", "Djenné", TOCSIN_LIKE_EXACT},
		{"Tin Zaouatine", "Tinzaouatène", "ML0801", "Tin Zaouatine", TOCSIN_LIKE_EXACT},
		{"menaka", "Ménaka", "ML1001", "Ménaka", TOCSIN_LIKE_EXACT},
	};
	const struct tocsin_ruleset *set = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_locality_found found[3];
		size_t count = tocsin_localities_search(set->localities, rows[i].asked, found, 3);
		assert_true(count > 0);
		assert_string_equal(found[0].locality->name, rows[i].name);
		assert_string_equal(found[0].locality->code, rows[i].code);
		assert_string_equal(found[0].by, rows[i].by);
		assert_int_equal(found[0].likeness, rows[i].likeness);
		assert_string_equal(
			tocsin_gazetteer_region(set->gazetteer, found[0].locality->region)->code, rows[i].code);
	}
}

static void gives_points_and_nothing_far(void **state)
{
	const struct tocsin_ruleset *set = *state;
	struct tocsin_locality_found found[64];
	assert_int_equal(tocsin_localities_search(set->localities, "kouakourou", found, 1), 1);
	assert_true(found[0].locality->has_point);
	assert_true(found[0].locality->latitude == 14.2222);
	assert_true(found[0].locality->longitude == -4.4933);
	assert_int_equal(tocsin_localities_search(set->localities, "Ouagadougoutown", found, 64), 0);
	assert_int_equal(tocsin_localities_search(set->localities, "", found, 64), 0);
	assert_int_equal(tocsin_localities_search(set->localities, "kouakourou", found, 0), 0);
	assert_int_equal(tocsin_localities_search(set->localities, "\xff", found, 64), 0);
}

/* Better ones push worse ones out, and a place with two names stands once. */
static void puts_the_best_first(void **state)
{
	static const char list[] = "Name,Aliases,P-Code\r\n"
							   "Konnab,,ML05\r\n"
							   "Konnax,Konnay;Konna,ML05\r\n"
							   "\"Gonna\",,ML05\r\n"
							   "Konna,,ML05\r\n"
							   "Konna,,ML0506\r\n";
	static const char *const wanted[] = {"Konnax", "Konna", "Konna", "Konnab", "Gonna"};
	const struct tocsin_ruleset *set = *state;
	struct tocsin_localities *localities = NULL;
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(tocsin_localities_read(
						 set->gazetteer, "x", list, sizeof list - 1, &diagnostics, &localities),
		TOCSIN_OK);
	assert_int_equal(tocsin_localities_count(localities), 5);
	for (size_t max = 1; max <= 6; max++) {
		struct tocsin_locality_found found[6];
		size_t count = tocsin_localities_search(localities, "konna", found, max);
		assert_int_equal(count, max < 5 ? max : 5);
		for (size_t i = 0; i < count; i++)
			assert_string_equal(found[i].locality->name, wanted[i]);
	}
	tocsin_localities_destroy(localities);
	tocsin_localities_destroy(NULL);
	tocsin_diagnostics_finish(&diagnostics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_by_name, load, unload),
		cmocka_unit_test_setup_teardown(gives_points_and_nothing_far, load, unload),
		cmocka_unit_test_setup_teardown(puts_the_best_first, load, unload),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
