/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One loaded plugin: all its state, and how an outcome travels from the engine by
 * way of the journal to the broker. Broker's thread only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/pool.h"
#include "journal/journal.h"
#include "mosquitto/compat.h"
#include "mosquitto/control.h"
#include "mosquitto/handover.h"
#include "mosquitto/log.h"
#include "mosquitto/misdated.h"
#include "mosquitto/options.h"
#include "mosquitto/outbox.h"
#include "mosquitto/pulse.h"
#include "mosquitto/reading.h"
#include "mosquitto/recovery.h"
#include "mosquitto/reload.h"
#include "mosquitto/replay.h"
#include "mosquitto/rules.h"
#include "mosquitto/sys.h"
#include "mosquitto/waiting.h"

struct tocsin_host {
	mosquitto_plugin_id_t *identifier;
	struct tocsin_options options;
	struct tocsin_pool *pool; /* what the engine remembers */
	struct tocsin_engine *engine;
	struct tocsin_journal *journal; /* NULL: none */
	struct tocsin_reload *reload;
	struct tocsin_outbox outbox;
	struct tocsin_pulse pulse;
	struct tocsin_recovery recovery;
	struct tocsin_handover handover;
	struct tocsin_misdated misdated;
	struct tocsin_reader *reader; /* of the journal; NULL: none */
	struct tocsin_replays replays;
	struct tocsin_waitings waitings;
	struct tocsin_sys sys;
	struct tocsin_rules_report rules;
	struct tocsin_control *control; /* NULL: there are no admins */
	uint64_t control_refused;       /* requests of other users */
	uint64_t reloads, reloads_failed;
	uint64_t sent_before;     /* publications, when this turn began */
	size_t pending;           /* outcomes that the journal holds */
	uint64_t pushed, decided; /* outcomes that the journal was given, and is done with */
	int64_t started_steady_ms;
	int64_t heard_steady_ms; /* the last message that a client sent us */
	bool ticked;             /* the broker gives ticks */
	bool warned_of_no_ticks;
};

/* Reads the options, loads rules and key, opens the journal, takes from it what was
 * accepted before. Logs what is wrong. Registers nothing with the broker. */
TOCSIN_MUST_USE enum tocsin_status tocsin_host_create(mosquitto_plugin_id_t *identifier,
	const struct mosquitto_opt *options, int count, struct tocsin_host **host);

/* Last commit, then everything is freed that no hung disk holds; publishes nothing.
 * NULL and half-built ones are allowed. */
void tocsin_host_destroy(struct tocsin_host *host);

/* Takes a fresh outcome of the engine: into the journal's queue if it must be
 * committed first, else to the broker. */
void tocsin_host_take(struct tocsin_host *host, struct tocsin_outcome *outcome, int64_t now_ms);

/* Why no incident can be taken now, as the engine wants it, or NULL. */
const char *tocsin_host_defer(const struct tocsin_host *host);

/* Everything that is due: a finished reload, commits, timed work, what waits in the
 * outbox, heartbeat and ledger. */
void tocsin_host_turn(struct tocsin_host *host, int64_t now_ms);

/* Where the broker gives no ticks (2.0.11 to 2.0.14 with per_listener_settings
 * true), after each message: commits and publishes at once, unpaced, with one
 * warning. */
void tocsin_host_turn_without_ticks(struct tocsin_host *host, int64_t now_ms);

/* Takes what a load of the rule file came to: logs it, runs its rules if they are good,
 * and shows it. TOCSIN_INVALID where they are not good; tocsin_rules_why_not says why
 * good ones do not run. Leaves load finished. */
enum tocsin_status tocsin_host_take_load(
	struct tocsin_host *host, struct tocsin_rules_load *load, int64_t now_ms);

/* Writes down the text of the rules that run. */
void tocsin_host_keep_rules(struct tocsin_host *host, int64_t now_ms);

/* The broker's loop is over, and nothing that is published now would be sent: the
 * last commit, and the journal is closed. False where a hung disk still holds it: it,
 * and all that it was given, must then be left as they are. */
bool tocsin_host_finish_commits(struct tocsin_host *host);

/* When what was taken so far is decided: on disk, or refused by it. */
uint64_t tocsin_host_fate(const struct tocsin_host *host);
bool tocsin_host_decided(const struct tocsin_host *host, uint64_t fate);

/* "none", "ok", "failing" or "slow". */
const char *tocsin_host_journal_state(const struct tocsin_host *host);
