/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hub that is listened to for its figures. */
#pragma once

#include "clients/base/session.h"
#include "clients/displacement/displacement.h"
#include "clients/watch/heartbeat.h"

/* How far the broker has come with what it keeps. It sends a client's messages in
 * order: when one that was here already, asked for once more at the end, comes again,
 * all before it have come. */
enum tocsin_loading {
	TOCSIN_LOADING_ASKED,  /* for everything */
	TOCSIN_LOADING_WAITED, /* nothing came with the answers: one more round trip */
	TOCSIN_LOADING_MARKED, /* for the mark once more */
	TOCSIN_LOADING_DONE,
};

struct tocsin_live {
	struct tocsin_displacement *displacement;
	struct tocsin_session session;
	struct tocsin_arena *arena; /* for one alert */
	struct tocsin_heartbeat heartbeat;
	enum tocsin_loading loading;
	char *mark;       /* topic of the mark, or NULL */
	int mark_id;      /* packet id of the question that WAITED or MARKED asks */
	int64_t heard_ms; /* ticks; last message */
	int64_t shown_ms; /* ticks; last table */
	size_t asked, answered, refused;
	bool connected_before, news, failed;
};

/* Handlers of the session; ctx is the struct tocsin_live. */
void tocsin_live_connected(void *ctx);
void tocsin_live_subscribed(void *ctx, int id, bool allowed);
void tocsin_live_message(void *ctx, const struct tocsin_message *message);

/* All that the broker keeps has come, as far as it will. */
void tocsin_live_loaded(struct tocsin_live *live);

/* Stops waiting for it where nothing comes any more. */
void tocsin_live_give_up(struct tocsin_live *live);

/* Says so where the hub has fallen silent or is back. */
void tocsin_live_tell(struct tocsin_live *live, enum tocsin_heartbeat_news news);

/* A line for the person on stderr; urgent ones also where quiet. */
void tocsin_live_note(const struct tocsin_live *live, bool urgent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
