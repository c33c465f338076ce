/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The impact of a change, and what it is judged on. */
#include "rules/rig_rules.h"

#include <unistd.h>

#include "clients/rule/diff_against.h"
#include "engine/engine.h"
#include "journal/store.h"

#define BATTLES                                                                                    \
	"rules:\n"                                                                                     \
	"  - id: battles\n"                                                                            \
	"    match: {region: ML, event: battles}\n"                                                    \
	"    alert: [{audience: partners}]\n"

static const char battles[] = BATTLES;

struct compared {
	struct tocsin_ruleset *before, *after;
	struct tocsin_impact *impact;
	struct tocsin_arena *arena;
};

static struct compared compare(const char *before, const char *after)
{
	struct compared compared = {.before = rig_load(before), .after = rig_load(after)};
	compared.impact = tocsin_impact_create(compared.before, compared.after);
	compared.arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	assert_non_null(compared.impact);
	assert_non_null(compared.arena);
	return compared;
}

static void finish(struct compared *compared)
{
	tocsin_impact_destroy(compared->impact);
	tocsin_ruleset_destroy(compared->before);
	tocsin_ruleset_destroy(compared->after);
	tocsin_arena_destroy(compared->arena);
}

static void add(struct compared *compared, const char *sender, const char *patch)
{
	struct tocsin_violations violations;
	ProtobufCMessage *message = NULL;
	json_t *incident = json_loads(rig_incident_json, 0, NULL);
	json_t *over = json_loads(patch, 0, NULL);
	assert_non_null(incident);
	assert_non_null(over);
	rig_patch(incident, over);
	tocsin_violations_init(&violations, compared->arena);
	assert_int_equal(tocsin_json_read_value(&tocsin__v1__incident__descriptor, incident,
						 compared->arena, &violations, &message),
		TOCSIN_OK);
	assert_int_equal(
		tocsin_impact_add(compared->impact, (Tocsin__V1__Incident *)message, sender, RIG_NOW_MS),
		TOCSIN_OK);
	json_decref(incident);
	json_decref(over);
}

static void assert_lines(struct compared *compared, const char *const *expected)
{
	const char *const *lines = tocsin_impact_lines(compared->impact, compared->arena);
	assert_non_null(lines);
	size_t i = 0;
	for (; expected[i]; i++) {
		assert_non_null(lines[i]);
		assert_string_equal(lines[i], expected[i]);
	}
	assert_null(lines[i]);
}

#define NOT_COMPARED                                                                               \
	"nobody would be alerted more, less or elsewhere; expires, open, qos and throttles are not "   \
	"compared"
#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_no_change(void **state)
{
	struct compared compared = compare(battles, battles);
	(void)state;
	add(&compared, "a", "{}");
	add(&compared, "a", "{\"severity\": \"extreme\"}");
	assert_lines(&compared, LINES("no change"));
	assert_false(tocsin_impact_loses(compared.impact));
	assert_int_equal(tocsin_impact_totals(compared.impact)->incidents, 2);
	assert_int_equal(tocsin_impact_totals(compared.impact)->extremes, 1);
	finish(&compared);
}

/* "No change" would not be true of alerts that hold an hour instead of a day. */
static void test_what_is_not_compared_is_said(void **state)
{
	struct compared compared =
		compare("rules:\n  - {id: a, alert: [{audience: partners, open: true, expires: 24h}]}\n",
			"rules:\n  - {id: a, alert: [{audience: partners, expires: 1h}]}\n");
	(void)state;
	add(&compared, "a", "{}");
	assert_lines(&compared, LINES(NOT_COMPARED));
	assert_int_equal(tocsin_impact_totals(compared.impact)->changed, 0);
	finish(&compared);
}

static void test_lost_and_gained(void **state)
{
	struct compared compared = compare(battles,
		"rules:\n"
		"  - id: battles\n"
		"    match: {region: ML05 Mopti, event: battles, min_severity: severe}\n"
		"    alert: [{audience: partners}]\n");
	(void)state;
	size_t count;
	add(&compared, "a", "{}");
	add(&compared, "a", "{\"severity\": \"moderate\"}");
	add(&compared, "a", "{\"severity\": \"extreme\", \"location\": {\"pcode\": \"ML0801\"}}");
	add(&compared, "a", "{\"event\": {\"type\": \"riots\"}}");
	assert_lines(&compared,
		LINES("1 extreme would reach only coordination",
			"partners: 2 alerts fewer, 1 extreme, 1 moderate, in Mopti and Kidal",
			"coordination: 2 alerts more, 1 extreme, 1 moderate, in Mopti and Kidal"));
	assert_true(tocsin_impact_loses(compared.impact));
	const struct tocsin_impact_rule *rules = tocsin_impact_rules(compared.impact, &count);
	assert_int_equal(count, 2);
	assert_string_equal(rules[0].id, "battles");
	assert_int_equal(rules[0].edit, TOCSIN_IMPACT_EDITED);
	assert_int_equal(rules[0].count.lost, 2);
	assert_string_equal(rules[1].id, "default");
	assert_int_equal(rules[1].edit, TOCSIN_IMPACT_SAME);
	assert_int_equal(rules[1].count.gained, 2);
	const struct tocsin_impact_change *changes = tocsin_impact_changes(compared.impact, &count);
	assert_int_equal(count, 4);
	assert_int_equal(changes[0].incident, 1);
	assert_int_equal(changes[2].incident, 2);
	assert_int_equal(tocsin_impact_totals(compared.impact)->extremes_defaults, 1);
	finish(&compared);
}

/* A drill that fewer see is told, and is no loss. */
static void test_drill(void **state)
{
	struct compared compared = compare(battles, "rules: []\n");
	(void)state;
	add(&compared, "a", "{\"severity\": \"extreme\", \"status\": \"exercise\"}");
	assert_false(tocsin_impact_loses(compared.impact));
	assert_int_equal(tocsin_impact_totals(compared.impact)->alerts.lost, 1);
	finish(&compared);
}

static void test_corroboration_waits(void **state)
{
	struct compared compared = compare(
		battles, BATTLES "    corroborate: {reports: 2, independent: sender, within: 6h}\n");
	(void)state;
	add(&compared, "a", "{\"severity\": \"extreme\"}");
	assert_lines(&compared,
		LINES("1 extreme would reach only coordination",
			"partners: 1 alert fewer, extreme, in Mopti",
			"coordination: 1 alert more, extreme, in Mopti"));
	finish(&compared);
}

static void test_refused(void **state)
{
	struct compared compared = compare(battles,
		"senders:\n  a: {regions: [ML08]}\n  b: {events: [riots]}\n"
		"  r: {relays: ['d-*'], regions: [ML08]}\n"
		"  s: {relays: d-1, regions: [ML05]}\n" BATTLES);
	(void)state;
	add(&compared, "a", "{\"severity\": \"extreme\"}");
	add(&compared, "a", "{\"location\": {\"pcode\": \"ML0801\"}}");
	add(&compared, "b", "{}");
	add(&compared, "c", "{}");
	add(&compared, NULL, "{}");
	/* One of its relays may. */
	add(&compared, "d-1", "{}");
	add(&compared, "d-2", "{}");
	const struct tocsin_impact_totals *totals = tocsin_impact_totals(compared.impact);
	assert_int_equal(totals->newly_refused, 4);
	assert_int_equal(totals->extremes_refused, 1);
	assert_true(totals->senders_edited);
	assert_true(tocsin_impact_loses(compared.impact));
	assert_lines(&compared,
		LINES("1 extreme would be refused",
			"partners: 4 alerts fewer, 1 extreme, 3 severe, in Mopti",
			"4 incidents would be refused"));
	finish(&compared);
}

/* What an audience may see decides the topic, too. */
static void test_moved_topic(void **state)
{
	static const char rules[] = "rules:\n  - id: a\n    alert: [{audience: public}]\n";
	struct compared compared = {.before = rig_load(rules)};
	char *text = NULL;
	(void)state;
	assert_true(asprintf(&text,
					"version: 1\ngazetteer: [list.csv]\naudiences:\n"
					"  coordination: {max_sensitivity: severe}\n"
					"  public: {max_sensitivity: low, detail: adm2}\n%s"
					"default:\n  alert: [{audience: coordination, open: true}]\n",
					rules) > 0);
	const struct tocsin_files files = {.ctx = text, .read = rig_read};
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	assert_int_equal(
		tocsin_ruleset_load("rules.yaml", &files, &diagnostics, &compared.after), TOCSIN_OK);
	tocsin_diagnostics_finish(&diagnostics);
	free(text);
	compared.impact = tocsin_impact_create(compared.before, compared.after);
	compared.arena = tocsin_arena_create(1 << 20, &tocsin_heap);
	add(&compared, "a", "{\"sensitivity\": \"low\"}");
	size_t count;
	const struct tocsin_impact_change *changes = tocsin_impact_changes(compared.impact, &count);
	assert_int_equal(count, 1);
	assert_int_equal(changes[0].kind, TOCSIN_IMPACT_MOVED);
	assert_string_equal(
		changes[0].topic_before, "tocsin/v1/to/public/alert/severe/battles/ML/ML05");
	assert_string_equal(
		changes[0].topic_after, "tocsin/v1/to/public/alert/severe/battles/ML/ML05/ML0503");
	assert_lines(&compared, LINES("public: 1 alert on another topic, severe, in Mopti"));
	finish(&compared);
}

static void test_order(void **state)
{
#define RULE(id) "  - id: " id "\n    match: {event: riots}\n    alert: [{audience: partners}]\n"
	struct compared compared = compare("rules:\n" RULE("a") RULE("b") RULE("c") RULE("d"),
		"rules:\n" RULE("d") RULE("a") RULE("x") RULE("c"));
	static const struct {
		const char *id;
		enum tocsin_impact_edit edit;
		bool moved;
	} wanted[] = {
		{"a", TOCSIN_IMPACT_SAME, false},
		{"b", TOCSIN_IMPACT_REMOVED, false},
		{"c", TOCSIN_IMPACT_SAME, false},
		{"d", TOCSIN_IMPACT_SAME, true},
		{"x", TOCSIN_IMPACT_ADDED, false},
		{"default", TOCSIN_IMPACT_SAME, false},
	};
	size_t count;
	(void)state;
	const struct tocsin_impact_rule *rules = tocsin_impact_rules(compared.impact, &count);
	assert_int_equal(count, sizeof(wanted) / sizeof(*wanted));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(rules[i].id, wanted[i].id);
		assert_int_equal(rules[i].edit, wanted[i].edit);
		assert_int_equal(rules[i].moved, wanted[i].moved);
	}
	finish(&compared);
}

/* Cancels walk no rules; what neither set takes counts for nothing. */
static void test_passed_over(void **state)
{
	struct compared compared = compare(battles, "rules: []\n");
	(void)state;
	add(&compared, "a",
		"{\"msg_type\": \"cancel\", \"references\": [{\"sender\": \"a\", \"id\": "
		"\"1f8fad5b-d9cb-469f-a165-70867728950e\", \"sent\": \"2024-08-07T18:40:00Z\"}]}");
	add(&compared, "a", "{\"location\": {\"country\": \"XX\", \"pcode\": null}}");
	assert_int_equal(tocsin_impact_totals(compared.impact)->incidents, 0);
	assert_lines(&compared, LINES(NOT_COMPARED));
	finish(&compared);
}

/* The made-up incidents meet every rule of both sets, whatever it asks. */
static void test_grid_meets_every_rule(void **state)
{
	struct compared compared = compare("rules: []\n",
		"rules:\n"
		"  - id: a\n    match: {region: ML0503, event: riots, severity: minor}\n"
		"    alert: [{audience: public}]\n"
		"  - id: b\n    match: {min_displaced: 70000, event: displacement}\n"
		"    alert: [{audience: public}]\n"
		"  - id: c\n    match: {min_killed: 12, urgency: future, need: water}\n"
		"    alert: [{audience: public}]\n"
		"  - id: d\n    match: {sub_type: Armed clash, language: fr, impact: looting}\n"
		"    alert: [{audience: public}]\n"
		"  - id: e\n    match: {category: geo, cause: disaster, min_certainty: likely}\n"
		"    alert: [{audience: public}]\n"
		"  - id: f\n    match: {region: SD02, not: {region: SD02114}}\n"
		"    alert: [{audience: public}]\n");
	struct tocsin_diff_feed feed = {.impact = compared.impact};
	size_t count;
	(void)state;
	assert_true(tocsin_diff_feed_grid(&feed, compared.before, compared.after));
	assert_int_equal(feed.count, tocsin_impact_totals(compared.impact)->incidents);
	const struct tocsin_impact_rule *rules = tocsin_impact_rules(compared.impact, &count);
	assert_int_equal(count, 7);
	for (size_t i = 0; i + 1 < count; i++)
		if (rules[i].count.gained == 0)
			fail_msg("no incident of the grid meets rule %s", rules[i].id);
	tocsin_diff_feed_finish(&feed);
	finish(&compared);
}

/* One incident accepted by the engine and written down. */
static void keep(
	struct tocsin_store *store, struct tocsin_engine *engine, const char *sender, const char *text)
{
	char error[TOCSIN_JOURNAL_ERROR];
	bool corrupt = false;
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = sender,
		.client_id = sender,
		.form = TOCSIN_FORM_JSON,
		.payload = (const uint8_t *)text,
		.payload_size = strlen(text),
	};
	struct tocsin_outcome *outcome = tocsin_engine_submit(engine, &submission, RIG_NOW_MS);
	assert_non_null(outcome);
	assert_non_null(outcome->record);
	assert_int_equal(tocsin_store_commit(store, outcome, outcome, 0, error, &corrupt), TOCSIN_OK);
	tocsin_engine_settle(engine, outcome);
	tocsin_outcome_destroy(engine, outcome);
}

/* The journal is read as a hub that is running leaves it, each incident with its own
 * sender; a file that is none is refused. */
static void test_journal(void **state)
{
	const struct tocsin_engine_config config = {.root = "tocsin/v1", .durable = true};
	char folder[] = "/tmp/tocsin-diff-XXXXXX";
	char path[64], error[TOCSIN_JOURNAL_ERROR];
	struct tocsin_store *store = NULL;
	struct compared compared =
		compare(battles, "senders:\n  a: {}\n  b: {regions: [ML08]}\n" BATTLES);
	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/journal", folder);
	assert_int_equal(tocsin_store_open(path, &store, error), TOCSIN_OK);
	struct tocsin_engine *engine = tocsin_engine_create(&config, rig_load(battles));
	assert_non_null(engine);
	char *other = strdup(rig_incident_json);
	assert_non_null(other);
	strstr(other, "8950e")[1] = '8';
	keep(store, engine, "a", rig_incident_json);
	keep(store, engine, "b", other);
	struct tocsin_diff_feed feed = {.impact = compared.impact};
	assert_true(tocsin_diff_feed_journal(&feed, path));
	assert_int_equal(feed.count, 2);
	assert_string_equal(feed.labels[1], "journal 2, incident 0f8fad5b-d9cb-469f-a165-70867728850e");
	assert_lines(&compared,
		LINES("partners: 1 alert fewer, severe, in Mopti", "1 incident would be refused"));
	assert_false(tocsin_diff_feed_journal(&feed, folder));
	tocsin_diff_feed_finish(&feed);
	free(other);
	tocsin_store_close(store);
	tocsin_engine_destroy(engine);
	finish(&compared);
	static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		char name[80];
		(void)snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
		(void)unlink(name);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_change),
		cmocka_unit_test(test_what_is_not_compared_is_said),
		cmocka_unit_test(test_lost_and_gained),
		cmocka_unit_test(test_drill),
		cmocka_unit_test(test_corroboration_waits),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_moved_topic),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_passed_over),
		cmocka_unit_test(test_grid_meets_every_rule),
		cmocka_unit_test(test_journal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
