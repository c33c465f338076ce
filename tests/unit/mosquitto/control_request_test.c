/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mosquitto/control.h"

static struct tocsin_request *request(const char *text)
{
	struct tocsin_request *made = tocsin_request_create("client", "chief", text, strlen(text));

	assert_non_null(made);
	return made;
}

static void expect(struct tocsin_request *made, const char *wanted)
{
	tocsin_request_write(made);
	assert_string_equal(made->text, wanted);
	tocsin_request_destroy(made);
}

/* Each command has its response, with the name and the correlation data it came with. */
static void answers_in_order(void **state)
{
	(void)state;
	struct tocsin_request *made =
		request("{\"commands\":[{\"command\":\"a\",\"correlationData\":\"1\"},"
				"{\"command\":\"b\",\"correlationData\":[2]},{\"correlationData\":3}]}");

	tocsin_request_parse(made);
	assert_null(made->bytes);
	assert_int_equal(json_array_size(made->commands), 3);
	tocsin_request_respond(
		made, json_array_get(made->commands, 0), json_pack("{s:i}", "n", 1), NULL);
	tocsin_request_respond(
		made, json_array_get(made->commands, 1), json_true(), json_string("half"));
	tocsin_request_respond(made, json_array_get(made->commands, 2), NULL, NULL);
	expect(made,
		"{\"responses\":[{\"command\":\"a\",\"data\":{\"n\":1},\"correlationData\":\"1\"},"
		"{\"command\":\"b\",\"data\":true,\"error\":\"half\"},"
		"{\"error\":\"not enough memory\",\"correlationData\":3}]}");
}

static void tells_what_is_wrong(void **state)
{
	(void)state;
	static const char shape[] = "a request is {\\\"commands\\\": [{\\\"command\\\": ...}, ...]}";
	static const struct {
		const char *text, *error;
	} rows[] = {
		{"{}", shape},
		{"{\"commands\":{}}", shape},
		{"{\"commands\":[],\"commands\":[]}",
			"the text is not one well-formed JSON object: line 1, column 25: a name is given "
			"twice"},
		{"", "the text is not one well-formed JSON object: there is no text"},
		{"[]", "the text is not one well-formed JSON object: an object is wanted"},
	};
	char wanted[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tocsin_request *made = request(rows[i].text);
		tocsin_request_parse(made);
		assert_null(made->commands);
		snprintf(wanted, sizeof(wanted), "{\"responses\":[{\"error\":\"%s\"}]}", rows[i].error);
		expect(made, wanted);
	}
}

static void takes_so_many_commands(void **state)
{
	(void)state;
	char text[4096] = "{\"commands\":[";

	for (int count = TOCSIN_MAX_CONTROL_COMMANDS; count <= TOCSIN_MAX_CONTROL_COMMANDS + 1;
		 count++) {
		size_t used = strlen("{\"commands\":[");
		for (int i = 0; i < count; i++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s{}", i ? "," : "");
		snprintf(text + used, sizeof(text) - used, "]}");
		struct tocsin_request *made = request(text);
		tocsin_request_parse(made);
		assert_int_equal(made->commands != NULL, count == TOCSIN_MAX_CONTROL_COMMANDS);
		if (made->commands)
			tocsin_request_destroy(made);
		else
			expect(made, "{\"responses\":[{\"error\":\"too many commands in one request\"}]}");
	}
}

/* Who may not ask learns nothing but that, whatever was asked, read or not. */
static void refuses(void **state)
{
	(void)state;
	struct tocsin_request *made = request(
		"{\"commands\":[{\"command\":\"a\",\"correlationData\":\"1\"},{\"command\":\"b\"}]}");

	tocsin_request_refuse(made, "not permitted");
	expect(made,
		"{\"responses\":[{\"command\":\"a\",\"error\":\"not permitted\",\"correlationData\":\"1\"},"
		"{\"command\":\"b\",\"error\":\"not permitted\"}]}");
	made = request("garbage");
	tocsin_request_refuse(made, "not permitted");
	expect(made, "{\"responses\":[{\"error\":\"not permitted\"}]}");
	made = tocsin_request_create("client", NULL, NULL, 1 << 20);
	assert_non_null(made);
	assert_int_equal(made->size, 0);
	tocsin_request_refuse(made, "too large");
	expect(made, "{\"responses\":[{\"error\":\"too large\"}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_in_order),
		cmocka_unit_test(tells_what_is_wrong),
		cmocka_unit_test(takes_so_many_commands),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
