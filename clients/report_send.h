/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Publishing one draft and waiting for its receipt, over lost connections. */
#pragma once

#include "clients/draft.h"
#include "clients/session.h"

struct tocsin_send {
	const struct tocsin_connection *connection;
	const struct tocsin_draft *draft;
	int64_t timeout_ms; /* for the receipt; 0: published is enough */
	bool quiet;
	/* Its own from here on. */
	struct tocsin_session session;
	struct tocsin_arena *arena;
	Tocsin__V1__Receipt *receipt;
	char *topic, *receipt_topic;
	bool taken;  /* the broker has it */
	int refusal; /* the broker's own answer, where it was no */
	int64_t refused_at_ms;
	bool published;
};

/* The receipt lives until tocsin_report_send_finish; NULL where none came. What
 * happens is said on stderr in three states: waiting, sent but not confirmed,
 * and (by the caller) recorded. */
enum tocsin_exit tocsin_report_send(struct tocsin_send *send, Tocsin__V1__Receipt **receipt);
void tocsin_report_send_finish(struct tocsin_send *send);
