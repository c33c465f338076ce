/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <unistd.h>

#include "clients/report/draft.h"
#include "engine/uuid.h"
#include "proto/text.h"

#define NOW_MS INT64_C(1723060800000) /* 2024-08-07T20:00:00Z */

static const char kouakourou[] =
	"{\"id\":\"3f1f1c52-6d3a-4e0b-9a53-0d3c2b1a4f5e\",\"status\":\"actual\",\"msg_type\":\"alert\","
	"\"sent\":\"2024-08-07T19:00:00Z\",\"event\":{\"type\":\"battles\"},\"severity\":\"severe\","
	"\"certainty\":\"observed\",\"location\":{\"country\":\"ML\",\"pcode\":\"ML0503\"},"
	"\"sensitivity\":\"moderate\"}";

struct bench {
	struct tocsin_incident_flags flags;
	struct tocsin_draft_source source;
	struct tocsin_draft draft;
	char path[32];
};

static void set_up(struct bench *bench, const void *bytes, size_t size)
{
	*bench = (struct bench){.path = "/tmp/tocsin-draft-XXXXXX"};
	int file = mkstemp(bench->path);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, size), (ssize_t)size);
	close(file);
	assert_true(tocsin_incident_flags_init(&bench->flags, NOW_MS));
	bench->source.flags = &bench->flags;
	bench->source.now_ms = NOW_MS;
	bench->source.json_path = bench->path;
}

static void tear_down(struct bench *bench)
{
	unlink(bench->path);
	tocsin_draft_finish(&bench->draft);
	tocsin_draft_finish(NULL);
	tocsin_incident_flags_finish(&bench->flags);
}

static void give(struct bench *bench, const char *option, const char *text)
{
	struct tocsin_option_set set = tocsin_incident_options(&bench->flags);
	const char *near;
	char value[64];
	snprintf(value, sizeof(value), "%s", text);
	assert_null(tocsin_options_give(&set, option, value, &near));
}

static bool has_check(const struct bench *bench, const char *check)
{
	for (size_t i = 0; i < bench->draft.verdict->n_violations; i++)
		if (strcmp(bench->draft.verdict->violations[i]->check, check) == 0)
			return true;
	return false;
}

static void a_whole_file_keeps_its_bytes(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench, kouakourou, sizeof(kouakourou) - 1);
	bench.source.form = TOCSIN_FORM_JSON;
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	assert_true(bench.draft.pass);
	assert_int_equal(bench.draft.size, sizeof(kouakourou) - 1);
	assert_memory_equal(bench.draft.bytes, kouakourou, bench.draft.size);
	assert_string_equal(bench.draft.id, "3f1f1c52-6d3a-4e0b-9a53-0d3c2b1a4f5e");
	assert_int_equal(strlen(bench.draft.verdict->payload_sha256), 64);
	tear_down(&bench);
}

static void id_and_sent_are_filled_in(void **state)
{
	static const char bare[] =
		"{\"status\":\"actual\",\"msg_type\":\"alert\",\"event\":{\"type\":\"battles\"},"
		"\"severity\":\"severe\",\"certainty\":\"observed\",\"location\":{\"country\":\"ML\"}}";
	struct bench bench;
	(void)state;
	set_up(&bench, bare, sizeof(bare) - 1);
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	assert_true(bench.draft.pass);
	assert_int_equal(bench.draft.form, TOCSIN_FORM_PROTOBUF);
	assert_true(tocsin_text_is_uuid4(bench.draft.id, strlen(bench.draft.id)));
	Tocsin__V1__Incident *incident =
		tocsin__v1__incident__unpack(NULL, bench.draft.size, bench.draft.bytes);
	assert_non_null(incident);
	assert_int_equal(incident->sent->seconds, NOW_MS / 1000);
	assert_true(has_check(&bench, "sensitivity.missing"));
	/* The same as a protobuf file without an id. */
	struct bench second;
	char *own_id = incident->id;
	incident->id = (char *)protobuf_c_empty_string;
	uint8_t packed[256];
	size_t size = tocsin__v1__incident__pack(incident, packed);
	set_up(&second, packed, size);
	second.source.protobuf_path = second.path;
	assert_int_equal(tocsin_draft_make(&second.draft, &second.source), TOCSIN_EXIT_OK);
	assert_true(second.draft.pass);
	assert_true(tocsin_text_is_uuid4(second.draft.id, strlen(second.draft.id)));
	tear_down(&second);
	incident->id = own_id;
	tocsin__v1__incident__free_unpacked(incident, NULL);
	tear_down(&bench);
}

static void flags_alone_are_a_report_of_now(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench, "", 0);
	bench.source.json_path = NULL;
	give(&bench, "--event", "battles");
	give(&bench, "--severity", "severe");
	give(&bench, "--certainty", "likely");
	give(&bench, "--pcode", "ML0503");
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	/* Without a gazetteer here the hub must tell whether it knows the code. */
	assert_true(bench.draft.pass);
	tear_down(&bench);
}

static void what_is_wrong_is_judged_here(void **state)
{
	struct bench bench;
	(void)state;
	set_up(&bench, kouakourou, sizeof(kouakourou) - 1);
	give(&bench, "--pcode", "ML-5");
	give(&bench, "--killed", "40-21");
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	assert_false(bench.draft.pass);
	assert_int_equal(bench.draft.verdict->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_true(has_check(&bench, "location.pcode.form"));
	assert_true(has_check(&bench, "casualty_claims.order"));
	tear_down(&bench);
}

static void unknown_fields_are_refused(void **state)
{
	static const char odd[] = "{\"id\":\"x\",\"phone\":\"+223\"}";
	struct bench bench;
	(void)state;
	set_up(&bench, odd, sizeof(odd) - 1);
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	assert_false(bench.draft.pass);
	assert_true(has_check(&bench, "phone.unknown_field"));
	tear_down(&bench);
	/* Packed it would lose the field without a word. */
	set_up(&bench, odd, sizeof(odd) - 1);
	bench.source.no_validate = true;
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_REFUSED);
	tear_down(&bench);
}

static void broken_bytes_are_judged_too(void **state)
{
	struct bench bench;
	uint8_t large[70000] = {0};
	(void)state;
	set_up(&bench, "{\"id\":", 6);
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	assert_true(has_check(&bench, "payload.json"));
	tear_down(&bench);
	set_up(&bench, large, sizeof(large));
	bench.source.protobuf_path = bench.path;
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_OK);
	assert_true(has_check(&bench, "payload.size"));
	assert_false(bench.draft.pass);
	tear_down(&bench);
	set_up(&bench, "", 0);
	unlink(bench.path);
	assert_int_equal(tocsin_draft_make(&bench.draft, &bench.source), TOCSIN_EXIT_REFUSED);
	tear_down(&bench);
}

static void ids_are_random(void **state)
{
	char a[TOCSIN_UUID_TEXT], b[TOCSIN_UUID_TEXT];
	(void)state;
	assert_true(tocsin_uuid_make(a) && tocsin_uuid_make(b));
	assert_true(tocsin_text_is_uuid4(a, 36) && tocsin_text_is_uuid4(b, 36));
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file_keeps_its_bytes),
		cmocka_unit_test(id_and_sent_are_filled_in),
		cmocka_unit_test(flags_alone_are_a_report_of_now),
		cmocka_unit_test(what_is_wrong_is_judged_here),
		cmocka_unit_test(unknown_fields_are_refused),
		cmocka_unit_test(broken_bytes_are_judged_too),
		cmocka_unit_test(ids_are_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
