/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The newest counted figure of each series, and possible duplicates. */
#include "engine/rig.h"

#include "engine/state.h"

#define SERIES "to/archive/figure/ML/ML05/ML0503/-/idp/stock"

static char *round_of(
	struct rig *rig, unsigned id, unsigned figure, unsigned day, const char *role, const char *more)
{
	return rig_json(rig, id,
		"{'event':{'type':'displacement'},%s'displacement':[{'unit':'person','figure':%u,"
		"'population':'idp','flow_or_stock':'stock','role':'%s',"
		"'as_of':'2024-08-%02uT00:00:00Z'}]}",
		more, figure, role, day);
}

static void newest_figure_stands(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *outcome =
		rig_submit(&rig, "dtm", round_of(&rig, 1, 500, 5, "recommended", ""));
	const struct tocsin_publication *figure = rig_find(outcome, SERIES);

	assert_non_null(figure);
	assert_true(figure->retain);
	assert_int_equal(figure->expires_ms, 0);
	assert_int_equal(figure->kind, TOCSIN_PUBLISH_FIGURE);
	const Tocsin__V1__Alert *alert = rig_read_alert(&rig, figure);
	assert_int_equal(alert->n_displacement, 1);
	assert_int_equal(alert->displacement[0]->figure, 500);
	assert_int_equal(alert->topic_sequence, 1);
	/* The archive takes protobuf only, partners both. */
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 3);
	assert_non_null(rig_find(outcome, "to/partners/figure-json/ML/ML05/ML0503/-/idp/stock"));
	assert_int_equal(
		rig_find(outcome, "to/archive/alert/severe/displacement/ML/ML05/ML0503")->qos, 2);
	rig_settle(&rig, outcome);

	outcome = rig_submit(&rig, "dtm", round_of(&rig, 2, 900, 4, "recommended", ""));
	assert_null(rig_find(outcome, SERIES));
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 3, 900, 6, "triangulation", ""));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 0);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 4, 900, 6, "recommended", "'status':'test',"));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 0);
	rig_settle(&rig, outcome);
	/* The same date, later received. */
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 5, 700, 5, "recommended", ""));
	assert_int_equal(rig_alert(&rig, outcome, SERIES)->displacement[0]->figure, 700);
	assert_int_equal(rig_alert(&rig, outcome, SERIES)->topic_sequence, 2);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void what_was_wrong_is_taken_away(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	rig_settle(&rig, rig_submit(&rig, "dtm", round_of(&rig, 1, 500, 5, "recommended", "")));
	/* A correction by the same chain stands, although its date is older. */
	char more[128];
	snprintf(more, sizeof(more), "'msg_type':'update','references':[%s],", rig_reference(&rig, 1));
	struct tocsin_outcome *outcome =
		rig_submit(&rig, "dtm", round_of(&rig, 2, 50, 3, "recommended", more));
	assert_int_equal(rig_alert(&rig, outcome, SERIES)->displacement[0]->figure, 50);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "dtm",
		rig_json(&rig, 3, "{'msg_type':'cancel','references':[%s],'close':{'cause':'resolved'}}",
			rig_reference(&rig, 2)));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 0);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "dtm",
		rig_json(&rig, 4, "{'msg_type':'cancel','references':[%s],'close':{'cause':'error'}}",
			rig_reference(&rig, 2)));
	assert_true(rig_cleared(outcome, SERIES));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 3);
	rig_settle(&rig, outcome);
	/* Whatever comes next stands again. */
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 5, 80, 1, "recommended", ""));
	assert_int_equal(rig_alert(&rig, outcome, SERIES)->displacement[0]->figure, 80);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

/* A place that was corrected, a series that an Update no longer has. */
static void what_a_version_drops_is_taken_away(void **state)
{
	(void)state;
	static const char moved[] = "to/archive/figure/ML/ML05/ML0506/-/idp/stock";
	struct rig rig = rig_begin();
	char more[256];

	rig_settle(&rig, rig_submit(&rig, "dtm", round_of(&rig, 1, 500, 5, "recommended", "")));
	snprintf(more, sizeof(more),
		"'msg_type':'update','references':[%s],'location':{'pcode':'ML0506'},",
		rig_reference(&rig, 1));
	struct tocsin_outcome *outcome =
		rig_submit(&rig, "dtm", round_of(&rig, 2, 500, 5, "recommended", more));
	assert_true(rig_cleared(outcome, SERIES));
	assert_int_equal(rig_alert(&rig, outcome, moved)->displacement[0]->figure, 500);
	assert_int_equal(outcome->record->figure_count, 4);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "dtm",
		rig_json(&rig, 3,
			"{'msg_type':'update','references':[%s],'event':{'type':'displacement'},"
			"'location':{'pcode':'ML0506'}}",
			rig_reference(&rig, 2)));
	assert_true(rig_cleared(outcome, moved));
	rig_settle(&rig, outcome);
	/* What another chain has said since stays. */
	rig_settle(&rig, rig_submit(&rig, "dtm", round_of(&rig, 4, 500, 5, "recommended", "")));
	rig_settle(&rig, rig_submit(&rig, "dtm", round_of(&rig, 5, 600, 6, "recommended", "")));
	snprintf(more, sizeof(more),
		"'msg_type':'update','references':[%s],'location':{'pcode':'ML0506'},",
		rig_reference(&rig, 4));
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 6, 500, 5, "recommended", more));
	assert_null(rig_find(outcome, SERIES));
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

/* An Update before its Alert: what the older one counted was corrected before it came. */
static void what_comes_late_is_no_figure(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char more[128];

	snprintf(more, sizeof(more), "'msg_type':'update','references':[%s],", rig_reference(&rig, 1));
	struct tocsin_outcome *outcome =
		rig_submit(&rig, "dtm", round_of(&rig, 2, 50, 3, "recommended", more));
	assert_int_equal(rig_alert(&rig, outcome, SERIES)->displacement[0]->figure, 50);
	rig_settle(&rig, outcome);
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 1, 500, 5, "recommended", ""));
	assert_non_null(rig_find(outcome, "to/archive/alert/severe/displacement/ML/ML05/ML0503"));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 0);
	rig_settle(&rig, outcome);
	/* Likewise where the newer one took it back, or was never sent. */
	rig_settle(&rig,
		rig_submit(&rig, "dtm",
			rig_json(&rig, 4, "{'msg_type':'update','references':[%s]}", rig_reference(&rig, 3))));
	outcome = rig_submit(&rig, "dtm", round_of(&rig, 3, 500, 5, "recommended", ""));
	assert_non_null(rig_find(outcome, "to/archive/alert/severe/displacement/ML/ML05/ML0503"));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 0);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

static void newest_entry_of_one_incident(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	struct tocsin_outcome *outcome = rig_submit(&rig, "dtm",
		rig_json(&rig, 1,
			"{'event':{'type':'displacement'},'displacement':["
			"{'unit':'person','figure':1,'population':'idp','flow_or_stock':'stock',"
			"'as_of':'2024-08-02T00:00:00Z'},"
			"{'unit':'person','figure':2,'population':'idp','flow_or_stock':'stock',"
			"'as_of':'2024-08-04T00:00:00Z'},"
			"{'unit':'person','figure':3,'population':'idp','flow_or_stock':'stock',"
			"'as_of':'2024-08-03T00:00:00Z'},"
			"{'unit':'person','figure':4,'population':'returnee','flow_or_stock':'flow'},"
			"{'unit':'person','figure':5,'population':'idp'}]}"));

	assert_int_equal(rig_alert(&rig, outcome, SERIES)->displacement[0]->figure, 2);
	assert_int_equal(rig_alert(&rig, outcome, "to/archive/figure/ML/ML05/ML0503/-/returnee/flow")
						 ->displacement[0]
						 ->figure,
		4);
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 6);
	rig_settle(&rig, outcome);
	rig_end(&rig);
}

/* A series without a room in figure/ keeps no alert back, and is counted. */
static void no_room_for_a_series(void **state)
{
	(void)state;
	static const char alert[] = "to/archive/alert/severe/displacement/ML/ML05/ML0503";
	static const char other[] =
		"{'event':{'type':'displacement'},'displacement':[{'unit':'person','figure':70,"
		"'population':'returnee','flow_or_stock':'stock'}]}";
	struct rig rig = rig_begin();

	rig.engine->figures.ceiling = 2;
	rig_settle(&rig, rig_submit(&rig, "dtm", round_of(&rig, 1, 500, 5, "recommended", "")));
	for (unsigned i = 0; i < 2; ++i) {
		struct tocsin_outcome *outcome = rig_submit(&rig, "dtm", rig_json(&rig, 2, "%s", other));

		assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
		assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 0);
		assert_int_equal(outcome->record->figure_count, 0);
		assert_int_equal(rig_alert(&rig, outcome, alert)->displacement[0]->figure, 70);
		if (i == 0) {
			tocsin_engine_fail(rig.engine, outcome, "disk", rig.now_ms);
		}
		rig_settle(&rig, outcome);
		assert_int_equal(tocsin_engine_figures_left_out(rig.engine), 2 * i);
	}
	/* What has its place goes on. */
	struct tocsin_outcome *outcome =
		rig_submit(&rig, "dtm", round_of(&rig, 3, 600, 6, "recommended", ""));
	assert_int_equal(rig_alert(&rig, outcome, SERIES)->displacement[0]->figure, 600);
	rig_settle(&rig, outcome);
	/* It gives its place once no chain in memory holds it any more. */
	rig.engine->chains.ceiling = 1;
	for (unsigned id = 4; id < 7; ++id) {
		rig_settle(&rig, rig_submit(&rig, "dtm", rig_json(&rig, id, "{}")));
	}
	outcome = rig_submit(&rig, "dtm", rig_json(&rig, 7, "%s", other));
	assert_true(rig_cleared(outcome, SERIES));
	assert_int_equal(rig_count(outcome, TOCSIN_PUBLISH_FIGURE), 6);
	rig_settle(&rig, outcome);
	assert_int_equal(tocsin_engine_figures_left_out(rig.engine), 2);
	rig_end(&rig);
}

enum { ENTRIES = 256 };

/* As many entries as one may have, each a series of its own, from a number on. */
static const char *many_series(struct rig *rig, unsigned id, const char *more, unsigned first)
{
	json_t *incident =
		json_loads(rig_json(rig, id, "{%s'event':{'type':'displacement'}}", more), 0, NULL);
	json_t *entries = json_array();
	char operation[16];

	for (unsigned i = 0; i < ENTRIES; ++i) {
		snprintf(operation, sizeof(operation), "camp-%u", first + i);
		json_array_append_new(entries,
			json_pack("{s:s, s:i, s:s, s:s, s:s}", "unit", "person", "figure", 100, "population",
				"idp", "flow_or_stock", "stock", "operation", operation));
	}
	json_object_set_new(incident, "displacement", entries);
	char *dumped = json_dumps(incident, JSON_COMPACT);
	const char *text = tocsin_arena_text(rig->arena, dumped, strlen(dumped));
	free(dumped);
	json_decref(incident);
	return text;
}

static size_t publish_series(struct rig *rig, unsigned id, const char *more, unsigned first)
{
	struct tocsin_outcome *outcome = rig_submit(rig, "dtm", many_series(rig, id, more, first));
	const size_t figures = rig_count(outcome, TOCSIN_PUBLISH_FIGURE);

	assert_int_equal(outcome->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	rig_settle(rig, outcome);
	return figures;
}

/* What its versions said and no longer say does not fill a chain up. */
static void series_come_and_go(void **state)
{
	(void)state;
	struct rig rig = rig_begin();
	char more[256] = "";

	for (unsigned version = 0; version < 4; ++version) {
		/* Partners get two forms, the archive one; those of before are taken away. */
		assert_int_equal(publish_series(&rig, 1 + version, more, version * ENTRIES),
			(version ? 2 : 1) * 3 * ENTRIES);
		snprintf(more, sizeof(more), "'msg_type':'update','references':[%s],",
			rig_reference(&rig, 1 + version));
	}
	assert_int_equal(tocsin_engine_figures_left_out(rig.engine), 0);
	rig_end(&rig);
}

static void possible_duplicates_are_named(void **state)
{
	(void)state;
	static const char topic[] = "to/partners/alert/severe/battles/ML/ML05/ML0503";
	struct rig rig = rig_begin();
	struct tocsin_outcome *first =
		rig_submit(&rig, "one", rig_json(&rig, 1, "{'occurred':{'start':'2024-08-07T18:30:00Z'}}"));
	const Tocsin__V1__Alert *alert = rig_alert(&rig, first, topic);
	assert_int_equal(alert->n_possible_duplicate_of, 0);
	rig_settle(&rig, first);

	const struct {
		const char *sender, *patch;
		size_t named;
	} cases[] = {
		{"one", "{'occurred':{'start':'2024-08-07T18:30:00Z'}}", 0},
		{"two", "{'occurred':{'start':'2024-08-08T18:30:00.001Z'}}", 0},
		{"two", "{'event':{'type':'riots'},'occurred':{'start':'2024-08-07T18:30:00Z'}}", 0},
		{"two", "{'status':'exercise'}", 0},
		{"two", "{'location':{'pcode':'ML0506'}}", 0},
		{"three", "{'occurred':{'start':'2024-08-08T18:30:00Z'}}", 3},
	};
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		struct tocsin_outcome *outcome =
			rig_submit(&rig, cases[i].sender, rig_json(&rig, i + 2, "%s", cases[i].patch));

		for (size_t k = 0; k < outcome->publication_count; ++k) {
			if (outcome->publications[k].kind == TOCSIN_PUBLISH_ALERT) {
				const Tocsin__V1__Alert *found = rig_read_alert(&rig, &outcome->publications[k]);

				assert_int_equal(found->n_possible_duplicate_of, cases[i].named);
				if (cases[i].named > 0) {
					assert_string_equal(
						found->possible_duplicate_of[cases[i].named - 1], alert->id);
				}
			}
		}
		rig_settle(&rig, outcome);
	}
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_figure_stands),
		cmocka_unit_test(what_was_wrong_is_taken_away),
		cmocka_unit_test(what_a_version_drops_is_taken_away),
		cmocka_unit_test(what_comes_late_is_no_figure),
		cmocka_unit_test(newest_entry_of_one_incident),
		cmocka_unit_test(no_room_for_a_series),
		cmocka_unit_test(series_come_and_go),
		cmocka_unit_test(possible_duplicates_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
