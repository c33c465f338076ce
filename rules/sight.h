/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Audiences that are shown more or less of incidents once one rule set takes the place of
 * another: what stands retained for them was made by the rules of before. */
#pragma once

#include "rules/ruleset.h"

struct tocsin_sight {
	char audience[TOCSIN_MAX_NAME + 1];
	bool narrowed; /* it is shown less, or is gone */
};

struct tocsin_sights {
	struct tocsin_sight items[2 * TOCSIN_MAX_AUDIENCES];
	size_t count;
	bool everybody; /* there are more than items has room for */
};

/* Adds those of rules and next that are in one of them alone, or see something else in
 * each. One that was narrowed before stays so. */
void tocsin_sights_add(struct tocsin_sights *sights, const struct tocsin_ruleset *rules,
	const struct tocsin_ruleset *next);

bool tocsin_sights_changed(const struct tocsin_sights *sights, const char *audience);
bool tocsin_sights_narrowed(const struct tocsin_sights *sights, const char *audience);
