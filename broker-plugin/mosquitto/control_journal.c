/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/query_json.h"
#include "journal/query_waiting.h"
#include "mosquitto/control_call.h"

/* One question to the journal, asked on the reading thread. */
struct asking {
	struct tocsin_reading reading;
	json_t *command; /* holds the texts of query */
	struct tocsin_query query;
	bool refusals;                       /* as listQuarantine tells of them */
	struct tocsin_query_waiting waiting; /* where only that is asked for */
	json_t *rows;
	struct tocsin_query_end end;
};

static enum tocsin_status run(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct asking *asking = ctx;

	return tocsin_query_run(journal, quarantine, &asking->query,
		asking->refusals ? tocsin_query_json_take_refusal : tocsin_query_json_take_row,
		asking->rows, &asking->end, error);
}

/* The row, with the audiences that would be shown the texts. */
static enum tocsin_status take_waiting(void *ctx, const struct tocsin_query_row *row)
{
	struct asking *asking = ctx;
	const struct tocsin_review_waiting *found = &asking->waiting.found;
	const enum tocsin_status status = tocsin_query_json_take_row(asking->rows, row);
	json_t *audiences = json_array();
	bool fine = status == TOCSIN_OK && audiences;

	for (size_t i = 0; fine && i < found->audience_count; i++)
		fine = json_array_append_new(audiences, json_string(found->audiences[i])) == 0;
	fine = fine &&
		json_object_set(json_array_get(asking->rows, json_array_size(asking->rows) - 1),
			"audiences", audiences) == 0;
	json_decref(audiences);
	return fine || status != TOCSIN_OK ? status : TOCSIN_NO_MEMORY;
}

static enum tocsin_status run_waiting(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct asking *asking = ctx;
	const int result = tocsin_query_waiting_init(&asking->waiting, journal, &tocsin_heap);
	enum tocsin_status status = result == SQLITE_NOMEM ? TOCSIN_NO_MEMORY : TOCSIN_IO;
	const char *why = result == SQLITE_NOMEM ? "not enough memory" : sqlite3_errmsg(journal);

	if (result == SQLITE_OK)
		status = tocsin_query_run(
			journal, quarantine, &asking->query, take_waiting, asking, &asking->end, error);
	else
		snprintf(error, TOCSIN_JOURNAL_ERROR, "%s", why);
	tocsin_query_waiting_finish(&asking->waiting);
	return status;
}

static void destroy(struct asking *asking)
{
	json_decref(asking->rows);
	json_decref(asking->command);
	free(asking);
}

/* The reading thread has ended. */
static void abandon(void *job)
{
	destroy(job);
}

/* "review", where it is given; the readers are those of the rules that run now. */
static bool read_review(
	struct tocsin_call *call, struct asking *asking, char error[TOCSIN_JOURNAL_ERROR])
{
	const json_t *review = json_object_get(call->command, "review");

	if (asking->refusals || !review || json_is_null(review))
		return true;
	if (!json_is_string(review) || strcmp(json_string_value(review), "waiting") != 0) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "review must be waiting");
		return false;
	}
	if (asking->query.verdict == TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED)
		asking->query.verdict = TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	asking->query.pick = tocsin_query_waiting_pick;
	asking->query.pick_ctx = &asking->waiting;
	asking->waiting.now_ms = call->now_ms;
	tocsin_review_readers_of(tocsin_engine_rules(call->host->engine), &asking->waiting.readers);
	asking->reading.job.run = run_waiting;
	return true;
}

static enum tocsin_call_step begin(struct tocsin_call *call, bool refusals)
{
	struct asking *asking = calloc(1, sizeof(*asking));
	char error[TOCSIN_JOURNAL_ERROR] = "not enough memory";

	if (!asking)
		return tocsin_call_refuse(call, "%s", error), TOCSIN_CALL_DONE;
	/* The request may be freed before the reading thread is done with it. */
	asking->command = json_deep_copy(call->command);
	asking->rows = json_array();
	asking->refusals = refusals;
	asking->reading.job.run = run;
	asking->reading.job.ctx = asking;
	bool ready = asking->command && asking->rows &&
		tocsin_query_json_read(asking->command, &asking->query, error) == TOCSIN_OK &&
		read_review(call, asking, error);
	if (ready && refusals)
		asking->query.verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	if (!ready) {
		tocsin_call_refuse(call, "%s", error);
	} else if (!tocsin_host_read(call->host, &asking->reading)) {
		tocsin_call_refuse(call, call->host->reader ? "busy" : "there is no journal");
	} else {
		call->job = asking;
		call->abandon = abandon;
		return TOCSIN_CALL_WAIT;
	}
	destroy(asking);
	return TOCSIN_CALL_DONE;
}

static enum tocsin_call_step ask(struct tocsin_call *call, bool refusals, const char *name)
{
	struct asking *asking = call->job;

	if (!asking)
		return tocsin_call_settled(call) ? begin(call, refusals) : TOCSIN_CALL_WAIT;
	if (!asking->reading.read)
		return TOCSIN_CALL_WAIT;
	if (asking->reading.job.status != TOCSIN_OK) {
		tocsin_call_refuse(call, "%s", asking->reading.job.error);
	} else {
		call->data = tocsin_query_json_answer(name, asking->rows, &asking->end);
		asking->rows = NULL;
		call->large = true;
	}
	call->job = NULL;
	destroy(asking);
	return TOCSIN_CALL_DONE;
}

enum tocsin_call_step tocsin_call_query_journal(struct tocsin_call *call)
{
	return ask(call, false, "rows");
}

enum tocsin_call_step tocsin_call_list_quarantine(struct tocsin_call *call)
{
	return ask(call, true, "entries");
}
