/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin relay" knows while it runs. */
#pragma once

#include "clients/alert/cap.h"
#include "clients/base/session.h"
#include "clients/watch/heartbeat.h"
#include "clients/watch/relayed.h"
#include "clients/watch/twins.h"
#include "proto/arena.h"

enum { TOCSIN_MAX_RELAYED_AUDIENCES = 16 };

/* Sent, and not answered yet. */
struct tocsin_relay_pending {
	int id; /* of the packet */
	char *alert_id, *reference, *topic;
	struct tocsin_relay_pending *next;
};

/* Two connections: a broker may pour all that waited into one before it answers what is
 * published there, and what is not read yet should stay with the broker. */
struct tocsin_relay {
	struct tocsin_connection connection;
	struct tocsin_connection out_connection; /* the same, its texts borrowed */
	struct tocsin_session in, out;
	const char *audiences[TOCSIN_MAX_RELAYED_AUDIENCES];
	struct tocsin_heartbeat heartbeats[TOCSIN_MAX_RELAYED_AUDIENCES];
	size_t audience_count;
	const char *to;     /* prefix of the topics */
	const char *memory; /* path, or NULL: the usual one */
	bool geojson;       /* else CAP */
	bool exercises, no_open, quiet;
	struct tocsin_cap_options cap;
	struct tocsin_relayed *relayed;
	struct tocsin_twins digests;          /* that came */
	struct tocsin_relay_pending *pending; /* oldest first */
	size_t pending_count;
	bool held;                       /* so much is pending that nothing more is read */
	struct tocsin_arena *arena;      /* for one message */
	size_t asked, answered, refused; /* subscriptions of this connection */
	bool connected_before, publish_refused, unwritten;
};

/* Connects and relays until it is interrupted or refused. What it needs is freed by
 * tocsin_relay_finish. */
enum tocsin_exit tocsin_relay_run(struct tocsin_relay *relay);

/* The memory at its path. Where the usual place cannot be had it lasts as long as the
 * process, and a note says so. */
enum tocsin_exit tocsin_relay_open_memory(struct tocsin_relay *relay);

/* Takes one message: an alert, an open incident, a heartbeat; or a digest, which is said
 * and goes no further. */
void tocsin_relay_take(struct tocsin_relay *relay, const struct tocsin_message *message);

/* The broker's answer to a publish: it is remembered, or refused. */
void tocsin_relay_answered(struct tocsin_relay *relay, int id, int reason);

/* Says so where a hub has gone silent. */
void tocsin_relay_check_heartbeats(struct tocsin_relay *relay);

void tocsin_relay_finish(struct tocsin_relay *relay);

/* A line for the person on stderr; urgent ones also where quiet. */
void tocsin_relay_note(const struct tocsin_relay *relay, bool urgent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
