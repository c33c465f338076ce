/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/watch/watch_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/rule/region.h"
#include "clients/watch/watch.h"

enum { MAX_FILTER = 1024 };

/* Takes the filter over. */
static void add(struct tocsin_watch *watch, const struct tocsin_watch_wish *wanted)
{
	struct tocsin_watch_wish **end = &watch->replay.first;
	struct tocsin_watch_wish *wish = malloc(sizeof(*wish));
	if (!wish) {
		free(wanted->filter);
		return;
	}
	*wish = *wanted;
	wish->asking.wish.audience = watch->audiences[wish->audience];
	wish->asking.wish.filter = wish->filter;
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
				.filter = filter_of(watch, i),
				.asking.wish = {.by_time = true, .from_ms = watch->since_ms}});
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
			.filter = filter_of(watch, audience),
			.asking.wish.after = last});
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
			.missing = missing,
			.filter = strdup(topic),
			.asking.wish.after = after});
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
	if (wish->asking.partial && wish->why != TOCSIN_WATCH_GAP)
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
	else if (wish->why == TOCSIN_WATCH_GAP && wish->asking.came < wish->missing)
		tocsin_watch_note(watch, true,
			_("the hub has only %llu of the %llu alerts that are missing on %s"),
			(unsigned long long)wish->asking.came, (unsigned long long)wish->missing, wish->filter);
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
	struct tocsin_watch_wish *first = replay->first;
	struct tocsin_replay_asking *asking = &first->asking;
	if (first->why == TOCSIN_WATCH_GAP)
		asking->wish.limit = first->missing - asking->came;
	const int packet =
		tocsin_replay_wish_send(&asking->wish, &replay->box, &watch->session, watch->arena);
	tocsin_replay_asked(asking, packet, tocsin_ticks_ms());
	if (!asking->asked)
		give_up(watch, _("the request could not be sent"), "replay.unsent");
}

void tocsin_watch_replay_turn(struct tocsin_watch *watch)
{
	const struct tocsin_watch_wish *first = watch->replay.first;
	const int64_t now_ms = tocsin_ticks_ms();
	if (!first || !watch->session.up)
		return;
	if (tocsin_replay_is_due(&first->asking, now_ms))
		ask(watch);
	else if (tocsin_replay_is_silent(&first->asking, now_ms))
		give_up(watch, _("the hub does not answer"), "replay.silent");
}

void tocsin_watch_replay_lost(struct tocsin_watch *watch)
{
	if (watch->replay.first)
		watch->replay.first->asking.asked = false;
}

/* From 0x80 on a reason is a refusal (MQTT 5, 2.4). */
void tocsin_watch_replay_answered(struct tocsin_watch *watch, int packet, int reason)
{
	const struct tocsin_watch_wish *first = watch->replay.first;
	if (reason >= 0x80 && first && first->asking.asked && first->asking.packet == packet)
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
	tocsin_replay_came(&wish->asking, topic ? alert->sequence : 0, tocsin_ticks_ms());
	if (!topic)
		tocsin_watch_note(watch, true, _("an alert that the hub sent again cannot be read"));
	else if (tocsin_watch_again(watch, alert, topic))
		wish->shown++;
}

static void take_end(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	struct tocsin_watch_wish *wish = watch->replay.first;
	struct tocsin_replay_asking *asking = &wish->asking;
	const Tocsin__V1__ReplayEnd *end = (const Tocsin__V1__ReplayEnd *)tocsin_replay_read(
		watch->arena, &tocsin__v1__replay_end__descriptor, message);
	if (!end || (*end->audience && strcmp(end->audience, asking->wish.audience) != 0))
		return;
	const enum tocsin_replay_next next = tocsin_replay_ended(asking, end, tocsin_ticks_ms());
	if (next == TOCSIN_REPLAY_AGAIN)
		return;
	if (next == TOCSIN_REPLAY_REFUSED) {
		const char *words = tocsin_replay_reason(asking->reason);
		give_up(watch, words ? words : _("the hub refuses"), asking->reason);
		return;
	}
	if (wish->why != TOCSIN_WATCH_GAP)
		tocsin_succession_reach(watch->succession, wish->audience, asking->wish.after);
	if (next == TOCSIN_REPLAY_OVER ||
		(wish->why == TOCSIN_WATCH_GAP && asking->came >= wish->missing))
		conclude(watch);
}

bool tocsin_watch_replay_take(struct tocsin_watch *watch, const struct tocsin_message *message)
{
	const struct tocsin_watch_replay *replay = &watch->replay;
	const bool end = strcmp(message->topic, replay->box.end) == 0;
	if (!end && strncmp(message->topic, replay->box.alerts, strlen(replay->box.alerts)) != 0)
		return false;
	/* What is not asked for (any more) says nothing about what is. */
	if (!replay->first || !replay->first->asking.asked)
		return true;
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
