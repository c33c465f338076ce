/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control.h"

#include <stdlib.h>
#include <string.h>

#include "journal/shelf_pages.h"
#include "mosquitto/clock.h"
#include "mosquitto/control_call.h"
#include "mosquitto/control_message.h"

static const struct {
	const char *name;
	enum tocsin_call_step (*run)(struct tocsin_call *call);
} commands[] = {
	{"getStatus", tocsin_call_status},
	{"getRules", tocsin_call_get_rules},
	{"checkRules", tocsin_call_check_rules},
	{"setRules", tocsin_call_set_rules},
	{"explain", tocsin_call_explain},
	{"addSilence", tocsin_call_add_silence},
	{"deleteSilence", tocsin_call_delete_silence},
	{"listSilences", tocsin_call_list_silences},
	{"queryJournal", tocsin_call_query_journal},
	{"listQuarantine", tocsin_call_list_quarantine},
	{"retryQuarantine", tocsin_call_retry_quarantine},
	{"cancelIncident", tocsin_call_cancel_incident},
	{"reviewIncident", tocsin_call_review_incident},
	{"replayFor", tocsin_call_replay_for},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

struct tocsin_control {
	struct tocsin_host *host;
	struct tocsin_request *first, *last;
	size_t waiting;
	size_t waiting_bytes;
	bool aside; /* the worker has the first request */
	int64_t settle_steady_ms;
	void *job; /* of the command at hand, and how to free it */
	void (*abandon)(void *job);
	struct tocsin_recent recent;
	struct tocsin_log_limit refused_limit;
};

struct tocsin_control *tocsin_control_create(struct tocsin_host *host)
{
	struct tocsin_control *control = calloc(1, sizeof(*control));

	if (control)
		control->host = host;
	return control;
}

static void pop(struct tocsin_control *control)
{
	struct tocsin_request *request = control->first;

	control->first = request->next;
	if (!control->first)
		control->last = NULL;
	control->waiting--;
	control->waiting_bytes -= request->size;
	tocsin_request_destroy(request);
}

void tocsin_control_destroy(struct tocsin_control *control)
{
	if (!control)
		return;
	if (control->job)
		control->abandon(control->job);
	while (control->first)
		pop(control);
	tocsin_recent_finish(&control->recent);
	free(control);
}

void tocsin_control_remember(struct tocsin_control *control, const struct tocsin_record *record)
{
	if (control)
		tocsin_recent_add(&control->recent, record);
}

static void recall_one(void *ctx, const struct tocsin_record *record)
{
	tocsin_control_remember(ctx, record);
}

enum tocsin_status tocsin_control_recall(
	struct tocsin_control *control, struct tocsin_journal *journal)
{
	enum tocsin_status status =
		tocsin_shelf_recent(tocsin_journal_shelf(journal), TOCSIN_MAX_RECENT, recall_one, control);

	return status == TOCSIN_NO_MEMORY ? status : TOCSIN_OK;
}

static enum tocsin_call_step run(struct tocsin_call *call, const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(call);
	}
	tocsin_call_refuse(call, "unknown command");
	return TOCSIN_CALL_DONE;
}

/* False where it waits for the worker. */
static bool run_command(
	struct tocsin_control *control, struct tocsin_request *request, int64_t now_ms)
{
	json_t *command = json_array_get(request->commands, request->at);
	const char *name = json_string_value(json_object_get(command, "command"));
	struct tocsin_call call = {
		.host = control->host,
		.recent = &control->recent,
		.user = request->user,
		.command = command,
		.now_ms = now_ms,
		.settle_steady_ms = control->settle_steady_ms,
		.job = control->job,
		.abandon = control->abandon,
	};
	enum tocsin_call_step step = TOCSIN_CALL_DONE;

	if (name)
		step = run(&call, name);
	else
		tocsin_call_refuse(&call, "command must be given, as a text");
	control->settle_steady_ms = step == TOCSIN_CALL_WAIT ? call.settle_steady_ms : 0;
	control->job = call.job;
	control->abandon = call.abandon;
	if (step == TOCSIN_CALL_WAIT)
		return false;
	request->large = request->large || call.large;
	tocsin_request_respond(request, command, call.data, call.error);
	return true;
}

/* Runs work on the worker; false until it is over. */
static bool run_aside(
	struct tocsin_control *control, void (*work)(void *ctx), struct tocsin_request *request)
{
	struct tocsin_reload *worker = control->host->reload;

	if (!control->aside) {
		control->aside = tocsin_reload_run(worker, work, request);
		return false;
	}
	if (!tocsin_reload_ran(worker))
		return false;
	control->aside = false;
	return true;
}

/* One step with the first request; false where it waits. */
static bool advance(struct tocsin_control *control, int64_t now_ms)
{
	struct tocsin_request *request = control->first;

	switch (request->stage) {
	case TOCSIN_REQUEST_CAME:
		if (request->size <= TOCSIN_REQUEST_INLINE)
			tocsin_request_parse(request);
		else if (!run_aside(control, tocsin_request_parse, request))
			return false;
		request->stage = TOCSIN_REQUEST_RUNS;
		return true;
	case TOCSIN_REQUEST_RUNS:
		for (; request->at < json_array_size(request->commands); request->at++) {
			if (!run_command(control, request, now_ms))
				return false;
		}
		request->stage = TOCSIN_REQUEST_RAN;
		return true;
	case TOCSIN_REQUEST_RAN:
		if (!request->large)
			tocsin_request_write(request);
		else if (!run_aside(control, tocsin_request_write, request))
			return false;
		tocsin_control_message_send(request, now_ms, &control->host->outbox.counts);
		pop(control);
		return control->first != NULL;
	}
	return false;
}

void tocsin_control_turn(struct tocsin_control *control, int64_t now_ms)
{
	while (control && control->first && advance(control, now_ms))
		;
}

static void refuse(struct tocsin_control *control, struct tocsin_request *request, int64_t now_ms)
{
	struct tocsin_host *host = control->host;
	uint64_t left_out;

	host->control_refused++;
	if (tocsin_log_due(&control->refused_limit, tocsin_clock_steady_ms(), &left_out))
		tocsin_log(MOSQ_LOG_NOTICE,
			"%llu requests on " TOCSIN_CONTROL_TOPIC
			" by users who are not among the admins were refused so far",
			(unsigned long long)host->control_refused);
	tocsin_request_refuse(request, "not permitted");
	tocsin_control_message_send(request, now_ms, &host->outbox.counts);
	tocsin_request_destroy(request);
}

static void queue(struct tocsin_control *control, struct tocsin_request *request)
{
	if (control->last)
		control->last->next = request;
	else
		control->first = request;
	control->last = request;
	control->waiting++;
	control->waiting_bytes += request->size;
}

static bool is_full(const struct tocsin_control *control, const struct tocsin_request *request)
{
	return control->waiting >= TOCSIN_MAX_CONTROL_WAITING ||
		control->waiting_bytes + request->size > 2 * (size_t)TOCSIN_MAX_CONTROL;
}

static void take(struct tocsin_control *control, const struct mosquitto_evt_control *message)
{
	struct tocsin_host *host = control->host;
	int64_t now_ms = tocsin_clock_ms();
	const char *user = mosquitto_client_username(message->client);
	bool admitted = tocsin_options_is_admin(&host->options, user);
	size_t ceiling = admitted ? TOCSIN_MAX_CONTROL : 0;
	struct tocsin_request *request = tocsin_control_message_read(message, user, ceiling);

	if (!request)
		return;
	if (!admitted) {
		refuse(control, request, now_ms);
	} else if (message->payloadlen > ceiling || is_full(control, request)) {
		tocsin_request_refuse(request, message->payloadlen > ceiling ? "too large" : "busy");
		tocsin_control_message_send(request, now_ms, &host->outbox.counts);
		tocsin_request_destroy(request);
	} else {
		queue(control, request);
		tocsin_control_turn(control, now_ms);
	}
	tocsin_host_turn_without_ticks(host, now_ms);
}

int tocsin_control_take(int event, void *event_data, void *userdata)
{
	const struct mosquitto_evt_control *message = event_data;
	struct tocsin_host *host = userdata;

	(void)event;
	if (message->client && mosquitto_client_id(message->client))
		take(host->control, message);
	return MOSQ_ERR_SUCCESS;
}
