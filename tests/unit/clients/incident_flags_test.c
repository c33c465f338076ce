/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/report/incident_flags.h"

#define NOW_MS INT64_C(1723060800000) /* 2024-08-07T20:00:00Z */

/* Gives words in pairs (NULL where an option has no value) and returns what was
 * wrong with the last. */
static const char *give(struct tocsin_incident_flags *flags, const char *const *words, size_t count)
{
	struct tocsin_option_set set = tocsin_incident_options(flags);
	const char *wrong = NULL, *near;
	assert_true(tocsin_incident_flags_init(flags, NOW_MS));
	set = tocsin_incident_options(flags);
	for (size_t i = 0; i < count && !wrong; i += 2) {
		char *value = words[i + 1] ? strdup(words[i + 1]) : NULL;
		wrong = tocsin_options_give(&set, words[i], value, &near);
		free(value);
	}
	return wrong;
}

#define GIVE(flags, ...)                                                                           \
	give(flags, (const char *const[]){__VA_ARGS__},                                                \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void expect(struct tocsin_incident_flags *flags, const char *json)
{
	json_t *laid = json_object();
	assert_true(tocsin_incident_flags_lay(flags, laid));
	json_t *wanted = json_loads(json, 0, NULL);
	assert_non_null(wanted);
	if (!json_equal(laid, wanted)) {
		char *text = json_dumps(laid, JSON_COMPACT);
		fail_msg("%s\nis not\n%s", text, json);
	}
	json_decref(wanted);
	json_decref(laid);
	tocsin_incident_flags_finish(flags);
}

static void refuse(struct tocsin_incident_flags *flags, const char *wrong, const char *part)
{
	assert_non_null(wrong);
	assert_has(wrong, part);
	tocsin_incident_flags_finish(flags);
}

static void simple_fields(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	assert_null(GIVE(&flags, "--event", "Violence-against-civilians", "--severity", "SEVERE",
		"--country", "ML", "--pcode", "ML0503", "--lat", "14.2222", "--lon", "-4.4933",
		"--locality", "Kouakourou", "--need", "food,water", "--need", "nfi", "--headline", "H"));
	expect(&flags,
		"{\"event\":{\"type\":\"violence_against_civilians\"},\"severity\":\"severe\","
		"\"location\":{\"country\":\"ML\",\"pcode\":\"ML0503\",\"point\":{\"latitude\":"
		"14.2222,\"longitude\":-4.4933},\"locality\":\"Kouakourou\"},\"needs\":[\"food\","
		"\"water\",\"nfi\"],\"headline\":\"H\"}");
}

static void claims_stand_side_by_side(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	assert_null(GIVE(&flags, "--killed", "21-40", "--claimant", "RFI", "--claimant-class", "media",
		"--injured", "0", "--not-reported", "killed", "--claimant-class", "official", "--official",
		NULL, "--missing", "20+"));
	expect(&flags,
		"{\"casualty_claims\":[{\"kind\":\"killed\",\"low\":21,\"high\":40,\"claimant\":\"RFI\","
		"\"claimant_class\":\"media\"},{\"kind\":\"injured\",\"low\":0,\"high\":0},{\"kind\":"
		"\"killed\",\"not_reported\":true,\"claimant_class\":\"official\",\"official\":true},"
		"{\"kind\":\"missing\",\"low\":20,\"qualifier\":\"more_than\"}]}");
}

static void figures_are_counted_by_default(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	assert_null(GIVE(&flags, "--displaced", "129825", "--as-of", "2024-05-31", "--households",
		"8000", "--stock", NULL, "--population", "returnee", "--household-size", "6.8"));
	expect(&flags,
		"{\"displacement\":[{\"figure\":129825,\"unit\":\"person\",\"as_of\":"
		"\"2024-05-31T00:00:00Z\",\"population\":\"idp\",\"flow_or_stock\":\"flow\"},{\"figure\":"
		"8000,\"unit\":\"household\",\"flow_or_stock\":\"stock\",\"population\":\"returnee\","
		"\"household_size\":6.8}]}");
}

static void times_and_spans(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	assert_null(GIVE(&flags, "--occurred", "2024-08-07", "--expires", "24h"));
	expect(&flags,
		"{\"occurred\":{\"start\":\"2024-08-07T00:00:00Z\",\"precision\":\"day\"},"
		"\"expires\":\"2024-08-08T20:00:00Z\"}");
	assert_null(GIVE(&flags, "--occurred", "-90m", "--expires", "2024-08-09T10:00+02:00"));
	expect(&flags,
		"{\"occurred\":{\"start\":\"2024-08-07T18:30:00Z\"},"
		"\"expires\":\"2024-08-09T08:00:00Z\"}");
	refuse(&flags, GIVE(&flags, "--occurred", "2024-08-07T18:30"), "must say its zone");
	refuse(&flags, GIVE(&flags, "--expires", "tomorrow"), "wants a time");
}

static void sources_and_actors(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	assert_null(
		GIVE(&flags, "--source", "RFI", "--source-kind", "media", "--grade", "b2", "--actor",
			"JNIM", "--actor-class", "rebel", "--actor-role", "attacker", "--alleged-by", "RFI"));
	expect(&flags,
		"{\"sources\":[{\"name\":\"RFI\",\"kind\":\"media\",\"reliability\":\"b\","
		"\"credibility\":\"2\"}],\"actors\":[{\"name\":\"JNIM\",\"actor_class\":"
		"\"rebel\",\"role\":\"attacker\",\"attribution\":{\"claimant\":\"RFI\"}}]}");
	refuse(&flags, GIVE(&flags, "--source", "x", "--grade", "G2"), "A to F");
	refuse(&flags, GIVE(&flags, "--source-kind", "media"), "comes after --source");
	refuse(&flags, GIVE(&flags, "--claimant", "x"), "comes after --killed");
	refuse(&flags, GIVE(&flags, "--stock", NULL), "comes after --displaced");
}

static void versions_name_what_they_replace(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	assert_null(
		GIVE(&flags, "--cancel", "a", "--cancel", "b", "--close-cause", "error", "--note", "N"));
	expect(&flags,
		"{\"msg_type\":\"cancel\",\"references\":[{\"id\":\"a\"},{\"id\":\"b\"}],"
		"\"close\":{\"cause\":\"error\",\"note\":\"N\"}}");
	refuse(&flags, GIVE(&flags, "--cancel", "a", "--update", "b"), "contradicts");
}

static void mistakes_say_what_was_meant(void **state)
{
	struct tocsin_incident_flags flags;
	(void)state;
	refuse(&flags, GIVE(&flags, "--severity", "sever"), "did you mean severe?");
	refuse(&flags, GIVE(&flags, "--severity", "unspecified"), "unknown, minor");
	refuse(&flags, GIVE(&flags, "--severity", "minor", "--severity", "severe"), "given twice");
	refuse(&flags, GIVE(&flags, "--lat", "14,2"), "with a point");
	refuse(&flags, GIVE(&flags, "--killed", "some"), "wants a number such as 21");
	refuse(&flags, GIVE(&flags, "--killed", "5-"), "wants a number such as 21");
	refuse(&flags, GIVE(&flags, "--displaced", "-5"), "0 or more");
	refuse(&flags, GIVE(&flags, "--displaced", "4294967296"), "0 or more");
	refuse(&flags, GIVE(&flags, "--headline", "\xff"), "not valid UTF-8");
	refuse(&flags, GIVE(&flags, "--need", "food,watr"), "did you mean water?");
}

static void flags_lie_over_a_file(void **state)
{
	struct tocsin_incident_flags flags;
	json_t *file = json_loads("{\"id\":\"x\",\"severity\":\"minor\",\"location\":{\"country\":"
							  "\"ML\"},\"needs\":[\"food\"]}",
		0, NULL);
	(void)state;
	assert_null(GIVE(&flags, "--severity", "severe", "--pcode", "ML05", "--need", "water"));
	assert_true(tocsin_incident_flags_lay(&flags, file));
	json_t *wanted = json_loads("{\"id\":\"x\",\"severity\":\"severe\",\"location\":{\"country\":"
								"\"ML\",\"pcode\":\"ML05\"},\"needs\":[\"food\",\"water\"]}",
		0, NULL);
	assert_true(json_equal(file, wanted));
	json_decref(wanted);
	json_decref(file);
	tocsin_incident_flags_finish(&flags);
	tocsin_incident_flags_finish(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_fields),
		cmocka_unit_test(claims_stand_side_by_side),
		cmocka_unit_test(figures_are_counted_by_default),
		cmocka_unit_test(times_and_spans),
		cmocka_unit_test(sources_and_actors),
		cmocka_unit_test(versions_name_what_they_replace),
		cmocka_unit_test(mistakes_say_what_was_meant),
		cmocka_unit_test(flags_lie_over_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
