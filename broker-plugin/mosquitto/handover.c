/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/handover.h"

#include "mosquitto/clock.h"
#include "mosquitto/host.h"

/* What a plugin publishes waits in a list, and goes to the clients in the next turn of the
 * broker's loop, before that turn's tick. Without ticks it is time that tells. */
enum { NOTE_MS = 1000, QUEUED_MS = 2000 };

static void begin(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_handover *handover = &host->handover;

	if (host->recovery.stage != TOCSIN_RECOVERY_DONE ||
		(handover->begun && host->pushed == handover->pushed))
		return;
	handover->floor = (struct tocsin_floor){
		.since_ms = now_ms, .first = tocsin_engine_next_journal_id(host->engine)};
	handover->pushed = host->pushed;
	handover->stage = TOCSIN_HANDOVER_COMMITS;
}

static bool queued(struct tocsin_host *host)
{
	struct tocsin_handover *handover = &host->handover;

	return host->ticked || tocsin_clock_steady_ms() - handover->handed_steady_ms >= QUEUED_MS;
}

static void follow(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_handover *handover = &host->handover;

	if (handover->stage == TOCSIN_HANDOVER_COMMITS && host->decided >= handover->pushed) {
		handover->added = host->outbox.added;
		handover->stage = TOCSIN_HANDOVER_OUTBOX;
	}
	if (handover->stage == TOCSIN_HANDOVER_OUTBOX &&
		host->outbox.added - host->outbox.count >= handover->added) {
		handover->stage = TOCSIN_HANDOVER_QUEUES;
		handover->handed_steady_ms = tocsin_clock_steady_ms();
		return;
	}
	if (handover->stage == TOCSIN_HANDOVER_QUEUES && queued(host)) {
		handover->known_at_ms = now_ms;
		handover->known = handover->floor;
		handover->begun = true;
		handover->stage = TOCSIN_HANDOVER_IDLE;
	}
}

void tocsin_handover_give_up(struct tocsin_handover *handover)
{
	handover->stage = TOCSIN_HANDOVER_IDLE;
	handover->begun = false;
}

void tocsin_handover_note(struct tocsin_host *host)
{
	struct tocsin_handover *handover = &host->handover;

	if (!host->journal || handover->known_at_ms == 0)
		return;
	tocsin_journal_hand(host->journal, handover->known_at_ms, &handover->known);
	handover->known_at_ms = 0;
	handover->noted_steady_ms = tocsin_clock_steady_ms();
}

void tocsin_handover_turn(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_handover *handover = &host->handover;

	if (!host->journal)
		return;
	/* A clock that was set back: what is noted now would seem older than a store that has
	 * none of it. */
	if (now_ms < handover->latest_ms)
		return;
	handover->latest_ms = now_ms;
	if (handover->stage == TOCSIN_HANDOVER_IDLE)
		begin(host, now_ms);
	if (handover->stage != TOCSIN_HANDOVER_IDLE)
		follow(host, now_ms);
	if (tocsin_clock_steady_ms() - handover->noted_steady_ms >= NOTE_MS)
		tocsin_handover_note(host);
}
