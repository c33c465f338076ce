/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What an engine gets back at its start. */
#pragma once

#include "journal/shelf.h"

/* So many of the newest incidents come back whole, whatever became of them: those are
 * what is sent again, amended and compared with. Older ones are asked for. */
#define TOCSIN_RESTORE_NEWEST "20000"

/* Gives the engine all of it. now_ms: what is over is left out. TOCSIN_IO: see
 * tocsin_shelf_result. What the engine takes badly is left out and counted in *left_out. */
TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_restore(
	struct tocsin_shelf *shelf, struct tocsin_engine *engine, int64_t now_ms, size_t *left_out);
