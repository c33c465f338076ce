/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Silences as text: YAML and JSON, and every mistake with its place. */
#include "rules/rig_rules.h"

#include "rules/silence.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static int setup(void **state)
{
	*state = rig_load("rules: []\n");
	return 0;
}

static int teardown(void **state)
{
	tocsin_ruleset_destroy(*state);
	return 0;
}

static struct tocsin_silence *read_good(const struct tocsin_ruleset *ruleset, const char *text)
{
	struct tocsin_silence *silence = NULL;
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	enum tocsin_status status = tocsin_silence_read(
		ruleset, "silence", text, strlen(text), RIG_NOW_MS, &diagnostics, &silence);
	tocsin_diagnostics_print(&diagnostics, stderr);
	assert_int_equal(status, TOCSIN_OK);
	assert_int_equal(diagnostics.count, 0);
	tocsin_diagnostics_finish(&diagnostics);
	return silence;
}

static void reads_yaml_and_json(void **state)
{
	static const char *const texts[] = {
		"match:\n  region: ML05 Mopti\n  not: {event: battles}\n"
		"  time: {tz: Africa/Bamako, between: 18:00-06:00}\n"
		"audiences: [partners, public]\nauthor: coord-duty\nreason: Exercice à Mopti\n"
		"from: 2024-08-08T13:00:00+01:00\nuntil: 2024-09-07T12:00:00Z\ninclude_extreme: true\n",
		"{\"match\": {\"region\": \"ML05\", \"not\": {\"event\": [\"battles\"]}, "
		"\"time\": {\"tz\": \"Africa/Bamako\", \"between\": \"18:00-06:00\"}}, "
		"\"audiences\": [\"partners\", \"public\"], \"author\": \"coord-duty\", "
		"\"reason\": \"Exercice \\u00e0 Mopti\", \"from\": \"2024-08-08T12:00:00Z\", "
		"\"until\": \"2024-09-07T12:00:00Z\", \"include_extreme\": true}",
	};
	const struct tocsin_ruleset *ruleset = *state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct tocsin_silence *silence = read_good(ruleset, texts[i]);
		assert_int_equal(silence->match.region_count, 1);
		assert_int_equal(
			silence->not_->event, TOCSIN_BIT(TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES));
		assert_int_equal(silence->match.hours->from_minute, 18 * 60);
		assert_int_equal(silence->audiences,
			1 << tocsin_ruleset_audience(ruleset, "partners") |
				1 << tocsin_ruleset_audience(ruleset, "public"));
		assert_string_equal(silence->author, "coord-duty");
		assert_string_equal(silence->reason, "Exercice à Mopti");
		assert_int_equal(silence->from_ms, RIG_NOW_MS);
		assert_int_equal(silence->until_ms, RIG_NOW_MS + 30 * DAY_MS);
		assert_true(silence->include_extreme);
		assert_string_equal(silence->text, texts[i]);
		tocsin_silence_destroy(silence);
	}
	tocsin_silence_destroy(NULL);
}

static void fills_in_what_is_left_out(void **state)
{
	struct tocsin_silence *silence =
		read_good(*state, "{author: a, reason: b, until: 2024-08-08T12:00:01Z}");
	assert_int_equal(silence->from_ms, RIG_NOW_MS);
	assert_int_equal(silence->until_ms, RIG_NOW_MS + 1000);
	assert_int_equal(silence->audiences, 0);
	assert_null(silence->not_);
	assert_false(silence->include_extreme);
	assert_int_equal(silence->match.region_count, 0);
	tocsin_silence_destroy(silence);
}

static void lists_every_mistake(void **state)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{"{}",
			"s:1:1: error: silence lacks the key 'author'\n"
			"s:1:1: error: silence lacks the key 'reason'\n"
			"s:1:1: error: silence lacks the key 'until'\n"},
		{"", "s:1:1: error: the file is empty\n"},
		{"[1]", "s:1:1: error: silence is a mapping of keys, not a list\n"},
		{"{author: a, reason: b, until: 2024-08-08T12:00:00Z}",
			"s:1:31: error: 'until' is not after 'from'\n"},
		{"{author: a, reason: b, from: 2024-08-01T12:00:00Z, until: 2024-08-08T12:00:00Z}",
			"s:1:59: error: 'until' is past\n"},
		{"{author: a, reason: b, until: 2024-09-07T12:00:00.001Z}",
			"s:1:31: error: a silence lasts at most 30 days\n"},
		{"{author: a, reason: b, until: forever}",
			"s:1:31: error: 'forever' is not a time with its offset from UTC, such as "
			"2026-01-01T18:00:00Z\n"},
		{"{author: a, reason: b, until: 2024-08-09 12:00:00}",
			"s:1:31: error: '2024-08-09 12:00:00' is not a time with its offset from UTC, such as "
			"2026-01-01T18:00:00Z\n"},
		{"{author: '', reason: b, untl: 2024-08-09T12:00:00Z,\n"
		 " match: {region: ML0599, min_severty: severe, not: {not: {}}}, audiences: partner,\n"
		 " include_extreme: yes}",
			"s:1:10: error: 'author' takes a text, not an empty text\n"
			"s:1:25: error: unknown key 'untl' in silence: did you mean 'until'?\n"
			"s:2:18: error: unknown region 'ML0599': did you mean 'ML05 Mopti'?\n"
			"s:2:26: error: unknown key 'min_severty' in match: did you mean 'min_severity'?\n"
			"s:2:53: error: a 'not' inside another is not allowed\n"
			"s:2:75: error: unknown audience 'partner': did you mean 'partners'?\n"
			"s:3:19: error: 'include_extreme' takes true or false, not 'yes'\n"},
		{"{author: a", "s:1:11: error: "},
	};
	const struct tocsin_ruleset *ruleset = *state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_silence untouched, *silence = &untouched;
		struct tocsin_diagnostics diagnostics;
		char *shown;
		size_t length;
		tocsin_diagnostics_init(&diagnostics);
		assert_int_equal(tocsin_silence_read(ruleset, "s", rows[i].text, strlen(rows[i].text),
							 RIG_NOW_MS, &diagnostics, &silence),
			TOCSIN_INVALID);
		assert_ptr_equal(silence, &untouched);
		FILE *out = open_memstream(&shown, &length);
		tocsin_diagnostics_print(&diagnostics, out);
		fclose(out);
		if (i + 1 < COUNT(rows))
			assert_string_equal(shown, rows[i].wanted);
		else
			assert_true(diagnostics.errors > 0);
		free(shown);
		tocsin_diagnostics_finish(&diagnostics);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_yaml_and_json, setup, teardown),
		cmocka_unit_test_setup_teardown(fills_in_what_is_left_out, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_every_mistake, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
