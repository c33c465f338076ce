/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* $CONTROL/tocsin/v1: operators' commands, in the manner of Mosquitto's dynamic
 * security plugin. A request is
 *   {"commands": [{"command": "getStatus", "correlationData": "1"}, ...]}
 * and its answer, on $CONTROL/tocsin/v1/response, goes to the requesting client alone:
 *   {"responses": [{"command", "data" or "error", "correlationData"}, ...]}
 * Only user names of the option admins are obeyed; without any the topic is not even
 * taken. Requests are answered in the order in which they came. What takes long (large
 * texts, compiling rules) is done on the worker, and answered from a later turn of the
 * broker's loop. Broker's thread only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/outcome.h"

#define TOCSIN_CONTROL_TOPIC "$CONTROL/tocsin/v1"

enum {
	TOCSIN_MAX_CONTROL = 8 * 1024 * 1024,      /* bytes of a request */
	TOCSIN_MAX_CONTROL_TEXT = 4 * 1024 * 1024, /* bytes of a rule text in it */
	TOCSIN_MAX_CONTROL_COMMANDS = 64,          /* of a request */
	TOCSIN_MAX_CONTROL_WAITING = 32,           /* requests; beyond, "busy" */
};

struct tocsin_host;
struct tocsin_control;

/* NULL without memory. host is borrowed. */
struct tocsin_control *tocsin_control_create(struct tocsin_host *host);

/* The worker must have ended. NULL is allowed. */
void tocsin_control_destroy(struct tocsin_control *control);

/* Takes one request. Whatever it is, the answer comes as a message: an error of this
 * callback would throw the client out. */
int tocsin_control_take(int event, void *event_data, void *userdata);

/* Goes on with what waits. NULL is allowed. */
void tocsin_control_turn(struct tocsin_control *control, int64_t now_ms);

/* Takes back from the journal what was accepted last; before the first turn. Without it
 * estimates are poorer, so nothing fails but memory. */
struct tocsin_journal;
TOCSIN_MUST_USE enum tocsin_status tocsin_control_recall(
	struct tocsin_control *control, struct tocsin_journal *journal);

/* Keeps an accepted incident, to tell what other rules would do with it; the oldest
 * go. NULL is allowed. */
void tocsin_control_remember(struct tocsin_control *control, const struct tocsin_record *record);
