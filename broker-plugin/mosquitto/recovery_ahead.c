/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/recovery_ahead.h"

#include "engine/uuid.h"
#include "mosquitto/host.h"

enum { ROWS = 2000, CHAINS = 200 }; /* in one reading */

static void pass_clear(void *ctx, const struct tocsin_record_clear *clear)
{
	(void)ctx;
	(void)clear;
}

static void pass_alert(void *ctx, const struct tocsin_record_alert *alert)
{
	(void)ctx;
	(void)alert;
}

static void pass_digest(void *ctx, const struct tocsin_record_digest *digest)
{
	(void)ctx;
	(void)digest;
}

static void pass_figure(void *ctx, const struct tocsin_record_figure *figure)
{
	(void)ctx;
	(void)figure;
}

static enum tocsin_status read_rows(const struct tocsin_recovery *recovery,
	enum tocsin_recovery_stage stage, struct tocsin_recovery_range *range,
	struct tocsin_shelf *shelf)
{
	static const struct tocsin_recovery_takers pass = {
		pass_clear, pass_alert, pass_digest, pass_figure};
	struct tocsin_shelf_page page = {.cursor = range->from, .count = ROWS};
	size_t taken;

	enum tocsin_status status =
		tocsin_recovery_rows(stage, &recovery->floor, shelf, &page, &pass, &taken);
	range->until = page.cursor;
	range->to_end = taken < ROWS;
	return status;
}

static enum tocsin_status read_chains(const struct tocsin_recovery *recovery,
	struct tocsin_recovery_range *range, struct tocsin_shelf *shelf)
{
	enum tocsin_status status = TOCSIN_OK;
	size_t at = (size_t)range->from;

	for (; at < recovery->open_count && at < range->from + CHAINS && status == TOCSIN_OK; at++) {
		char key[TOCSIN_UUID_TEXT];

		tocsin_uuid_write(recovery->open_chains[at], key);
		status = tocsin_shelf_touch_chain(shelf, key);
	}
	range->until = at;
	range->to_end = at == recovery->open_count;
	return status;
}

/* Of the recovery it looks only at what does not change. */
static enum tocsin_status read_stage(
	struct tocsin_recovery *recovery, enum tocsin_recovery_stage stage, struct tocsin_shelf *shelf)
{
	struct tocsin_recovery_range *range = &recovery->ahead.ranges[stage];

	return stage == TOCSIN_RECOVERY_OPEN ? read_chains(recovery, range, shelf)
										 : read_rows(recovery, stage, range, shelf);
}

/* On the reader's thread. */
static enum tocsin_status run(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_recovery *recovery = ctx;
	struct tocsin_shelf *shelf = tocsin_shelf_create("");

	(void)quarantine;
	(void)error;
	if (!shelf)
		return TOCSIN_NO_MEMORY;
	tocsin_shelf_lend(shelf, journal);
	enum tocsin_status status = read_stage(recovery, recovery->ahead.stage, shelf);
	tocsin_shelf_destroy(shelf);
	return status;
}

static void ask(struct tocsin_host *host)
{
	struct tocsin_recovery *recovery = &host->recovery;
	struct tocsin_recovery_ahead *ahead = &recovery->ahead;

	ahead->stage = recovery->stage;
	ahead->ranges[ahead->stage] = (struct tocsin_recovery_range){.from = recovery->cursor};
	ahead->reading.job.run = run;
	ahead->reading.job.ctx = recovery;
	ahead->reading_now = tocsin_host_read(host, &ahead->reading);
}

static bool covers(const struct tocsin_recovery_range *range, uint64_t cursor)
{
	return range->known && cursor >= range->from && (range->to_end || cursor < range->until);
}

void tocsin_recovery_ahead_begin(struct tocsin_host *host)
{
	struct tocsin_recovery *recovery = &host->recovery;
	struct tocsin_shelf *shelf = tocsin_journal_shelf(host->journal);

	for (enum tocsin_recovery_stage stage = 0; stage < TOCSIN_RECOVERY_SENT; stage++)
		recovery->ahead.ranges[stage].known = read_stage(recovery, stage, shelf) == TOCSIN_OK;
}

bool tocsin_recovery_ahead_ready(struct tocsin_host *host)
{
	struct tocsin_recovery_ahead *ahead = &host->recovery.ahead;

	if (ahead->reading_now) {
		if (!ahead->reading.read)
			return false;
		ahead->reading_now = false;
		ahead->ranges[ahead->stage].known = ahead->reading.job.status == TOCSIN_OK;
		/* What it could not read, the recovery is to find out and to say. */
		if (ahead->reading.job.status != TOCSIN_OK)
			return true;
	}
	if (covers(&ahead->ranges[host->recovery.stage], host->recovery.cursor))
		return true;
	ask(host);
	return !host->reader;
}
