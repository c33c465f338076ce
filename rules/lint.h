/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is lawful in a rule set and yet hardly meant. What lint says of a rule that can
 * never fire is certain; it does not find every such rule. */
#pragma once

#include "rules/sentence.h"

enum tocsin_lint_level {
	TOCSIN_LINT_NOTE,    /* to be known: there is nobody else who could be told */
	TOCSIN_LINT_WARNING, /* to be mended, or meant */
};

struct tocsin_finding {
	enum tocsin_lint_level level;
	const char *check; /* stable: "rule.shadowed" */
	const char *file;
	unsigned line;
	const char *rule;    /* id, or NULL where it is about no single rule */
	const char *message; /* what is so */
	const char *advice;  /* what to do */
};

enum {
	TOCSIN_MAX_FINDINGS = 1000,
	TOCSIN_MAX_LINT_REGIONS = 2000, /* whose coverage and extremes are looked at */
};

/* Checks:
 *   rule.impossible    a key that no incident satisfies
 *   rule.sender        only senders that may not report, or not there
 *   rule.excluded      "not" takes out all that the match asks
 *   rule.shadowed      an earlier rule with "stop" fires wherever it would
 *   rule.duplicate     says the same as an earlier one
 *   output.withheld    an output that is always too sensitive for its audience
 *   audience.unused    named by no rule and not by the default
 *   region.uncovered   admin-1 regions of the countries in the rules
 *   extreme.default    extreme incidents that reach the default's audiences alone
 *   lint.budget        the rest was not compared
 *   lint.cut           more was found than is listed
 * In the order of the file; texts in arena. TOCSIN_NO_MEMORY. */
TOCSIN_MUST_USE enum tocsin_status tocsin_lint(const struct tocsin_ruleset *ruleset,
	enum tocsin_language language, struct tocsin_arena *arena,
	const struct tocsin_finding **findings, size_t *count);
