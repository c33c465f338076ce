/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the plugin says about itself, as retained JSON, never about one sender:
 *   {root}/to/{audience}/heartbeat  every 30 s and when something changes
 *   $SYS/broker/tocsin/ledger       every incident accounted for, at most every 10 s
 *   $SYS/broker/tocsin/state        rules, journal, counters; with the heartbeat */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/ledger.h"
#include "journal/journal.h"
#include "mosquitto/clock_watch.h"
#include "mosquitto/log.h"
#include "rules/ruleset.h"

struct tocsin_host;

/* Starts all zero: then everything is due. */
struct tocsin_sys {
	int64_t heartbeat_steady_ms; /* when it is due */
	int64_t ledger_steady_ms;    /* not before */
	struct tocsin_ledger ledger; /* as shown last */
	bool ledger_shown;
	enum tocsin_journal_state journal_state; /* as shown last */
	bool journal_shown;
	int64_t journal_well_steady_ms; /* not before */
	uint64_t journal_errors;        /* logged */
	uint64_t reserved_logged, refused_logged, silences_logged, figures_logged;
	struct tocsin_log_limit reserved_limit, refused_limit, figures_limit;
	struct tocsin_clock_watch clock;
};

/* Publishes and logs what is due. */
void tocsin_sys_turn(struct tocsin_host *host, int64_t now_ms);

/* The next turn publishes the heartbeat. */
void tocsin_sys_due_now(struct tocsin_sys *sys);

/* Clears the heartbeats of audiences that the next rules no longer have. */
void tocsin_sys_forget_audiences(struct tocsin_host *host, const struct tocsin_ruleset *next);

/* The last ledger, for the log. */
void tocsin_sys_log_ledger(const struct tocsin_host *host);
