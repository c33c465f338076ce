/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What "tocsin watch" knows while it runs. */
#pragma once

#include <stdio.h>

#include "clients/alert/alert_judge.h"
#include "clients/alert/incoming.h"
#include "clients/base/paper.h"
#include "clients/base/session.h"
#include "clients/watch/heartbeat.h"
#include "clients/watch/hook.h"
#include "clients/watch/relayed.h"
#include "clients/watch/seen.h"
#include "clients/watch/succession.h"
#include "clients/watch/twins.h"
#include "clients/watch/watch_replay.h"
#include "proto/arena.h"

enum { TOCSIN_MAX_WATCHED_AUDIENCES = TOCSIN_MAX_SUCCESSIONS };

/* How an alert came to us. */
enum tocsin_watch_way {
	TOCSIN_WATCH_LIVE,
	TOCSIN_WATCH_OPEN,     /* it stood open already */
	TOCSIN_WATCH_REPLAYED, /* the hub sent it again because we asked */
};

struct tocsin_watch_came {
	size_t audience;
	const char *topic; /* that of the protobuf twin */
	enum tocsin_watch_way way;
};

/* A message that waits until what came before it was shown. */
struct tocsin_watch_held {
	struct tocsin_message message; /* its own, in one block with this */
	struct tocsin_watch_held *next;
};

struct tocsin_watch_hold {
	struct tocsin_watch_held *first, **end;
	size_t count, bytes;
	bool full; /* what comes is shown at once, out of its order */
};

/* What is to be remembered, once nothing that came before it can be lost any more. */
struct tocsin_watch_note {
	char *reference, *topic;
	size_t audience;
	uint64_t run; /* number of the command that must have ended before; 0: none */
	struct tocsin_watch_note *next;
};

struct tocsin_watch_memory {
	struct tocsin_relayed *file; /* NULL: nothing is remembered over a restart */
	struct tocsin_watch_note *first, **end;
	size_t count;
	int64_t sync_ms; /* ticks; when it is due */
	bool unwritten;  /* and it has been said */
};

struct tocsin_watch {
	struct tocsin_connection connection;
	struct tocsin_session session;
	struct tocsin_alert_want want;
	const char *audiences[TOCSIN_MAX_WATCHED_AUDIENCES];
	struct tocsin_heartbeat heartbeats[TOCSIN_MAX_WATCHED_AUDIENCES];
	size_t audience_count;
	bool exercises, json, csv, quiet, no_open;
	bool protobuf_tree, json_tree; /* which twins are subscribed to */
	uint64_t count;                /* end after so many; 0: never */
	int64_t for_ms;                /* end after so long; 0: never */
	struct tocsin_paper paper;     /* where alerts go */
	struct tocsin_seen *alerts;    /* alert ids shown */
	struct tocsin_seen *chains;    /* incident ids shown */
	struct tocsin_twins digests;   /* that came */
	struct tocsin_arena *arena;    /* for one message */
	uint64_t shown;
	size_t asked, answered, refused; /* subscriptions of this connection */
	bool connected_before;
	int64_t since_ms;    /* show also what came since then; 0: not */
	int64_t patience_ms; /* with a silent hub; 0: the usual one */
	struct tocsin_succession *succession;
	struct tocsin_watch_replay replay;
	struct tocsin_watch_hold hold;
	bool keep; /* the session and what was shown outlive us */
	struct tocsin_watch_memory memory;
	const char *command; /* run for each alert and digest that is shown; NULL: none */
	struct tocsin_hook *hook;
	uint64_t last_run; /* number of the newest command; 0: none yet */
	/* What came while we were away is asked for at the next fresh heartbeat: a session that
	 * was kept should have brought it by itself. */
	bool doubted[TOCSIN_MAX_WATCHED_AUDIENCES];
	/* With commands, how far the memory went when the watch began: what the broker was told
	 * to be done with since then may have had none, whatever came after it. */
	bool began[TOCSIN_MAX_WATCHED_AUDIENCES];
	uint64_t began_after[TOCSIN_MAX_WATCHED_AUDIENCES];
	/* Where alerts go besides; NULL: nowhere. */
	const char *cap_folder, *geojson_file;
};

/* Connects and watches until it is over, interrupted or refused. */
enum tocsin_exit tocsin_watch_run(struct tocsin_watch *watch);

/* Subscribes to everything that is watched; on each connection. */
void tocsin_watch_subscribe(struct tocsin_watch *watch);

/* Takes one message: an alert, an open incident, a digest, a heartbeat. */
void tocsin_watch_take(struct tocsin_watch *watch, const struct tocsin_message *message);

/* Shows a digest that is wanted and new, and gives it to the command where it counts
 * anything. It counts for no --count, and nothing remembers it. */
void tocsin_watch_take_digest(struct tocsin_watch *watch, const struct tocsin_message *message,
	const struct tocsin_incoming *origin);

/* Takes an alert that the hub sent again, with the topic that it had. Returns whether it
 * was shown. */
bool tocsin_watch_again(
	struct tocsin_watch *watch, const Tocsin__V1__Alert *alert, const char *topic);

/* Keeps a message for later where that is due. False where it is to be taken now. */
bool tocsin_watch_hold(struct tocsin_watch *watch, const struct tocsin_message *message);

/* Takes what was kept, once nothing holds it any more. */
void tocsin_watch_release(struct tocsin_watch *watch);
void tocsin_watch_hold_finish(struct tocsin_watch *watch);

/* Opens the memory of this client id and takes what it holds. Where there is no place for
 * it, a note says so. */
enum tocsin_exit tocsin_watch_memory_open(struct tocsin_watch *watch);

/* The audience had come this far when the watch first heard of it. */
void tocsin_watch_remember_begin(struct tocsin_watch *watch, size_t audience, uint64_t sequence);

/* Remembers that an alert came, and whether it was shown, once command number run (0: none)
 * has ended. Without a memory nothing. */
void tocsin_watch_remember(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_watch_came *came, bool shown, uint64_t run);

/* Writes down what is due. Call now and then. */
void tocsin_watch_memory_turn(struct tocsin_watch *watch);
void tocsin_watch_memory_finish(struct tocsin_watch *watch);

/* False without memory; true also where there is no command to run. */
bool tocsin_watch_exec_open(struct tocsin_watch *watch);

/* Gives an alert to the command. Returns its number, 0 where it is not given. */
uint64_t tocsin_watch_exec(struct tocsin_watch *watch, const Tocsin__V1__Alert *alert,
	const struct tocsin_watch_came *came);

void tocsin_watch_exec_digest(
	struct tocsin_watch *watch, const Tocsin__V1__Digest *digest, size_t audience);

/* Goes on with the commands; call before each step of the session. */
void tocsin_watch_exec_turn(struct tocsin_watch *watch);

/* Waits for the commands, for a bounded time: all of them, or where the watch was interrupted
 * the one that runs. Another signal ends the wait. */
void tocsin_watch_exec_end(struct tocsin_watch *watch, bool interrupted);

/* Writes an alert that was shown to the folder and file asked for. */
void tocsin_watch_export(const struct tocsin_watch *watch, const Tocsin__V1__Alert *alert);

/* Says so where a hub has gone silent. */
void tocsin_watch_check_heartbeats(struct tocsin_watch *watch);

/* A line for the person on stderr; urgent ones also where quiet. */
void tocsin_watch_note(const struct tocsin_watch *watch, bool urgent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
