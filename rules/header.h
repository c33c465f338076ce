/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The part of an alert that comes from the engine and needs no redaction. */
#pragma once

#include "rules/render.h"

/* Ids, references, hub, expires, rules, audience, column, sequence. The lists are
 * borrowed from version. NULL at the arena's ceiling. */
Tocsin__V1__Alert *tocsin_header_make(const struct tocsin_version *version,
	const struct tocsin_audience *audience, const char *rules_version, struct tocsin_arena *arena);
