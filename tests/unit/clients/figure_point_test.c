/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "figures.h"

/* Entries of one version about one place and date, and what they come to. */
struct point_case {
	const char *entries;
	uint64_t people;
	size_t parts, others;
	Tocsin__V1__Qualifier qualifier;
};

#define Q(name) TOCSIN__V1__QUALIFIER__QUALIFIER_##name
#define ON AS_OF("06-01")

static const struct point_case cases[] = {
	/* Um Zeifa, were its parts not evidence: two origins make up the place. */
	{ENTRY(FLOW "'origin_pcode':'SD03141','figure':3290,'qualifier':'approximately'," ON) "," ENTRY(
		 FLOW "'origin_pcode':'SD03142','figure':1695,'qualifier':'exact'," ON),
		4985, 2, 0, Q(APPROXIMATELY)},
	/* A whole beside its parts is no third part. */
	{ENTRY(FLOW "'origin_pcode':'SD03141','figure':3290," ON) "," ENTRY(
		 FLOW "'figure':4985,'qualifier':'exact'," ON) "," ENTRY(FLOW
		 "'origin_pcode':'SD03142','figure':1695," ON),
		4985, 1, 2, Q(EXACT)},
	/* Zamzam, were its arrivals not evidence: who left is the whole. */
	{ENTRY(FLOW "'origin_pcode':'SD02114','figure':400000,'qualifier':'more_than'," ON) "," ENTRY(
		 FLOW "'origin_pcode':'SD02114','destination_pcode':'SD02114','figure':150000," ON),
		400000, 1, 1, Q(MORE_THAN)},
	/* Departures and arrivals at one place are not one crowd. */
	{ENTRY(FLOW "'origin_pcode':'SD03','figure':70," ON) "," ENTRY(
		 FLOW "'origin_pcode':'SD02114','figure':50," ON),
		50, 1, 1, Q(UNSPECIFIED)},
	/* By destination, each once. */
	{ENTRY(FLOW "'origin_pcode':'SD02114','destination_pcode':'SD03','figure':5," ON) "," ENTRY(
		 FLOW "'origin_pcode':'SD02114','destination_pcode':'SD04','figure':6," ON) "," ENTRY(FLOW
		 "'origin_pcode':'SD02114','destination_pcode':'SD04','figure':4," ON),
		11, 2, 1, Q(UNSPECIFIED)},
	/* People before households, which had to be converted. */
	{"{'population':'idp','operation':'sudan-eet','unit':'household'," FLOW
	 "'figure':8123,'household_size':5.1," ON "}," ENTRY(FLOW "'figure':40615," ON),
		40615, 1, 1, Q(UNSPECIFIED)},
	/* Two entries for the same (places cut for the audience, or a mistake). */
	{ENTRY(FLOW "'figure':10," ON) "," ENTRY(FLOW "'figure':30," ON) "," ENTRY(
		 FLOW "'figure':20," ON),
		30, 1, 2, Q(UNSPECIFIED)},
	/* A destination that is the place itself says nothing more. */
	{ENTRY(FLOW "'origin_pcode':'SD03','destination_pcode':'SD02114','figure':8," ON) "," ENTRY(
		 FLOW "'origin_pcode':'SD04','figure':9," ON),
		17, 2, 0, Q(UNSPECIFIED)},
};

static void the_entries_of_a_date_are_counted_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct figures f;
		char more[2048];
		figures_open(&f, NULL);
		snprintf(more, sizeof(more), "'displacement':[%s]", cases[i].entries);
		figures_take(&f, "a", 1, more);
		figures_make(&f);
		const struct tocsin_figure_series *series =
			figures_find(&f, "SD02114", TOCSIN_MEASURE_FLOW);
		assert_non_null(series);
		if (series->current->people != cases[i].people)
			fail_msg("case %zu: %llu", i, (unsigned long long)series->current->people);
		assert_int_equal(series->current->part_count, cases[i].parts);
		assert_int_equal(series->current->others, cases[i].others);
		assert_int_equal(series->current->qualifier, cases[i].qualifier);
		figures_close(&f);
	}
}

static void parts_of_two_versions_are_not_added(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(FLOW "'origin_pcode':'SD03','figure':5," ON)));
	figures_take(&f, "b", 1,
		"'sent':'2024-06-11T00:00:00Z'," ENTRIES(
			ENTRY(FLOW "'origin_pcode':'SD04','figure':6," ON)));
	figures_make(&f);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_FLOW), 6);
	figures_close(&f);
}

static void sums_are_no_surer_than_their_parts(void **state)
{
	static const Tocsin__V1__Qualifier sums[][3] = {
		{Q(EXACT), Q(EXACT), Q(EXACT)},
		{Q(EXACT), Q(UNSPECIFIED), Q(UNSPECIFIED)},
		{Q(EXACT), Q(MORE_THAN), Q(MORE_THAN)},
		{Q(LESS_THAN), Q(UNSPECIFIED), Q(LESS_THAN)},
		{Q(MORE_THAN), Q(LESS_THAN), Q(APPROXIMATELY)},
		{Q(APPROXIMATELY), Q(MORE_THAN), Q(APPROXIMATELY)},
		{Q(MORE_THAN), Q(MORE_THAN), Q(MORE_THAN)},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(sums) / sizeof(*sums); i++) {
		assert_int_equal(tocsin_qualifier_sum(sums[i][0], sums[i][1]), sums[i][2]);
		assert_int_equal(tocsin_qualifier_sum(sums[i][1], sums[i][0]), sums[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_entries_of_a_date_are_counted_once),
		cmocka_unit_test(parts_of_two_versions_are_not_added),
		cmocka_unit_test(sums_are_no_surer_than_their_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
