/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A place as a person says it (a village, a region, a P-code) to places of the lists,
 * best first. */
#pragma once

#include <stdio.h>

#include "rules/ruleset.h"

enum { TOCSIN_MAX_PLACES_FOUND = 9, TOCSIN_PLACE_LABEL = 512 };

/* The lists: of a rule file, or of a folder. */
struct tocsin_place_lists {
	const struct tocsin_gazetteer *gazetteer;   /* NULL: there are none */
	const struct tocsin_localities *localities; /* or NULL */
	struct tocsin_gazetteer *own_gazetteer;     /* what finish destroys */
	struct tocsin_localities *own_localities;
};

/* Borrows those of a rule set. */
void tocsin_place_lists_borrow(
	struct tocsin_place_lists *lists, const struct tocsin_ruleset *ruleset);

/* Reads each .csv of a folder that is a gazetteer list or a list of villages. What is
 * wrong with one goes to err, and none is then used. False where the folder has none. */
bool tocsin_place_lists_read(struct tocsin_place_lists *lists, const char *folder, FILE *err);
void tocsin_place_lists_finish(struct tocsin_place_lists *lists);

struct tocsin_place_found {
	const struct tocsin_locality *locality; /* NULL: the region itself */
	uint32_t region;
	enum tocsin_likeness likeness;
	/* "Kouakourou -> Djenné (ML0503), Mopti" */
	char label[TOCSIN_PLACE_LABEL];
};

/* Villages first, of equally good ones. regions_only leaves them out. Returns how many
 * were found, at most TOCSIN_MAX_PLACES_FOUND. */
size_t tocsin_place_search(const struct tocsin_place_lists *lists, const char *text,
	bool regions_only, struct tocsin_place_found found[TOCSIN_MAX_PLACES_FOUND]);
