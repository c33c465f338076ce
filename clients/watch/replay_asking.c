/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/replay_asking.h"

#include <stdio.h>
#include <string.h>

#include "clients/base/tongue.h"

/* ANSWER_WAIT_MS: without a word of the hub; a replay is paced, and a slow disk takes its
 * time. */
enum { ANSWER_WAIT_MS = 30000, BUSY_WAIT_MS = 2000, MAX_PUT_OFF = 30, MAX_TORN = 3 };

static const char busy[] = "replay.busy";
static const char partial[] = "replay.partial";
static const char lost[] = "replay.lost";

bool tocsin_replay_is_due(const struct tocsin_replay_asking *asking, int64_t now_ms)
{
	return !asking->asked && now_ms >= asking->ask_at_ms;
}

bool tocsin_replay_is_silent(const struct tocsin_replay_asking *asking, int64_t now_ms)
{
	return asking->asked && now_ms - asking->heard_at_ms > ANSWER_WAIT_MS;
}

void tocsin_replay_asked(struct tocsin_replay_asking *asking, int packet, int64_t now_ms)
{
	asking->packet = packet;
	asking->asked = packet >= 0;
	if (asking->asked)
		asking->heard_at_ms = now_ms;
	asking->sent = asking->wish;
	asking->came_before = asking->came;
}

/* Times may be coarse, so what comes after an alert of a time is asked for by sequence. */
static void go_on_after(struct tocsin_replay_asking *asking, uint64_t sequence)
{
	if (sequence <= asking->wish.after)
		return;
	asking->wish.after = sequence;
	asking->wish.by_time = false;
}

void tocsin_replay_came(struct tocsin_replay_asking *asking, uint64_t sequence, int64_t now_ms)
{
	asking->heard_at_ms = now_ms;
	if (sequence > 0 && !asking->sent.by_time && sequence <= asking->sent.after)
		return; /* of the answer to an earlier request */
	asking->came++;
	go_on_after(asking, sequence);
}

/* What came may be of the answer to an earlier request, of which some got lost when the line
 * broke: it does not tell how far this one is. */
static enum tocsin_replay_next ask_again(struct tocsin_replay_asking *asking, int64_t at_ms)
{
	asking->wish = asking->sent;
	asking->came = asking->came_before;
	asking->ask_at_ms = at_ms;
	return TOCSIN_REPLAY_AGAIN;
}

static void keep_reason(struct tocsin_replay_asking *asking, const char *reason)
{
	snprintf(asking->reason, sizeof(asking->reason), "%s", reason);
	for (char *at = asking->reason; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz_.", *at))
			*at = '?';
}

static bool has_reason(const struct tocsin_replay_asking *asking, const char *reason)
{
	return strcmp(asking->reason, reason) == 0;
}

/* What was asked for lies behind all that an earlier request was answered. */
static bool is_earlier(const struct tocsin_replay_asking *asking, const Tocsin__V1__ReplayEnd *end)
{
	const bool refused = *asking->reason && !has_reason(asking, partial);
	const uint64_t least = asking->sent.after + (end->count > 0 ? 1 : 0);
	return !refused && !asking->sent.by_time && end->last_sequence < least;
}

enum tocsin_replay_next tocsin_replay_ended(
	struct tocsin_replay_asking *asking, const Tocsin__V1__ReplayEnd *end, int64_t now_ms)
{
	asking->heard_at_ms = now_ms;
	keep_reason(asking, end->reason);
	if (is_earlier(asking, end))
		return TOCSIN_REPLAY_AGAIN;
	asking->asked = false;
	if (has_reason(asking, busy) && asking->put_off < MAX_PUT_OFF) {
		asking->put_off++;
		return ask_again(asking, now_ms + BUSY_WAIT_MS);
	}
	if (end->count > asking->came - asking->came_before) {
		if (asking->torn++ < MAX_TORN)
			return ask_again(asking, now_ms);
		keep_reason(asking, lost);
		return TOCSIN_REPLAY_REFUSED;
	}
	asking->put_off = asking->torn = 0;
	asking->partial = asking->partial || has_reason(asking, partial);
	if (*asking->reason && !has_reason(asking, partial) && end->count == 0)
		return TOCSIN_REPLAY_REFUSED;
	go_on_after(asking, end->last_sequence);
	if (end->complete || asking->wish.after <= asking->sent.after)
		return TOCSIN_REPLAY_OVER;
	return TOCSIN_REPLAY_GO_ON;
}

const char *tocsin_replay_reason(const char *reason)
{
	static const struct {
		const char *id, *words;
	} known[] = {
		{"replay.forbidden", N_("this user is not a member of that audience")},
		{"replay.malformed", N_("the hub does not understand the request")},
		{"replay.unavailable",
			N_("this hub cannot replay: it keeps no journal, or cannot read it now")},
		{busy, N_("the hub has too much else to do")},
		{partial, N_("the hub has not all of it any more")},
		{lost, N_("parts of its answers get lost on the way")},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i].id, reason) == 0)
			return _(known[i].words);
	return NULL;
}
