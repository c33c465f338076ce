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
	const struct tocsin_replay_wish wish = {
		.audience = replay->audience,
		.filter = replay->filter,
		.by_time = replay->by_time && !replay->went_on,
		.from_ms = replay->from_ms,
		.to_ms = replay->to_ms,
		.after = replay->after,
		.limit = replay->limit ? replay->limit - replay->shown : 0,
	};
	replay->asked_after = replay->after;
	replay->asked =
		tocsin_replay_wish_send(&wish, &replay->box, &replay->session, replay->arena) >= 0;
	replay->heard_at_ms = tocsin_ticks_ms();
}

/* Of a time that took several answers the later ones are asked for by sequence: what
 * lies behind its end is for us to see. Times may be coarse, so nothing before it is lost. */
static bool is_behind(const struct tocsin_replay *replay, const Tocsin__V1__Alert *alert)
{
	return replay->by_time && replay->to_ms && alert->sent &&
		tocsin_instant_ms(alert->sent) >= replay->to_ms;
}

static void take_alert(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	const struct tocsin_alert_marks marks = {0};
	const Tocsin__V1__Alert *alert = (const Tocsin__V1__Alert *)tocsin_replay_read(
		replay->arena, &tocsin__v1__alert__descriptor, message);
	if (!alert) {
		struct tocsin_paper paper = {stderr, false};
		fputs(_("tocsin replay: cannot read the alert on "), stderr);
		tocsin_put(&paper, message->topic);
		fputc('\n', stderr);
		return;
	}
	if (is_behind(replay, alert)) {
		replay->done = true;
		return;
	}
	replay->went_on = true;
	if (alert->sequence > replay->after)
		replay->after = alert->sequence;
	if (replay->done || (*alert->id && !tocsin_seen_add(replay->seen, alert->id)))
		return;
	if (replay->json)
		(void)tocsin_json_line(&alert->base, replay->paper.out);
	else
		tocsin_alert_print(&replay->paper, alert, &marks);
	fflush(replay->paper.out);
	replay->shown++;
}

const char *tocsin_replay_reason(const char *reason)
{
	static const struct {
		const char *id, *words;
	} known[] = {
		{"replay.forbidden", N_("this user is not a member of that audience")},
		{"replay.malformed", N_("the hub does not understand the request")},
		{"replay.unavailable", N_("this hub cannot replay: it keeps no journal")},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i].id, reason) == 0)
			return _(known[i].words);
	return NULL;
}

static void say_refused(struct tocsin_replay *replay, const char *reason)
{
	struct tocsin_paper paper = {stderr, false};
	const char *words = tocsin_replay_reason(reason);
	fputs(_("tocsin replay: "), stderr);
	if (words)
		fprintf(stderr, "%s ", words);
	fputc('[', stderr);
	tocsin_put(&paper, reason);
	fputs("]\n", stderr);
	replay->refused = true;
	replay->done = true;
}

/* The end of the last answer, as that of all of them. */
static void print_end(struct tocsin_replay *replay, Tocsin__V1__ReplayEnd *end)
{
	if (replay->json) {
		end->count = (uint32_t)replay->shown;
		(void)tocsin_json_line(&end->base, replay->paper.out);
		return;
	}
	if (replay->quiet)
		return;
	fprintf(stderr, tocsin_tongue_many("%zu alert", "%zu alerts", (size_t)replay->shown),
		(size_t)replay->shown);
	if (replay->after)
		fprintf(stderr, _(", up to sequence %zu"), (size_t)replay->after);
	fputs(end->complete ? _(": that is all\n") : "\n", stderr);
}

static void take_end(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	Tocsin__V1__ReplayEnd *end = (Tocsin__V1__ReplayEnd *)tocsin_replay_read(
		replay->arena, &tocsin__v1__replay_end__descriptor, message);
	if (!end || !replay->asked || (*end->audience && strcmp(end->audience, replay->audience) != 0))
		return;
	replay->asked = false;
	if (end->last_sequence > replay->after) {
		replay->after = end->last_sequence;
		replay->went_on = true;
	}
	const bool advanced = replay->after > replay->asked_after;
	const bool enough = replay->limit && replay->shown >= replay->limit;
	end->complete = end->complete || replay->done;
	if (*end->reason && end->count == 0) {
		say_refused(replay, end->reason);
		return;
	}
	if (end->complete || enough || replay->done || !advanced) {
		print_end(replay, end);
		replay->done = true;
		return;
	}
	tocsin_replay_ask(replay);
}

void tocsin_replay_take(struct tocsin_replay *replay, const struct tocsin_message *message)
{
	replay->heard_at_ms = tocsin_ticks_ms();
	if (strcmp(message->topic, replay->box.end) == 0)
		take_end(replay, message);
	else if (strncmp(message->topic, replay->box.alerts, strlen(replay->box.alerts)) == 0)
		take_alert(replay, message);
}
