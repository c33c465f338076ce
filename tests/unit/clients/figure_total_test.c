/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "figures.h"

/* A stock of 2024-06-01 at a place of Mali, or of another day. */
#define AT(codes, more)                                                                            \
	"'area':{'country':'ML','pcodes':[" codes                                                      \
	"]}," ENTRIES("{'population':'idp','operation':'mali','unit':'person'," more "}")
#define ROUND(round) ",'round':" #round

static void places_of_one_round_add_up(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, AT("'ML05','ML0503'", STOCK "'figure':10," AS_OF("06-01") ROUND(7)));
	figures_take(&f, "b", 1, AT("'ML05','ML0506'", STOCK "'figure':20," AS_OF("05-01") ROUND(7)));
	figures_take(&f, "c", 1, AT("'ML06','ML0601'", STOCK "'figure':40," AS_OF("05-02") ROUND(6)));
	figures_make(&f);
	assert_int_equal(f.table.total_count, 1);
	const struct tocsin_figure_total *total = figures_total(&f, 0);
	assert_int_equal(total->people, 30);
	assert_int_equal(total->round, 7);
	assert_int_equal(total->places, 2);
	assert_int_equal(total->of, 3);
	assert_int_equal(total->earlier, 1);
	assert_false(total->at_least);
	assert_int_equal(figures_find(&f, "ML0601", TOCSIN_MEASURE_STOCK)->share, TOCSIN_SHARE_EARLIER);
	assert_int_equal(figures_find(&f, "ML0506", TOCSIN_MEASURE_STOCK)->share, TOCSIN_SHARE_ADDED);
	figures_close(&f);
}

static void without_rounds_the_period_is_one(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, AT("'ML05','ML0503'", STOCK "'figure':10," AS_OF("06-05")));
	figures_take(&f, "b", 1, AT("'ML05','ML0506'", STOCK "'figure':20," AS_OF("06-03")));
	figures_take(&f, "c", 1, AT("'ML06','ML0601'", STOCK "'figure':40," AS_OF("06-02")));
	figures_make(&f);
	assert_int_equal(figures_total(&f, 0)->people, 30);
	assert_int_equal(figures_total(&f, 0)->earlier, 1);
	assert_int_equal(figures_find(&f, "ML0601", TOCSIN_MEASURE_STOCK)->silent, 1);
	assert_int_equal(figures_find(&f, "ML0506", TOCSIN_MEASURE_STOCK)->silent, 0);
	f.want.every = TOCSIN_PERIOD_MONTH;
	figures_make(&f);
	assert_int_equal(figures_total(&f, 0)->people, 70);
	figures_close(&f);
}

static void a_region_and_what_lies_in_it_count_once(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "country", 1, AT("", STOCK "'figure':100," AS_OF("06-05")));
	figures_take(&f, "region", 1, AT("'ML05'", STOCK "'figure':30," AS_OF("06-05")));
	figures_take(&f, "one", 1, AT("'ML05','ML0503'", STOCK "'figure':20," AS_OF("06-05")));
	figures_take(&f, "two", 1, AT("'ML05','ML0506'", STOCK "'figure':25," AS_OF("06-05")));
	figures_take(&f, "far", 1, AT("'ML07'", STOCK "'figure':40," AS_OF("06-05")));
	figures_make(&f);
	const struct tocsin_figure_total *total = figures_total(&f, 0);
	/* 45 in the region (20 + 25 > 30), 85 in all regions, 100 in the country. */
	assert_int_equal(total->people, 100);
	assert_true(total->at_least);
	assert_int_equal(total->places, 5);
	assert_int_equal(figures_find(&f, "ML", TOCSIN_MEASURE_STOCK)->share, TOCSIN_SHARE_WITHIN);
	assert_int_equal(figures_find(&f, "ML07", TOCSIN_MEASURE_STOCK)->share, TOCSIN_SHARE_WITHIN);
	figures_take(&f, "far", 2, AT("'ML07'", STOCK "'figure':60," AS_OF("06-05")));
	figures_make(&f);
	assert_int_equal(figures_total(&f, 0)->people, 105);
	figures_close(&f);
}

/* An incident does not tell the regions above its code: that ML0503 may lie in ML05
 * is enough not to add the two. */
static void a_code_that_may_lie_within_is_not_added(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		"'area':{'country':'ML'}," ENTRIES(
			"{'pcode':'ML05','population':'idp','operation':'mali','unit':'person'," STOCK
			"'figure':30," AS_OF("06-05") "},"
										  "{'pcode':'ML0503','population':'idp','operation':'mali',"
										  "'unit':'person'," STOCK
										  "'figure':20," AS_OF("06-05") "}"));
	figures_make(&f);
	assert_int_equal(figures_total(&f, 0)->people, 30);
	assert_true(figures_total(&f, 0)->at_least);
	figures_close(&f);
}

static void who_left_one_place_is_not_added_where_they_came(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		ENTRIES(ENTRY(FLOW "'origin_pcode':'SD02114','figure':400000," AS_OF("06-05")) "," ENTRY(
			FLOW "'pcode':'SD02170','origin_pcode':'SD02114','figure':181000," AS_OF("06-05"))));
	figures_make(&f);
	const struct tocsin_figure_total *total = figures_total(&f, 0);
	assert_int_equal(total->people, 400000);
	assert_int_equal(total->linked, 1);
	assert_true(total->at_least);
	assert_int_equal(figures_find(&f, "SD02170", TOCSIN_MEASURE_FLOW)->share, TOCSIN_SHARE_LINKED);
	figures_close(&f);
}

/* Each says that its people came from the other: one of the two is counted. */
static void a_circle_does_not_empty_the_total(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		ENTRIES(ENTRY(FLOW "'origin_pcode':'SD02170','figure':10," AS_OF("06-05")) "," ENTRY(
			FLOW "'pcode':'SD02170','origin_pcode':'SD02114','figure':20," AS_OF("06-05"))));
	figures_make(&f);
	assert_int_equal(figures_total(&f, 0)->places, 1);
	assert_true(figures_total(&f, 0)->people > 0);
	figures_close(&f);
}

static void windows_operations_and_countries_are_not_added(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, AT("'ML05'", FLOW "'figure':10," AS_OF("06-05") SINCE("01-01")));
	figures_take(&f, "b", 1, AT("'ML07'", FLOW "'figure':20," AS_OF("06-04")));
	figures_take(&f, "c", 1,
		"'area':{'country':'NE','pcodes':['NE006']}," ENTRIES(
			"{'population':'idp','operation':'mali','unit':'person'," FLOW
			"'figure':40," AS_OF("06-05") "}"));
	figures_take(&f, "d", 1,
		"'area':{'country':'ML','pcodes':['ML06']}," ENTRIES(
			"{'population':'idp','operation':'other','unit':'person'," FLOW
			"'figure':80," AS_OF("06-05") "}"));
	figures_take(&f, "e", 1,
		"'area':{'country':'ML','pcodes':['ML06']}," ENTRIES(
			"{'population':'idp','unit':'person'," FLOW "'figure':160," AS_OF("06-05") "}"));
	figures_make(&f);
	/* "e" names no operation and belongs to no total. */
	assert_int_equal(f.table.total_count, 3);
	assert_int_equal(figures_total(&f, 0)->people, 10);
	assert_int_equal(figures_total(&f, 0)->windowed, 1);
	assert_int_equal(figures_total(&f, 1)->people, 40);
	assert_int_equal(figures_total(&f, 2)->people, 80);
	figures_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_of_one_round_add_up),
		cmocka_unit_test(without_rounds_the_period_is_one),
		cmocka_unit_test(a_region_and_what_lies_in_it_count_once),
		cmocka_unit_test(a_code_that_may_lie_within_is_not_added),
		cmocka_unit_test(who_left_one_place_is_not_added_where_they_came),
		cmocka_unit_test(a_circle_does_not_empty_the_total),
		cmocka_unit_test(windows_operations_and_countries_are_not_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
