/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "clients/alert/alert_print.h"
#include "clients/base/json_out.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/watch/replay.h"
#include "proto/instant.h"

void tocsin_replay_ask(struct tocsin_replay *replay)
{
	struct tocsin_replay_asking *asking = &replay->asking;
	if (replay->wish.limit)
		asking->wish.limit = replay->wish.limit - replay->shown;
	const int packet =
		tocsin_replay_wish_send(&asking->wish, &replay->box, &replay->session, replay->arena);
	tocsin_replay_asked(asking, packet, tocsin_ticks_ms());
}

/* Of a time that took several answers the later ones are asked for by sequence: what
 * lies behind its end is for us to see. Times may be coarse, so nothing before it is lost. */
static bool is_behind(const struct tocsin_replay *replay, const Tocsin__V1__Alert *alert)
{
	return replay->wish.by_time && replay->wish.to_ms && alert->sent &&
		tocsin_instant_ms(alert->sent) >= replay->wish.to_ms;
}

static void take_alert(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	const struct tocsin_alert_marks marks = {0};
	const Tocsin__V1__Alert *alert = (const Tocsin__V1__Alert *)tocsin_replay_read(
		replay->arena, &tocsin__v1__alert__descriptor, message);
	replay->behind = replay->behind || (alert && is_behind(replay, alert));
	tocsin_replay_came(
		&replay->asking, alert && !replay->behind ? alert->sequence : 0, tocsin_ticks_ms());
	if (!alert) {
		struct tocsin_paper paper = {stderr, false};
		fputs(_("tocsin replay: cannot read the alert on "), stderr);
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	if (replay->behind || (*alert->id && !tocsin_seen_add(replay->seen, alert->id)))
		return;
	if (replay->json)
		(void)tocsin_json_line(&alert->base, replay->paper.out);
	else
		tocsin_alert_print(&replay->paper, alert, &marks);
	fflush(replay->paper.out);
	replay->shown++;
}

/* The end of the last answer, as that of all of them. */
static void print_json_end(
	const struct tocsin_replay *replay, Tocsin__V1__ReplayEnd *end, const char *reason)
{
	end->count = (uint32_t)replay->shown;
	if (end->last_sequence < replay->asking.wish.after)
		end->last_sequence = replay->asking.wish.after;
	end->reason = (char *)(uintptr_t)reason;
	(void)tocsin_json_line(&end->base, replay->paper.out);
}

static void refuse(struct tocsin_replay *replay, Tocsin__V1__ReplayEnd *end)
{
	const char *reason = replay->asking.reason;
	const char *words = tocsin_replay_reason(reason);
	fputs(_("tocsin replay: "), stderr);
	if (words)
		fprintf(stderr, "%s ", words);
	fprintf(stderr, "[%s]\n", reason);
	replay->lacking = replay->done = true;
	if (replay->json)
		print_json_end(replay, end, reason);
}

static void conclude(struct tocsin_replay *replay, Tocsin__V1__ReplayEnd *end, bool enough)
{
	static const char partial[] = "replay.partial";
	const bool gone = replay->asking.partial;
	end->complete = end->complete || replay->behind;
	replay->done = true;
	replay->lacking = gone || !(end->complete || enough);
	if (replay->json)
		print_json_end(replay, end, gone ? partial : replay->asking.reason);
	if (!replay->lacking && (replay->json || replay->quiet))
		return;
	fprintf(stderr, tocsin_tongue_many("%zu alert", "%zu alerts", (size_t)replay->shown),
		(size_t)replay->shown);
	if (replay->asking.wish.after)
		fprintf(stderr, _(", up to sequence %zu"), (size_t)replay->asking.wish.after);
	if (gone)
		fprintf(stderr, "%s%s [%s]\n", _(": "), tocsin_replay_reason(partial), partial);
	else
		fputs(end->complete ? _(": that is all\n")
				: enough    ? "\n"
							: _(": that is not all\n"),
			stderr);
}

static void take_end(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	Tocsin__V1__ReplayEnd *end = (Tocsin__V1__ReplayEnd *)tocsin_replay_read(
		replay->arena, &tocsin__v1__replay_end__descriptor, message);
	if (!end || (*end->audience && strcmp(end->audience, replay->wish.audience) != 0))
		return;
	const enum tocsin_replay_next next =
		tocsin_replay_ended(&replay->asking, end, tocsin_ticks_ms());
	const bool enough = replay->wish.limit && replay->shown >= replay->wish.limit;
	if (next == TOCSIN_REPLAY_REFUSED)
		refuse(replay, end);
	else if (next == TOCSIN_REPLAY_OVER || enough || replay->behind)
		conclude(replay, end, enough);
}

void tocsin_replay_take(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	/* What is not asked for (any more) says nothing about what is. */
	if (!replay->asking.asked)
		return;
	if (strcmp(message->topic, replay->box.end) == 0)
		take_end(replay, message);
	else if (strncmp(message->topic, replay->box.alerts, strlen(replay->box.alerts)) == 0)
		take_alert(replay, message);
}
