/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/stored.h"

static int setup(void **state)
{
	struct stored *stored = calloc(1, sizeof(*stored));

	stored_open(stored);
	*state = stored;
	return 0;
}

static int teardown(void **state)
{
	stored_close(*state);
	free(*state);
	return 0;
}

static void fill(struct stored *stored)
{
	static const struct stored_incident first = {
		.row = 1, .received_ms = 1723000000123, .region = "/ML/ML05/", .rules = "/mopti/big/"};
	static const struct stored_incident later = {.row = 2,
		.received_ms = 1723000001000,
		.chain = "incident-1",
		.revision = 2,
		.msg_type = 2,
		.sender = "",
		.bytes = "-"};
	static const struct stored_incident refused = {
		.row = 3, .received_ms = 1723000002000, .id = "caf\xe9"};

	stored_incident(stored, &first);
	stored_incident(stored, &later);
	stored_refusal(stored, &refused);
	stored_alert(stored, 1, 0, "partners", 7);
	stored_run(stored->journal, "UPDATE incident SET relay = 'bridge' WHERE journal_id = 1");
	stored_run(stored->quarantine, "UPDATE refusal SET relay = 'sms' WHERE row = 3");
}

static json_t *ask(struct stored *stored, const struct tocsin_query *query, const char *name,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_query_row *row))
{
	struct tocsin_query_end end;
	char error[TOCSIN_JOURNAL_ERROR];
	json_t *list = json_array();

	assert_int_equal(
		tocsin_query_run(stored->journal, stored->quarantine, query, take, list, &end, error),
		TOCSIN_OK);
	return tocsin_query_json_answer(name, list, &end);
}

static void assert_json(json_t *got, const char *text)
{
	json_error_t error;
	json_t *expected = json_loads(text, 0, &error);
	assert_non_null(expected);
	if (!json_equal(got, expected)) {
		char *dump = json_dumps(got, JSON_INDENT(1));
		print_error("%s\n", dump);
		free(dump);
		fail();
	}
	json_decref(expected);
	json_decref(got);
}

static void test_rows(void **state)
{
	static const struct tocsin_query oldest = {.oldest_first = true};

	fill(*state);
	assert_json(ask(*state, &oldest, "rows", tocsin_query_json_take_row),
		"{\"rows\": ["
		"{\"verdict\": \"accepted\", \"journal_id\": \"1\", \"received\": "
		"\"2024-08-07T03:06:40.123Z\", \"incident_id\": \"incident-1\", \"sender\": \"mopti-17\","
		" \"relay\": \"bridge\", \"revision\": 1, \"msg_type\": \"alert\", \"status\": \"actual\", "
		"\"event\": \"battles\","
		" \"severity\": \"severe\", \"region\": \"ML/ML05\", \"routing\": \"routed\", \"rules\":"
		" [\"mopti\", \"big\"], \"held_by\": [], \"violations\": [], \"alerts\": [{\"audience\":"
		" \"partners\", \"topic\": \"to/partners/0\", \"alert_id\": \"id-7\", \"sequence\": 7}],"
		" \"form\": \"json\", \"size\": 5, \"sha256\":"
		" \"0101010101010101010101010101010101010101010101010101010101010101\","
		" \"bytes_kept\": true},"
		"{\"verdict\": \"accepted\", \"journal_id\": \"2\", \"received\": "
		"\"2024-08-07T03:06:41Z\", \"incident_id\": \"incident-2\", \"chain\": \"incident-1\","
		" \"revision\": 2, \"msg_type\": \"update\", \"status\": \"actual\", \"event\":"
		" \"battles\", \"severity\": \"severe\", \"routing\": \"routed\", \"rules\": [],"
		" \"held_by\": [], \"violations\": [], \"alerts\": [], \"form\": \"json\", \"sha256\":"
		" \"0202020202020202020202020202020202020202020202020202020202020202\","
		" \"bytes_kept\": false},"
		"{\"verdict\": \"rejected\", \"row\": 3, \"received\": \"2024-08-07T03:06:42Z\","
		" \"incident_id\": \"caf?\", \"sender\": \"mopti-17\", \"relay\": \"sms\","
		" \"violations\": [{\"field\":"
		" \"severity\", \"check\": \"severity.required\", \"level\": \"error\", \"message\":"
		" \"is required\"}], \"form\": \"json\", \"size\": 5, \"sha256\":"
		" \"0303030303030303030303030303030303030303030303030303030303030303\","
		" \"bytes_kept\": true}]}");
}

static void test_refusals(void **state)
{
	static const struct tocsin_query refused = {
		.verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED, .limit = 1};
	static const struct stored_incident older = {.row = 1, .received_ms = 5};

	fill(*state);
	stored_refusal(*state, &older);
	assert_json(ask(*state, &refused, "entries", tocsin_query_json_take_refusal),
		"{\"entries\": [{\"row\": 3, \"sender\": \"mopti-17\", \"relay\": \"sms\", "
		"\"incident_id\": \"caf?\","
		" \"received\": \"2024-08-07T03:06:42Z\", \"size\": 5, \"sha256\":"
		" \"0303030303030303030303030303030303030303030303030303030303030303\", \"violations\":"
		" [{\"field\": \"severity\", \"check\": \"severity.required\", \"level\": \"error\","
		" \"message\": \"is required\"}]}], \"next\": \"1723000002000.2.3\"}");
}

static enum tocsin_status read_request(const char *text, struct tocsin_query *query,
	json_t **request, char error[TOCSIN_JOURNAL_ERROR])
{
	*request = json_loads(text, 0, NULL);
	assert_non_null(*request);
	return tocsin_query_json_read(*request, query, error);
}

static void test_request(void **state)
{
	static const char all[] =
		"{\"from\": \"2024-08-07T03:06:40Z\", \"to\": \"2024-08-08T00:00:00Z\", \"region\":"
		" \"ML/ML05\", \"sender\": \"a\", \"verdict\": \"accepted\", \"rule\": \"r\", \"incident\":"
		" \"i\", \"status\": \"exercise\", \"order\": \"oldest\", \"limit\": 17, \"after\":"
		" \"5.2.9\"}";
	struct tocsin_query query = {.limit = 99};
	char error[TOCSIN_JOURNAL_ERROR] = "";
	json_t *request;

	(void)state;
	assert_int_equal(read_request(all, &query, &request, error), TOCSIN_OK);
	assert_int_equal(query.from_ms, 1723000000000);
	assert_string_equal(query.region, "ML/ML05");
	assert_int_equal(query.verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(query.status, TOCSIN__V1__STATUS__STATUS_EXERCISE);
	assert_true(query.oldest_first);
	assert_int_equal(query.limit, 17);
	assert_int_equal(query.after.row, 9);
	assert_json(tocsin_query_json_write(&query), all);
	json_decref(request);

	assert_int_equal(
		read_request("{\"command\": \"queryJournal\", \"sender\": null}", &query, &request, error),
		TOCSIN_OK);
	assert_null(query.sender);
	assert_int_equal(query.limit, 0);
	assert_json(tocsin_query_json_write(&query), "{}");
	json_decref(request);
}

static void test_request_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"{\"from\": 5}", "from must be a time such as 2024-08-07T18:30:00Z"},
		{"{\"to\": \"yesterday\"}", "to must be a time such as 2024-08-07T18:30:00Z"},
		{"{\"region\": \"\"}", "region must be a text of 1 to 255 bytes"},
		{"{\"sender\": [\"a\"]}", "sender must be a text of 1 to 255 bytes"},
		{"{\"rule\": 7}", "rule must be a text of 1 to 255 bytes"},
		{"{\"incident\": true}", "incident must be a text of 1 to 255 bytes"},
		{"{\"verdict\": \"maybe\"}", "verdict must be accepted or rejected"},
		{"{\"verdict\": \"unspecified\"}", "verdict must be accepted or rejected"},
		{"{\"status\": 1}", "status must be actual, exercise or test"},
		{"{\"order\": \"best\"}", "order must be newest or oldest"},
		{"{\"order\": 1}", "order must be newest or oldest"},
		{"{\"limit\": 0}", "limit must be a number from 1 to 1000"},
		{"{\"limit\": 1001}", "limit must be a number from 1 to 1000"},
		{"{\"limit\": \"5\"}", "limit must be a number from 1 to 1000"},
		{"{\"after\": \"5\"}", "after must be the next of an earlier answer"},
		{"{\"after\": 5}", "after must be the next of an earlier answer"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tocsin_query query = {.limit = 99};
		char error[TOCSIN_JOURNAL_ERROR] = "";
		json_t *request;

		assert_int_equal(read_request(cases[i].text, &query, &request, error), TOCSIN_INVALID);
		assert_string_equal(error, cases[i].why);
		assert_int_equal(query.limit, 99);
		json_decref(request);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_request_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
