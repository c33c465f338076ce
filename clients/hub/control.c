/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/hub/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/sha256.h"

#define REQUEST_TOPIC "$CONTROL/tocsin/v1"
#define ANSWER_TOPIC "$CONTROL/tocsin/v1/response"

enum { MAX_ANSWER = 64 * 1024 * 1024, REFUSED_CODE = 0x80 };

static json_t *find_response(const struct tocsin_control *control, const json_t *answer)
{
	const json_t *list = json_object_get(answer, "responses");
	json_t *response;
	size_t i;
	json_array_foreach(list, i, response)
	{
		const char *own = json_string_value(json_object_get(response, "correlationData"));
		if (own && strcmp(own, control->correlation) == 0)
			return response;
	}
	return NULL;
}

static void on_message(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_control *control = ctx;
	if (strcmp(message->topic, ANSWER_TOPIC) != 0) {
		if (control->message)
			control->message(control->message_ctx, message);
		return;
	}
	if (control->response || message->size > MAX_ANSWER)
		return;
	json_t *answer = json_loadb((const char *)message->payload, message->size, 0, NULL);
	control->response = json_incref(find_response(control, answer));
	json_decref(answer);
}

static void on_published(void *ctx, int id, int reason)
{
	struct tocsin_control *control = ctx;
	(void)id;
	if (reason >= REFUSED_CODE)
		control->refusal = reason;
}

enum tocsin_exit tocsin_control_open(
	struct tocsin_control *control, const struct tocsin_connection *connection)
{
	const struct tocsin_handlers handlers = {
		.ctx = control, .message = on_message, .published = on_published};
	enum tocsin_exit code = tocsin_session_prepare(&control->session, connection, &handlers);
	return code == TOCSIN_EXIT_OK ? tocsin_session_open(&control->session) : code;
}

void tocsin_control_close(struct tocsin_control *control)
{
	if (!control)
		return;
	tocsin_session_close(&control->session);
	json_decref(control->response);
	control->response = NULL;
}

static enum tocsin_exit complain(
	const struct tocsin_control *control, enum tocsin_exit code, const char *what, const char *more)
{
	if (!control->quiet)
		fprintf(stderr, _("tocsin: %s%s%s\n"), what, more ? ": " : "", more ? more : "");
	return code;
}

static char *request_text(struct tocsin_control *control, const char *command, json_t *arguments)
{
	uint8_t noise[16];
	json_t *object = arguments ? arguments : json_object();
	if (!object || getrandom(noise, sizeof(noise), 0) != (ssize_t)sizeof(noise)) {
		json_decref(object);
		return NULL;
	}
	tocsin_hex(noise, sizeof(noise), control->correlation);
	json_object_set_new(object, "command", json_string(command));
	json_object_set_new(object, "correlationData", json_string(control->correlation));
	json_t *request = json_pack("{s:[o]}", "commands", object);
	char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	json_decref(request);
	return text;
}

static enum tocsin_exit await(struct tocsin_control *control, int64_t wait_ms)
{
	int64_t until_ms = tocsin_ticks_ms() + wait_ms;
	while (!control->response) {
		int64_t left_ms = until_ms - tocsin_ticks_ms();
		if (control->refusal)
			return complain(control, TOCSIN_EXIT_REFUSED,
				_("the broker does not let this user publish to $CONTROL/tocsin/v1"),
				mosquitto_reason_string(control->refusal));
		if (left_ms <= 0)
			return complain(control, TOCSIN_EXIT_TIMEOUT,
				_("the hub does not answer: is this user on its plugin_opt_admins?"), NULL);
		switch (tocsin_session_step(&control->session, left_ms)) {
		case TOCSIN_STEP_SIGNAL:
			return complain(control, TOCSIN_EXIT_TIMEOUT, _("interrupted"), NULL);
		case TOCSIN_STEP_LOST:
			return complain(
				control, TOCSIN_EXIT_CONNECT, _("the line broke before the answer"), NULL);
		case TOCSIN_STEP_NO_READER:
		case TOCSIN_STEP_DONE:
			break;
		}
	}
	return TOCSIN_EXIT_OK;
}

enum tocsin_exit tocsin_control_ask(struct tocsin_control *control, const char *command,
	json_t *arguments, int64_t wait_ms, json_t **response)
{
	*response = NULL;
	char *text = request_text(control, command, arguments);
	if (!text)
		return complain(control, TOCSIN_EXIT_REFUSED, _("out of memory"), NULL);
	json_decref(control->response);
	control->response = NULL;
	control->refusal = 0;
	int id = tocsin_session_publish(&control->session, REQUEST_TOPIC, text, strlen(text), true);
	free(text);
	if (id < 0)
		return complain(control, TOCSIN_EXIT_CONNECT, _("the request cannot be sent"), NULL);
	enum tocsin_exit code = await(control, wait_ms);
	if (code != TOCSIN_EXIT_OK)
		return code;
	*response = control->response;
	control->response = NULL;
	return tocsin_control_error(*response) ? TOCSIN_EXIT_REFUSED : TOCSIN_EXIT_OK;
}

const char *tocsin_control_error(const json_t *response)
{
	return json_string_value(json_object_get(response, "error"));
}
