/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The compiled form of a rule set: which rules can match an incident, so that the
 * cost depends on those and not on how many rules there are. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "rules/facts.h"
#include "rules/ruleset.h"

/* Builds the index over rules, which it borrows. NULL without memory. */
struct tocsin_index *tocsin_index_create(const struct tocsin_rule *rules, size_t rule_count);
void tocsin_index_destroy(struct tocsin_index *index);

/* Room for the matches of one rule set; one thread at a time. */
struct tocsin_scratch;
struct tocsin_scratch *tocsin_scratch_create(const struct tocsin_ruleset *ruleset);
void tocsin_scratch_destroy(struct tocsin_scratch *scratch);

/* The rules that fire, in file order, up to and with the first that stops.
 * Parses nothing, allocates nothing. *fired points into scratch and is valid
 * until its next use. Returns how many. */
size_t tocsin_match_rules(const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts,
	struct tocsin_scratch *scratch, const uint32_t **fired);

/* Whether one set of clauses holds; the same code that the index ends in. */
bool tocsin_match_holds(const struct tocsin_match *match, const struct tocsin_facts *facts);

/* Whether one rule fires, taken by itself: enabled, its match holds, its "not" does
 * not. */
bool tocsin_match_rule(const struct tocsin_rule *rule, const struct tocsin_facts *facts);
