/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include "clients/report/draft.h"

/* Decodes and validates the draft's bytes by the hub's own code. Sets id, verdict
 * and pass. */
enum tocsin_exit tocsin_draft_judge(
	struct tocsin_draft *draft, const struct tocsin_draft_source *source);

/* A receipt that holds these violations: REJECTED where one is an error. id may be
 * NULL, bytes too. NULL without memory. */
Tocsin__V1__Receipt *tocsin_draft_verdict(struct tocsin_arena *arena, const char *id,
	const struct tocsin_violations *violations, const void *bytes, size_t size);
