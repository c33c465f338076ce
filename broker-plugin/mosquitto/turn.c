/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/clock.h"
#include "mosquitto/guard.h"
#include "mosquitto/host.h"

enum {
	NO_TICK_MS = 1000,       /* without a tick for so long there are none */
	INLINE_COMMIT_MS = 1000, /* longest wait for a commit in a callback */
	LAST_COMMIT_MS = 5000,   /* longest wait for the disk at the broker's end */
};

static void settle(struct tocsin_host *host, struct tocsin_outcome *outcome)
{
	tocsin_engine_settle(host->engine, outcome);
	if (outcome->record)
		tocsin_control_remember(host->control, outcome->record);
}

/* Takes what the journal is done with, in the order of pushing: settled, or undone
 * where the disk refused. */
static struct tocsin_outcome *take_done(struct tocsin_host *host, int64_t now_ms)
{
	bool failed = false;
	struct tocsin_outcome *done = tocsin_journal_collect(host->journal, &failed);
	struct tocsin_outcome *newest_first = NULL;

	if (!failed) {
		for (struct tocsin_outcome *one = done; one; one = one->next) {
			host->pending--;
			host->decided++;
			settle(host, one);
		}
		return done;
	}
	tocsin_handover_give_up(&host->handover);
	/* What a failed commit changed in memory comes undone in reverse. */
	while (done) {
		struct tocsin_outcome *next = done->next;

		done->next = newest_first;
		newest_first = done;
		done = next;
	}
	while (newest_first) {
		struct tocsin_outcome *next = newest_first->next;

		host->pending--;
		host->decided++;
		tocsin_engine_fail(host->engine, newest_first, "disk", now_ms);
		newest_first->next = done;
		done = newest_first;
		newest_first = next;
	}
	return done;
}

static void collect(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_outcome *done = host->journal ? take_done(host, now_ms) : NULL;

	while (done) {
		struct tocsin_outcome *next = done->next;

		tocsin_outbox_add(&host->outbox, host->engine, done, now_ms);
		done = next;
	}
}

/* A commit wakes the loop itself, but 2.1 gives a tick at its time alone, and what that
 * published leaves in the next turn. */
static enum tocsin_pace pace_of(const struct tocsin_host *host)
{
	bool leaves = tocsin_compat_is_2_1() && host->outbox.counts.sent != host->sent_before;

	/* A disk that keeps them waiting for long is not asked all the time. */
	if (!host->ticked || host->sys.journal_state != TOCSIN_JOURNAL_OK)
		return TOCSIN_PACE_REST;
	if (host->outbox.count > 0 || leaves)
		return TOCSIN_PACE_FAST;
	if (host->pending == 0)
		return TOCSIN_PACE_REST;
	return tocsin_compat_is_2_1() ? TOCSIN_PACE_FAST : TOCSIN_PACE_SLOW;
}

static void set_pulse(struct tocsin_host *host)
{
	tocsin_pulse_set(&host->pulse, pace_of(host));
}

/* False where the journal does not take it: then it is undone. */
static bool take(struct tocsin_host *host, struct tocsin_outcome *outcome, int64_t now_ms)
{
	bool waits = host->journal && outcome->pending;

	if (host->journal && outcome->refusal)
		tocsin_journal_quarantine(host->journal, outcome->refusal);
	if (waits && tocsin_journal_push(host->journal, outcome)) {
		host->pending++;
		host->pushed++;
		set_pulse(host);
		return true;
	}
	/* It is the newest, so undoing it alone is in order. */
	if (waits)
		tocsin_engine_fail(host->engine, outcome, "disk", now_ms);
	else
		settle(host, outcome);
	tocsin_outbox_add(&host->outbox, host->engine, outcome, now_ms);
	return !waits;
}

void tocsin_host_take(struct tocsin_host *host, struct tocsin_outcome *outcome, int64_t now_ms)
{
	(void)take(host, outcome, now_ms);
}

uint64_t tocsin_host_fate(const struct tocsin_host *host)
{
	return host->pushed;
}

bool tocsin_host_decided(const struct tocsin_host *host, uint64_t fate)
{
	return host->decided >= fate;
}

const char *tocsin_host_defer(const struct tocsin_host *host)
{
	if (host->journal && !tocsin_journal_ready(host->journal))
		return "disk";
	if (tocsin_outbox_full(&host->outbox))
		return "overload";
	return NULL;
}

const char *tocsin_host_journal_state(const struct tocsin_host *host)
{
	if (!host->journal)
		return "none";
	/* As it is shown: $SYS, heartbeats, the log and $CONTROL say the same. */
	switch (
		host->sys.journal_shown ? host->sys.journal_state : tocsin_journal_state(host->journal)) {
	case TOCSIN_JOURNAL_OK:
		return "ok";
	case TOCSIN_JOURNAL_FAILING:
		return "failing";
	case TOCSIN_JOURNAL_SLOW:
		return "slow";
	}
	return "";
}

static enum tocsin_status swap_rules(struct tocsin_host *host, struct tocsin_rules_load *load)
{
	struct tocsin_ruleset *unused = load->ruleset;

	tocsin_sys_forget_audiences(host, load->ruleset);
	enum tocsin_status status = tocsin_engine_swap_rules(host->engine, load->ruleset, &unused);
	if (status == TOCSIN_OK)
		tocsin_recovery_again(host, unused, load->ruleset);
	tocsin_reload_retire(host->reload, unused);
	load->ruleset = NULL;
	if (status == TOCSIN_OK) {
		host->rules.state = TOCSIN_RULES_OK;
		return status;
	}
	tocsin_log(MOSQ_LOG_ERR, "the old rules stay: %s", tocsin_rules_why_not(status));
	tocsin_diagnostics_add(&load->diagnostics, TOCSIN_NOTE_ERROR, host->options.rules_file, 0, 0,
		"%s", tocsin_rules_why_not(status));
	return status;
}

enum tocsin_status tocsin_host_take_load(
	struct tocsin_host *host, struct tocsin_rules_load *load, int64_t now_ms)
{
	tocsin_rules_log(host->options.rules_file, load);
	host->reloads++;
	bool good = load->ruleset != NULL;
	enum tocsin_status status = good ? swap_rules(host, load) : TOCSIN_INVALID;
	bool runs = status == TOCSIN_OK;
	if (!runs) {
		host->reloads_failed++;
		if (host->rules.state == TOCSIN_RULES_OK)
			host->rules.state = TOCSIN_RULES_STALE;
	}
	if (!good)
		tocsin_log(MOSQ_LOG_ERR, "the rules of before stay in force, version %s",
			tocsin_engine_rules(host->engine)->version);
	tocsin_rules_report_load(&host->rules, load, runs, now_ms);
	if (runs) {
		tocsin_host_keep_rules(host, now_ms);
		tocsin_guard_log_unread(host);
	}
	tocsin_rules_load_finish(load);
	tocsin_sys_due_now(&host->sys);
	return status;
}

static void finish_reload(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_rules_load load;

	if (tocsin_reload_collect(host->reload, &load))
		(void)tocsin_host_take_load(host, &load, now_ms);
	tocsin_rules_log_keep(tocsin_reload_unkept(host->reload));
}

/* All that is due; but what the journal refuses ends it, since it would refuse the next
 * one, too, and is asked again only in another turn. */
static void take_timed(struct tocsin_host *host, int64_t now_ms)
{
	struct tocsin_outcome *timed;

	do {
		timed = tocsin_outbox_full(&host->outbox) ? NULL : tocsin_engine_tick(host->engine, now_ms);
	} while (timed && take(host, timed, now_ms));
}

void tocsin_host_turn(struct tocsin_host *host, int64_t now_ms)
{
	host->sent_before = host->outbox.counts.sent;
	finish_reload(host, now_ms);
	tocsin_readings_turn(host);
	tocsin_waitings_turn(host, now_ms);
	tocsin_control_turn(host->control, now_ms);
	tocsin_recovery_turn(host, now_ms);
	host->outbox.held = tocsin_recovery_first(&host->recovery);
	tocsin_outbox_turn(&host->outbox, host->engine, now_ms, host->recovery.sent);
	collect(host, now_ms);
	take_timed(host, now_ms);
	tocsin_misdated_turn(host, now_ms);
	tocsin_handover_turn(host, now_ms);
	tocsin_replays_turn(host, now_ms);
	tocsin_sys_turn(host, now_ms);
	set_pulse(host);
}

static void warn_of_no_ticks(struct tocsin_host *host)
{
	if (host->warned_of_no_ticks || tocsin_clock_steady_ms() - host->started_steady_ms < NO_TICK_MS)
		return;
	host->warned_of_no_ticks = true;
	tocsin_log(MOSQ_LOG_WARNING,
		"this broker gives plugins no ticks: each incident is committed while all clients wait. "
		"Set per_listener_settings false, or use Mosquitto 2.0.15 or later");
}

void tocsin_host_turn_without_ticks(struct tocsin_host *host, int64_t now_ms)
{
	size_t waiting;

	/* A tick ends each turn of the loop or begins it, and a client connects in a
	 * turn before that of its first message: so there was one, if there are any. */
	if (host->ticked)
		return;
	warn_of_no_ticks(host);
	if (host->pending > 0)
		tocsin_journal_flush(host->journal, INLINE_COMMIT_MS);
	tocsin_host_turn(host, now_ms);
	do {
		waiting = host->outbox.count;
		tocsin_outbox_turn(&host->outbox, host->engine, now_ms, 0);
	} while (host->outbox.count > 0 && host->outbox.count < waiting);
}

bool tocsin_host_finish_commits(struct tocsin_host *host)
{
	struct tocsin_outcome *done;

	if (!host->journal)
		return true;
	tocsin_handover_note(host);
	tocsin_misdated_note(host);
	const bool ended = tocsin_journal_stop(host->journal, LAST_COMMIT_MS);
	/* What is on disk comes first, then what failed. */
	while (host->engine && (done = take_done(host, tocsin_clock_ms())) != NULL) {
		while (done) {
			struct tocsin_outcome *next = done->next;

			done->next = NULL;
			tocsin_outcome_destroy(host->engine, done);
			done = next;
		}
	}
	if (ended)
		tocsin_journal_close(host->journal);
	else
		tocsin_log(MOSQ_LOG_ERR,
			"the journal's disk has not answered for %d s: the broker ends without it. %zu "
			"incidents have no receipt; their senders keep them and send them again",
			LAST_COMMIT_MS / 1000, host->pending);
	return ended;
}
