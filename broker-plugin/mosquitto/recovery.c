/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/recovery.h"

#include <stdlib.h>

#include "engine/repeat.h"
#include "engine/uuid.h"
#include "mosquitto/clock.h"
#include "mosquitto/host.h"

enum {
	PAGE = 100,
	AHEAD = 200, /* outcomes that wait to be sent; no more are read then */
	BESIDE = 1,  /* as many beside what is new: see read_beside */
	PAGES = 10,  /* in one turn, after a reload */
	RETRY_MS = 1000,
};

/* One page on its way from the journal. */
struct paging {
	struct tocsin_host *host;
	int64_t now_ms;
	size_t count; /* at most */
	bool waits;   /* what comes next is not decided yet */
};

void tocsin_recovery_skip(struct tocsin_recovery *recovery)
{
	recovery->stage = TOCSIN_RECOVERY_DONE;
}

static void next_stage(struct tocsin_recovery *recovery)
{
	recovery->stage++;
	recovery->cursor = 0;
}

void tocsin_recovery_begin(struct tocsin_host *host, const struct tocsin_floor *floor)
{
	host->recovery = (struct tocsin_recovery){.floor = *floor};
}

enum tocsin_status tocsin_recovery_find_open(struct tocsin_host *host)
{
	struct tocsin_recovery *recovery = &host->recovery;

	return tocsin_engine_open_chains(host->engine, &recovery->open_chains, &recovery->open_count);
}

void tocsin_recovery_finish(struct tocsin_recovery *recovery)
{
	free(recovery->open_chains);
	recovery->open_chains = NULL;
	recovery->open_count = 0;
}

static bool beside(const struct tocsin_recovery *recovery)
{
	return recovery->stage >= TOCSIN_RECOVERY_OPEN;
}

/* From OPEN on nothing waits at the end of a turn but what was read before. */
bool tocsin_recovery_first(const struct tocsin_recovery *recovery)
{
	return !recovery->stalled && (!beside(recovery) || recovery->outbox.count > 0);
}

/* After a reload it queues behind what the rules of before made. */
static struct tocsin_outbox *outbox_of(struct tocsin_host *host)
{
	return host->recovery.reloaded ? &host->outbox : &host->recovery.outbox;
}

static const struct tocsin_sights *sights_of(const struct tocsin_recovery *recovery)
{
	return recovery->only ? &recovery->sights : NULL;
}

static void take(struct paging *paging, struct tocsin_outcome *outcome)
{
	if (!outcome)
		return;
	paging->host->recovery.repeated++;
	tocsin_outbox_add(outbox_of(paging->host), paging->host->engine, outcome, paging->now_ms);
}

static void take_clear(void *ctx, const struct tocsin_record_clear *clear)
{
	struct paging *paging = ctx;

	take(paging, tocsin_engine_repeat_clear(paging->host->engine, clear));
}

static void take_alert(void *ctx, const struct tocsin_record_alert *alert)
{
	struct paging *paging = ctx;

	take(paging, tocsin_engine_repeat_alert(paging->host->engine, alert, paging->now_ms));
}

static void take_digest(void *ctx, const struct tocsin_record_digest *digest)
{
	struct paging *paging = ctx;

	take(paging, tocsin_engine_repeat_digest(paging->host->engine, digest));
}

static void take_figure(void *ctx, const struct tocsin_record_figure *figure)
{
	struct paging *paging = ctx;

	take(paging,
		tocsin_engine_repeat_figure(
			paging->host->engine, figure, sights_of(&paging->host->recovery)));
}

/* One that cannot be read now, or is not decided, is what the next page begins with. */
static enum tocsin_status page_open(
	struct paging *paging, struct tocsin_shelf_page *page, size_t *taken)
{
	struct tocsin_recovery *recovery = &paging->host->recovery;
	struct tocsin_engine *engine = paging->host->engine;

	for (; *taken < page->count && page->cursor < recovery->open_count; page->cursor++, ++*taken) {
		const uint8_t *chain = recovery->open_chains[page->cursor];
		struct tocsin_outcome *outcome = NULL;

		paging->waits = tocsin_engine_open_waits(engine, chain);
		if (paging->waits)
			break;
		if (tocsin_engine_repeat_open(
				engine, chain, sights_of(recovery), paging->now_ms, &outcome) == TOCSIN_IO)
			return TOCSIN_IO;
		take(paging, outcome);
	}
	return TOCSIN_OK;
}

/* Without a journal nobody knows what stands there: all that may be too much goes. */
static size_t page_standing(struct paging *paging)
{
	struct tocsin_outcome *cleared = tocsin_engine_clear_figures(
		paging->host->engine, &paging->host->recovery.sights, paging->count);

	take(paging, cleared);
	return cleared ? paging->count : 0;
}

static enum tocsin_status read_page(struct paging *paging, size_t *taken)
{
	static const struct tocsin_recovery_takers takers = {
		take_clear, take_alert, take_digest, take_figure};
	struct tocsin_recovery *recovery = &paging->host->recovery;
	struct tocsin_journal *journal = paging->host->journal;
	struct tocsin_shelf_page page = {
		.cursor = recovery->cursor, .count = paging->count, .ctx = paging};
	enum tocsin_status status = TOCSIN_OK;

	*taken = 0;
	if (journal)
		status = tocsin_recovery_rows(recovery->stage, &recovery->floor,
			tocsin_journal_shelf(journal), &page, &takers, taken);
	else if (recovery->stage == TOCSIN_RECOVERY_FIGURES)
		*taken = page_standing(paging);
	if (recovery->stage == TOCSIN_RECOVERY_OPEN)
		status = page_open(paging, &page, taken);
	if (status == TOCSIN_OK)
		recovery->cursor = page.cursor;
	return status;
}

void tocsin_recovery_again(
	struct tocsin_host *host, const struct tocsin_ruleset *rules, const struct tocsin_ruleset *next)
{
	struct tocsin_recovery *recovery = &host->recovery;

	tocsin_sights_add(&recovery->sights, rules, next);
	if (recovery->sights.count == 0)
		return;
	recovery->again = true;
	recovery->again_fate = tocsin_host_fate(host);
}

/* Nothing that was made by the rules of before may come after it. */
static bool may_begin_again(const struct tocsin_host *host)
{
	const struct tocsin_recovery *recovery = &host->recovery;
	const bool reading = recovery->ahead.reading_now && !recovery->ahead.reading.read;

	return recovery->again && recovery->stage >= TOCSIN_RECOVERY_OPEN && !reading &&
		recovery->outbox.count == 0 && tocsin_host_decided(host, recovery->again_fate);
}

static void begin_again(struct tocsin_host *host)
{
	struct tocsin_recovery *recovery = &host->recovery;

	tocsin_recovery_finish(recovery);
	/* Without memory it is tried in the next turn. */
	if (tocsin_recovery_find_open(host) != TOCSIN_OK)
		return;
	/* What a start had not come to is still owed to everybody. */
	recovery->only = recovery->only || recovery->stage >= TOCSIN_RECOVERY_SENT;
	recovery->stage = TOCSIN_RECOVERY_OPEN;
	recovery->cursor = 0;
	recovery->repeated = 0;
	recovery->ahead.reading_now = false;
	recovery->ahead.ranges[TOCSIN_RECOVERY_OPEN].known = false;
	recovery->ahead.ranges[TOCSIN_RECOVERY_FIGURES].known = false;
	recovery->reloaded = true;
	recovery->again = false;
}

static void finish(struct tocsin_host *host)
{
	struct tocsin_recovery *recovery = &host->recovery;

	recovery->stage = TOCSIN_RECOVERY_DONE;
	tocsin_recovery_finish(recovery);
	if (recovery->repeated > 0)
		tocsin_log(MOSQ_LOG_NOTICE,
			recovery->reloaded
				? "published again or cleared, as the rules let audiences see "
				  "something else: %llu open alerts and figures"
				: "published again after the start: %llu alerts, digests and figures",
			(unsigned long long)recovery->repeated);
	recovery->reloaded = recovery->only = false;
	if (!recovery->again)
		recovery->sights = (struct tocsin_sights){0};
}

static bool may_read(struct tocsin_host *host, const struct tocsin_outbox *outbox, size_t ahead)
{
	const struct tocsin_recovery *recovery = &host->recovery;
	const bool last = recovery->again && beside(recovery);

	return !last && recovery->stage < TOCSIN_RECOVERY_SENT && outbox->count < ahead &&
		tocsin_clock_steady_ms() >= recovery->retry_steady_ms && tocsin_recovery_ahead_ready(host);
}

/* False where there is no going on in this turn. */
static bool read_more(struct tocsin_host *host, int64_t now_ms, size_t count)
{
	struct tocsin_recovery *recovery = &host->recovery;
	struct paging paging = {.host = host, .now_ms = now_ms, .count = count};
	const bool stalled = recovery->stalled;
	size_t taken;

	recovery->stalled = read_page(&paging, &taken) != TOCSIN_OK;
	if (!recovery->stalled) {
		if (taken < count && !paging.waits)
			next_stage(recovery);
		return !paging.waits;
	}
	recovery->retry_steady_ms = tocsin_clock_steady_ms() + RETRY_MS;
	if (!stalled)
		tocsin_log(MOSQ_LOG_ERR,
			"journal %s: what is to be published again cannot be read: %s. Trying again",
			host->options.journal_file, tocsin_shelf_error(tocsin_journal_shelf(host->journal)));
	return false;
}

static void read_first(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_recovery *recovery = &host->recovery;

	while (!beside(recovery) && may_read(host, &recovery->outbox, AHEAD) &&
		read_more(host, now_ms, PAGE)) {
	}
}

/* What waited for the next turn would go out behind an Update or a Cancel that comes in
 * between: so it is given up, and read anew then, from what is known by then. */
static void read_beside(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_recovery *recovery = &host->recovery;

	while (may_read(host, &recovery->outbox, BESIDE)) {
		const uint64_t cursor = recovery->cursor;

		if (!read_more(host, now_ms, BESIDE))
			return;
		if (recovery->outbox.count > 0) {
			recovery->repeated -= recovery->outbox.count;
			tocsin_outbox_discard(&recovery->outbox, host->engine);
			recovery->cursor = cursor;
			return;
		}
	}
}

/* What is new queues behind it, and takes a turn of its own. */
static void read_reloaded(struct tocsin_host *host, int64_t now_ms)
{
	host->outbox.sent = 0;
	for (size_t pages = 0; pages < PAGES; pages++)
		if (!may_read(host, &host->outbox, pages == 0 ? SIZE_MAX : AHEAD) ||
			!read_more(host, now_ms, PAGE))
			return;
}

void tocsin_recovery_turn(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_recovery *recovery = &host->recovery;

	recovery->sent = 0;
	if (may_begin_again(host))
		begin_again(host);
	if (recovery->stage == TOCSIN_RECOVERY_DONE)
		return;
	/* Beside what is new it takes half. */
	size_t others = tocsin_recovery_first(recovery) ? 0 : TOCSIN_TURN_PUBLICATIONS / 2;
	tocsin_outbox_turn(&recovery->outbox, host->engine, now_ms, others);
	read_first(host, now_ms);
	if (recovery->reloaded)
		read_reloaded(host, now_ms);
	else if (beside(recovery))
		read_beside(host, now_ms);
	recovery->sent = recovery->reloaded ? host->outbox.sent : recovery->outbox.sent - others;
	if (recovery->stage == TOCSIN_RECOVERY_SENT && recovery->outbox.count == 0)
		finish(host);
}
