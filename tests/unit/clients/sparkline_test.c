/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "figures.h"

#include "clients/displacement/sparkline.h"

static void expect(const struct figures *figures, size_t width, bool unicode, const char *wanted)
{
	struct page page;
	page_open(&page);
	tocsin_sparkline_put(
		page.out, &figures->table, &figures_series(figures, 0)->runs[0], width, unicode);
	assert_string_equal(page_text(&page), wanted);
	page_close(&page);
}

static void a_gap_a_zero_and_heights_differ(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':100," AS_OF("05-06"))));
	figures_take(&f, "b", 1, ENTRIES(ENTRY(STOCK "'figure':1," AS_OF("05-13"))));
	figures_take(&f, "c", 1, ENTRIES(ENTRY(STOCK "'figure':0," AS_OF("05-27"))));
	figures_take(&f, "d", 1, ENTRIES(ENTRY(STOCK "'figure':40," AS_OF("06-03"))));
	figures_take(&f, "e", 1, ENTRIES(ENTRY(STOCK "'figure':50," AS_OF("06-04"))));
	figures_make(&f);
	expect(&f, 5, true, "█▁·0▄");
	expect(&f, 5, false, "91.05");
	expect(&f, 7, true, "··█▁·0▄");
	/* Heights are those of what is seen; what is before it is hinted at. */
	expect(&f, 3, true, "‹0█");
	expect(&f, 3, false, "<09");
	expect(&f, 2, true, "0█");
	expect(&f, 0, true, "");
	figures_close(&f);
}

static void zeros_alone_have_no_height(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':0," AS_OF("05-06"))));
	figures_make(&f);
	expect(&f, 2, true, "·0");
	figures_close(&f);
}

static void the_largest_figure_there_can_be_is_no_more_than_the_top(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		ENTRIES("{'population':'idp','unit':'household','household_size':50," STOCK
				"'figure':4294967295," AS_OF("05-06") "}"));
	figures_make(&f);
	expect(&f, 1, false, "9");
	expect(&f, 1, true, "█");
	figures_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gap_a_zero_and_heights_differ),
		cmocka_unit_test(zeros_alone_have_no_height),
		cmocka_unit_test(the_largest_figure_there_can_be_is_no_more_than_the_top),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
