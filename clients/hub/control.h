/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One operator's command to the hub over $CONTROL/tocsin/v1, and its answer. */
#pragma once

#include <stdint.h>

#include <jansson.h>

#include "clients/base/session.h"

enum { TOCSIN_CONTROL_WAIT_MS = 10000 };

/* A line to the hub that stays up for several commands. */
struct tocsin_control {
	struct tocsin_session session;
	/* Messages that are no answer; NULL: they are dropped. */
	void (*message)(void *ctx, const struct tocsin_message *message);
	void *message_ctx;
	char correlation[33]; /* of the command at hand */
	json_t *response;     /* to it, once it came */
	int refusal;          /* the broker's reason code where it refused the publish */
	bool published;
	bool quiet; /* says nothing on stderr about answers that do not come */
};

/* Connects. Failures are said on stderr. Close it all the same. */
enum tocsin_exit tocsin_control_open(
	struct tocsin_control *control, const struct tocsin_connection *connection);
void tocsin_control_close(struct tocsin_control *control);

/* Sends a command with its arguments (an object, taken) and waits for the answer.
 * *response, the caller's, has "data" or "error" or both. Returns OK where it has no
 * error; REFUSED where the hub or the broker refuses, TIMEOUT where no answer comes:
 * *response is then NULL and the reason on stderr. */
enum tocsin_exit tocsin_control_ask(struct tocsin_control *control, const char *command,
	json_t *arguments, int64_t wait_ms, json_t **response);

/* "error" of an answer, or NULL. */
const char *tocsin_control_error(const json_t *response);

/* Sends a rule text in place of the rules that run, or, where dry, only has it
 * checked. version is that of the rules it was made from; NULL: of those that run now.
 * Says on stderr what is wrong, on stdout what changes. */
enum tocsin_exit tocsin_control_send_rules(struct tocsin_control *control, const char *text,
	size_t length, const char *version, bool dry, bool json);
