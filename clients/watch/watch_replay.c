/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/watch_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/rule/region.h"
#include "clients/watch/watch.h"

/* ANSWER_WAIT_MS: without a word of the hub; a replay is paced, and a slow disk takes its
 * time. */
enum { ANSWER_WAIT_MS = 30000, BUSY_WAIT_MS = 2000, MAX_PUT_OFF = 30, MAX_FILTER = 1024 };

static void add(struct tocsin_watch *watch, const struct tocsin_watch_wish *wanted)
{
	struct tocsin_watch_wish **end = &watch->replay.first;
	struct tocsin_watch_wish *wish = malloc(sizeof(*wish));
	if (!wish) {
		free(wanted->filter);
		return;
	}
	*wish = *wanted;
	while (*end)
		end = &(*end)->next;
	*end = wish;
	watch->replay.count++;
}

/* The audience's topics as far as they are watched: one region goes into the filter, several
 * are sorted out here, lest they come one after the other instead of by time. NULL: all. */
static char *filter_of(const struct tocsin_watch *watch, size_t audience)
{
	const struct tocsin_alert_want *want = &watch->want;
	const struct tocsin_filter_want as = {.root = watch->connection.root,
		.audience = watch->audiences[audience],
		.tree = watch->exercises ? "+" : "alert",
		.region = want->region_count == 1 && tocsin_region_is_located(&want->regions[0])
			? &want->regions[0]
			: NULL};
	char text[MAX_FILTER];
	return tocsin_filter_write(&as, text, sizeof(text)) ? strdup(text) : NULL;
}

void tocsin_watch_ask_since(struct tocsin_watch *watch)
{
	for (size_t i = 0; i < watch->audience_count; i++)
		add(watch,
			&(struct tocsin_watch_wish){.why = TOCSIN_WATCH_SINCE,
				.audience = i,
				.from_ms = watch->since_ms,
				.filter = filter_of(watch, i)});
}

void tocsin_watch_ask_away(struct tocsin_watch *watch, size_t audience)
{
	uint64_t last = watch->began_after[audience];
	if (!watch->began[audience] && !tocsin_succession_last(watch->succession, audience, &last))
		return;
	watch->began[audience] = false;
	for (const struct tocsin_watch_wish *at = watch->replay.first; at; at = at->next)
		if (at->audience == audience && at->why == TOCSIN_WATCH_AWAY)
			return; /* it goes on to the end, whenever that is */
	add(watch,
		&(struct tocsin_watch_wish){.why = TOCSIN_WATCH_AWAY,
			.audience = audience,
			.after = last,
			.filter = filter_of(watch, audience)});
}

void tocsin_watch_ask_gap(struct tocsin_watch *watch, size_t audience, const char *topic,
	uint64_t missing, uint64_t after)
{
	if (watch->replay.count >= TOCSIN_MAX_WATCH_WISHES) {
		tocsin_watch_note(watch, true,
			tocsin_tongue_many("GAP: %llu alert is missing on %s; too many gaps to ask for it",
				"GAP: %llu alerts are missing on %s; too many gaps to ask for them",
				(size_t)missing),
			(unsigned long long)missing, topic);
		return;
	}
	tocsin_watch_note(watch, true,
		tocsin_tongue_many("GAP: %llu alert is missing on %s; asking the hub for it",
			"GAP: %llu alerts are missing on %s; asking the hub for them", (size_t)missing),
		(unsigned long long)missing, topic);
	add(watch,
		&(struct tocsin_watch_wish){.why = TOCSIN_WATCH_GAP,
			.audience = audience,
			.after = after,
			.missing = missing,
			.filter = strdup(topic)});
}

bool tocsin_watch_asks_since(const struct tocsin_watch *watch)
{
	for (const struct tocsin_watch_wish *at = watch->replay.first; at; at = at->next)
		if (at->why == TOCSIN_WATCH_SINCE)
			return true;
	return false;
}

bool tocsin_watch_asks(const struct tocsin_watch *watch, size_t audience)
{
	for (const struct tocsin_watch_wish *at = watch->replay.first; at; at = at->next)
		if (at->audience == audience)
			return true;
	return false;
}

static void drop_first(struct tocsin_watch *watch)
{
	struct tocsin_watch_wish *wish = watch->replay.first;
	watch->replay.first = wish->next;
	watch->replay.count--;
	watch->replay.asked = false;
	watch->replay.ask_at_ms = 0;
	free(wish->filter);
	free(wish);
}

static void give_up(struct tocsin_watch *watch, const char *words, const char *id)
{
	const struct tocsin_watch_wish *wish = watch->replay.first;
	const char *audience = watch->audiences[wish->audience];
	if (wish->why == TOCSIN_WATCH_SINCE)
		tocsin_watch_note(watch, true, _("what came before for %s cannot be shown: %s [%s]"),
			audience, words, id);
	else if (wish->why == TOCSIN_WATCH_AWAY)
		tocsin_watch_note(watch, true,
			_("what came meanwhile for %s cannot be asked for and may be missed: %s [%s]"),
			audience, words, id);
	else
		tocsin_watch_note(watch, true,
			tocsin_tongue_many("%llu alert stays missing on %s: %s [%s]",
				"%llu alerts stay missing on %s: %s [%s]", (size_t)wish->missing),
			(unsigned long long)wish->missing, wish->filter, words, id);
	drop_first(watch);
}

static void conclude(struct tocsin_watch *watch)
{
	const struct tocsin_watch_wish *wish = watch->replay.first;
	const char *audience = watch->audiences[wish->audience];
	if (wish->broken && wish->why != TOCSIN_WATCH_GAP)
		tocsin_watch_note(watch, true,
			tocsin_tongue_many(
				"the hub has not all of what came for %s any more: %llu alert shown of it",
				"the hub has not all of what came for %s any more: %llu alerts shown of it",
				(size_t)wish->shown),
			audience, (unsigned long long)wish->shown);
	else if (wish->why == TOCSIN_WATCH_SINCE)
		tocsin_watch_note(watch, false,
			tocsin_tongue_many("%llu alert for %s came since then",
				"%llu alerts for %s came since then", (size_t)wish->shown),
			(unsigned long long)wish->shown, audience);
	else if (wish->why == TOCSIN_WATCH_AWAY && wish->shown > 0)
		tocsin_watch_note(watch, true,
			tocsin_tongue_many("%llu alert for %s came meanwhile; the hub sent it again",
				"%llu alerts for %s came meanwhile; the hub sent them again", (size_t)wish->shown),
			(unsigned long long)wish->shown, audience);
	else if (wish->why == TOCSIN_WATCH_GAP && wish->came < wish->missing)
		tocsin_watch_note(watch, true,
			_("the hub has only %llu of the %llu alerts that are missing on %s"),
			(unsigned long long)wish->came, (unsigned long long)wish->missing, wish->filter);
	else if (wish->why == TOCSIN_WATCH_GAP)
		tocsin_watch_note(watch, true,
			tocsin_tongue_many("the %llu alert that was missing on %s is there now",
				"the %llu alerts that were missing on %s are there now", (size_t)wish->missing),
			(unsigned long long)wish->missing, wish->filter);
	drop_first(watch);
}

static void ask(struct tocsin_watch *watch)
{
	struct tocsin_watch_replay *replay = &watch->replay;
	const struct tocsin_watch_wish *first = replay->first;
	const struct tocsin_replay_wish wish = {
		.audience = watch->audiences[first->audience],
		.filter = first->filter,
		.by_time = first->why == TOCSIN_WATCH_SINCE && !first->went_on,
		.from_ms = first->from_ms,
		.after = first->after,
		.limit = first->why == TOCSIN_WATCH_GAP ? first->missing - first->came : 0,
	};
	replay->heard_at_ms = tocsin_ticks_ms();
	replay->asked_after = first->after;
	replay->packet = tocsin_replay_wish_send(&wish, &replay->box, &watch->session, watch->arena);
	replay->asked = replay->packet >= 0;
	if (!replay->asked)
		give_up(watch, _("the request could not be sent"), "replay.unsent");
}

void tocsin_watch_replay_turn(struct tocsin_watch *watch)
{
	struct tocsin_watch_replay *replay = &watch->replay;
	int64_t now_ms = tocsin_ticks_ms();
	if (!replay->first || !watch->session.up)
		return;
	if (!replay->asked && now_ms >= replay->ask_at_ms)
		ask(watch);
	else if (replay->asked && now_ms - replay->heard_at_ms > ANSWER_WAIT_MS)
		give_up(watch, _("the hub does not answer"), "replay.silent");
}

void tocsin_watch_replay_lost(struct tocsin_watch *watch)
{
	watch->replay.asked = false;
}

/* From 0x80 on a reason is a refusal (MQTT 5, 2.4). */
void tocsin_watch_replay_answered(struct tocsin_watch *watch, int packet, int reason)
{
	if (reason >= 0x80 && watch->replay.asked && watch->replay.packet == packet)
		give_up(watch, _("the broker does not let this user ask"), "replay.denied");
}

static void take_alert(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_watch_wish *wish = watch->replay.first;
	const char *rest = message->topic + strlen(watch->replay.box.alerts);
	const Tocsin__V1__Alert *alert = (const Tocsin__V1__Alert *)tocsin_replay_read(
		watch->arena, &tocsin__v1__alert__descriptor, message);
	char *topic =
		alert ? tocsin_arena_format(watch->arena, "%s/to/%s", watch->connection.root, rest) : NULL;
	if (!topic) {
		tocsin_watch_note(watch, true, _("an alert that the hub sent again cannot be read"));
		return;
	}
	wish->came++;
	wish->went_on = true;
	if (alert->sequence > wish->after)
		wish->after = alert->sequence;
	if (tocsin_watch_again(watch, alert, topic))
		wish->shown++;
}

static void copy_reason(const char *reason, char *id, size_t size)
{
	snprintf(id, size, "%s", reason);
	for (char *at = id; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz_.", *at))
			*at = '?';
}

static void take_end(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_watch_replay *replay = &watch->replay;
	struct tocsin_watch_wish *wish = replay->first;
	const Tocsin__V1__ReplayEnd *end = (const Tocsin__V1__ReplayEnd *)tocsin_replay_read(
		watch->arena, &tocsin__v1__replay_end__descriptor, message);
	char id[64];
	if (!end || (*end->audience && strcmp(end->audience, watch->audiences[wish->audience]) != 0))
		return;
	replay->asked = false;
	copy_reason(end->reason, id, sizeof(id));
	if (strcmp(id, "replay.busy") == 0 && wish->put_off++ < MAX_PUT_OFF) {
		replay->ask_at_ms = tocsin_ticks_ms() + BUSY_WAIT_MS;
		return;
	}
	if (end->last_sequence > wish->after) {
		wish->after = end->last_sequence;
		wish->went_on = true;
	}
	const bool partial = strcmp(id, "replay.partial") == 0;
	wish->broken = wish->broken || partial;
	if (*id && !partial && end->count == 0) {
		const char *words = tocsin_replay_reason(id);
		give_up(watch, words ? words : _("the hub refuses"), id);
		return;
	}
	if (wish->why != TOCSIN_WATCH_GAP)
		tocsin_succession_reach(watch->succession, wish->audience, wish->after);
	if (end->complete || wish->after <= replay->asked_after ||
		(wish->why == TOCSIN_WATCH_GAP && wish->came >= wish->missing))
		conclude(watch);
}

bool tocsin_watch_replay_take(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_watch_replay *replay = &watch->replay;
	const bool end = strcmp(message->topic, replay->box.end) == 0;
	if (!end && strncmp(message->topic, replay->box.alerts, strlen(replay->box.alerts)) != 0)
		return false;
	/* What is not asked for (any more) says nothing about what is. */
	if (!replay->asked)
		return true;
	replay->heard_at_ms = tocsin_ticks_ms();
	if (end)
		take_end(watch, message);
	else
		take_alert(watch, message);
	return true;
}

void tocsin_watch_replay_finish(struct tocsin_watch *watch)
{
	while (watch->replay.first)
		drop_first(watch);
	tocsin_replay_box_finish(&watch->replay.box);
}
