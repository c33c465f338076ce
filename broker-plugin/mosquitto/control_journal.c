/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "journal/query_json.h"
#include "mosquitto/control_call.h"

/* One question to the journal, asked on the reading thread. */
struct asking {
	struct tocsin_reading reading;
	json_t *command; /* holds the texts of query */
	struct tocsin_query query;
	bool refusals; /* as listQuarantine tells of them */
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
		tocsin_query_json_read(asking->command, &asking->query, error) == TOCSIN_OK;
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
