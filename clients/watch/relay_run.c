/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/watch/relay.h"

enum {
	MAX_ALERT_MEMORY = 64 << 20,
	DRAIN_MS = 5000,
	STEP_MS = 1000,
	BROKEN_STEP_MS = 200, /* while a line is down */
	HOLD_AT = 256,        /* pending; nothing more is read */
	GO_ON_AT = 128,
};

static void subscribe(struct tocsin_relay *relay, const char *audience, const char *rest)
{
	char filter[512];
	snprintf(filter, sizeof(filter), "%s/to/%s/%s", relay->connection.root, audience, rest);
	if (tocsin_session_subscribe(&relay->in, filter) >= 0)
		relay->asked++;
}

/* Both twins: an audience may be sent one of them alone. What is open comes last, so
 * that what waited for us keeps its topics. */
static void subscribe_all(struct tocsin_relay *relay)
{
	static const char *const always[] = {
		"heartbeat", "digest", "digest-json", "alert/#", "alert-json/#"};
	static const char *const drills[] = {"exercise/#", "exercise-json/#", "test/#", "test-json/#"};
	static const char *const standing[] = {"open/#", "open-json/#"};
	relay->asked = relay->answered = relay->refused = 0;
	for (size_t a = 0; a < relay->audience_count; a++) {
		const char *audience = relay->audiences[a];
		tocsin_heartbeat_start(&relay->heartbeats[a], tocsin_ticks_ms());
		for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
			subscribe(relay, audience, always[i]);
		for (size_t i = 0; relay->exercises && i < sizeof(drills) / sizeof(*drills); i++)
			subscribe(relay, audience, drills[i]);
		for (size_t i = 0; !relay->no_open && i < sizeof(standing) / sizeof(*standing); i++)
			subscribe(relay, audience, standing[i]);
	}
}

static void on_connected(void *ctx)
{
	struct tocsin_relay *relay = ctx;
	if (relay->connected_before)
		tocsin_relay_note(relay, true, _("connected again"));
	relay->connected_before = true;
	subscribe_all(relay);
}

static void on_message(void *ctx, const struct tocsin_message *message)
{
	tocsin_relay_take(ctx, message);
}

static void on_subscribed(void *ctx, int id, bool allowed)
{
	struct tocsin_relay *relay = ctx;
	(void)id;
	relay->answered++;
	relay->refused += allowed ? 0 : 1;
	if (relay->answered < relay->asked)
		return;
	if (relay->refused)
		tocsin_relay_note(relay, true,
			_("the broker refused %zu of %zu subscriptions: this account may not read all "
			  "that you asked for"),
			relay->refused, relay->asked);
	else
		tocsin_relay_note(relay, false, _("relaying to %s"), relay->to);
}

static void on_published(void *ctx, int id, int reason)
{
	tocsin_relay_answered(ctx, id, reason);
}

static bool all_refused(const struct tocsin_relay *relay)
{
	return relay->asked && relay->refused == relay->asked;
}

/* Interrupted: what is on its way may still be answered, and is then remembered. A
 * second signal ends it at once. */
static void drain(struct tocsin_relay *relay)
{
	char taken[256];
	int64_t until_ms = tocsin_ticks_ms() + DRAIN_MS;
	if (read(relay->out.signals, taken, sizeof(taken)) < 0)
		return;
	while (relay->pending && tocsin_ticks_ms() < until_ms)
		if (tocsin_session_step(&relay->out, until_ms - tocsin_ticks_ms()) != TOCSIN_STEP_DONE)
			return;
}

static struct pollfd watch_line(const struct tocsin_session *session, bool reads, int *longest_ms)
{
	bool writes;
	struct pollfd watched = {.fd = tocsin_session_line(session, &writes)};
	if (watched.fd < 0)
		*longest_ms = BROKEN_STEP_MS;
	if (!reads)
		watched.fd = -1; /* even its end is not looked at now */
	watched.events = (short)(POLLIN | (writes ? POLLOUT : 0));
	return watched;
}

/* Until one of the lines or a signal has something. */
static void wait_for_any(const struct tocsin_relay *relay)
{
	int longest_ms = STEP_MS;
	struct pollfd watched[] = {
		{.fd = relay->in.signals, .events = POLLIN},
		watch_line(&relay->in, !relay->held, &longest_ms),
		watch_line(&relay->out, true, &longest_ms),
	};
	(void)poll(watched, sizeof(watched) / sizeof(*watched), longest_ms);
}

/* False where it was interrupted. */
static bool step(struct tocsin_relay *relay)
{
	enum tocsin_step steps[2] = {TOCSIN_STEP_DONE, TOCSIN_STEP_DONE};
	wait_for_any(relay);
	steps[0] = tocsin_session_step(&relay->out, 0);
	relay->held = relay->pending_count >= (relay->held ? GO_ON_AT : HOLD_AT);
	if (!relay->held)
		steps[1] = tocsin_session_step(&relay->in, 0);
	for (int i = 0; i < 2; i++) {
		if (steps[i] == TOCSIN_STEP_SIGNAL)
			return false;
		if (steps[i] == TOCSIN_STEP_LOST)
			tocsin_relay_note(relay, true, _("the line broke: trying again"));
	}
	return true;
}

static enum tocsin_exit follow(struct tocsin_relay *relay)
{
	int64_t sync_ms = tocsin_ticks_ms() + STEP_MS;
	while (!all_refused(relay) && !relay->publish_refused) {
		if (!step(relay)) {
			drain(relay);
			return TOCSIN_EXIT_OK;
		}
		tocsin_relay_check_heartbeats(relay);
		if (tocsin_ticks_ms() >= sync_ms) {
			tocsin_relayed_sync(relay->relayed);
			sync_ms = tocsin_ticks_ms() + STEP_MS;
		}
	}
	return TOCSIN_EXIT_REFUSED;
}

enum tocsin_exit tocsin_relay_run(struct tocsin_relay *relay)
{
	const struct tocsin_handlers in = {.ctx = relay,
		.connected = on_connected,
		.message = on_message,
		.subscribed = on_subscribed};
	const struct tocsin_handlers out = {.ctx = relay, .published = on_published};
	relay->out_connection = relay->connection;
	relay->out_connection.client_id = NULL;
	relay->out_connection.session_s = 0;
	relay->arena = tocsin_arena_create(MAX_ALERT_MEMORY, &tocsin_heap);
	if (!relay->arena) {
		fprintf(stderr, _("tocsin: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	enum tocsin_exit code = tocsin_session_prepare(&relay->in, &relay->connection, &in);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_prepare(&relay->out, &relay->out_connection, &out);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_relay_open_memory(relay);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_open(&relay->out);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_open(&relay->in);
	return code == TOCSIN_EXIT_OK ? follow(relay) : code;
}
