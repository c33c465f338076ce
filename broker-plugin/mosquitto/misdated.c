/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/misdated.h"

#include "engine/misdated.h"
#include "mosquitto/clock.h"
#include "mosquitto/host.h"

enum { NOTE_MS = 10 * 60 * 1000 }; /* so much a power loss takes at most */

/* Some are left of those that were found. */
static bool has_some(const struct tocsin_host *host)
{
	uint64_t newest;

	return host->misdated.begun && host->engine &&
		tocsin_engine_misdated(host->engine, &newest) > 0;
}

void tocsin_misdated_begin(struct tocsin_host *host)
{
	struct tocsin_misdated *misdated = &host->misdated;
	uint64_t newest;

	const size_t count = tocsin_engine_misdated(host->engine, &newest);
	if (count == 0)
		return;
	misdated->begun = true;
	misdated->noted_ms = tocsin_journal_ran(host->journal, newest);
	misdated->since_steady_ms = tocsin_clock_steady_ms() - misdated->noted_ms;
	tocsin_log(MOSQ_LOG_WARNING,
		"%zu of what is open came while this machine's clock was ahead of what it says now: each "
		"leaves open/ once the hub has run for as long as it was to stand there, all starts added "
		"up; a new version or a cancel takes its place sooner",
		count);
}

void tocsin_misdated_note(struct tocsin_host *host)
{
	struct tocsin_misdated *misdated = &host->misdated;

	if (!has_some(host))
		return;
	misdated->noted_ms = tocsin_clock_steady_ms() - misdated->since_steady_ms;
	tocsin_journal_note_ran(host->journal, misdated->noted_ms);
}

void tocsin_misdated_turn(struct tocsin_host *host, int64_t now_ms)
{
	const struct tocsin_misdated *misdated = &host->misdated;
	struct tocsin_outcome *closed;
	uint64_t journal_id;
	size_t count = 0;

	/* What is published again at the start must not come after what clears it. */
	if (host->recovery.stage < TOCSIN_RECOVERY_DONE || !has_some(host))
		return;
	int64_t ran_ms = tocsin_clock_steady_ms() - misdated->since_steady_ms;
	while (!tocsin_outbox_full(&host->outbox) &&
		(closed = tocsin_engine_close_misdated(host->engine, ran_ms, &journal_id)) != NULL) {
		if (journal_id > 0)
			tocsin_journal_close_open(host->journal, journal_id);
		tocsin_host_take(host, closed, now_ms);
		count++;
	}
	if (count > 0)
		tocsin_log(MOSQ_LOG_NOTICE,
			"%zu of what came while this machine's clock was ahead left open/: it stood there for "
			"as long as it was to",
			count);
	if (ran_ms - misdated->noted_ms >= NOTE_MS)
		tocsin_misdated_note(host);
}
