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
	RETRY_MS = 1000,
};

/* One page on its way from the journal. */
struct paging {
	struct tocsin_host *host;
	int64_t now_ms;
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

bool tocsin_recovery_first(const struct tocsin_recovery *recovery)
{
	return recovery->stage < TOCSIN_RECOVERY_OPEN && !recovery->stalled;
}

static void take(struct paging *paging, struct tocsin_outcome *outcome)
{
	struct tocsin_recovery *recovery = &paging->host->recovery;

	if (!outcome)
		return;
	recovery->repeated++;
	tocsin_outbox_add(&recovery->outbox, paging->host->engine, outcome, paging->now_ms);
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

	take(paging, tocsin_engine_repeat_figure(paging->host->engine, figure));
}

static void page_open(struct paging *paging, struct tocsin_shelf_page *page, size_t *taken)
{
	struct tocsin_recovery *recovery = &paging->host->recovery;

	for (; *taken < PAGE && page->cursor < recovery->open_count; page->cursor++, ++*taken)
		take(paging,
			tocsin_engine_repeat_open(
				paging->host->engine, recovery->open_chains[page->cursor], paging->now_ms));
}

static enum tocsin_status read_page(struct paging *paging, size_t *taken)
{
	static const struct tocsin_recovery_takers takers = {
		take_clear, take_alert, take_digest, take_figure};
	struct tocsin_recovery *recovery = &paging->host->recovery;
	struct tocsin_shelf *shelf = tocsin_journal_shelf(paging->host->journal);
	struct tocsin_shelf_page page = {.cursor = recovery->cursor, .count = PAGE, .ctx = paging};

	enum tocsin_status status =
		tocsin_recovery_rows(recovery->stage, &recovery->floor, shelf, &page, &takers, taken);
	if (recovery->stage == TOCSIN_RECOVERY_OPEN)
		page_open(paging, &page, taken);
	if (status == TOCSIN_OK)
		recovery->cursor = page.cursor;
	return status;
}

static void finish(struct tocsin_host *host)
{
	host->recovery.stage = TOCSIN_RECOVERY_DONE;
	tocsin_recovery_finish(&host->recovery);
	if (host->recovery.repeated > 0)
		tocsin_log(MOSQ_LOG_NOTICE,
			"published again after the start: %llu alerts, digests and figures",
			(unsigned long long)host->recovery.repeated);
}

void tocsin_recovery_turn(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_recovery *recovery = &host->recovery;

	recovery->sent = 0;
	if (recovery->stage == TOCSIN_RECOVERY_DONE)
		return;
	/* Beside what is new it takes half. */
	size_t others = tocsin_recovery_first(recovery) ? 0 : TOCSIN_TURN_PUBLICATIONS / 2;
	tocsin_outbox_turn(&recovery->outbox, host->engine, now_ms, others);
	while (recovery->stage < TOCSIN_RECOVERY_SENT && recovery->outbox.count < AHEAD &&
		tocsin_clock_steady_ms() >= recovery->retry_steady_ms &&
		tocsin_recovery_ahead_ready(host)) {
		struct paging paging = {.host = host, .now_ms = now_ms};
		size_t taken;

		bool stalled = recovery->stalled;
		recovery->stalled = read_page(&paging, &taken) != TOCSIN_OK;
		if (recovery->stalled) {
			recovery->retry_steady_ms = tocsin_clock_steady_ms() + RETRY_MS;
			if (stalled)
				return;
			tocsin_log(MOSQ_LOG_ERR,
				"journal %s: what is to be published again cannot be read: %s. Trying again",
				host->options.journal_file,
				tocsin_shelf_error(tocsin_journal_shelf(host->journal)));
		} else if (taken < PAGE) {
			next_stage(recovery);
		}
	}
	recovery->sent = recovery->outbox.sent - others;
	if (recovery->stage == TOCSIN_RECOVERY_SENT && recovery->outbox.count == 0)
		finish(host);
}
