/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Why each rule did or did not fire for one incident, clause by clause. */
#pragma once

#include "rules/decide.h"

struct tocsin_explained {
	uint32_t rule;
	bool reached; /* false: an earlier rule stopped the walk, or it is disabled */
	bool matched;
	/* First clause that failed, in the order of the rule file's key list, then
	 * "not"; "enabled" or "stop" (actual is the rule that stopped) where it was not
	 * reached; NULL where it matched. */
	const char *clause;
	const char *wanted; /* what the rule asks */
	const char *actual; /* what the incident has; may hold its texts */
};

/* Explains every rule, in file order. The array and its texts live in arena;
 * *count is the number of rules. */
TOCSIN_MUST_USE enum tocsin_status tocsin_explain(const struct tocsin_ruleset *ruleset,
	const struct tocsin_facts *facts, struct tocsin_arena *arena,
	struct tocsin_explained **explained, size_t *count);
