/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/sample.h"

#include "proto/bytes.h"
#include "proto/decode.h"
#include "proto/failing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SEVERITY = 9, CLAIMS = 13, DISPLACEMENT = 14, REPORTER_REF = 25, UNKNOWN = 900 };

/* The packed sample. */
static void put_sample(struct bytes *bytes)
{
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);

	bytes->size = tocsin__v1__incident__pack(sample_read("{}", arena), bytes->data);
	tocsin_arena_destroy(arena);
}

struct decoded {
	struct tocsin_arena *arena;
	struct tocsin_violations list;
	Tocsin__V1__Incident *incident;
	enum tocsin_status status;
	char text[4096];
};

static void decode(struct decoded *decoded, enum tocsin_form form, const void *data, size_t size)
{
	decoded->arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
	assert_non_null(decoded->arena);
	decoded->incident = (Tocsin__V1__Incident *)decoded;
	tocsin_violations_init(&decoded->list, decoded->arena);
	decoded->status = tocsin_incident_decode(
		form, data, size, decoded->arena, &decoded->list, &decoded->incident);
	sample_write(&decoded->list, decoded->text, sizeof(decoded->text));
}

static void finish(struct decoded *decoded)
{
	tocsin_arena_destroy(decoded->arena);
}

static void both_forms_say_the_same(void **state)
{
	static struct bytes bytes;
	struct decoded binary, json;
	uint8_t packed[2][1024];

	(void)state;
	put_sample(&bytes);
	decode(&binary, TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size);
	decode(&json, TOCSIN_FORM_JSON, sample_json, strlen(sample_json));
	assert_int_equal(binary.status, TOCSIN_OK);
	assert_int_equal(json.status, TOCSIN_OK);
	assert_string_equal(binary.text, "");
	assert_string_equal(json.text, "");
	assert_string_equal(binary.incident->location->pcode, "ML0503");
	const size_t size = tocsin__v1__incident__pack(binary.incident, packed[0]);
	assert_int_equal(tocsin__v1__incident__pack(json.incident, packed[1]), size);
	assert_memory_equal(packed[0], packed[1], size);
	finish(&binary);
	finish(&json);
}

static void sizes(void **state)
{
	static const struct {
		size_t size;
		const char *expected;
	} rows[] = {
		{8193, "warning payload.unknown_field @"},
		{TOCSIN_MAX_PAYLOAD, "warning payload.unknown_field @"},
		{TOCSIN_HARD_MAX_PAYLOAD, "warning payload.unknown_field @"},
		{TOCSIN_HARD_MAX_PAYLOAD + 1, "error payload.size @"},
	};
	static struct bytes bytes;
	static const uint8_t filler[TOCSIN_HARD_MAX_PAYLOAD];
	struct decoded decoded;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		put_sample(&bytes);
		/* Two bytes of key and three of length come before the filler. */
		const size_t left = rows[i].size - bytes.size - 2;
		bytes_span(&bytes, UNKNOWN, filler, left - (left - 2 < 0x4000 ? 2 : 3));
		assert_int_equal(bytes.size, rows[i].size);
		decode(&decoded, TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size);
		assert_string_equal(decoded.text, rows[i].expected);
		assert_true((decoded.status == TOCSIN_OK) == (rows[i].size <= TOCSIN_HARD_MAX_PAYLOAD));
		assert_true((decoded.incident != NULL) == (decoded.status == TOCSIN_OK));
		finish(&decoded);
	}
	for (int form = 0; form < 2; form++) {
		decode(&decoded, (enum tocsin_form)form, NULL, 0);
		assert_int_equal(decoded.status, TOCSIN_INVALID);
		assert_string_equal(decoded.text, "error payload.empty @");
		assert_null(decoded.incident);
		finish(&decoded);
	}
}

/* What protobuf-c alone would hide. */
static void hidden_by_the_library(void **state)
{
	static struct bytes bytes;
	struct decoded decoded;

	(void)state;
	put_sample(&bytes);
	bytes_span(&bytes, REPORTER_REF, "a\0b", 3);
	decode(&decoded, TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size);
	assert_int_equal(decoded.status, TOCSIN_INVALID);
	assert_string_equal(decoded.text, "error reporter_ref.control @reporter_ref");
	assert_non_null(decoded.incident);
	finish(&decoded);

	put_sample(&bytes);
	bytes_number(&bytes, SEVERITY, (1ULL << 32) + 4);
	decode(&decoded, TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size);
	assert_int_equal(decoded.status, TOCSIN_INVALID);
	assert_string_equal(
		decoded.text, "error severity.repeated @severity; error severity.enum @severity");
	assert_non_null(decoded.incident);
	finish(&decoded);

	put_sample(&bytes);
	while (bytes.size < 60000) {
		bytes_span(&bytes, CLAIMS, "", 0);
	}
	decode(&decoded, TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size);
	assert_int_equal(decoded.status, TOCSIN_INVALID);
	assert_string_equal(decoded.text, "error casualty_claims.count @casualty_claims");
	assert_null(decoded.incident);
	assert_true(tocsin_arena_used(decoded.arena) < 1024);
	finish(&decoded);
}

/* Wherever they stood, they are warned about and gone. */
static void unknown_fields_are_dropped(void **state)
{
	static struct bytes bytes, claim;
	struct decoded decoded;
	uint8_t packed[1024];

	(void)state;
	claim.size = 0;
	bytes_number(&claim, 1, 1);
	bytes_span(&claim, UNKNOWN, "name of a witness", 17);
	put_sample(&bytes);
	bytes_span(&bytes, CLAIMS, claim.data, claim.size);
	bytes_span(&bytes, UNKNOWN, "name of a witness", 17);
	decode(&decoded, TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size);
	assert_int_equal(decoded.status, TOCSIN_OK);
	assert_string_equal(decoded.text,
		"warning payload.unknown_field @casualty_claims[0]; warning payload.unknown_field @");
	assert_int_equal(decoded.incident->base.n_unknown_fields, 0);
	assert_int_equal(decoded.incident->casualty_claims[0]->base.n_unknown_fields, 0);
	const size_t size = tocsin__v1__incident__pack(decoded.incident, packed);
	assert_null(memmem(packed, size, "witness", 7));
	finish(&decoded);
}

/* Every cut of a good message is refused or a message of its own, never more. */
static void cut_anywhere(void **state)
{
	static struct bytes bytes;

	(void)state;
	put_sample(&bytes);
	for (size_t size = 0; size < bytes.size; size++) {
		struct decoded decoded;
		uint8_t *exact = malloc(size > 0 ? size : 1);

		assert_non_null(exact);
		memcpy(exact, bytes.data, size);
		decode(&decoded, TOCSIN_FORM_PROTOBUF, exact, size);
		assert_true((decoded.status == TOCSIN_OK) == (decoded.incident != NULL));
		assert_true((decoded.status == TOCSIN_OK) == tocsin_violations_pass(&decoded.list));
		finish(&decoded);
		free(exact);
	}
}

static void json_faults(void **state)
{
	static const struct {
		const char *text;
		bool incident;
		const char *expected;
	} rows[] = {
		{"", false, "error payload.empty @"},
		{"{", false, "error payload.json @"},
		{"[]", false, "error payload.json @"},
		{"\xff", false, "error payload.json @"},
		{"{}", true, ""},
		{"{\"nonsense\": 1, \"severity\": \"grave\"}", true,
			"error nonsense.unknown_field @nonsense; error severity.enum @severity"},
		{"{\"event\": {\"category\": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}", true,
			"error event.category.count @event.category"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct decoded decoded;

		decode(&decoded, TOCSIN_FORM_JSON, rows[i].text, strlen(rows[i].text));
		assert_string_equal(decoded.text, rows[i].expected);
		assert_true((decoded.incident != NULL) == rows[i].incident);
		assert_int_equal(decoded.status, rows[i].expected[0] == '\0' ? TOCSIN_OK : TOCSIN_INVALID);
		finish(&decoded);
	}
}

/* Later checks add what they find to what the bytes showed. */
static void both_stages_report(void **state)
{
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};
	const char *text = "{\"nonsense\": 1, \"id\": \"x\"}";
	struct decoded decoded;

	(void)state;
	decode(&decoded, TOCSIN_FORM_JSON, text, strlen(text));
	tocsin_incident_validate(decoded.incident, &places, SAMPLE_NOW_MS, &decoded.list);
	assert_true(tocsin_violations_have(&decoded.list, TOCSIN_CHECK_JSON_UNKNOWN_FIELD));
	assert_true(tocsin_violations_have(&decoded.list, TOCSIN_CHECK_ID_FORM));
	assert_int_equal(decoded.list.errors, 9);
	assert_string_equal(decoded.list.items[1].field, "id");
	finish(&decoded);
}

/* A field that was refused for what it holds is not missing too. */
static void wrong_is_not_missing(void **state)
{
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};
	const char *text = "{\"id\": 7, \"status\": \"real\", \"msg_type\": \"alert\", \"event\": 3,"
					   " \"severity\": \"grave\", \"certainty\": null, \"sent\": \"now\","
					   " \"location\": {\"pcode\": 5}, \"sensitivity\": \"low\"}";
	struct decoded decoded;

	(void)state;
	decode(&decoded, TOCSIN_FORM_JSON, text, strlen(text));
	const size_t wrong = decoded.list.count;
	assert_int_equal(wrong, 6);
	tocsin_incident_validate(decoded.incident, &places, SAMPLE_NOW_MS, &decoded.list);
	assert_int_equal(decoded.list.count, wrong + 1);
	assert_string_equal(decoded.list.items[wrong].id, "certainty.required");
	finish(&decoded);
}

/* What stands behind an entry that was refused is reported at its own place, and the
 * entry itself once. */
static void entries_keep_their_place(void **state)
{
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};
	const char *text =
		"{\"id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\", \"status\": \"actual\","
		" \"msg_type\": \"update\", \"sent\": \"2024-08-07T18:40:00Z\", \"references\": [5, "
		"{\"id\":"
		" 7}], \"event\": {\"type\": \"battles\"}, \"severity\": \"severe\", \"certainty\":"
		" \"observed\", \"location\": {\"country\": \"ML\"}, \"sensitivity\": \"low\","
		" \"displacement\": [5, {\"household_size\": 60}], \"needs\": [true, \"hope\"],"
		" \"casualty_claims\": [[], {\"low\": 2, \"high\": 1}], \"sources\": [null, {\"published\":"
		" \"now\"}]}";
	struct decoded decoded;

	(void)state;
	decode(&decoded, TOCSIN_FORM_JSON, text, strlen(text));
	tocsin_incident_validate(decoded.incident, &places, SAMPLE_NOW_MS, &decoded.list);
	sample_write(&decoded.list, decoded.text, sizeof(decoded.text));
	assert_string_equal(decoded.text,
		"error references.type @references[0]; error references.id.type @references[1].id;"
		" error displacement.type @displacement[0]; error needs.type @needs[0];"
		" error needs.enum @needs[1]; error casualty_claims.type @casualty_claims[0];"
		" error sources.type @sources[0]; error sources.published.time @sources[1].published;"
		" error casualty_claims.order @casualty_claims[1].low;"
		" error displacement.household_size.range @displacement[1].household_size");
	finish(&decoded);
}

static void put_large(struct bytes *bytes)
{
	put_sample(bytes);
	for (int i = 0; i < TOCSIN_MAX_DISPLACEMENT; i++) {
		bytes_span(bytes, DISPLACEMENT, "\x0a\x04ML05\x18\x07", 8);
	}
}

/* Every ceiling from nothing to enough: refused for memory, and said so. */
static void every_ceiling(void **state)
{
	static struct bytes bytes;
	size_t refused = 0;
	enum tocsin_status status = TOCSIN_NO_MEMORY;

	(void)state;
	put_sample(&bytes);
	for (size_t ceiling = 0; status != TOCSIN_OK; ceiling += 16) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, NULL);
		Tocsin__V1__Incident *incident = NULL;
		struct tocsin_violations list;

		tocsin_violations_init(&list, arena);
		status = tocsin_incident_decode(
			TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size, arena, &list, &incident);
		if (status != TOCSIN_OK) {
			assert_int_equal(status, TOCSIN_NO_MEMORY);
			assert_null(incident);
			assert_false(tocsin_violations_pass(&list));
			assert_true(tocsin_violations_have(&list, TOCSIN_CHECK_PAYLOAD_MEMORY));
			refused++;
		}
		tocsin_arena_destroy(arena);
	}
	assert_true(refused > 10);
}

/* Each allocation of a large message fails in turn. */
static void every_allocation(void **state)
{
	static struct bytes bytes;
	size_t fed = 0;
	enum tocsin_status status = TOCSIN_NO_MEMORY;

	(void)state;
	put_large(&bytes);
	for (; status != TOCSIN_OK; fed++) {
		struct failing failing;
		Tocsin__V1__Incident *incident = NULL;
		struct tocsin_violations list;

		failing_init(&failing, fed);
		struct tocsin_arena *arena =
			tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, &failing.allocator);
		if (arena) {
			tocsin_violations_init(&list, arena);
			status = tocsin_incident_decode(
				TOCSIN_FORM_PROTOBUF, bytes.data, bytes.size, arena, &list, &incident);
			assert_true((status == TOCSIN_OK) == (incident != NULL));
			assert_true(
				status == TOCSIN_OK || tocsin_violations_have(&list, TOCSIN_CHECK_PAYLOAD_MEMORY));
		}
		tocsin_arena_destroy(arena);
		assert_int_equal(failing.live, 0);
	}
	assert_true(fed > 3);
}

/* The same with JSON, by ceilings, since it takes most of its memory there. */
static void every_ceiling_json(void **state)
{
	enum tocsin_status status = TOCSIN_NO_MEMORY;

	(void)state;
	for (size_t ceiling = 0; status != TOCSIN_OK; ceiling += 48) {
		struct tocsin_arena *arena = tocsin_arena_create(ceiling, NULL);
		Tocsin__V1__Incident *incident = NULL;
		struct tocsin_violations list;

		assert_true(ceiling < TOCSIN_MAX_INCIDENT_MEMORY);
		tocsin_violations_init(&list, arena);
		status = tocsin_incident_decode(TOCSIN_FORM_JSON, (const uint8_t *)sample_json,
			strlen(sample_json), arena, &list, &incident);
		assert_true((status == TOCSIN_OK) == (incident != NULL));
		assert_true((status == TOCSIN_OK) == tocsin_violations_pass(&list));
		tocsin_arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_forms_say_the_same),
		cmocka_unit_test(sizes),
		cmocka_unit_test(hidden_by_the_library),
		cmocka_unit_test(unknown_fields_are_dropped),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(json_faults),
		cmocka_unit_test(both_stages_report),
		cmocka_unit_test(wrong_is_not_missing),
		cmocka_unit_test(entries_keep_their_place),
		cmocka_unit_test(every_ceiling),
		cmocka_unit_test(every_allocation),
		cmocka_unit_test(every_ceiling_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
