/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A silence: what an operator asked to be held back for a while. Read from the same
 * form as a rule's match, in YAML or JSON:
 *
 *   {match: {region: ML05}, audiences: [partners], author: duty, reason: drill,
 *    from: 2026-01-01T00:00:00Z, until: 2026-01-02T00:00:00Z, include_extreme: false}
 *
 * from is now where left out; until is required, not past, and at most 30 days
 * after from. match and audiences left out mean everything and everybody. */
#pragma once

#include "rules/ruleset.h"

#define TOCSIN_MAX_SILENCE_MS (INT64_C(30) * 24 * 60 * 60 * 1000)

struct tocsin_silence {
	struct tocsin_match match;
	const struct tocsin_match *not_; /* or NULL */
	uint64_t audiences;              /* bit i: audience i of the rule set; 0: all */
	const char *author, *reason;     /* not empty */
	int64_t from_ms, until_ms;
	bool include_extreme;
	const char *text; /* as given, to be read again under other rules */
};

/* Reads one against a rule set, whose regions and audiences it names. file names
 * the text in diagnostics. The silence owns its texts; tocsin_silence_destroy. */
TOCSIN_MUST_USE enum tocsin_status tocsin_silence_read(const struct tocsin_ruleset *ruleset,
	const char *file, const char *text, size_t length, int64_t now_ms,
	struct tocsin_diagnostics *diagnostics, struct tocsin_silence **silence);
void tocsin_silence_destroy(struct tocsin_silence *silence);
