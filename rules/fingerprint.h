/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a rule says, as one number: the same text gives the same number, wherever it
 * stands and whatever order the gazetteer has. */
#pragma once

#include "rules/ruleset.h"

/* A hash of the rule's id and of all its keys, defaults filled in. */
uint64_t tocsin_fingerprint_rule(
	const struct tocsin_ruleset *ruleset, const struct tocsin_rule *rule);
