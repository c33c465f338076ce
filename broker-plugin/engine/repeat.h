/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is on disk, published again: after a restart, since the broker may have lost
 * what it was handed last, and what stands retained after a change of the rules, for
 * those audiences alone that see something else (only; NULL: everybody). The same ids,
 * sequences and bytes; but never more than the rules of now let an audience see, and
 * nothing that has expired. Each gives an outcome without a record, or NULL where
 * nothing may go. */
#pragma once

#include "engine/engine.h"
#include "engine/uuid.h"
#include "rules/sight.h"

/* An alert to its topic. */
struct tocsin_outcome *tocsin_engine_repeat_alert(
	struct tocsin_engine *engine, const struct tocsin_record_alert *alert, int64_t now_ms);

/* What stands on a figure topic; where nothing may stand there, it is cleared. */
struct tocsin_outcome *tocsin_engine_repeat_figure(struct tocsin_engine *engine,
	const struct tocsin_record_figure *figure, const struct tocsin_sights *only);

struct tocsin_outcome *tocsin_engine_repeat_digest(
	struct tocsin_engine *engine, const struct tocsin_record_digest *digest);

/* A topic of open/ that was left: cleared. */
struct tocsin_outcome *tocsin_engine_repeat_clear(
	struct tocsin_engine *engine, const struct tocsin_record_clear *clear);

/* The keys of all chains of which something stands in open/, oldest first, to be freed
 * with free(); TOCSIN_NO_MEMORY. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_open_chains(
	const struct tocsin_engine *engine, uint8_t (**keys)[TOCSIN_UUID], size_t *count);

/* What each audience sees in open/ of the chain with this key, as memory has it now;
 * cleared where it has run out, and without an archive where the audience was narrowed.
 * *outcome is NULL also where a version waits for its commit. TOCSIN_IO where the archive
 * cannot be read now, TOCSIN_NO_MEMORY. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_repeat_open(struct tocsin_engine *engine,
	const uint8_t chain[TOCSIN_UUID], const struct tocsin_sights *only, int64_t now_ms,
	struct tocsin_outcome **outcome);

/* A version of it waits for its commit: ask again. */
bool tocsin_engine_open_waits(const struct tocsin_engine *engine, const uint8_t chain[TOCSIN_UUID]);

/* Without an archive, what stands in figure/ for narrowed audiences: at most max of it is
 * cleared. NULL where nothing is left. */
struct tocsin_outcome *tocsin_engine_clear_figures(
	struct tocsin_engine *engine, const struct tocsin_sights *sights, size_t max);
