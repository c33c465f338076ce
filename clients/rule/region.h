/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A region as a person names it, to the codes of its topic. */
#pragma once

#include "clients/watch/filters.h"
#include "rules/ruleset.h"

enum { TOCSIN_MAX_REGION_ROWS = 8 };

struct tocsin_region_found {
	struct tocsin_region_path paths[TOCSIN_MAX_REGION_ROWS]; /* different ones only */
	size_t count;
	char name[128]; /* for a person; of the first */
	unsigned level; /* admin level of the first */
	bool several;   /* the code stands for several places, all of them meant */
	bool replaced;  /* it was asked for by a code that another replaced */
};

/* Finds "ML05", "ML05 Mopti" or "ML" in the gazetteer, or by name alone where one
 * place has it. False where there is none. */
bool tocsin_region_find(
	const struct tocsin_gazetteer *gazetteer, const char *text, struct tocsin_region_found *found);

/* Without a gazetteer: "ML", "ML/ML05", or a code alone, whose country only the
 * gazetteer knows: count is then 1 and the path not usable as a filter. */
bool tocsin_region_guess(const char *text, struct tocsin_region_found *found);

/* True when the path begins with its country, so that a filter can be made of it. */
bool tocsin_region_is_located(const struct tocsin_region_path *path);

/* Deepest admin level that an audience's topics show. */
unsigned tocsin_audience_depth(const struct tocsin_audience *audience);

/* Cuts a path to an admin level. True where that cut something off. */
bool tocsin_region_cut(struct tocsin_region_path *path, unsigned depth);
