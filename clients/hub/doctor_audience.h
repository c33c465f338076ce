/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Who may read an audience's topics, by the rules. */
#pragma once

#include "rules/ruleset.h"

/* A member; or a member of another audience that sees as much or more; or anybody where
 * the rules name no members, and so do not say. user NULL: somebody without a name. */
bool tocsin_audience_admits(
	const struct tocsin_ruleset *rules, const struct tocsin_audience *audience, const char *user);
