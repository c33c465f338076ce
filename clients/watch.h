/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin watch" knows while it runs. */
#pragma once

#include <stdio.h>

#include "clients/alert_judge.h"
#include "clients/heartbeat.h"
#include "clients/paper.h"
#include "clients/seen.h"
#include "clients/session.h"
#include "proto/arena.h"

enum { TOCSIN_MAX_WATCHED_AUDIENCES = 16 };

struct tocsin_watch {
	struct tocsin_connection connection;
	struct tocsin_session session;
	struct tocsin_alert_want want;
	const char *audiences[TOCSIN_MAX_WATCHED_AUDIENCES];
	struct tocsin_heartbeat heartbeats[TOCSIN_MAX_WATCHED_AUDIENCES];
	size_t audience_count;
	bool exercises, json, quiet, no_open;
	bool protobuf_tree, json_tree; /* which twins are subscribed to */
	uint64_t count;                /* end after so many; 0: never */
	int64_t for_ms;                /* end after so long; 0: never */
	struct tocsin_paper paper;     /* where alerts go */
	struct tocsin_seen *alerts;    /* alert ids shown */
	struct tocsin_seen *chains;    /* incident ids shown */
	struct tocsin_arena *arena;    /* for one message */
	uint64_t shown;
	size_t asked, answered, refused; /* subscriptions of this connection */
	bool connected_before;
	/* Where alerts go besides; NULL: nowhere. */
	const char *cap_folder, *geojson_file;
};

/* Subscribes to everything that is watched; on each connection. */
void tocsin_watch_subscribe(struct tocsin_watch *watch);

/* Takes one message: an alert, an open incident, a heartbeat. */
void tocsin_watch_take(struct tocsin_watch *watch, const struct tocsin_message *message);

/* Writes an alert that was shown to the folder and file asked for. */
void tocsin_watch_export(const struct tocsin_watch *watch, const Tocsin__V1__Alert *alert);

/* Says so where a hub has gone silent. */
void tocsin_watch_check_heartbeats(struct tocsin_watch *watch);

/* A line for the person on stderr; urgent ones also where quiet. */
void tocsin_watch_note(const struct tocsin_watch *watch, bool urgent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
