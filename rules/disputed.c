/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/disputed.h"

#include <stdint.h>

enum { KINDS = 5, GROUPS = 7 }; /* with unspecified */

/* What all claims of one kind and group leave possible: disputed where that is
 * nothing. */
struct common {
	uint32_t least, most;
};

struct kind {
	bool reported, not_reported;
	struct common groups[GROUPS];
};

static void narrow(struct common *common, uint32_t low, uint32_t high)
{
	if (low > common->least) {
		common->least = low;
	}
	if (high < common->most) {
		common->most = high;
	}
}

static void add_claim(struct kind *kind, const Tocsin__V1__CasualtyClaim *claim)
{
	bool low = claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
	bool high = claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
	bool exact = claim->qualifier == TOCSIN__V1__QUALIFIER__QUALIFIER_EXACT;
	if (!low && !high) {
		kind->not_reported |= claim->not_reported != 0;
		return;
	}
	kind->reported = true;
	if ((int)claim->group < 0 || (int)claim->group >= GROUPS) {
		return;
	}
	uint32_t open_low = exact ? claim->high : 0;
	uint32_t open_high = exact ? claim->low : UINT32_MAX;
	narrow(
		&kind->groups[claim->group], low ? claim->low : open_low, high ? claim->high : open_high);
}

static bool tolls_differ(const Tocsin__V1__Incident *incident)
{
	struct kind kinds[KINDS] = {0};
	for (size_t k = 0; k < KINDS; k++) {
		for (size_t g = 0; g < GROUPS; g++) {
			kinds[k].groups[g].most = UINT32_MAX;
		}
	}
	for (size_t i = 0; i < incident->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = incident->casualty_claims[i];
		if ((int)claim->kind > 0 && (int)claim->kind < KINDS) {
			add_claim(&kinds[claim->kind], claim);
		}
	}
	for (size_t k = 0; k < KINDS; k++) {
		if (kinds[k].reported && kinds[k].not_reported) {
			return true;
		}
		for (size_t g = 0; g < GROUPS; g++) {
			if (kinds[k].groups[g].least > kinds[k].groups[g].most) {
				return true;
			}
		}
	}
	return false;
}

bool tocsin_disputed(const Tocsin__V1__Incident *incident)
{
	for (size_t i = 0; i < incident->n_actors; i++) {
		const Tocsin__V1__Attribution *attribution = incident->actors[i]->attribution;
		if (attribution != NULL &&
			(attribution->credibility == TOCSIN__V1__CREDIBILITY__CREDIBILITY_4 ||
				attribution->credibility == TOCSIN__V1__CREDIBILITY__CREDIBILITY_5)) {
			return true;
		}
	}
	return tolls_differ(incident);
}
