/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Tocsin JSON in: each refusal with its exact check id and field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/incident.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

struct fixture {
	struct tocsin_arena *arena;
	struct tocsin_violations violations;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	assert_non_null(fixture);
	fixture->arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, &tocsin_heap);
	assert_non_null(fixture->arena);
	tocsin_violations_init(&fixture->violations, fixture->arena);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;
	tocsin_arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static void start_over(struct fixture *fixture)
{
	tocsin_arena_reset(fixture->arena);
	tocsin_violations_init(&fixture->violations, fixture->arena);
}

static enum tocsin_status read_bytes(
	struct fixture *fixture, const char *text, size_t length, Tocsin__V1__Incident **incident)
{
	ProtobufCMessage *message = NULL;
	start_over(fixture);
	/* An exact copy, so that a sanitizer sees a read past the end. */
	char *copy = malloc(length == 0 ? 1 : length);
	assert_non_null(copy);
	memcpy(copy, text, length);
	enum tocsin_status status = tocsin_json_read(&tocsin__v1__incident__descriptor, copy, length,
		fixture->arena, &fixture->violations, &message);
	free(copy);
	*incident = (Tocsin__V1__Incident *)message;
	return status;
}

static Tocsin__V1__Incident *read_fine(struct fixture *fixture, const char *text)
{
	Tocsin__V1__Incident *incident = NULL;
	enum tocsin_status status = read_bytes(fixture, text, strlen(text), &incident);
	for (size_t i = 0; i < fixture->violations.count; i++) {
		print_error(
			"%s at %s\n", fixture->violations.items[i].id, fixture->violations.items[i].field);
	}
	assert_int_equal(status, TOCSIN_OK);
	assert_int_equal(fixture->violations.count, 0);
	assert_non_null(incident);
	return incident;
}

struct refusal {
	const char *text;
	const char *id, *field;
	const char *message; /* a part of it, or NULL */
};

static void assert_refused(struct fixture *fixture, const struct refusal *refusal)
{
	Tocsin__V1__Incident *incident = NULL;
	enum tocsin_status status =
		read_bytes(fixture, refusal->text, strlen(refusal->text), &incident);
	const struct tocsin_violations *violations = &fixture->violations;
	if (status != TOCSIN_INVALID || violations->count != 1) {
		fail_msg("%s: status %d, %zu violations", refusal->text, (int)status, violations->count);
	}
	assert_string_equal(violations->items[0].id, refusal->id);
	assert_string_equal(violations->items[0].field, refusal->field);
	assert_int_equal(violations->items[0].level, TOCSIN_LEVEL_ERROR);
	if (refusal->message != NULL &&
		strstr(violations->items[0].message, refusal->message) == NULL) {
		fail_msg("%s: message \"%s\"", refusal->text, violations->items[0].message);
	}
}

static void assert_all_refused(
	struct fixture *fixture, const struct refusal *refusals, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_refused(fixture, &refusals[i]);
	}
}

#define ASSERT_ALL_REFUSED(state, refusals)                                                        \
	assert_all_refused(*(state), refusals, sizeof(refusals) / sizeof((refusals)[0]))

static void test_syntax(void **state)
{
	static const struct refusal refusals[] = {
		{"", "payload.json", "", NULL},
		{" ", "payload.json", "", "line 1"},
		{"null", "payload.json", "", NULL},
		{"[]", "payload.json", "", "an object is wanted"},
		{"\"text\"", "payload.json", "", NULL},
		{"{", "payload.json", "", "the text ends too early"},
		{"{\"id\":\"a\"", "payload.json", "", "the text ends too early"},
		{"{} {}", "payload.json", "", "something follows the object"},
		{"{}x", "payload.json", "", "something follows the object"},
		{"{\n  \"id\": tru }", "payload.json", "", "line 2"},
		{"{'id':1}", "payload.json", "", NULL},
		{"{\"id\":\"a\",}", "payload.json", "", NULL},
		{"{\"id\":NaN}", "payload.json", "", NULL},
		{"{\"id\":01}", "payload.json", "", NULL},
		{"{\"id\":\"a\nb\"}", "payload.json", "", NULL},
		{"{\"id\":\"\xff\"}", "payload.json", "", "not valid UTF-8"},
		{"{\"id\":\"\xed\xa0\x80\"}", "payload.json", "", "not valid UTF-8"},
		{"{\"id\":\"\xc0\xaf\"}", "payload.json", "", "not valid UTF-8"},
		{"{\"id\":\"\\ud800\"}", "payload.json", "", NULL},
		{"\xef\xbb\xbf{}", "payload.json", "", NULL},
		{"{\"id\":\"a\",\n\"id\":\"b\"}", "payload.json", "",
			"line 2, column 4: a name is given twice"},
		{"{\"i\\u0000d\":1}", "payload.json", "", "a name holds NUL"},
		{"{\"household_size\":1e400}", "payload.json", "", "a number is too large"},
	};
	ASSERT_ALL_REFUSED(state, refusals);
}

static void test_raw_nul(void **state)
{
	static const char text[] = "{\"id\":\"a\0b\"}";
	Tocsin__V1__Incident *incident = NULL;
	struct fixture *fixture = *state;
	assert_int_equal(read_bytes(fixture, text, sizeof text - 1, &incident), TOCSIN_INVALID);
	assert_null(incident);
	assert_string_equal(fixture->violations.items[0].id, "payload.json");
}

static void test_escaped_nul(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"headline\":\"a\\u0000b\"}", "headline.control", "headline",
			"other than tab and line feed: NUL"},
		{"{\"location\":{\"locality\":\"\\u0000\"}}", "location.locality.control",
			"location.locality", NULL},
	};
	ASSERT_ALL_REFUSED(state, refusals);
}

static void test_depth(void **state)
{
	struct fixture *fixture = *state;
	char text[256];
	size_t length = 0;
	length += (size_t)snprintf(text, sizeof text, "{\"headline\":");
	for (int i = 0; i < TOCSIN_MAX_JSON_DEPTH; i++) {
		text[length++] = '[';
	}
	text[length] = '\0';
	assert_refused(fixture, &(struct refusal){text, "payload.depth", "", "at most 16 levels"});
	/* Brackets within a text are no depth, an escaped quote does not end it. */
	(void)read_fine(fixture, "{\"headline\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[\"}");
	/* One level below the ceiling is judged by its type. */
	length = (size_t)snprintf(text, sizeof text, "{\"headline\":");
	for (int i = 0; i < TOCSIN_MAX_JSON_DEPTH - 1; i++) {
		text[length++] = '[';
	}
	for (int i = 0; i < TOCSIN_MAX_JSON_DEPTH - 1; i++) {
		text[length++] = ']';
	}
	text[length++] = '}';
	text[length] = '\0';
	assert_refused(fixture, &(struct refusal){text, "headline.type", "headline", NULL});
}

static void test_unknown_fields(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"severty\":\"severe\"}", "severty.unknown_field", "severty", "did you mean severity?"},
		{"{\"Severity\":\"severe\"}", "Severity.unknown_field", "Severity",
			"did you mean severity?"},
		{"{\"xyzzy_plugh\":1}", "xyzzy_plugh.unknown_field", "xyzzy_plugh", "no such field"},
		{"{\"location\":{\"contry\":\"ML\"}}", "location.contry.unknown_field", "location.contry",
			"did you mean country?"},
		{"{\"displacement\":[{},{\"figur\":1}]}", "displacement.figur.unknown_field",
			"displacement[1].figur", "did you mean figure?"},
		/* A name that no field could have is the sender's own text. */
		{"{\"+223 76 00 00 00\":1}", "unknown.unknown_field", "unknown", "no such field"},
		{"{\"\":1}", "unknown.unknown_field", "unknown", "no such field"},
		{"{\"f\\u00e9\":1}", "unknown.unknown_field", "unknown", "no such field"},
		{"{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":null}", "unknown.unknown_field", "unknown",
			"no such field"},
		{"{\"seconds\":1}", "seconds.unknown_field", "seconds", NULL},
		{"{\"@type\":\"x\"}", "unknown.unknown_field", "unknown", NULL},
	};
	ASSERT_ALL_REFUSED(state, refusals);
	Tocsin__V1__Incident *incident = NULL;
	const char *text = "{\"xyzzy_plugh\":\"secret of a reporter\"}";
	(void)read_bytes(*state, text, strlen(text), &incident);
	assert_null(strstr(((struct fixture *)*state)->violations.items[0].message, "secret"));
}

static void test_types(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"id\":1}", "id.type", "id", "a text is wanted"},
		{"{\"id\":true}", "id.type", "id", NULL},
		{"{\"id\":[\"a\"]}", "id.type", "id", NULL},
		{"{\"severity\":true}", "severity.type", "severity", NULL},
		{"{\"severity\":4.5}", "severity.type", "severity", NULL},
		{"{\"severity\":{}}", "severity.type", "severity", NULL},
		{"{\"sent\":1722500000}", "sent.type", "sent", "a text is wanted"},
		{"{\"sent\":{\"seconds\":1}}", "sent.type", "sent", NULL},
		{"{\"event\":\"battles\"}", "event.type", "event", "an object is wanted"},
		{"{\"event\":[]}", "event.type", "event", NULL},
		{"{\"needs\":\"food\"}", "needs.type", "needs", "a list is wanted"},
		{"{\"needs\":{}}", "needs.type", "needs", NULL},
		{"{\"needs\":[[]]}", "needs.type", "needs[0]", NULL},
		{"{\"needs\":[null]}", "needs.type", "needs[0]", NULL},
		{"{\"actors\":[null]}", "actors.type", "actors[0]", NULL},
		{"{\"casualty_claims\":[{},{\"official\":\"true\"}]}", "casualty_claims.official.type",
			"casualty_claims[1].official", "true or false is wanted"},
		{"{\"casualty_claims\":[{\"official\":1}]}", "casualty_claims.official.type",
			"casualty_claims[0].official", NULL},
		{"{\"displacement\":[{\"figure\":1.5}]}", "displacement.figure.type",
			"displacement[0].figure", "a whole number is wanted"},
		{"{\"displacement\":[{\"figure\":true}]}", "displacement.figure.type",
			"displacement[0].figure", NULL},
		{"{\"displacement\":[{\"figure\":\"\"}]}", "displacement.figure.type",
			"displacement[0].figure", NULL},
		{"{\"displacement\":[{\"figure\":\" 5\"}]}", "displacement.figure.type",
			"displacement[0].figure", NULL},
		{"{\"displacement\":[{\"figure\":\"05\"}]}", "displacement.figure.type",
			"displacement[0].figure", NULL},
		{"{\"displacement\":[{\"figure\":\"0x10\"}]}", "displacement.figure.type",
			"displacement[0].figure", NULL},
		{"{\"displacement\":[{\"figure\":\"some\"}]}", "displacement.figure.type",
			"displacement[0].figure", NULL},
		{"{\"location\":{\"point\":{\"latitude\":\"NaN\"}}}", "location.point.latitude.type",
			"location.point.latitude", "a number is wanted"},
		{"{\"location\":{\"point\":{\"latitude\":\"14,2\"}}}", "location.point.latitude.type",
			"location.point.latitude", NULL},
		{"{\"location\":{\"point\":[14.2,-4.5]}}", "location.point.type", "location.point", NULL},
	};
	ASSERT_ALL_REFUSED(state, refusals);
}

static void test_ranges(void **state)
{
	static const char *const figures[] = {"-1", "4294967296", "-4294967295", "1e10",
		"9223372036854775807", "9223372036854775808", "-9223372036854775809",
		"99999999999999999999999999", "\"-1\"", "\"4294967296\"", "\"18446744073709551616\"",
		"\"99999999999999999999999999\""};
	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
		char text[128];
		(void)snprintf(text, sizeof text, "{\"displacement\":[{\"figure\":%s}]}", figures[i]);
		assert_refused(*state,
			&(struct refusal){
				text, "displacement.figure.range", "displacement[0].figure", "0 to 4294967295"});
	}
}

static void test_enums(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"severity\":\"catastrophic\"}", "severity.enum", "severity",
			": one of unknown, minor, moderate, severe, extreme"},
		{"{\"severity\":\"Sevre\"}", "severity.enum", "severity", ": did you mean severe?"},
		{"{\"severity\":\"unspecifed\"}", "severity.enum", "severity", ": one of unknown"},
		{"{\"event\":{\"type\":\"violence against civilians\"}}", "event.type.enum", "event.type",
			": did you mean violence_against_civilians?"},
		{"{\"sources\":[{\"credibility\":\"10\"}]}", "sources.credibility.enum",
			"sources[0].credibility", ": one of 1, 2, 3, 4, 5, 6"},
		{"{\"severity\":\"\"}", "severity.enum", "severity", ": one of unknown"},
		{"{\"severity\":\"4\"}", "severity.enum", "severity", ": one of unknown"},
		{"{\"severity\":\"STATUS_ACTUAL\"}", "severity.enum", "severity", NULL},
		{"{\"severity\":\"severe\\u0000\"}", "severity.enum", "severity", NULL},
		{"{\"severity\":6}", "severity.enum", "severity", ": one of unknown"},
		{"{\"severity\":-1}", "severity.enum", "severity", NULL},
		{"{\"severity\":4294967300}", "severity.enum", "severity", NULL},
		{"{\"severity\":99999999999999999999}", "severity.enum", "severity", NULL},
		{"{\"needs\":[\"food\",\"hope\"]}", "needs.enum", "needs[1]", ": one of food, water, "},
	};
	ASSERT_ALL_REFUSED(state, refusals);
	/* What is unknown is not missing: validation must not say "required" too. */
	Tocsin__V1__Incident *incident = NULL;
	const char *text = "{\"severity\":\"catastrophic\"}";
	assert_int_equal(read_bytes(*state, text, strlen(text), &incident), TOCSIN_INVALID);
	assert_int_not_equal(incident->severity, TOCSIN__V1__SEVERITY__SEVERITY_UNSPECIFIED);
}

static void test_times(void **state)
{
	static const char *const times[] = {"", "2024-08-07", "2024-08-07T18:30", "2024-08-07T18:30:00",
		"2024-02-30T00:00:00Z", "2024-08-07T25:00:00Z", "07/08/2024 18:30", "0000-01-01T00:00:00Z",
		"2024-08-07T18:30:00Zx", "2024-08-07T18:30:00.Z", "2024-08-07T18:30:00+0200",
		"2024-08-07T18:30:00Z\\u0000"};
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		char text[128];
		(void)snprintf(text, sizeof text, "{\"occurred\":{\"start\":\"%s\"}}", times[i]);
		assert_refused(*state,
			&(struct refusal){text, "occurred.start.time", "occurred.start",
				"is not a time: RFC 3339 with its offset from UTC, such as 2024-"});
	}
}

static void test_both_spellings(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"msg_type\":\"alert\",\"msgType\":\"alert\"}", "msg_type.repeated", "msg_type", NULL},
		{"{\"msgType\":null,\"msg_type\":\"alert\"}", "msg_type.repeated", "msg_type", NULL},
		{"{\"casualtyClaims\":[{\"claimantClass\":\"un\",\"claimant_class\":\"un\"}]}",
			"casualty_claims.claimant_class.repeated", "casualty_claims[0].claimant_class", NULL},
	};
	ASSERT_ALL_REFUSED(state, refusals);
}

static void test_counts(void **state)
{
	struct fixture *fixture = *state;
	enum { SIZE = 1 << 20 };
	char *text = malloc(SIZE);
	assert_non_null(text);
	static const struct {
		const char *field, *id, *item;
		size_t limit;
	} lists[] = {
		{"displacement", "displacement.count", "{}", TOCSIN_MAX_DISPLACEMENT},
		{"casualty_claims", "casualty_claims.count", "{}", TOCSIN_MAX_CLAIMS},
		{"needs", "needs.count", "\"food\"", TOCSIN_MAX_REPEATED},
	};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (size_t count = lists[i].limit; count < 20000; count += 19000) {
			int length = snprintf(text, SIZE, "{\"%s\":[%s", lists[i].field, lists[i].item);
			for (size_t n = 1; n < count; n++) {
				length += snprintf(text + length, SIZE - (size_t)length, ",%s", lists[i].item);
			}
			(void)snprintf(text + length, SIZE - (size_t)length, "]}");
			if (count == lists[i].limit) {
				(void)read_fine(fixture, text);
				continue;
			}
			assert_refused(
				fixture, &(struct refusal){text, lists[i].id, lists[i].field, "at most"});
			/* Nothing was allocated for what lies beyond the ceiling. */
			assert_true(tocsin_arena_used(fixture->arena) < 64 * 1024);
		}
	}
	free(text);
}

static void test_all_reported(void **state)
{
	struct fixture *fixture = *state;
	const char *text = "{\"id\":1,\"severity\":\"bad\",\"sent\":\"now\",\"displacement\":["
					   "{\"figure\":-1,\"unit\":\"head\"},{\"figure\":\"x\"}],\"extra\":0}";
	static const char *const ids[] = {"id.type", "severity.enum", "sent.time",
		"displacement.figure.range", "displacement.unit.enum", "displacement.figure.type",
		"extra.unknown_field"};
	Tocsin__V1__Incident *incident = NULL;
	assert_int_equal(read_bytes(fixture, text, strlen(text), &incident), TOCSIN_INVALID);
	assert_non_null(incident);
	assert_int_equal(fixture->violations.count, sizeof ids / sizeof ids[0]);
	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		assert_string_equal(fixture->violations.items[i].id, ids[i]);
	}
}

/* What was refused leaves an empty entry, so that the others keep their place. */
static void test_places_in_lists(void **state)
{
	struct fixture *fixture = *state;
	const char *text = "{\"displacement\":[5,{\"figure\":7},null,{\"figure\":\"x\"}],"
					   "\"needs\":[true,\"food\",4.5]}";
	Tocsin__V1__Incident *incident = NULL;
	assert_int_equal(read_bytes(fixture, text, strlen(text), &incident), TOCSIN_INVALID);
	assert_non_null(incident);
	assert_int_equal(fixture->violations.count, 5);
	assert_int_equal(incident->n_displacement, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_ptr_equal(
			incident->displacement[i]->base.descriptor, &tocsin__v1__displacement__descriptor);
		assert_string_equal(incident->displacement[i]->pcode, "");
	}
	assert_int_equal(incident->displacement[1]->figure, 7);
	assert_int_equal(incident->n_needs, 3);
	assert_int_equal(incident->needs[0], TOCSIN__V1__NEED__NEED_UNSPECIFIED);
	assert_int_equal(incident->needs[1], TOCSIN__V1__NEED__NEED_FOOD);
}

/* Texts in lists, too; only what the hub writes has any. */
static void test_texts_in_lists(void **state)
{
	struct fixture *fixture = *state;
	const char *text = "{\"rules\":[1,\"mopti\"]}";
	ProtobufCMessage *message = NULL;
	start_over(fixture);
	assert_int_equal(tocsin_json_read(&tocsin__v1__alert__descriptor, text, strlen(text),
						 fixture->arena, &fixture->violations, &message),
		TOCSIN_INVALID);
	const Tocsin__V1__Alert *alert = (const Tocsin__V1__Alert *)message;
	assert_int_equal(alert->n_rules, 2);
	assert_string_equal(alert->rules[0], "");
	assert_string_equal(alert->rules[1], "mopti");
}

static void test_values(void **state)
{
	const Tocsin__V1__Incident *incident = read_fine(*state,
		"{\"id\":\"x\",\"severity\":\"severe\",\"headline\":\"Kouakourou "
		"\\u00e9\\ud83d\\udd14\\n\","
		"\"sent\":\"2024-08-07T20:30:00.25+02:00\","
		"\"location\":{\"country\":\"ML\",\"point\":{\"latitude\":0,\"longitude\":-4.4933}},"
		"\"casualty_claims\":[{\"low\":0,\"not_reported\":false},{\"official\":true}],"
		"\"displacement\":[{\"figure\":4294967295,\"round\":3,\"household_size\":5}],"
		"\"needs\":[\"food\",\"nfi\"]}");
	assert_string_equal(incident->id, "x");
	assert_int_equal(incident->severity, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	assert_string_equal(incident->headline, "Kouakourou \xc3\xa9\xf0\x9f\x94\x94\n");
	assert_true(incident->sent->seconds == 1723055400);
	assert_int_equal(incident->sent->nanos, 250000000);
	const Tocsin__V1__Point *point = incident->location->point;
	assert_int_equal(point->latitude_presence_case, TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE);
	assert_true(point->latitude == 0);
	assert_true(point->longitude == -4.4933);
	assert_int_equal(incident->n_casualty_claims, 2);
	const Tocsin__V1__CasualtyClaim *claim = incident->casualty_claims[0];
	assert_int_equal(claim->low_presence_case, TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW);
	assert_int_equal(claim->low, 0);
	assert_int_equal(claim->high_presence_case, TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE__NOT_SET);
	assert_true(incident->casualty_claims[1]->official);
	assert_true(incident->displacement[0]->figure == UINT32_MAX);
	assert_int_equal(incident->displacement[0]->round, 3);
	assert_true(incident->displacement[0]->household_size == 5.0);
	assert_int_equal(incident->n_needs, 2);
	assert_int_equal(incident->needs[1], TOCSIN__V1__NEED__NEED_NFI);
	assert_string_equal(incident->description, "");
	assert_null(incident->occurred);
}

static void test_null_is_absent(void **state)
{
	const Tocsin__V1__Incident *incident = read_fine(*state,
		"{\"id\":null,\"severity\":null,\"sent\":null,\"event\":null,\"needs\":null,"
		"\"displacement\":[{\"figure\":null}]}");
	assert_string_equal(incident->id, "");
	assert_int_equal(incident->severity, 0);
	assert_null(incident->sent);
	assert_int_equal(incident->n_needs, 0);
	assert_int_equal(incident->displacement[0]->figure_presence_case, 0);
}

static void test_protojson(void **state)
{
	const Tocsin__V1__Incident *incident = read_fine(*state,
		"{\"msgType\":\"MSG_TYPE_UPDATE\",\"severity\":4,\"certainty\":\"OBSERVED\","
		"\"casualtyClaims\":[{\"low\":\"12\",\"high\":1e2,\"claimantClass\":5.0}],"
		"\"displacement\":[{\"householdSize\":\"4.9\",\"figure\":100.0,"
		"\"cumulativeSince\":\"2024-04-01t00:00:00z\"}],\"reporterRef\":\"r\"}");
	assert_int_equal(incident->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_UPDATE);
	assert_int_equal(incident->severity, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	assert_int_equal(incident->certainty, TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED);
	assert_int_equal(incident->casualty_claims[0]->low, 12);
	assert_int_equal(incident->casualty_claims[0]->high, 100);
	assert_int_equal(incident->casualty_claims[0]->claimant_class,
		TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_ARMED_GROUP);
	assert_true(incident->displacement[0]->household_size == 4.9);
	assert_int_equal(incident->displacement[0]->figure, 100);
	assert_non_null(incident->displacement[0]->cumulative_since);
	assert_string_equal(incident->reporter_ref, "r");
}

static void assert_sequence(struct fixture *fixture, const char *number, uint64_t wanted)
{
	char text[96];
	ProtobufCMessage *message = NULL;
	(void)snprintf(text, sizeof text, "{\"afterSequence\":%s}", number);
	start_over(fixture);
	assert_int_equal(tocsin_json_read(&tocsin__v1__replay_request__descriptor, text, strlen(text),
						 fixture->arena, &fixture->violations, &message),
		TOCSIN_OK);
	assert_true(((Tocsin__V1__ReplayRequest *)message)->after_sequence == wanted);
}

static void test_64_bits(void **state)
{
	assert_sequence(*state, "0", 0);
	assert_sequence(*state, "9223372036854775807", INT64_MAX);
	assert_sequence(*state, "\"9007199254740993\"", UINT64_C(9007199254740993));
	assert_sequence(*state, "\"18446744073709551615\"", UINT64_MAX);
	assert_sequence(*state, "9007199254740992.0", UINT64_C(9007199254740992));
	struct fixture *fixture = *state;
	static const char *const beyond[] = {"{\"after_sequence\":18446744073709551615}",
		"{\"after_sequence\":1e17}", "{\"after_sequence\":\"18446744073709551616\"}",
		"{\"after_sequence\":-1}"};
	for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
		ProtobufCMessage *message = NULL;
		start_over(fixture);
		assert_int_equal(tocsin_json_read(&tocsin__v1__replay_request__descriptor, beyond[i],
							 strlen(beyond[i]), fixture->arena, &fixture->violations, &message),
			TOCSIN_INVALID);
		assert_string_equal(fixture->violations.items[0].id, "after_sequence.range");
	}
}

static void test_read_value(void **state)
{
	struct fixture *fixture = *state;
	json_t *list = json_pack("[{s:s}, s, {s:i}]", "audience", "partners", "text", "limit", -1);
	ProtobufCMessage *message = NULL;
	assert_int_equal(tocsin_json_read_value(&tocsin__v1__replay_request__descriptor,
						 json_array_get(list, 0), fixture->arena, &fixture->violations, &message),
		TOCSIN_OK);
	assert_string_equal(((Tocsin__V1__ReplayRequest *)message)->audience, "partners");
	assert_int_equal(tocsin_json_read_value(&tocsin__v1__replay_request__descriptor,
						 json_array_get(list, 1), fixture->arena, &fixture->violations, &message),
		TOCSIN_INVALID);
	assert_null(message);
	assert_string_equal(fixture->violations.items[0].id, "payload.json");
	/* An earlier error in the list does not spoil a later good value. */
	assert_int_equal(tocsin_json_read_value(&tocsin__v1__replay_request__descriptor,
						 json_array_get(list, 0), fixture->arena, &fixture->violations, &message),
		TOCSIN_OK);
	assert_int_equal(tocsin_json_read_value(&tocsin__v1__replay_request__descriptor,
						 json_array_get(list, 2), fixture->arena, &fixture->violations, &message),
		TOCSIN_INVALID);
	json_decref(list);
}

/* At each ceiling the reader either succeeds or says what is short; it never
 * returns half a message as whole. */
static void test_memory(void **state)
{
	(void)state;
	static const char text[] =
		"{\"id\":\"x\",\"needs\":[\"food\"],\"displacement\":[{\"pcode\":\"ML\","
		"\"as_of\":\"2024-01-01T00:00:00Z\"}],\"bad\":1}";
	bool short_once = false;
	for (size_t ceiling = 0; ceiling < 4096; ceiling += 16) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, &tocsin_heap);
		assert_non_null(arena);
		struct tocsin_violations violations;
		tocsin_violations_init(&violations, arena);
		ProtobufCMessage *message = NULL;
		enum tocsin_status status = tocsin_json_read(
			&tocsin__v1__incident__descriptor, text, sizeof text - 1, arena, &violations, &message);
		assert_true(status == TOCSIN_NO_MEMORY || status == TOCSIN_INVALID);
		assert_false(tocsin_violations_pass(&violations));
		if (status == TOCSIN_NO_MEMORY) {
			short_once = true;
			assert_null(message);
		}
		tocsin_arena_destroy(arena);
	}
	assert_true(short_once);
}

/* 10,000 unknown names must not cost 10,000 searches for what was meant. */
static void test_many_unknown(void **state)
{
	struct fixture *fixture = *state;
	enum { NAMES = 5000, SIZE = NAMES * 16 };
	char *text = malloc(SIZE);
	assert_non_null(text);
	size_t length = (size_t)snprintf(text, SIZE, "{\"sev\":\"x\"");
	for (int i = 0; i < NAMES; i++) {
		length += (size_t)snprintf(text + length, SIZE - length, ",\"%c%c%c%c\":1", 'a' + i % 26,
			'a' + i / 26 % 26, 'a' + i / 676 % 26, 'z');
	}
	text[length++] = '}';
	Tocsin__V1__Incident *incident = NULL;
	assert_int_equal(read_bytes(fixture, text, length, &incident), TOCSIN_INVALID);
	assert_int_equal(fixture->violations.count, TOCSIN_MAX_VIOLATIONS);
	assert_true(tocsin_arena_used(fixture->arena) < 64 * 1024);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_syntax, setup, teardown),
		cmocka_unit_test_setup_teardown(test_raw_nul, setup, teardown),
		cmocka_unit_test_setup_teardown(test_escaped_nul, setup, teardown),
		cmocka_unit_test_setup_teardown(test_depth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(test_types, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ranges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_enums, setup, teardown),
		cmocka_unit_test_setup_teardown(test_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_both_spellings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places_in_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_texts_in_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_null_is_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_protojson, setup, teardown),
		cmocka_unit_test_setup_teardown(test_64_bits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_value, setup, teardown),
		cmocka_unit_test(test_memory),
		cmocka_unit_test_setup_teardown(test_many_unknown, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
