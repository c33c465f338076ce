/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Silences in force: who asked for them, and what they held back. Each announces
 * its own end with a digest, and every 24 hours until then. */
#pragma once

#include "engine/engine.h"
#include "rules/silence.h"

struct tocsin_silence_entry {
	const char *id; /* "silence-1", rising; never reused while the engine lives */
	const struct tocsin_silence *silence;
	uint32_t held; /* incidents held back so far */
};

/* Takes the silence. TOCSIN_LIMIT where there are too many; it is then still the
 * caller's. *id lives as long as the silence. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_silence_add(
	struct tocsin_engine *engine, struct tocsin_silence *silence, int64_t now_ms, const char **id);

/* Ends one now: its last digest goes out with the next tick. TOCSIN_NOT_FOUND. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_silence_end(
	struct tocsin_engine *engine, const char *id, int64_t now_ms);

/* False while what the journal has of the silence is older than what it is. */
bool tocsin_engine_silence_saved(const struct tocsin_engine *engine, const char *id);

/* How many a reload ended, since the new rules no longer know what they name: their
 * last digests go out, and no silence is ever about more than its author wrote. */
uint64_t tocsin_engine_silences_lost(const struct tocsin_engine *engine);

/* All that have not ended, oldest first; at most max are written, the number is
 * returned. */
size_t tocsin_engine_silences(
	const struct tocsin_engine *engine, struct tocsin_silence_entry *entries, size_t max);
