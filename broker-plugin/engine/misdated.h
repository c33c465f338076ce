/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What stands in open/ by a date that a clock wrote which was ahead: of a wrong year, say,
 * that was set right since. How long it was to stand is known; since when it stands is not,
 * nor whether that clock was wrong or the one of now is. So it is closed once the hub has
 * run for so long with it, by a clock that never jumps: at least so much time has gone by,
 * and nothing is closed too early, whatever the time of day says. Its date closes it, too. */
#pragma once

#include "engine/engine.h"

/* How many a restore brought that are not closed yet, and the journal id of the newest. */
size_t tocsin_engine_misdated(const struct tocsin_engine *engine, uint64_t *newest);

/* The next that is closed; NULL where none is due. ran_ms: since a restore that found the
 * newest of them or later, all starts added up. *journal_id is closed for good, to be
 * written down; 0: not yet. The outcome is to be taken like that of a tick. */
struct tocsin_outcome *tocsin_engine_close_misdated(
	struct tocsin_engine *engine, int64_t ran_ms, uint64_t *journal_id);
