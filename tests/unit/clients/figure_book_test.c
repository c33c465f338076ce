/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "figures.h"

#define ONE "'displacement':[" ENTRY(STOCK "'figure':10," AS_OF("06-01")) "]"

static void what_comes_twice_is_one_figure(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ONE);
	figures_take(&f, "a", 1, "'source_grade':'B2','disputed':true," ONE);
	assert_int_equal(f.book->figure_count, 1);
	/* What comes again may tell more of it. */
	assert_string_equal(f.book->figures[0].grade, "B2");
	assert_true(f.book->figures[0].disputed);
	/* Another version is another figure, another incident, too. */
	figures_take(&f, "a", 2, ONE);
	figures_take(&f, "b", 1, ONE);
	assert_int_equal(f.book->figure_count, 3);
	figures_close(&f);
}

static void what_the_hub_takes_away_is_gone(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	/* It came with its alert first, then on its own topic. */
	figures_take(&f, "a", 1, ONE);
	assert_int_equal(
		tocsin_figure_book_stand(f.book, "figure/1", figures_alert(&f, "a", 1, ONE)), TOCSIN_OK);
	tocsin_figure_book_clear(f.book, "figure/2");
	figures_make(&f);
	assert_int_equal(f.table.series_count, 1);
	tocsin_figure_book_clear(f.book, "figure/1");
	figures_make(&f);
	assert_int_equal(f.table.series_count, 0);
	assert_int_equal(f.table.withdrawn, 1);
	assert_int_equal(
		tocsin_figure_book_stand(f.book, "figure/1", figures_alert(&f, "a", 1, ONE)), TOCSIN_OK);
	figures_make(&f);
	assert_int_equal(f.table.series_count, 1);
	figures_close(&f);
}

/* A newer figure of another incident took the topic: clearing it is about that one. */
static void a_topic_stands_for_what_was_last_on_it(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	assert_int_equal(
		tocsin_figure_book_stand(f.book, "figure/1", figures_alert(&f, "a", 1, ONE)), TOCSIN_OK);
	assert_int_equal(
		tocsin_figure_book_stand(f.book, "figure/1",
			figures_alert(&f, "b", 1, ENTRIES(ENTRY(STOCK "'figure':20," AS_OF("06-02"))))),
		TOCSIN_OK);
	tocsin_figure_book_clear(f.book, "figure/1");
	figures_make(&f);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_STOCK), 10);
	figures_close(&f);
}

static void drills_and_what_cannot_count_are_left_aside(void **state)
{
	static const char *const entries[] = {
		"{'population':'idp','flow_or_stock':'stock','figure':1}",
		"{'population':'idp','unit':'person','figure':1}",
		"{'flow_or_stock':'stock','unit':'person','figure':1}",
		"{'population':'idp','flow_or_stock':'stock','unit':'person'}",
	};
	struct figures f;
	char more[512];
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, "'status':'exercise'," ONE);
	figures_take(&f, "a", 1, "'status':'test'," ONE);
	assert_int_equal(f.book->drills, 2);
	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		snprintf(more, sizeof(more), "'displacement':[%s]", entries[i]);
		figures_take(&f, "a", 1, more);
	}
	figures_take(&f, "b", 1, "'area':{}," ONE);
	figures_take(&f, "c", 1, "'area':{'country':'sudan'}," ONE);
	assert_int_equal(f.book->incomplete, 6);
	assert_int_equal(f.book->figure_count, 0);
	figures_close(&f);
}

static void a_date_after_the_report_is_a_mistake(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		"'displacement':[" ENTRY(STOCK "'figure':10,'as_of':'2204-06-01T00:00:00Z'") "]");
	figures_take(&f, "b", 1,
		"'sent':'2024-07-01T00:00:00Z'," ENTRIES(ENTRY(STOCK "'figure':20," AS_OF("06-30"))));
	figures_make(&f);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_STOCK), 20);
	/* What ends the day is said before it is over somewhere. */
	figures_take(&f, "c", 1,
		"'sent':'2024-07-01T06:00:00Z'," ENTRIES(ENTRY(STOCK "'figure':30," AS_OF("07-02"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_series(&f, 0);
	assert_int_equal(series->current->people, 30);
	assert_int_equal(series->current->figure->as_of_ms, INT64_C(1719878400000));
	figures_close(&f);
}

static void without_a_date_it_holds_for_when_it_began(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		"'occurred':{'start':'2024-06-05T00:00:00Z'},'displacement':[" ENTRY(
			STOCK "'figure':10") "]");
	figures_take(&f, "b", 1, "'displacement':[" ENTRY(STOCK "'figure':20") "]");
	assert_int_equal(f.book->figures[0].as_of_ms, INT64_C(1717545600000));
	assert_int_equal(f.book->figures[1].as_of_ms, INT64_C(1718020800000));
	figures_close(&f);
}

static struct tocsin_gazetteer *sudan(void)
{
	static const char list[] =
		"Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,Replaces,Household size\n"
		"SDN,1,SD02,North Darfur,SDN,2020-08-31,,6.2\n"
		"SDN,2,SD02114,Al Fasher,SD02,2020-08-31,SD02X,\n"
		"SDN,1,SD04,West Darfur,SDN,2020-08-31,,\n";
	struct tocsin_gazetteer *gazetteer = tocsin_gazetteer_create();
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(
		tocsin_gazetteer_add(gazetteer, "list", list, sizeof(list) - 1, &diagnostics), TOCSIN_OK);
	assert_int_equal(tocsin_gazetteer_finish(gazetteer, &diagnostics), TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	return gazetteer;
}

#define HOUSEHOLDS(more)                                                                           \
	"'displacement':[{'population':'idp','operation':'sudan-eet','unit':'household'," STOCK        \
	"'figure':100," more AS_OF("06-01") "}]"

static void households_become_people_and_say_how(void **state)
{
	static const struct {
		const char *entry;
		bool listed;
		uint64_t people;
		enum tocsin_size_source source;
	} cases[] = {
		{HOUSEHOLDS("'household_size':4.9,"), true, 490, TOCSIN_SIZE_STATED},
		{HOUSEHOLDS(""), true, 620, TOCSIN_SIZE_COUNTRY},
		{HOUSEHOLDS(""), false, 500, TOCSIN_SIZE_ASSUMED},
		{HOUSEHOLDS("'pcode':'SD04',"), true, 500, TOCSIN_SIZE_ASSUMED},
		{HOUSEHOLDS("'household_size':0,"), false, 500, TOCSIN_SIZE_ASSUMED},
		{HOUSEHOLDS("'household_size':50.5,"), false, 500, TOCSIN_SIZE_ASSUMED},
		{HOUSEHOLDS("'household_size':50,"), false, 5000, TOCSIN_SIZE_STATED},
		{ONE, true, 10, TOCSIN_SIZE_NONE},
	};
	struct tocsin_gazetteer *gazetteer = sudan();
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct figures f;
		figures_open(&f, cases[i].listed ? gazetteer : NULL);
		figures_take(&f, "a", 1, cases[i].entry);
		assert_int_equal(f.book->figure_count, 1);
		assert_int_equal(f.book->figures[0].people, cases[i].people);
		assert_int_equal(f.book->figures[0].size_source, cases[i].source);
		figures_close(&f);
	}
	tocsin_gazetteer_destroy(gazetteer);
}

static void the_gazetteer_knows_old_codes_and_regions(void **state)
{
	struct tocsin_gazetteer *gazetteer = sudan();
	struct figures f;
	(void)state;
	figures_open(&f, gazetteer);
	figures_take(&f, "a", 1,
		"'area':{'country':'SD'}," ENTRIES(
			ENTRY(STOCK "'pcode':'SD02X','figure':10," AS_OF("06-01"))));
	const struct tocsin_figure_place *place = tocsin_figure_book_place(f.book, "SD02114");
	assert_non_null(place);
	assert_string_equal(place->name, "Al Fasher");
	assert_int_equal(place->path.count, 3);
	assert_string_equal(place->path.levels[1], "SD02");
	assert_null(tocsin_figure_book_place(f.book, "SD02X"));
	figures_close(&f);
	tocsin_gazetteer_destroy(gazetteer);
}

/* An alert's names are taken only where there are as many as codes. */
static void names_are_taken_where_they_are_sure(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(
		&f, "a", 1, "'area':{'country':'SD','pcodes':['SD02'],'name':'Darfur, North, Sudan'}," ONE);
	assert_string_equal(tocsin_figure_book_place(f.book, "SD02")->name, "");
	assert_string_equal(tocsin_figure_book_place(f.book, "SD")->name, "Sudan");
	figures_take(&f, "b", 1, ONE);
	assert_string_equal(tocsin_figure_book_place(f.book, "SD02")->name, "North Darfur");
	assert_string_equal(tocsin_figure_book_place(f.book, "SD02114")->name, "Al Fasher");
	figures_close(&f);
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	struct figures f;
	char longer[2000];
	(void)state;
	figures_open(&f, NULL);
	const struct tocsin_figure empty = {.operation = "\xff\xfe x",
		.operation_key = "-",
		.place = "SD",
		.origin = "",
		.destination = "",
		.population = TOCSIN__V1__POPULATION__POPULATION_IDP,
		.measure = TOCSIN_MEASURE_STOCK,
		.revision = 1};
	struct tocsin_figure figure = empty;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	figure.reason = longer;
	assert_int_equal(tocsin_figure_book_add(f.book, &figure, "a"), TOCSIN_OK);
	assert_string_equal(f.book->figures[0].operation, "?? x");
	assert_int_equal(strlen(f.book->figures[0].reason), 800);
	/* A NULL is a text without letters. */
	assert_string_equal(f.book->figures[0].sources, "");
	figures_close(&f);
	tocsin_figure_book_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_twice_is_one_figure),
		cmocka_unit_test(what_the_hub_takes_away_is_gone),
		cmocka_unit_test(a_topic_stands_for_what_was_last_on_it),
		cmocka_unit_test(drills_and_what_cannot_count_are_left_aside),
		cmocka_unit_test(a_date_after_the_report_is_a_mistake),
		cmocka_unit_test(without_a_date_it_holds_for_when_it_began),
		cmocka_unit_test(households_become_people_and_say_how),
		cmocka_unit_test(the_gazetteer_knows_old_codes_and_regions),
		cmocka_unit_test(names_are_taken_where_they_are_sure),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
