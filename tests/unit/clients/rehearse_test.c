/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <unistd.h>

#include "clients/rule/rehearsal_run.h"
#include "clients/rule/rehearse.h"

static void test_topic_filters(void **state)
{
	(void)state;
	assert_true(tocsin_rehearsal_topic_fits("a/b/c", "a/b/c"));
	assert_true(tocsin_rehearsal_topic_fits("a/+/c", "a/b/c"));
	assert_true(tocsin_rehearsal_topic_fits("a/#", "a/b/c"));
	assert_true(tocsin_rehearsal_topic_fits("a/b/#", "a/b"));
	assert_true(tocsin_rehearsal_topic_fits("#", "a/b"));
	assert_false(tocsin_rehearsal_topic_fits("a/b", "a/b/c"));
	assert_false(tocsin_rehearsal_topic_fits("a/b/c", "a/b"));
	assert_false(tocsin_rehearsal_topic_fits("a/+", "a/b/c"));
	assert_false(tocsin_rehearsal_topic_fits("a/b", "a/bc"));
	assert_false(tocsin_rehearsal_topic_fits("A/b", "a/b"));
}

/* An alert came; fields asks for what is in it. Returns how many failures. */
static size_t judge_fields(const char *fields)
{
	struct tocsin_rehearsal_message wanted = {.audience = "partners", .open = -1, .qos = -1};
	struct tocsin_rehearsal_step step = {.kind = TOCSIN_REHEARSAL_PUBLISH};
	json_t *happened =
		json_loads("{\"alerts\": [{\"audience\": \"partners\", \"id\": \"x\","
				   "\"topics\": [\"a/b\"], \"open\": true, \"qos\": 1, \"alert\": {"
				   "\"severity\": \"severe\", \"revision\": 2, \"rules\": [\"a\", \"b\"],"
				   "\"area\": {\"country\": \"ML\", \"pcodes\": [\"ML\", \"ML05\"]},"
				   "\"displacement\": [{\"figure\": 0}]}}],"
				   "\"digests\": [], \"cleared\": []}",
			0, NULL);
	assert_non_null(happened);
	wanted.fields = json_loads(fields, 0, NULL);
	assert_non_null(wanted.fields);
	step.expect.alerts_given = true;
	step.expect.alerts = &wanted;
	step.expect.alert_count = 1;
	json_t *failures = json_array();
	assert_int_equal(tocsin_rehearsal_judge(&step, happened, failures), 2);
	size_t count = json_array_size(failures);
	/* One failure names each field that differs; nothing is reported as unexpected. */
	assert_true(count <= 1);
	if (count == 1)
		count = json_array_size(json_object_get(json_array_get(failures, 0), "differences"));
	json_decref(failures);
	json_decref(happened);
	json_decref(wanted.fields);
	return count;
}

static void test_fields(void **state)
{
	(void)state;
	assert_int_equal(judge_fields("{}"), 0);
	assert_int_equal(judge_fields("{\"severity\": \"severe\", \"revision\": 2}"), 0);
	assert_int_equal(judge_fields("{\"severity\": \"extreme\", \"revision\": 3}"), 2);
	assert_int_equal(
		judge_fields("{\"area.pcodes[1]\": \"ML05\", \"area\": {\"country\": \"ML\"}}"), 0);
	assert_int_equal(judge_fields("{\"area.pcodes[2]\": \"ML05\"}"), 1);
	assert_int_equal(judge_fields("{\"area\": {\"country\": \"BF\"}}"), 1);
	/* A list is whole and in its order. */
	assert_int_equal(judge_fields("{\"rules\": [\"a\"]}"), 1);
	assert_int_equal(judge_fields("{\"rules\": [\"b\", \"a\"]}"), 1);
	/* What Tocsin JSON leaves out is its default; null means absent. */
	assert_int_equal(judge_fields("{\"held_by\": [], \"disputed\": false, \"reports\": 0}"), 0);
	assert_int_equal(judge_fields("{\"held_by\": [\"a\"], \"disputed\": true}"), 2);
	assert_int_equal(judge_fields("{\"text\": null, \"displacement[0].figure\": 0}"), 0);
	assert_int_equal(judge_fields("{\"severity\": null}"), 1);
}

static size_t judge_only(const char *happened_text, bool others, const char *no_alert)
{
	struct tocsin_rehearsal_step step = {.kind = TOCSIN_REHEARSAL_PUBLISH};
	json_t *happened = json_loads(happened_text, 0, NULL);
	json_t *failures = json_array();
	assert_non_null(happened);
	step.expect.alerts_given = step.expect.digests_given = step.expect.cleared_given = true;
	step.expect.others = others;
	step.expect.no_alerts = &no_alert;
	step.expect.no_alert_count = no_alert ? 1 : 0;
	(void)tocsin_rehearsal_judge(&step, happened, failures);
	const size_t count = json_array_size(failures);
	json_decref(failures);
	json_decref(happened);
	return count;
}

static void test_absence(void **state)
{
	static const char nothing[] = "{\"alerts\": [], \"digests\": [], \"cleared\": []}";
	static const char much[] =
		"{\"alerts\": [{\"audience\": \"public\", \"id\": \"x\", \"topics\": [\"a\"],"
		"\"alert\": {}}], \"digests\": [{\"audience\": \"public\", \"count\": 1}],"
		"\"cleared\": [\"t/to/public/open/ML/-/x\", \"t/to/public/open-json/ML/-/x\"]}";
	(void)state;
	assert_int_equal(judge_only(nothing, false, "public"), 0);
	assert_int_equal(judge_only(much, false, NULL), 3);
	assert_int_equal(judge_only(much, true, NULL), 0);
	assert_int_equal(judge_only(much, true, "public"), 1);
	assert_int_equal(judge_only(much, true, "partners"), 0);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static char *folder_path(const char *folder, const char *name)
{
	char *path = NULL;
	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	return path;
}

#define SCENARIO(rules, expected)                                                                  \
	rules "start: 2024-08-07T18:00:00Z\n"                                                          \
		  "steps:\n"                                                                               \
		  "  - publish: {sender: a, incident: {event: {type: riots}, severity: severe, "           \
		  "certainty: observed, location: {country: \"NO\"}, sensitivity: low}}\n"                 \
		  "    expect: {receipt: {routing: " expected "}}\n"

/* A scenario of another rule file is left alone; one that names none, and one that
 * names the file by the name it will have, are run on the copy. */
static void test_beside(void **state)
{
	/* The scenarios' sender is one that only a relay brings. */
	static const char rules[] = "version: 1\n"
								"senders: {bridge: {relays: 'a*'}}\n"
								"audiences: {all: {max_sensitivity: severe}}\n"
								"rules: [{id: a, match: {region: NO}, alert: [{audience: all}]}]\n"
								"default: {alert: [{audience: all}]}\n";
	static const char *const names[] = {"rules.yaml", "draft.yaml", "other.yaml",
		"a.rehearsal.yaml", "b.rehearsal.yaml", "c.rehearsal.yaml"};
	static const char *const texts[] = {rules, rules, rules, SCENARIO("", "routed"),
		SCENARIO("rules: rules.yaml\n", "routed"), SCENARIO("rules: other.yaml\n", "held")};
	char folder[] = "/tmp/tocsin-rehearse-XXXXXX";
	char *paths[6];
	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < 6; i++) {
		paths[i] = folder_path(folder, names[i]);
		write_file(paths[i], texts[i]);
	}
	struct tocsin_rehearsal_files files = {.paths = NULL};
	assert_true(tocsin_rehearsal_files_beside(&files, paths[0]));
	assert_int_equal(files.count, 3);
	const struct tocsin_rehearse_want want = {
		.rules = paths[1], .rules_name = paths[0], .scenarios = &files, .skip_others = true};
	json_t *result = tocsin_rehearse(&want);
	assert_true(json_is_true(json_object_get(result, "ok")));
	assert_int_equal(json_array_size(json_object_get(result, "scenarios")), 2);
	const json_t *share = json_object_get(json_object_get(result, "coverage"), "rules");
	assert_int_equal(json_integer_value(json_object_get(share, "percent")), 50);
	json_decref(result);
	tocsin_rehearsal_files_finish(&files);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(unlink(paths[i]), 0);
		free(paths[i]);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_topic_filters),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_absence),
		cmocka_unit_test(test_beside),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
