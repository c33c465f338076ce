/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin relay" knows while it runs. */
#pragma once

#include "clients/cap.h"
#include "clients/heartbeat.h"
#include "clients/relayed.h"
#include "clients/session.h"
#include "proto/arena.h"

enum { TOCSIN_MAX_RELAYED_AUDIENCES = 16 };

/* Sent, and not answered yet. */
struct tocsin_relay_pending {
	int id; /* of the packet */
	char *alert_id, *reference, *topic;
	struct tocsin_relay_pending *next;
};

struct tocsin_relay {
	struct tocsin_connection connection;
	struct tocsin_session session;
	const char *audiences[TOCSIN_MAX_RELAYED_AUDIENCES];
	struct tocsin_heartbeat heartbeats[TOCSIN_MAX_RELAYED_AUDIENCES];
	size_t audience_count;
	const char *to; /* prefix of the topics */
	bool geojson;   /* else CAP */
	bool exercises, no_open, quiet;
	struct tocsin_cap_options cap;
	struct tocsin_relayed *relayed;
	struct tocsin_relay_pending *pending; /* oldest first */
	struct tocsin_arena *arena;           /* for one message */
	size_t asked, answered, refused;      /* subscriptions of this connection */
	bool connected_before, publish_refused, unwritten;
};

/* Subscribes to all that is relayed; on each connection. */
void tocsin_relay_subscribe(struct tocsin_relay *relay);

/* Takes one message: an alert, an open incident, a heartbeat. */
void tocsin_relay_take(struct tocsin_relay *relay, const struct tocsin_message *message);

/* The broker's answer to a publish: it is remembered, or refused. */
void tocsin_relay_answered(struct tocsin_relay *relay, int id, int reason);

/* Says so where a hub has gone silent. */
void tocsin_relay_check_heartbeats(struct tocsin_relay *relay);

void tocsin_relay_finish(struct tocsin_relay *relay);

/* A line for the person on stderr; urgent ones also where quiet. */
void tocsin_relay_note(const struct tocsin_relay *relay, bool urgent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
