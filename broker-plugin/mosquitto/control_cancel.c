/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "engine/uuid.h"
#include "engine/withdraw.h"
#include "mosquitto/control_call.h"
#include "proto/enum_name.h"

/* A Cancel on its way to the disk. */
struct cancelling {
	char id[TOCSIN_UUID_TEXT];
	uint64_t fate;
};

static bool read_cause(struct tocsin_call *call, Tocsin__V1__CloseCause *cause)
{
	const char *text = tocsin_call_text(call, "cause", false, NULL);
	int value = TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_ERROR;

	if (text &&
		(!tocsin_enum_read(&tocsin__v1__close_cause__descriptor, text, strlen(text), &value) ||
			value == 0))
		tocsin_call_refuse(call, "cause must be resolved, error or merged");
	*cause = (Tocsin__V1__CloseCause)value;
	return !call->error;
}

static void refuse(struct tocsin_call *call, enum tocsin_status status)
{
	switch (status) {
	case TOCSIN_NOT_FOUND:
		tocsin_call_refuse(call, "there is no such incident");
		break;
	case TOCSIN_LIMIT:
		tocsin_call_refuse(call, "it is cancelled already");
		break;
	case TOCSIN_INVALID:
		tocsin_call_refuse(call, "reason must be 1 to 1,000 characters of plain text");
		break;
	case TOCSIN_IO:
		tocsin_call_refuse(call, "the journal cannot be read now");
		break;
	default:
		tocsin_call_refuse(call, "not enough memory");
		break;
	}
}

/* False with the call refused. Texts are the call's. */
static bool read_withdrawal(struct tocsin_call *call, struct tocsin_withdrawal *withdrawal)
{
	const char *author = tocsin_call_text(call, "author", false, NULL);
	const char *defer = tocsin_host_defer(call->host);

	withdrawal->author = author ? author : call->user;
	withdrawal->incident = tocsin_call_text(call, "incident", true, NULL);
	withdrawal->note = withdrawal->incident ? tocsin_call_text(call, "reason", true, NULL) : NULL;
	if (!withdrawal->note)
		return false;
	if (defer) {
		tocsin_call_refuse(call, "nothing can be taken now (%s): try again", defer);
		return false;
	}
	if (withdrawal->note[0] == '\0') {
		refuse(call, TOCSIN_INVALID);
		return false;
	}
	return !call->error && read_cause(call, &withdrawal->cause);
}

static enum tocsin_call_step begin(struct tocsin_call *call)
{
	struct tocsin_withdrawal withdrawal = {0};
	struct tocsin_outcome *outcome = NULL;

	if (!read_withdrawal(call, &withdrawal))
		return TOCSIN_CALL_DONE;
	struct cancelling *cancelling = calloc(1, sizeof(*cancelling));
	enum tocsin_status status = TOCSIN_NO_MEMORY;
	if (cancelling && tocsin_uuid_make(cancelling->id)) {
		withdrawal.id = cancelling->id;
		status = tocsin_engine_withdraw(call->host->engine, &withdrawal, call->now_ms, &outcome);
	}
	if (status != TOCSIN_OK) {
		refuse(call, status);
		free(cancelling);
		return TOCSIN_CALL_DONE;
	}
	tocsin_log(MOSQ_LOG_NOTICE, "an incident is withdrawn, by %s", call->user);
	tocsin_host_take(call->host, outcome, call->now_ms);
	cancelling->fate = tocsin_host_fate(call->host);
	call->job = cancelling;
	call->abandon = free;
	return TOCSIN_CALL_WAIT;
}

enum tocsin_call_step tocsin_call_cancel_incident(struct tocsin_call *call)
{
	struct cancelling *cancelling = call->job;

	if (!cancelling)
		return begin(call);
	if (!tocsin_host_decided(call->host, cancelling->fate))
		return TOCSIN_CALL_WAIT;
	if (tocsin_engine_has(call->host->engine, cancelling->id))
		call->data = json_pack("{s:s}", "id", cancelling->id);
	else
		tocsin_call_refuse(call, "the disk refused: nothing was withdrawn");
	call->job = NULL;
	free(cancelling);
	return TOCSIN_CALL_DONE;
}
