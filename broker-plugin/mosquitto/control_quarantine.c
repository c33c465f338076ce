/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "engine/withdraw.h"
#include "journal/refused.h"
#include "mosquitto/control_call.h"

enum { MOST = 1000 }; /* entries of one command; ask again for more */

/* Refusals that are judged again, in the order in which they came. */
struct retrying {
	struct tocsin_reading reading;
	json_t *command; /* holds the texts of wanted */
	struct tocsin_refused_wanted wanted;
	struct tocsin_refused *first, *last;
	size_t count;
	bool more; /* there are more than fit one command */
	bool submitted;
	uint64_t fate;
	size_t accepted, rejected, deferred, barred;
};

/* On the reading thread. */
static enum tocsin_status take(void *ctx, struct tocsin_refused *refused)
{
	struct retrying *retrying = ctx;

	if (retrying->count == MOST) {
		retrying->more = true;
		free(refused);
		return TOCSIN_LIMIT;
	}
	if (retrying->last)
		retrying->last->next = refused;
	else
		retrying->first = refused;
	retrying->last = refused;
	retrying->count++;
	return TOCSIN_OK;
}

static enum tocsin_status run(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct retrying *retrying = ctx;

	(void)journal;
	enum tocsin_status status = quarantine
		? tocsin_refused_each(quarantine, &retrying->wanted, take, retrying, error)
		: TOCSIN_OK;
	return status == TOCSIN_LIMIT ? TOCSIN_OK : status;
}

static void destroy(void *job)
{
	struct retrying *retrying = job;

	while (retrying->first) {
		struct tocsin_refused *refused = retrying->first;

		retrying->first = refused->next;
		free(refused);
	}
	json_decref(retrying->command);
	free(retrying);
}

/* One of sender, incident and all. */
static bool read_wanted(struct tocsin_call *call, struct retrying *retrying)
{
	const json_t *command = retrying->command;
	struct tocsin_refused_wanted *wanted = &retrying->wanted;

	wanted->sender = json_string_value(json_object_get(command, "sender"));
	wanted->incident = json_string_value(json_object_get(command, "incident"));
	bool all = json_is_true(json_object_get(command, "all"));
	if ((wanted->sender != NULL) + (wanted->incident != NULL) + all == 1)
		return true;
	tocsin_call_refuse(call, "one of sender, incident (texts) and all (true) must be given");
	return false;
}

static enum tocsin_call_step begin(struct tocsin_call *call)
{
	struct retrying *retrying = calloc(1, sizeof(*retrying));
	const char *defer = tocsin_host_defer(call->host);

	if (!retrying)
		return tocsin_call_refuse(call, "not enough memory"), TOCSIN_CALL_DONE;
	retrying->command = json_deep_copy(call->command);
	retrying->reading.job.run = run;
	retrying->reading.job.ctx = retrying;
	if (defer) {
		tocsin_call_refuse(call, "nothing can be taken now (%s): try again", defer);
	} else if (read_wanted(call, retrying)) {
		if (tocsin_host_read(call->host, &retrying->reading)) {
			call->job = retrying;
			call->abandon = destroy;
			return TOCSIN_CALL_WAIT;
		}
		tocsin_call_refuse(call, call->host->reader ? "busy" : "there is no journal");
	}
	destroy(retrying);
	return TOCSIN_CALL_DONE;
}

/* What it came to is known once it is on disk, but for what is refused again. */
static void submit(
	struct tocsin_call *call, struct retrying *retrying, struct tocsin_refused *refused)
{
	struct tocsin_host *host = call->host;
	const struct tocsin_submission submission = {
		.topic_sender = refused->sender,
		.topic_sender_length = strlen(refused->sender),
		/* A relay must still be one for this sender. */
		.user = refused->relay[0] ? refused->relay : refused->sender,
		.form = refused->form,
		.payload = refused->bytes,
		.payload_size = refused->size,
		.defer = tocsin_host_defer(host),
		.retried = true,
	};
	struct tocsin_outcome *outcome =
		refused->barred ? NULL : tocsin_engine_submit(host->engine, &submission, call->now_ms);

	retrying->barred += refused->barred;
	if (!outcome)
		return;
	refused->open = outcome->verdict != TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	retrying->rejected += !refused->open;
	tocsin_host_take(host, outcome, call->now_ms);
}

static void conclude(struct tocsin_call *call, struct retrying *retrying)
{
	struct tocsin_host *host = call->host;

	for (struct tocsin_refused *at = retrying->first; at; at = at->next) {
		if (!at->open)
			continue;
		if (tocsin_engine_has(host->engine, at->incident_id)) {
			retrying->accepted++;
			tocsin_journal_drop_refusal(host->journal, at->row);
		} else {
			retrying->deferred++;
		}
	}
	tocsin_log(MOSQ_LOG_NOTICE, "%zu refused incidents were judged again, by %s: %zu accepted",
		retrying->count, call->user, retrying->accepted);
	call->data = json_pack("{s:I, s:I, s:I, s:I, s:I, s:b}", "retried",
		(json_int_t)(retrying->count - retrying->barred), "accepted",
		(json_int_t)retrying->accepted, "rejected", (json_int_t)retrying->rejected, "deferred",
		(json_int_t)retrying->deferred, "left", (json_int_t)(retrying->count - retrying->accepted),
		"more", retrying->more);
}

enum tocsin_call_step tocsin_call_retry_quarantine(struct tocsin_call *call)
{
	struct retrying *retrying = call->job;

	if (!retrying)
		return tocsin_call_settled(call) ? begin(call) : TOCSIN_CALL_WAIT;
	if (!retrying->reading.read)
		return TOCSIN_CALL_WAIT;
	if (retrying->reading.job.status == TOCSIN_OK && !retrying->submitted) {
		retrying->submitted = true;
		for (struct tocsin_refused *at = retrying->first; at; at = at->next)
			submit(call, retrying, at);
		retrying->fate = tocsin_host_fate(call->host);
	}
	if (retrying->submitted && !tocsin_host_decided(call->host, retrying->fate))
		return TOCSIN_CALL_WAIT;
	if (retrying->submitted)
		conclude(call, retrying);
	else
		tocsin_call_refuse(call, "%s", retrying->reading.job.error);
	call->job = NULL;
	destroy(retrying);
	return TOCSIN_CALL_DONE;
}
