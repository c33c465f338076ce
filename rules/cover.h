/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What matches say of each other, over all incidents that rules can be asked about: an
 * Alert or Update that passed validation. Every answer is sound and none is complete:
 * true is certain, false means "not known". */
#pragma once

#include <stdbool.h>

#include "rules/ruleset.h"

/* Comparing long lists costs; work is taken from *budget, and once that is used up
 * every answer is false. */
struct tocsin_covering {
	const struct tocsin_gazetteer *gazetteer;
	uint64_t budget;
};

/* Whatever the inner match holds for, the outer holds for. */
bool tocsin_cover(struct tocsin_covering *covering, const struct tocsin_match *outer,
	const struct tocsin_match *inner);

/* No incident satisfies both. */
bool tocsin_cover_disjoint(
	struct tocsin_covering *covering, const struct tocsin_match *a, const struct tocsin_match *b);

/* One is the other, or lies above or beneath it. */
bool tocsin_cover_touches(const struct tocsin_gazetteer *gazetteer, uint32_t a, uint32_t b);

/* The key that no incident can satisfy ("min_severity", "status", "msg_type", ...), or
 * NULL. */
const char *tocsin_cover_impossible(const struct tocsin_match *match);

/* Wherever the later rule would fire, the earlier one does. */
bool tocsin_cover_rule(struct tocsin_covering *covering, const struct tocsin_rule *earlier,
	const struct tocsin_rule *later);
