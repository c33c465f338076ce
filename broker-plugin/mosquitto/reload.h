/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The worker thread that loads rules aside, so that no reload stalls the broker. It
 * has all signals blocked and calls nothing of the broker's. The functions here are
 * for the broker's thread and never wait for a load, but for _stop. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mosquitto/rules.h"

struct tocsin_reload;

/* Both paths are borrowed for the worker's life. NULL without memory or threads. */
struct tocsin_reload *tocsin_reload_start(const char *rules_file, const char *good_rules);

/* Asks for a load. Requests that come while one waits are one. */
void tocsin_reload_request(struct tocsin_reload *reload);

/* Runs work(ctx) on the worker. False where a load or other work is under way: ask
 * again in a later turn. Until tocsin_reload_ran says that it is over no load begins,
 * so the rules that run stay what they are, and work may read them. */
TOCSIN_MUST_USE bool tocsin_reload_run(
	struct tocsin_reload *reload, void (*work)(void *ctx), void *ctx);

/* Whether _run would begin now: to be asked before work is prepared that costs much. */
bool tocsin_reload_idle(struct tocsin_reload *reload);

/* True, once, when the work is over. */
bool tocsin_reload_ran(struct tocsin_reload *reload);

/* True when a load is done: *load is then the caller's to finish. The copy of good rules
 * is made after that. */
bool tocsin_reload_collect(struct tocsin_reload *reload, struct tocsin_rules_load *load);

/* The errno of a copy that could not be made, once; 0: none. */
int tocsin_reload_unkept(struct tocsin_reload *reload);

/* Takes a rule set that no longer runs, and frees it on the worker: with many rules
 * that takes a while. At most one for each load collected and each work that is over. */
void tocsin_reload_retire(struct tocsin_reload *reload, struct tocsin_ruleset *ruleset);

/* Nothing new is begun from now on. NULL is allowed. */
void tocsin_reload_end(struct tocsin_reload *reload);

/* Waits for the worker's end; what it has begun it finishes. False where a disk holds it
 * beyond that time (clock.h): it must then be left as it is. NULL is allowed. */
TOCSIN_MUST_USE bool tocsin_reload_stop(struct tocsin_reload *reload, int64_t until_steady_ms);
