/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "figures.h"

static void the_newest_date_wins_whatever_comes_last(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "b", 1, ENTRIES(ENTRY(STOCK "'figure':300," AS_OF("06-09"))));
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':200," AS_OF("06-02"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_STOCK);
	assert_int_equal(series->run_count, 1);
	assert_int_equal(series->runs[0].count, 2);
	assert_int_equal(series->current->people, 300);
	assert_true(series->current->changed);
	assert_int_equal(series->current->change, 100);
	assert_false(series->runs[0].points[0].changed);
	figures_close(&f);
}

static void of_one_date_the_later_report_wins_and_none_is_added(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "late", 1,
		"'sequence':9,'sent':'2024-06-10T12:00:00Z'," ENTRIES(
			ENTRY(STOCK "'figure':5," AS_OF("06-09"))));
	figures_take(&f, "early", 1,
		"'sequence':8,'sent':'2024-06-10T12:00:00Z'," ENTRIES(
			ENTRY(STOCK "'figure':7," AS_OF("06-09"))));
	figures_take(&f, "earliest", 1,
		"'sequence':99,'sent':'2024-06-10T11:00:00Z'," ENTRIES(
			ENTRY(STOCK "'figure':9," AS_OF("06-09"))));
	figures_make(&f);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_STOCK), 5);
	assert_int_equal(figures_find(&f, "SD02114", TOCSIN_MEASURE_STOCK)->current->others, 2);
	assert_int_equal(figures_total(&f, 0)->people, 5);
	figures_close(&f);
}

static void a_cumulative_figure_takes_the_place_of_the_earlier(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 2,
		"'msg_type':'update'," ENTRIES(
			ENTRY(FLOW "'figure':129825," AS_OF("05-31") SINCE("04-01"))));
	figures_take(&f, "a", 1, ENTRIES(ENTRY(FLOW "'figure':40615," AS_OF("04-18") SINCE("04-01"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_FLOW);
	assert_int_equal(series->run_count, 1);
	assert_int_equal(series->current->people, 129825);
	assert_int_equal(series->current->change, 129825 - 40615);
	assert_false(series->current->revised);
	assert_int_equal(series->runs[0].count, 2);
	assert_int_equal(f.table.superseded, 0);
	figures_close(&f);
}

static void a_cumulative_figure_may_be_corrected_downwards(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(FLOW "'figure':900," AS_OF("05-01") SINCE("04-01"))));
	figures_take(&f, "a", 2, ENTRIES(ENTRY(FLOW "'figure':800," AS_OF("05-08") SINCE("04-01"))));
	figures_take(&f, "a", 3, ENTRIES(ENTRY(FLOW "'figure':850," AS_OF("05-08") SINCE("04-01"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_FLOW);
	assert_int_equal(series->runs[0].count, 2);
	assert_int_equal(series->current->people, 850);
	assert_int_equal(series->current->change, -50);
	assert_true(series->current->revised);
	assert_int_equal(series->current->was_people, 800);
	assert_int_equal(f.table.superseded, 1);
	figures_close(&f);
}

/* Delmas: the window was widened, so what the first version said is no point of it. */
static void a_wider_window_revises_and_is_not_added(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(FLOW "'figure':3720," AS_OF("05-02"))));
	figures_take(&f, "a", 2, ENTRIES(ENTRY(FLOW "'figure':5178," AS_OF("05-05") SINCE("04-25"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_FLOW);
	assert_int_equal(series->run_count, 1);
	assert_int_equal(series->runs[0].count, 1);
	assert_int_equal(series->current->people, 5178);
	assert_true(series->current->revised);
	assert_int_equal(series->current->was_people, 3720);
	figures_close(&f);
}

static void each_window_is_a_run_of_its_own(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(FLOW "'figure':900," AS_OF("05-31") SINCE("04-01"))));
	figures_take(&f, "b", 1, ENTRIES(ENTRY(FLOW "'figure':40," AS_OF("06-07") SINCE("06-01"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_FLOW);
	assert_int_equal(series->run_count, 2);
	assert_int_equal(series->current->people, 40);
	assert_false(series->current->changed);
	assert_int_equal(series->runs[1].points[0].people, 900);
	assert_int_equal(figures_total(&f, 0)->people, 40);
	figures_close(&f);
}

/* Two floods in two weeks: neither is a rise or a fall of the other. */
static void flows_that_stand_alone_have_no_change(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(FLOW "'figure':900," AS_OF("05-31"))));
	figures_take(&f, "b", 1, ENTRIES(ENTRY(FLOW "'figure':40," AS_OF("06-07"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_FLOW);
	assert_int_equal(series->runs[0].count, 2);
	assert_int_equal(series->current->people, 40);
	assert_false(series->current->changed);
	figures_close(&f);
}

static void an_update_takes_back_what_it_does_not_repeat(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(
		&f, "a", 1, ENTRIES(ENTRY(FLOW "'pcode':'SD02170','figure':3000," AS_OF("06-01"))));
	figures_take(&f, "a", 2, ENTRIES(ENTRY(FLOW "'figure':3000," AS_OF("06-01"))));
	figures_make(&f);
	assert_null(figures_find(&f, "SD02170", TOCSIN_MEASURE_FLOW));
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_FLOW), 3000);
	figures_take(&f, "a", 3, "'msg_type':'update'");
	figures_make(&f);
	assert_int_equal(f.table.series_count, 0);
	assert_int_equal(f.table.superseded, 2);
	figures_close(&f);
}

#define CANCEL(cause) "'msg_type':'cancel','close':{'cause':'" cause "'}"

static void only_a_cancel_as_an_error_takes_figures_back(void **state)
{
	static const struct {
		const char *cancel;
		size_t series;
	} cases[] = {
		{CANCEL("error"), 0},
		{CANCEL("resolved"), 1},
		{CANCEL("merged"), 1},
		{"'msg_type':'cancel'", 1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct figures f;
		figures_open(&f, NULL);
		/* The Cancel may come first. */
		if (i % 2)
			figures_take(&f, "a", 2, cases[i].cancel);
		figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':10," AS_OF("06-01"))));
		figures_take(&f, "a", 2, cases[i].cancel);
		figures_make(&f);
		assert_int_equal(f.table.series_count, cases[i].series);
		assert_int_equal(f.table.withdrawn, 1 - cases[i].series);
		figures_take(&f, "a", 3, ENTRIES(ENTRY(STOCK "'figure':11," AS_OF("06-02"))));
		figures_make(&f);
		assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_STOCK), 11);
		figures_close(&f);
	}
}

static void evidence_stands_apart(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		ENTRIES(ENTRY(STOCK "'role':'recommended','figure':100," AS_OF("06-01")) "," ENTRY(
			STOCK "'role':'triangulation','figure':900," AS_OF("06-08"))));
	figures_make(&f);
	const struct tocsin_figure_series *series = figures_find(&f, "SD02114", TOCSIN_MEASURE_STOCK);
	assert_int_equal(series->current->people, 100);
	assert_int_equal(series->current->others, 0);
	assert_int_equal(series->evidence_count, 1);
	assert_int_equal(series->evidence[0]->people, 900);
	assert_int_equal(figures_total(&f, 0)->people, 100);
	figures_close(&f);
}

static void what_must_not_be_mixed_is_not(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1,
		ENTRIES(ENTRY(STOCK "'figure':1," AS_OF("06-01")) "," ENTRY(FLOW "'figure':2," AS_OF(
			"06-01")) "," ENTRY(FLOW "'term':'returns','figure':3," AS_OF("06-01")) "," ENTRY(FLOW
			"'assessment':'flow_monitoring','figure':4," AS_OF(
				"06-01")) ","
						  "{'population':'returnee','operation':'sudan-eet','unit':'person'," FLOW
						  "'figure':5," AS_OF("06-01") "},"
													   "{'population':'idp','operation':'other','"
													   "unit':'person'," FLOW
													   "'figure':6," AS_OF("06-02") "}"));
	figures_make(&f);
	assert_int_equal(f.table.series_count, 6);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_STOCK), 1);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_MOVEMENTS), 4);
	/* Coerced or not: who goes back is not newly displaced. */
	for (size_t i = 0; i < f.table.series_count; i++) {
		const struct tocsin_figure_series *series = figures_series(&f, i);
		if (series->measure == TOCSIN_MEASURE_FLOW)
			assert_true(series->current->people == 2 || series->current->people == 6);
		if (series->measure == TOCSIN_MEASURE_RETURNS)
			assert_true(series->current->people == 3 || series->current->people == 5);
	}
	figures_close(&f);
}

static void no_report_is_a_gap_and_zero_a_report(void **state)
{
	struct figures f;
	size_t at = 0;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':10," AS_OF("05-20"))));
	figures_take(&f, "b", 1, ENTRIES(ENTRY(STOCK "'figure':0," AS_OF("06-03"))));
	figures_make(&f);
	const struct tocsin_figure_run *run = &figures_series(&f, 0)->runs[0];
	int64_t week = f.table.first_period;
	assert_int_equal(f.table.last_period, week + 2);
	assert_int_equal(tocsin_figure_run_at(&f.table, run, week, &at)->people, 10);
	assert_null(tocsin_figure_run_at(&f.table, run, week + 1, &at));
	assert_int_equal(tocsin_figure_run_at(&f.table, run, week + 2, &at)->people, 0);
	assert_int_equal(figures_current(&f, "SD02114", TOCSIN_MEASURE_STOCK), 0);
	assert_int_equal(figures_total(&f, 0)->people, 0);
	figures_close(&f);
}

static void the_present_shows_a_silence_at_the_end(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':10," AS_OF("05-20"))));
	f.want.now_ms = INT64_C(1718000000000); /* 2024-06-10 */
	figures_make(&f);
	assert_int_equal(f.table.last_period, f.table.first_period + 3);
	figures_close(&f);
}

static void a_region_is_asked_for_by_any_code_above(void **state)
{
	static const struct {
		const char *code;
		size_t series;
	} cases[] = {{"SD", 2}, {"SD02", 2}, {"SD02114", 1}, {"SD02170", 1}, {"SD03", 0}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct figures f;
		struct tocsin_region_path path = {.count = 1};
		figures_open(&f, NULL);
		/* Nobody says where SD02170 lies: it counts as where it was spoken of. */
		figures_take(&f, "a", 1,
			ENTRIES(ENTRY(STOCK "'figure':1," AS_OF("06-01")) "," ENTRY(
				STOCK "'pcode':'SD02170','figure':2," AS_OF("06-01"))));
		snprintf(path.levels[0], sizeof(path.levels[0]), "%s", cases[i].code);
		f.want.regions = &path;
		f.want.region_count = 1;
		figures_make(&f);
		/* By SD02114 the other is found, too: it was spoken of there. */
		bool spoken_of = strcmp(cases[i].code, "SD02114") == 0;
		assert_int_equal(f.table.series_count, cases[i].series + spoken_of);
		figures_close(&f);
	}
}

static void only_what_is_asked_for_is_shown_and_changes_count_from_before(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':10," AS_OF("05-20"))));
	figures_take(&f, "b", 1, ENTRIES(ENTRY(STOCK "'figure':25," AS_OF("06-03"))));
	f.want.since = true;
	f.want.from_ms = INT64_C(1717200000000); /* 2024-06-01 */
	figures_make(&f);
	assert_int_equal(figures_series(&f, 0)->runs[0].count, 1);
	assert_int_equal(figures_series(&f, 0)->current->change, 15);
	f.want.from_ms = INT64_C(1718000000000);
	figures_make(&f);
	assert_int_equal(f.table.series_count, 0);
	assert_true(f.table.last_period < f.table.first_period);
	f.want.since = false;
	f.want.operation_key = "other";
	figures_make(&f);
	assert_int_equal(f.table.series_count, 0);
	f.want.operation_key = "sudan-eet";
	figures_make(&f);
	assert_int_equal(f.table.series_count, 1);
	figures_close(&f);
}

/* "Sudan: EET" and "sudan-eet" stand on one topic of the hub. */
static void operations_are_told_apart_as_topics_are(void **state)
{
	struct figures f;
	(void)state;
	figures_open(&f, NULL);
	figures_take(&f, "a", 1, ENTRIES(ENTRY(STOCK "'figure':10," AS_OF("05-20"))));
	figures_take(&f, "b", 1,
		ENTRIES("{'population':'idp','operation':'Sudan: EET','unit':'person'," STOCK
				"'figure':11," AS_OF("05-27") "}"));
	figures_make(&f);
	assert_int_equal(f.table.series_count, 1);
	assert_string_equal(figures_series(&f, 0)->operation, "Sudan: EET");
	figures_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_date_wins_whatever_comes_last),
		cmocka_unit_test(of_one_date_the_later_report_wins_and_none_is_added),
		cmocka_unit_test(a_cumulative_figure_takes_the_place_of_the_earlier),
		cmocka_unit_test(a_cumulative_figure_may_be_corrected_downwards),
		cmocka_unit_test(a_wider_window_revises_and_is_not_added),
		cmocka_unit_test(each_window_is_a_run_of_its_own),
		cmocka_unit_test(flows_that_stand_alone_have_no_change),
		cmocka_unit_test(an_update_takes_back_what_it_does_not_repeat),
		cmocka_unit_test(only_a_cancel_as_an_error_takes_figures_back),
		cmocka_unit_test(evidence_stands_apart),
		cmocka_unit_test(what_must_not_be_mixed_is_not),
		cmocka_unit_test(no_report_is_a_gap_and_zero_a_report),
		cmocka_unit_test(the_present_shows_a_silence_at_the_end),
		cmocka_unit_test(a_region_is_asked_for_by_any_code_above),
		cmocka_unit_test(only_what_is_asked_for_is_shown_and_changes_count_from_before),
		cmocka_unit_test(operations_are_told_apart_as_topics_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
