/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <sys/stat.h>
#include <unistd.h>

#include "clients/report/place_search.h"

#define REGIONS SOURCE_DIR "/rules/regions"

static struct tocsin_place_lists lists;

static int read_lists(void **state)
{
	(void)state;
	return tocsin_place_lists_read(&lists, REGIONS, stderr) ? 0 : -1;
}

static int finish_lists(void **state)
{
	(void)state;
	tocsin_place_lists_finish(&lists);
	tocsin_place_lists_finish(NULL);
	return 0;
}

static size_t search(const char *text, struct tocsin_place_found *found)
{
	return tocsin_place_search(&lists, text, false, found);
}

static void villages_regions_and_codes(void **state)
{
	static const struct {
		const char *text, *label;
	} rows[] = {
		{"Kouakourou", "Kouakourou -> Djenné (ML0503), Mopti"},
		{"kouak", "Kouakourou -> Djenné (ML0503), Mopti"},
		{"kewa", "Kouakourou -> Djenné (ML0503), Mopti"},
		{"Kouakuru", "Kouakourou -> Djenné (ML0503), Mopti"},
		{"ML0503", "Djenné (ML0503), Mopti"},
		{"ml0503", "Djenné (ML0503), Mopti"},
		{"DOUENTZA", "Douentza (ML0504), Mopti"},
		{"ml", "Mali (ML)"},
		{"burkina", "Burkina Faso (BF)"},
	};
	struct tocsin_place_found found[TOCSIN_MAX_PLACES_FOUND];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t count = search(rows[i].text, found);
		assert_true(count >= 1);
		assert_string_equal(found[0].label, rows[i].label);
	}
}

static void several_are_all_shown(void **state)
{
	struct tocsin_place_found found[TOCSIN_MAX_PLACES_FOUND];
	(void)state;
	/* The town, the cercle, the region. */
	assert_int_equal(search("mopti", found), 3);
	assert_non_null(found[0].locality);
	assert_null(found[1].locality);
	/* One code, two places. */
	assert_int_equal(search("ML09", found), 2);
	assert_string_equal(found[0].label, "Bamako (ML09), Mali");
	assert_string_equal(found[1].label, "Taoudénit (ML09), Mali");
	assert_int_equal(search("b", found), TOCSIN_MAX_PLACES_FOUND);
	size_t count = tocsin_place_search(&lists, "mopti", true, found);
	assert_int_equal(count, 2);
	assert_null(found[0].locality);
}

static void nothing_is_made_up(void **state)
{
	struct tocsin_place_found found[TOCSIN_MAX_PLACES_FOUND];
	struct tocsin_place_lists none = {0};
	(void)state;
	assert_int_equal(search("Sirakoro Tintimba", found), 0);
	assert_int_equal(search("", found), 0);
	assert_int_equal(search("  ", found), 0);
	assert_int_equal(search("\xFF\xFE", found), 0);
	assert_int_equal(search("ML9999", found), 0);
	assert_int_equal(tocsin_place_search(&none, "Mopti", false, found), 0);
}

static void folders_that_cannot_be_used(void **state)
{
	char folder[] = "/tmp/tocsin-lists-XXXXXX", path[64];
	struct tocsin_place_lists broken;
	struct page page;
	(void)state;
	page_open(&page);
	assert_false(tocsin_place_lists_read(&broken, "/nonexistent", page.out));
	assert_non_null(mkdtemp(folder));
	assert_false(tocsin_place_lists_read(&broken, folder, page.out));
	snprintf(path, sizeof(path), "%s/ml.csv", folder);
	FILE *list = fopen(path, "w");
	assert_non_null(list);
	fputs("Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n"
		  "MLI,1,ml-5,Mopti,MLI,2021-12-20\n",
		list);
	fclose(list);
	assert_false(tocsin_place_lists_read(&broken, folder, page.out));
	assert_null(broken.gazetteer);
	assert_has(page_text(&page), "ml.csv:2:");
	page_close(&page);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(villages_regions_and_codes),
		cmocka_unit_test(several_are_all_shown),
		cmocka_unit_test(nothing_is_made_up),
		cmocka_unit_test(folders_that_cannot_be_used),
	};
	return cmocka_run_group_tests(tests, read_lists, finish_lists);
}
