/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_request.h"

#include <stdlib.h>
#include <string.h>

#include "mosquitto/control.h"
#include "proto/json_parse.h"

enum { PARSE_MEMORY = 64 * 1024 };

struct tocsin_request *tocsin_request_create(
	const char *client_id, const char *user, const void *bytes, size_t size)
{
	struct tocsin_request *request = calloc(1, sizeof(*request));

	if (!request)
		return NULL;
	request->client_id = strdup(client_id);
	request->user = user ? strdup(user) : NULL;
	request->responses = json_array();
	request->bytes = bytes ? malloc(size + 1) : NULL;
	if (!request->client_id || (user && !request->user) || !request->responses ||
		(bytes && !request->bytes)) {
		tocsin_request_destroy(request);
		return NULL;
	}
	if (bytes) {
		request->size = size;
		memcpy(request->bytes, bytes, size);
	}
	return request;
}

void tocsin_request_destroy(struct tocsin_request *request)
{
	if (!request)
		return;
	free(request->client_id);
	free(request->user);
	free(request->correlation);
	free(request->bytes);
	json_decref(request->root);
	json_decref(request->responses);
	free(request->text);
	free(request);
}

static void respond_error(struct tocsin_request *request, const json_t *command, const char *error)
{
	tocsin_request_respond(request, command, NULL, json_string(error));
}

static void find_commands(struct tocsin_request *request)
{
	json_t *commands = json_object_get(request->root, "commands");

	if (!json_is_array(commands))
		respond_error(request, NULL, "a request is {\"commands\": [{\"command\": ...}, ...]}");
	else if (json_array_size(commands) > TOCSIN_MAX_CONTROL_COMMANDS)
		respond_error(request, NULL, "too many commands in one request");
	else
		request->commands = commands;
}

void tocsin_request_parse(void *ctx)
{
	struct tocsin_request *request = ctx;
	struct tocsin_violations violations;
	struct tocsin_arena *arena = tocsin_arena_create(PARSE_MEMORY, &tocsin_heap);

	if (!arena) {
		respond_error(request, NULL, "not enough memory");
		return;
	}
	tocsin_violations_init(&violations, arena);
	if (tocsin_json_parse(request->bytes, request->size, &violations, &request->root) == TOCSIN_OK)
		find_commands(request);
	else
		respond_error(request, NULL,
			violations.count > 0 ? violations.items[0].message : "not enough memory");
	free(request->bytes);
	request->bytes = NULL;
	tocsin_arena_destroy(arena);
}

void tocsin_request_respond(
	struct tocsin_request *request, const json_t *command, json_t *data, json_t *error)
{
	json_t *name = json_object_get(command, "command");
	json_t *correlation = json_object_get(command, "correlationData");
	json_t *response = json_object();

	if (!data && !error)
		error = json_string("not enough memory");
	if (json_is_string(name))
		(void)json_object_set(response, "command", name);
	if (data)
		(void)json_object_set_new(response, "data", data);
	if (error)
		(void)json_object_set_new(response, "error", error);
	if (json_is_string(correlation) || json_is_number(correlation))
		(void)json_object_set(response, "correlationData", correlation);
	(void)json_array_append_new(request->responses, response);
}

void tocsin_request_refuse(struct tocsin_request *request, const char *error)
{
	if (request->bytes)
		tocsin_request_parse(request);
	/* Whatever parsing had to say is said to nobody. */
	(void)json_array_clear(request->responses);
	for (size_t i = 0; i < json_array_size(request->commands); i++)
		respond_error(request, json_array_get(request->commands, i), error);
	if (json_array_size(request->responses) == 0)
		respond_error(request, NULL, error);
}

void tocsin_request_write(void *ctx)
{
	struct tocsin_request *request = ctx;
	json_t *answer = json_pack("{s:O}", "responses", request->responses);

	free(request->text);
	request->text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	json_decref(answer);
}
