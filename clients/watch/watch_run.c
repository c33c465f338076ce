/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/watch.h"

#include <stdio.h>

#include "clients/alert/alert_csv.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"

/* The subscriptions stand before the hub reads what we ask for: nothing falls between. */
static void on_connected(void *ctx)
{
	struct tocsin_watch *watch = ctx;
	if (watch->connected_before)
		tocsin_watch_note(watch, true, _("connected again"));
	tocsin_watch_subscribe(watch);
	if (!watch->connected_before && watch->since_ms)
		tocsin_watch_ask_since(watch);
	for (size_t i = 0; i < watch->audience_count; i++) {
		if (!watch->connected_before && watch->hook)
			watch->began[i] = tocsin_succession_last(watch->succession, i, &watch->began_after[i]);
		watch->doubted[i] = watch->session.resumed;
		if (!watch->session.resumed)
			tocsin_watch_ask_away(watch, i);
	}
	watch->connected_before = true;
}

static void on_message(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_watch *watch = ctx;
	if (!tocsin_watch_replay_take(watch, message))
		tocsin_watch_take(watch, message);
}

static void on_published(void *ctx, int id, int reason)
{
	tocsin_watch_replay_answered(ctx, id, reason);
}

static void on_subscribed(void *ctx, int id, bool allowed)
{
	struct tocsin_watch *watch = ctx;
	(void)id;
	watch->answered++;
	watch->refused += allowed ? 0 : 1;
	if (watch->answered < watch->asked)
		return;
	if (watch->refused)
		tocsin_watch_note(watch, true,
			_("the broker refused %zu of %zu subscriptions: this account may not read all "
			  "that you asked for"),
			watch->refused, watch->asked);
	else
		tocsin_watch_note(watch, false, _("watching"));
}

static bool is_over(const struct tocsin_watch *watch)
{
	bool none_allowed = watch->asked && watch->refused == watch->asked;
	return (watch->count && watch->shown >= watch->count) || none_allowed ||
		ferror(watch->paper.out);
}

static enum tocsin_exit follow(struct tocsin_watch *watch, bool *interrupted)
{
	int64_t until_ms = tocsin_ticks_ms() + watch->for_ms;
	while (!is_over(watch)) {
		tocsin_watch_replay_turn(watch);
		tocsin_watch_release(watch);
		tocsin_watch_exec_turn(watch);
		tocsin_watch_memory_turn(watch);
		if (is_over(watch))
			break;
		int64_t left_ms = watch->for_ms ? until_ms - tocsin_ticks_ms() : 1000;
		if (left_ms <= 0)
			return watch->count ? TOCSIN_EXIT_TIMEOUT : TOCSIN_EXIT_OK;
		switch (tocsin_session_step(&watch->session, left_ms)) {
		case TOCSIN_STEP_SIGNAL:
		case TOCSIN_STEP_NO_READER:
			*interrupted = true;
			return TOCSIN_EXIT_OK;
		case TOCSIN_STEP_LOST:
			tocsin_watch_replay_lost(watch);
			tocsin_watch_note(watch, true, _("the line broke: trying again"));
			break;
		case TOCSIN_STEP_DONE:
			break;
		}
		tocsin_watch_check_heartbeats(watch);
	}
	bool refused = watch->asked && watch->refused == watch->asked;
	return refused ? TOCSIN_EXIT_REFUSED : TOCSIN_EXIT_OK;
}

enum { MAX_ALERT_MEMORY = 16 << 20 };

static enum tocsin_exit prepare(struct tocsin_watch *watch)
{
	const struct tocsin_handlers handlers = {.ctx = watch,
		.connected = on_connected,
		.message = on_message,
		.subscribed = on_subscribed,
		.published = on_published};
	const char *user = watch->connection.user;
	watch->paper = tocsin_paper_for(stdout);
	watch->alerts = tocsin_seen_create(TOCSIN_MAX_SEEN);
	watch->chains = tocsin_seen_create(TOCSIN_MAX_SEEN);
	watch->succession = tocsin_succession_create();
	watch->arena = tocsin_arena_create(MAX_ALERT_MEMORY, &tocsin_heap);
	enum tocsin_exit code = tocsin_session_prepare(&watch->session, &watch->connection, &handlers);
	if (code != TOCSIN_EXIT_OK)
		return code;
	if (!tocsin_watch_exec_open(watch) || !watch->alerts || !watch->chains || !watch->succession ||
		!watch->arena ||
		!tocsin_replay_box_make(
			&watch->replay.box, watch->connection.root, user ? user : watch->session.client_id)) {
		fprintf(stderr, _("tocsin: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	return watch->keep ? tocsin_watch_memory_open(watch) : TOCSIN_EXIT_OK;
}

static void finish(struct tocsin_watch *watch)
{
	tocsin_session_close(&watch->session);
	tocsin_watch_memory_finish(watch);
	tocsin_hook_destroy(watch->hook);
	tocsin_watch_replay_finish(watch);
	tocsin_watch_hold_finish(watch);
	tocsin_succession_destroy(watch->succession);
	tocsin_seen_destroy(watch->alerts);
	tocsin_seen_destroy(watch->chains);
	tocsin_arena_destroy(watch->arena);
}

enum tocsin_exit tocsin_watch_run(struct tocsin_watch *watch)
{
	bool interrupted = false;
	/* Its commands write there, too: a line of ours goes out whole. */
	setvbuf(stderr, NULL, _IOLBF, 0);
	enum tocsin_exit code = prepare(watch);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_open(&watch->session);
	watch->session.mind_reader = true;
	if (code == TOCSIN_EXIT_OK && watch->csv) {
		tocsin_alert_csv_head(watch->paper.out);
		fflush(watch->paper.out);
	}
	if (code == TOCSIN_EXIT_OK)
		code = follow(watch, &interrupted);
	tocsin_watch_exec_end(watch, interrupted);
	finish(watch);
	return code;
}
