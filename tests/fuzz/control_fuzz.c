/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Targets: tocsin_request_parse, _respond, _refuse and _write, and what queryJournal
 * takes. The first byte says whether an admin asks. */
#include <string.h>

#include "fuzz.h"
#include "journal/query_json.h"
#include "mosquitto/control.h"
#include "mosquitto/control_request.h"

static void run_command(struct tocsin_request *request, json_t *command)
{
	char error[TOCSIN_JOURNAL_ERROR] = "";
	struct tocsin_query query;

	if (tocsin_query_json_read(command, &query, error) != TOCSIN_OK) {
		FUZZ_HOLDS(error[0] != '\0' && strlen(error) < sizeof(error));
		tocsin_request_respond(request, command, NULL, json_string(error));
		return;
	}
	FUZZ_HOLDS(query.limit <= TOCSIN_QUERY_MAX_ROWS);
	/* What was read says the same when it is written and read again. */
	json_t *written = tocsin_query_json_write(&query);
	struct tocsin_query again;
	FUZZ_HOLDS(written && tocsin_query_json_read(written, &again, error) == TOCSIN_OK);
	FUZZ_HOLDS(again.from_ms == query.from_ms && again.to_ms == query.to_ms);
	FUZZ_HOLDS(again.limit == query.limit && again.verdict == query.verdict);
	FUZZ_HOLDS(!query.region == !again.region && !query.incident == !again.incident);
	tocsin_request_respond(request, command, written, NULL);
}

static void run(struct tocsin_request *request)
{
	tocsin_request_parse(request);
	const size_t count = json_array_size(request->commands);
	FUZZ_HOLDS(count <= TOCSIN_MAX_CONTROL_COMMANDS && !request->bytes);
	for (size_t i = 0; i < count; i++)
		run_command(request, json_array_get(request->commands, i));
}

/* One response to each command, or one that says what is wrong with all of it. */
static void check_answer(const struct tocsin_request *request, bool admin)
{
	json_t *answer = json_loads(request->text, JSON_REJECT_DUPLICATES, NULL);
	const json_t *responses = json_object_get(answer, "responses");
	const size_t commands = json_array_size(request->commands);

	FUZZ_HOLDS(json_object_size(answer) == 1 && json_is_array(responses));
	FUZZ_HOLDS(json_array_size(responses) > 0 || (admin && request->commands));
	FUZZ_HOLDS(!request->commands || commands == 0 || json_array_size(responses) == commands);
	for (size_t i = 0; i < json_array_size(responses); i++) {
		const json_t *one = json_array_get(responses, i);
		FUZZ_HOLDS(json_object_get(one, "error") || json_object_get(one, "data"));
		FUZZ_HOLDS(admin ||
			strcmp(json_string_value(json_object_get(one, "error")), "not permitted") == 0);
		FUZZ_HOLDS(admin || !json_object_get(one, "data"));
	}
	json_decref(answer);
}

void fuzz_input(const uint8_t *data, size_t size)
{
	if (size == 0)
		return;
	const bool admin = data[0] % 2 == 0;
	struct tocsin_request *request = tocsin_request_create("client", "user", data + 1, size - 1);

	FUZZ_HOLDS(request != NULL);
	if (admin)
		run(request);
	else
		tocsin_request_refuse(request, "not permitted");
	tocsin_request_write(request);
	FUZZ_HOLDS(request->text != NULL);
	check_answer(request, admin);
	tocsin_request_destroy(request);
}
