/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Figures from a hub: those that it keeps first, then each as it comes. */
#include "clients/displacement/displacement_live.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"

enum {
	MAX_ALERT_MEMORY = 16 << 20,
	SETTLE_MS = 300,   /* news that come together are shown together */
	LONGEST_MS = 1000, /* but not held up by an endless row of them */
	REDRAW_MS = 60000, /* the present moves on, even without news */
};

void tocsin_live_note(const struct tocsin_live *live, bool urgent, const char *format, ...)
{
	va_list args;
	/* On a terminal the table tells, and a line between would only spoil it. */
	if (!urgent && (live->displacement->quiet || isatty(STDERR_FILENO) == 1))
		return;
	fputs(_("tocsin displacement: "), stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static bool show(struct tocsin_live *live)
{
	char head[320], now[TOCSIN_TIME_TEXT], sign[TOCSIN_TIME_TEXT];
	tocsin_time_write(tocsin_now_ms(), TOCSIN_TIME_MOMENT, now);
	tocsin_time_write(live->heartbeat.sign_ms, TOCSIN_TIME_MOMENT, sign);
	if (!live->session.up)
		snprintf(head, sizeof(head), _("Displacement, %s, %s: NOT CONNECTED, trying again"),
			live->displacement->audience, now);
	else if (!live->heartbeat.sign_ms)
		snprintf(head, sizeof(head), _("Displacement, %s, %s: NO SIGN OF LIFE from the hub"),
			live->displacement->audience, now);
	else if (live->heartbeat.silent)
		snprintf(head, sizeof(head),
			_("Displacement, %s, %s: NO SIGN OF LIFE from the hub since %s"),
			live->displacement->audience, now, sign);
	else
		snprintf(head, sizeof(head), _("Displacement, %s, %s"), live->displacement->audience, now);
	live->news = false;
	live->shown_ms = tocsin_ticks_ms();
	return tocsin_displacement_show(live->displacement, tocsin_now_ms(), head);
}

static bool is_due(const struct tocsin_live *live)
{
	int64_t now_ms = tocsin_ticks_ms();
	bool settled = now_ms - live->heard_ms >= SETTLE_MS || now_ms - live->shown_ms >= LONGEST_MS;
	bool moved_on = isatty(STDOUT_FILENO) == 1 && now_ms - live->shown_ms >= REDRAW_MS;
	return live->loading == TOCSIN_LOADING_DONE && ((live->news && settled) || moved_on);
}

static bool all_refused(const struct tocsin_live *live)
{
	return live->loading == TOCSIN_LOADING_DONE && live->asked && live->refused == live->asked;
}

/* False at the end, with the code of it. */
static bool take_step(struct tocsin_live *live, int64_t left_ms, enum tocsin_exit *code)
{
	*code = TOCSIN_EXIT_OK;
	switch (tocsin_session_step(&live->session, left_ms < SETTLE_MS ? left_ms : SETTLE_MS)) {
	case TOCSIN_STEP_SIGNAL:
	case TOCSIN_STEP_NO_READER:
		return false;
	case TOCSIN_STEP_LOST:
		tocsin_live_note(live, true, _("the line broke: trying again"));
		live->news = true;
		break;
	case TOCSIN_STEP_DONE:
		break;
	}
	tocsin_live_give_up(live);
	tocsin_live_tell(live, tocsin_heartbeat_check(&live->heartbeat, tocsin_ticks_ms()));
	*code = TOCSIN_EXIT_REFUSED;
	if (live->failed)
		fprintf(stderr, _("tocsin displacement: out of memory\n"));
	return !live->failed && !all_refused(live);
}

static enum tocsin_exit loop(struct tocsin_live *live)
{
	struct tocsin_displacement *displacement = live->displacement;
	int64_t until_ms = tocsin_ticks_ms() + displacement->for_ms;
	enum tocsin_exit code;
	for (;;) {
		int64_t left_ms = displacement->for_ms ? until_ms - tocsin_ticks_ms() : SETTLE_MS;
		if (left_ms <= 0)
			return displacement->once ? TOCSIN_EXIT_TIMEOUT : TOCSIN_EXIT_OK;
		if (!take_step(live, left_ms, &code))
			return code;
		if (displacement->once ? live->loading != TOCSIN_LOADING_DONE : !is_due(live))
			continue;
		if (!show(live))
			return TOCSIN_EXIT_REFUSED;
		if (displacement->once || ferror(stdout))
			return TOCSIN_EXIT_OK;
	}
}

enum tocsin_exit tocsin_displacement_follow(struct tocsin_displacement *displacement)
{
	struct tocsin_live live = {.displacement = displacement, .session.signals = -1};
	const struct tocsin_handlers handlers = {.ctx = &live,
		.connected = tocsin_live_connected,
		.message = tocsin_live_message,
		.subscribed = tocsin_live_subscribed};
	live.arena = tocsin_arena_create(MAX_ALERT_MEMORY, &tocsin_heap);
	if (!live.arena) {
		fprintf(stderr, _("tocsin displacement: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	enum tocsin_exit code =
		tocsin_session_prepare(&live.session, &displacement->connection, &handlers);
	if (code == TOCSIN_EXIT_OK)
		code = tocsin_session_open(&live.session);
	live.session.mind_reader = true;
	if (code == TOCSIN_EXIT_OK)
		code = loop(&live);
	tocsin_session_close(&live.session);
	tocsin_arena_destroy(live.arena);
	free(live.mark);
	return code;
}
