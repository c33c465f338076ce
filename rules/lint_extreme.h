/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What extreme incidents reach, of every kind and place, and how it is said. */
#pragma once

#include "rules/index.h"
#include "rules/linting.h"

enum {
	TOCSIN_EXTREME_EVENTS = 12,
	TOCSIN_EXTREME_SENSITIVITIES = 4,
	TOCSIN_EXTREME_ALL_SENSITIVITIES = 0x1E, /* bits of the enum */
	TOCSIN_EXTREME_INSTANTS = 56,            /* of a week, every three hours */
	TOCSIN_EXTREME_MAX_PLACES = TOCSIN_MAX_LINT_REGIONS * 2 + 1,
};

/* By event: which sensitivities reach the default alone, bits of the enum. */
struct tocsin_extreme_row {
	uint8_t always[TOCSIN_EXTREME_EVENTS], at_times[TOCSIN_EXTREME_EVENTS];
	bool told;
};

struct tocsin_extreme {
	struct tocsin_linting *linting;
	struct tocsin_scratch *scratch;
	struct tocsin_lint_places places;
	uint32_t *all; /* regions, countries, elsewhere */
	struct tocsin_extreme_row *rows;
	size_t count;
	size_t instants;
	uint32_t others; /* sensitivities that an audience beside the default's may see */
};

/* What is so of every kind everywhere is said once, and taken out of the rows. */
void tocsin_extreme_say_overall(struct tocsin_extreme *extreme);

/* The rest, places and kinds that share it together. */
void tocsin_extreme_say_groups(struct tocsin_extreme *extreme);
