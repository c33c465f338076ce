/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/files.h"
#include "rules/gazetteer.h"

#define HEADER "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date"

static char *print(struct tocsin_diagnostics *diagnostics)
{
	char *text;
	size_t length;
	tocsin_diagnostics_sort(diagnostics);
	FILE *out = open_memstream(&text, &length);
	tocsin_diagnostics_print(diagnostics, out);
	fclose(out);
	return text;
}

/* A gazetteer of one list, with nothing said of it but expected. */
static struct tocsin_gazetteer *make_noted(const char *list, const char *expected)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_gazetteer *gazetteer = tocsin_gazetteer_create();
	assert_non_null(gazetteer);
	enum tocsin_status added =
		tocsin_gazetteer_add(gazetteer, "f", list, strlen(list), &diagnostics);
	enum tocsin_status finished = tocsin_gazetteer_finish(gazetteer, &diagnostics);
	char *shown = print(&diagnostics);
	assert_string_equal(shown, expected);
	assert_int_equal(added, TOCSIN_OK);
	assert_int_equal(finished, TOCSIN_OK);
	free(shown);
	tocsin_diagnostics_finish(&diagnostics);
	return gazetteer;
}

static struct tocsin_gazetteer *make(const char *list)
{
	return make_noted(list, "");
}

static void refuse(const char *list, const char *expected)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_gazetteer *gazetteer = tocsin_gazetteer_create();
	enum tocsin_status status =
		tocsin_gazetteer_add(gazetteer, "f", list, strlen(list), &diagnostics);
	if (tocsin_gazetteer_finish(gazetteer, &diagnostics) != TOCSIN_OK)
		status = TOCSIN_INVALID;
	char *shown = print(&diagnostics);
	assert_string_equal(shown, expected);
	assert_int_equal(status, TOCSIN_INVALID);
	free(shown);
	tocsin_diagnostics_finish(&diagnostics);
	tocsin_gazetteer_destroy(gazetteer);
}

/* "FOUND Mopti", "SPLIT Mopti unfit", "AMBIGUOUS", ... */
static void check_find(const struct tocsin_gazetteer *gazetteer, const char *code,
	const char *version, const char *expected)
{
	static const char *const words[] = {"UNKNOWN", "FOUND", "SPLIT", "AMBIGUOUS"};
	struct tocsin_found found = tocsin_gazetteer_find(gazetteer, code, version);
	char shown[256];
	bool named = found.region != TOCSIN_NO_REGION;
	snprintf(shown, sizeof(shown), "%s%s%s%s", words[found.match], named ? " " : "",
		named ? tocsin_gazetteer_region(gazetteer, found.region)->name : "",
		found.version_unfit ? " unfit" : "");
	assert_string_equal(shown, expected);
}

static void knows_countries_alone(void **state)
{
	(void)state;
	struct tocsin_gazetteer *gazetteer = tocsin_gazetteer_create();
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(tocsin_gazetteer_finish(gazetteer, &diagnostics), TOCSIN_OK);
	check_find(gazetteer, "ML", NULL, "FOUND Mali");
	check_find(gazetteer, "ML", "2021-12-20", "FOUND Mali"); /* countries have no version */
	check_find(gazetteer, "ml", NULL, "UNKNOWN");
	check_find(gazetteer, "MLI", NULL, "UNKNOWN");
	check_find(gazetteer, "ML05", NULL, "UNKNOWN");
	check_find(gazetteer, "", NULL, "UNKNOWN");
	uint32_t path[TOCSIN_MAX_REGION_DEPTH];
	uint32_t mali = tocsin_gazetteer_find(gazetteer, "ML", NULL).region;
	assert_int_equal(tocsin_gazetteer_path(gazetteer, mali, path), 1);
	assert_int_equal(path[0], mali);
	assert_int_equal(tocsin_gazetteer_locate(gazetteer, "ML", "ML05", ""), mali);
	assert_int_equal(tocsin_gazetteer_locate(gazetteer, NULL, "ML", NULL), mali);
	assert_true(tocsin_gazetteer_locate(gazetteer, "XX", "ML05", "") == TOCSIN_NO_REGION);
	assert_true(tocsin_gazetteer_locate(gazetteer, "ML0", NULL, NULL) == TOCSIN_NO_REGION);
	tocsin_gazetteer_destroy(gazetteer);
	tocsin_gazetteer_destroy(NULL);
}

static void builds_the_tree(void **state)
{
	(void)state;
	/* Children before parents, a code of three letters, a country by its table. */
	struct tocsin_gazetteer *gazetteer = make(HEADER "\n"
													 "MLI,2,ML0503,Djenné,ML05,2021-12-20\n"
													 "MLI,1,ML05,Mopti,MLI,2021-12-20\n"
													 "TUR,1,TUR001,Adana,TUR,2021-01-01\n"
													 "MLI,1,BF99,Elsewhere,MLI,2021-12-20\n");
	uint32_t path[TOCSIN_MAX_REGION_DEPTH];
	uint32_t djenne = tocsin_gazetteer_find(gazetteer, "ML0503", "2021").region;
	assert_int_equal(tocsin_gazetteer_path(gazetteer, djenne, path), 3);
	assert_string_equal(tocsin_gazetteer_region(gazetteer, path[0])->code, "ML0503");
	assert_string_equal(tocsin_gazetteer_region(gazetteer, path[1])->code, "ML05");
	assert_string_equal(tocsin_gazetteer_region(gazetteer, path[2])->code, "ML");
	assert_int_equal(tocsin_gazetteer_ancestor(gazetteer, djenne, 1), path[1]);
	assert_int_equal(tocsin_gazetteer_ancestor(gazetteer, djenne, 2), djenne);
	assert_int_equal(tocsin_gazetteer_ancestor(gazetteer, djenne, 0), path[2]);
	assert_true(tocsin_gazetteer_ancestor(gazetteer, path[1], 2) == TOCSIN_NO_REGION);
	uint32_t adana = tocsin_gazetteer_find(gazetteer, "TUR001", NULL).region;
	assert_string_equal(tocsin_gazetteer_region(gazetteer, adana)->country, "TR");
	uint32_t odd = tocsin_gazetteer_find(gazetteer, "BF99", NULL).region;
	assert_string_equal(tocsin_gazetteer_region(gazetteer, odd)->country, "ML");
	tocsin_gazetteer_destroy(gazetteer);
}

static void picks_rows_by_version(void **state)
{
	(void)state;
	struct tocsin_gazetteer *gazetteer = make(HEADER "\n"
													 "MLI,1,ML09,Bamako,MLI,2021-12-20\n"
													 "MLI,1,ML09,Taoudénit,MLI,2023-03-13\n"
													 "MLI,2,ML0901,Bamako ville,ML09,2021-12-20\n"
													 "MLI,2,ML0902,Araouane,ML09,2024-01-01\n"
													 "MLI,2,ML0903,Vieux,ML09,2010-01-01\n"
													 "MLI,1,ML05,Mopti,MLI,2021-12-20\n");
	check_find(gazetteer, "ML09", NULL, "AMBIGUOUS");
	check_find(gazetteer, "ML09", "", "AMBIGUOUS");
	check_find(gazetteer, "ML09", "202", "AMBIGUOUS");
	check_find(gazetteer, "ML09", "2021-12-20", "FOUND Bamako");
	check_find(gazetteer, "ML09", "2021", "FOUND Bamako");
	check_find(gazetteer, "ML09", "2023-03", "FOUND Taoudénit");
	check_find(gazetteer, "ML09", "2022", "AMBIGUOUS unfit");
	check_find(gazetteer, "ML09", "2021-12-20x", "AMBIGUOUS unfit");
	check_find(gazetteer, "ML05", "2021-12", "FOUND Mopti");
	check_find(gazetteer, "ML05", "v02", "FOUND Mopti unfit");
	uint32_t rows[1];
	assert_int_equal(tocsin_gazetteer_rows(gazetteer, "ML09", rows, 1), 2);
	assert_string_equal(tocsin_gazetteer_region(gazetteer, rows[0])->name, "Bamako");
	assert_int_equal(tocsin_gazetteer_rows(gazetteer, "ML99", rows, 1), 0);
	/* A child belongs to its parent's newest row not after its own date. */
	static const char *const parents[][2] = {
		{"ML0901", "Bamako"}, {"ML0902", "Taoudénit"}, {"ML0903", "Bamako"}};
	for (size_t i = 0; i < 3; i++) {
		uint32_t child = tocsin_gazetteer_find(gazetteer, parents[i][0], NULL).region;
		uint32_t parent = tocsin_gazetteer_ancestor(gazetteer, child, 1);
		assert_string_equal(tocsin_gazetteer_region(gazetteer, parent)->name, parents[i][1]);
	}
	tocsin_gazetteer_destroy(gazetteer);
}

static void follows_replaces(void **state)
{
	(void)state;
	struct tocsin_gazetteer *gazetteer =
		make(HEADER ",Replaces\n"
					"MLI,1,ML05,Mopti,MLI,2021-12-20,\n"
					"MLI,1,ML19,Bandiagara,MLI,2023-03-13,\n"
					"MLI,2,ML0501,Bandiagara 2021,ML05,2021-12-20,\n" /* retired by a newer row */
					"MLI,2,ML1901,Bandiagara 2023,ML19,2023-03-13,ML0501 OLD1\n"
					"MLI,2,ML1902,Bankass,ML19,2023-03-13,OLD2\n" /* split within a region */
					"MLI,2,ML1903,Koro,ML19,2023-03-13,OLD2 OLD3\n"
					"MLI,2,ML0502,Djenné,ML05,2023-03-13,OLD3\n"     /* split over two regions */
					"MLI,2,ML1904,Koro bis,ML19,2024-01-01,ML1903\n" /* replaces a successor */
					"MLI,1,ML09,Taoudénit,MLI,2023-03-13,\n"         /* the code given anew */
					"MLI,1,ML00,Bamako,MLI,2023-03-13,ML09\n"
					"MLI,2,ML0701,Ansongo 2021,MLI,2021-12-20,\n"
					"MLI,2,ML0701,Ansongo 2023,MLI,2023-03-13,ML0701\n");
	check_find(gazetteer, "OLD1", NULL, "FOUND Bandiagara 2023");
	check_find(gazetteer, "ML0501", NULL, "FOUND Bandiagara 2023");
	check_find(gazetteer, "ML0501", "2021", "FOUND Bandiagara 2023");
	check_find(gazetteer, "OLD2", NULL, "SPLIT Bandiagara");
	check_find(gazetteer, "OLD3", NULL, "SPLIT Mali");
	check_find(gazetteer, "ML1903", NULL, "FOUND Koro bis");
	check_find(gazetteer, "ML09", NULL, "FOUND Taoudénit");
	check_find(gazetteer, "ML09", "2023", "FOUND Taoudénit");
	check_find(gazetteer, "ML09", "2021", "FOUND Bamako");
	check_find(gazetteer, "ML09", "2025", "FOUND Taoudénit unfit");
	check_find(gazetteer, "ML0701", NULL, "FOUND Ansongo 2023");
	check_find(gazetteer, "ML0701", "2021-12-20", "FOUND Ansongo 2023");
	struct tocsin_places places = tocsin_gazetteer_places(gazetteer);
	struct tocsin_place place = places.find(places.ctx, "OLD3", NULL);
	assert_int_equal(place.match, TOCSIN_PLACE_SPLIT);
	assert_string_equal(place.country, "ML");
	place = places.find(places.ctx, "NONE", NULL);
	assert_int_equal(place.match, TOCSIN_PLACE_UNKNOWN);
	assert_string_equal(place.country, "");
	tocsin_gazetteer_destroy(gazetteer);
}

static void reads_further_columns_in_any_order(void **state)
{
	(void)state;
	struct tocsin_gazetteer *gazetteer = make_noted(
		"\xEF\xBB\xBF"
		"longitude,Latitude,Household size,Name,p-code,Admin Level,Location,"
		"Valid from date,Parent P-Code,Note\r\n"
		"#geo+lon,#geo+lat,,#adm+name,#adm+code,#geo+admin_level,#country+code,#date+start,"
		"#adm+code+parent,\r\n"
		",,3.6,Mali,ML,0,MLI,,,\r\n"
		"-4.55332,13.90608,6.5,\"Djenné, ville\",ML0503,2,MLI,2021-12-20,ML05,x\r\n"
		"0,0,,Mopti,ML05,1,MLI,2021-12-20,MLI,x\r\n",
		"f:1:98: warning: column 'Note' is not used\n");
	uint32_t djenne = tocsin_gazetteer_find(gazetteer, "ML0503", NULL).region;
	const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, djenne);
	assert_string_equal(region->name, "Djenné, ville");
	assert_true(region->has_point);
	assert_true(region->latitude > 13.90607 && region->latitude < 13.90609);
	assert_true(region->longitude < -4.5533 && region->longitude > -4.5534);
	assert_true(tocsin_gazetteer_household(gazetteer, djenne) > 6.49);
	uint32_t mopti = tocsin_gazetteer_ancestor(gazetteer, djenne, 1);
	assert_true(tocsin_gazetteer_region(gazetteer, mopti)->has_point); /* 0, 0 is a point */
	assert_true(tocsin_gazetteer_household(gazetteer, mopti) > 3.59 &&
		tocsin_gazetteer_household(gazetteer, mopti) < 3.61);
	uint32_t niger = tocsin_gazetteer_find(gazetteer, "NE", NULL).region;
	assert_true(tocsin_gazetteer_household(gazetteer, niger) == 5.0);
	assert_true(tocsin_gazetteer_household(gazetteer, TOCSIN_NO_REGION) == 5.0);
	tocsin_gazetteer_destroy(gazetteer);
}

static void warns_of_orphans(void **state)
{
	(void)state;
	struct tocsin_gazetteer *gazetteer =
		make_noted(HEADER "\nMLI,2,ML0503,Djenné,ML05,2021-12-20\n",
			"f:2:7: warning: parent 'ML05' of 'ML0503' is in no list: it hangs from its country\n");
	uint32_t path[TOCSIN_MAX_REGION_DEPTH];
	uint32_t djenne = tocsin_gazetteer_find(gazetteer, "ML0503", NULL).region;
	assert_int_equal(tocsin_gazetteer_path(gazetteer, djenne, path), 2);
	assert_true(tocsin_gazetteer_ancestor(gazetteer, djenne, 1) == TOCSIN_NO_REGION);
	tocsin_gazetteer_destroy(gazetteer);
}

static void refuses_broken_lists(void **state)
{
	(void)state;
	refuse("", "f:1:1: error: the list is empty: it starts with a header line\n");
	refuse(HEADER "\nMLI,1,ML05,Mopti,MLI,2021-12-20\nMLI,1,ML05,Gao,MLI,2021-12-20\n",
		"f:3:7: error: 'ML05' stands twice with the same date, first in line 2\n");
	refuse(HEADER "\nMLI,1,ML,Mopti,MLI,2021-12-20\n",
		"f:2:7: error: 'ML' is the code of a country\n");
	refuse(HEADER "\nMLI,1,ML05,a\xFF,MLI,2021-12-20\nMLI,1,ML06,a\tb,MLI,2021-13-20\n",
		"f:2:12: error: the name is not UTF-8: save the file as UTF-8\n"
		"f:3:12: error: the name has a control character\n"
		"f:3:20: error: '2021-13-20' is not a date such as 2021-12-20\n");
	/* Faults of rows and of codes in one run. */
	refuse(HEADER "\nMLI,1,ML05,Mopti,MLI,x\nMLI,1,ML06,a,MLI,2021-12-20\n"
				  "MLI,1,ML06,b,MLI,2021-12-20\n",
		"f:2:22: error: 'x' is not a date such as 2021-12-20\n"
		"f:4:7: error: 'ML06' stands twice with the same date, first in line 3\n");
	refuse(HEADER ",Replaces\nMLI,1,ML05,Mopti,MLI,2021-12-20,OLD\n"
				  "BFA,1,BF05,X,BFA,2021-12-20,OLD\n",
		"f:2:7: error: 'OLD' is replaced by rows of several countries\n");
	refuse(HEADER "\nMLI,1,ML05\n", "f:2:1: error: 3 columns, but the header has 6\n");
	refuse(HEADER "\nMLI,0,BF,Mali,,\n", "f:2:1: error: a row at level 0 has its country's code\n");
}

static void knows_boxes(void **state)
{
	(void)state;
	struct tocsin_gazetteer *gazetteer = make(HEADER "\n");
	struct tocsin_places places = tocsin_gazetteer_places(gazetteer);
	const struct tocsin_box *mali = places.box(places.ctx, "ML");
	assert_non_null(mali);
	assert_true(
		mali->south == 10.1 && mali->west == -12.3 && mali->north == 25.1 && mali->east == 4.3);
	static const char *const others[] = {"BF", "NE", "SD", "CD", "HT"};
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_non_null(places.box(places.ctx, others[i]));
	assert_null(places.box(places.ctx, "FR"));
	assert_null(places.box(places.ctx, ""));
	tocsin_gazetteer_destroy(gazetteer);
}

/* The official list, where there is a copy: in TOCSIN_PCODES, or beside the tree. */
static void loads_the_official_list(void **state)
{
	(void)state;
	const char *path = getenv("TOCSIN_PCODES");
	char *text;
	size_t length;
	if (!path)
		path = SOURCE_DIR "/../shared/data/global-pcodes-adm-1-2.csv";
	if (tocsin_disk.read(tocsin_disk.ctx, path, TOCSIN_MAX_GAZETTEER_FILE, &text, &length) !=
		TOCSIN_OK)
		skip();
	struct tocsin_gazetteer *gazetteer = make(text);
	uint32_t mali = tocsin_gazetteer_find(gazetteer, "ML", NULL).region;
	size_t countries = 0;
	while (tocsin_gazetteer_region(gazetteer, (uint32_t)countries)->level == 0)
		countries++;
	assert_int_equal(tocsin_gazetteer_count(gazetteer) - countries, 32767);
	check_find(gazetteer, "ML0503", NULL, "FOUND Djenne");
	check_find(gazetteer, "ML09", NULL, "FOUND Bamako"); /* once in HDX's list */
	check_find(gazetteer, "CO11", NULL, "FOUND Bogota, D.C.");
	check_find(gazetteer, "SD02114", NULL, "FOUND Al Fasher");
	for (uint32_t i = (uint32_t)countries; i < tocsin_gazetteer_count(gazetteer); i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, i);
		uint32_t path_of[TOCSIN_MAX_REGION_DEPTH];
		assert_int_equal(tocsin_gazetteer_find(gazetteer, region->code, NULL).region, i);
		assert_int_equal(tocsin_gazetteer_path(gazetteer, i, path_of), region->level + 1);
		assert_string_equal(
			tocsin_gazetteer_region(gazetteer, path_of[region->level])->code, region->country);
	}
	uint32_t mopti = tocsin_gazetteer_find(gazetteer, "ML05", "2021").region;
	assert_int_equal(tocsin_gazetteer_ancestor(gazetteer, mopti, 0), mali);
	tocsin_gazetteer_destroy(gazetteer);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_countries_alone),
		cmocka_unit_test(builds_the_tree),
		cmocka_unit_test(picks_rows_by_version),
		cmocka_unit_test(follows_replaces),
		cmocka_unit_test(reads_further_columns_in_any_order),
		cmocka_unit_test(warns_of_orphans),
		cmocka_unit_test(refuses_broken_lists),
		cmocka_unit_test(knows_boxes),
		cmocka_unit_test(loads_the_official_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
