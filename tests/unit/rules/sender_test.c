/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* For whom a sender may speak, and what it may report. */
#include "rules/sender.h"

#include "rules/rig_rules.h"

static bool relays(const char *pattern, const char *name)
{
	const struct tocsin_sender sender = {.relays = &pattern, .relay_count = 1};

	return tocsin_sender_relays(&sender, name, strlen(name));
}

static void patterns_hold_for_whole_names(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *name;
		bool holds;
	} cases[] = {
		{"mopti-17", "mopti-17", true},
		{"mopti-17", "mopti-1", false},
		{"mopti-17", "mopti-177", false},
		{"mopti-17", "Mopti-17", false},
		{"mopti-*", "mopti-17", true},
		{"mopti-*", "mopti-", true},
		{"mopti-*", "mopti", false},
		{"mopti-*", "gao-mopti-1", false},
		{"*-17", "mopti-17", true},
		{"*-17", "mopti-170", false},
		{"*-17", "a-17-17", true},
		{"*", "a", true},
		{"**", "a", true},
		{"a*b*c", "abc", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-b-c-b", false},
		{"a*a*a*a*a*a*a*a*a*a*a*b",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		/* Only what can be a sender is one. */
		{"*", "", false},
		{"*", "a/b", false},
		{"*", "a+", false},
		{"*", "#", false},
		{"*", "a b", false},
		{"*", "jean.dupont", false},
		{"*", "*", false},
		{"*", "m\xc3\xa9ni", false},
		{"*", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (relays(cases[i].pattern, cases[i].name) != cases[i].holds)
			fail_msg("%s and '%s'", cases[i].pattern, cases[i].name);
	}
	/* Bytes behind the length are not looked at. */
	const char *pattern = "mopti-1";
	const struct tocsin_sender sender = {.relays = &pattern, .relay_count = 1};
	assert_true(tocsin_sender_relays(&sender, "mopti-17", 7));
	assert_false(tocsin_sender_relays(&(struct tocsin_sender){0}, "mopti-1", 7));
}

static void every_relay_of_a_name_is_found(void **state)
{
	(void)state;
	struct tocsin_ruleset *set = rig_load("senders:\n"
										  "  zulu: {relays: ['mopti-*']}\n"
										  "  mopti-17: {}\n"
										  "  alpha: {relays: [x, '*-17']}\n"
										  "rules: []\n");
	const struct tocsin_sender *first = tocsin_ruleset_relay(set, "mopti-17", NULL);

	assert_int_equal(set->relay_count, 2);
	assert_string_equal(first->name, "alpha");
	const struct tocsin_sender *second = tocsin_ruleset_relay(set, "mopti-17", first);
	assert_string_equal(second->name, "zulu");
	assert_null(tocsin_ruleset_relay(set, "mopti-17", second));
	assert_string_equal(tocsin_ruleset_relay(set, "mopti-18", NULL)->name, "zulu");
	assert_null(tocsin_ruleset_relay(set, "zulu", NULL));
	assert_string_equal(tocsin_ruleset_speaker(set, "mopti-17"), "mopti-17");
	assert_string_equal(tocsin_ruleset_speaker(set, "mopti-18"), "zulu");
	assert_string_equal(tocsin_ruleset_speaker(set, "gao-17"), "alpha");
	assert_string_equal(tocsin_ruleset_speaker(set, "gao-18"), "gao-18");
	set->open_senders = true;
	assert_string_equal(tocsin_ruleset_speaker(set, "mopti-18"), "mopti-18");
	tocsin_ruleset_destroy(set);
}

static void regions_and_events(void **state)
{
	(void)state;
	static const uint32_t allowed[] = {7, 9}, within[] = {3, 9, 1}, beside[] = {3, 8};
	const struct tocsin_sender bound = {
		.regions = allowed, .region_count = 2, .events = TOCSIN_BIT(4)};
	const struct tocsin_sender free_one = {0};

	assert_true(tocsin_sender_reports_from(&bound, within, 3));
	assert_false(tocsin_sender_reports_from(&bound, beside, 2));
	assert_false(tocsin_sender_reports_from(&bound, NULL, 0));
	assert_true(tocsin_sender_reports_from(&free_one, NULL, 0));
	assert_true(tocsin_sender_reports_event(&bound, 4));
	assert_false(tocsin_sender_reports_event(&bound, 5));
	assert_true(tocsin_sender_reports_event(&free_one, 5));
	/* No event at all is another check's. */
	assert_true(tocsin_sender_reports_event(&bound, 0));
	assert_true(tocsin_sender_reports_event(&bound, -1));
	assert_true(tocsin_sender_reports_event(&bound, 1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_hold_for_whole_names),
		cmocka_unit_test(every_relay_of_a_name_is_found),
		cmocka_unit_test(regions_and_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
