/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a host gives an engine back at its start, before anything is submitted, in this
 * order: ids, figures, referenced ids, silences, holds, records. What it leaves out the
 * engine asks its archive for, once it is needed. Other than TOCSIN_NO_MEMORY a failure
 * leaves the engine without that one thing. */
#pragma once

#include "engine/engine.h"

/* The archive has an incident with this id. */
void tocsin_engine_restore_id(struct tocsin_engine *engine, const char *id);

/* What stands on a figure topic, or stood (formats 0). */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_restore_figure(
	struct tocsin_engine *engine, const struct tocsin_record_figure *figure);

/* An id that the chain's record referenced before it came. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_restore_awaited(
	struct tocsin_engine *engine, const char *chain, const struct tocsin_record_awaited *awaited);

/* A silence that is not over. One that the rules no longer fit ends. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_restore_silence(
	struct tocsin_engine *engine, const struct tocsin_record_silence *silence);

/* What one incident changed of what holds others back, oldest first. untold: the
 * tallies that no digest told, ascending. */
struct tocsin_held {
	uint64_t journal_id;
	int64_t received_ms;
	const uint8_t *hold; /* as in tocsin_record */
	size_t hold_size;
};
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_restore_hold(struct tocsin_engine *engine,
	const struct tocsin_held *held, const uint64_t *untold, size_t untold_count);

/* How far back holds matter to the rules: the longest window or group, in ms. */
int64_t tocsin_engine_hold_span_ms(const struct tocsin_engine *engine);

/* An accepted incident, and its chain where the record carries it. The record's texts must
 * outlast questions to the archive. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_restore(
	struct tocsin_engine *engine, const struct tocsin_record *record, int64_t now_ms);
