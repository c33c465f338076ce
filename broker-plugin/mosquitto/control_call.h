/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One command of a request, and the commands there are. */
#pragma once

#include <jansson.h>

#include "mosquitto/control_recent.h"
#include "mosquitto/host.h"

enum tocsin_call_step {
	TOCSIN_CALL_DONE,
	TOCSIN_CALL_WAIT, /* the worker is at it: call again in a later turn */
};

struct tocsin_call {
	struct tocsin_host *host;
	struct tocsin_recent *recent;
	const char *user; /* who asks */
	json_t *command;  /* its object, borrowed */
	int64_t now_ms;
	/* The answer: data and error, either or both. */
	json_t *data;
	json_t *error;
	bool large;               /* the data may take long to write out */
	int64_t settle_steady_ms; /* until then it waits for what was answered before; 0: not begun */
	void *job;                /* the command's own between its steps, and how to free it */
	void (*abandon)(void *job);
};

/* "error" of the answer. */
void tocsin_call_refuse(struct tocsin_call *call, const char *format, ...) TOCSIN_PRINTF(2, 3);

/* Refusals that were told of before are in the file, so that who asks for them finds them:
 * true at the latest after a second, and at once where the disk is in trouble. */
bool tocsin_call_settled(struct tocsin_call *call);

/* A member of the command that must be a text. NULL, and refused, where it is there
 * and is none, or is missing though required. */
const char *tocsin_call_text(
	struct tocsin_call *call, const char *name, bool required, size_t *length);

/* The silences in force; *entries is freed by the caller. */
struct tocsin_silence_entry;
size_t tocsin_call_silences(const struct tocsin_host *host, struct tocsin_silence_entry **entries);

/* Diagnostics as a list of {level, file, line, column, message}; NULL without memory. */
json_t *tocsin_call_diagnostics(const struct tocsin_diagnostics *diagnostics);

/* Refuses with the first diagnostics, one a line, after a headline. */
void tocsin_call_refuse_lines(
	struct tocsin_call *call, const char *headline, const struct tocsin_diagnostics *diagnostics);

/* The commands. */
enum tocsin_call_step tocsin_call_status(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_get_rules(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_check_rules(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_set_rules(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_explain(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_add_silence(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_delete_silence(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_list_silences(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_query_journal(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_list_quarantine(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_retry_quarantine(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_cancel_incident(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_review_incident(struct tocsin_call *call);
enum tocsin_call_step tocsin_call_replay_for(struct tocsin_call *call);
