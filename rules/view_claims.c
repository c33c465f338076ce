/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/view.h"

enum { CLAIM_KINDS = 5 }; /* with unspecified */

/* Speaks for itself in public; anyone else is a person or could be harmed as one. */
static bool is_institution(Tocsin__V1__SourceKind kind)
{
	switch (kind) {
	case TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_OFFICIAL:
	case TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_UN:
	case TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_NGO:
	case TOCSIN__V1__SOURCE_KIND__SOURCE_KIND_MEDIA:
		return true;
	default:
		return false;
	}
}

static bool has_low(const Tocsin__V1__CasualtyClaim *claim)
{
	return claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
}

static bool has_high(const Tocsin__V1__CasualtyClaim *claim)
{
	return claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
}

static Tocsin__V1__CasualtyClaim **copy_claims(
	struct tocsin_view *view, bool by_class, size_t *count)
{
	const Tocsin__V1__Incident *incident = view->incident;
	Tocsin__V1__CasualtyClaim **list =
		tocsin_view_alloc(view, incident->n_casualty_claims, sizeof(Tocsin__V1__CasualtyClaim *));
	Tocsin__V1__CasualtyClaim *copies =
		tocsin_view_alloc(view, incident->n_casualty_claims, sizeof *copies);
	if (list == NULL || copies == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < incident->n_casualty_claims; i++) {
		Tocsin__V1__CasualtyClaim *copy = &copies[i];
		*copy = *incident->casualty_claims[i];
		tocsin_view_strip(&copy->base);
		if (by_class && !is_institution(copy->claimant_class)) {
			copy->claimant = (char *)protobuf_c_empty_string;
		}
		list[i] = copy;
	}
	*count = incident->n_casualty_claims;
	return list;
}

/* All claims of one kind as one: from the least bound to the greatest. */
struct range {
	bool claimed, has_low, has_high, not_reported;
	uint32_t low, high;
};

static void widen(struct range *range, const Tocsin__V1__CasualtyClaim *claim)
{
	if (!has_low(claim) && !has_high(claim)) {
		range->not_reported |= claim->not_reported != 0;
		return;
	}
	uint32_t low = has_low(claim) ? claim->low : claim->high;
	uint32_t high = has_high(claim) ? claim->high : claim->low;
	if (!range->claimed || low < range->low) {
		range->low = low;
	}
	if (!range->claimed || high > range->high) {
		range->high = high;
	}
	range->claimed = true;
	/* A bound that nobody gives stays open: "at least 20" has no upper end. */
	range->has_low |= has_low(claim);
	range->has_high |= has_high(claim);
}

static bool is_small(bool present, uint32_t bound)
{
	return present && bound >= 1 && bound <= 9;
}

static bool shows(const struct range *range, bool unless_small)
{
	if (!range->claimed) {
		return range->not_reported;
	}
	return !unless_small ||
		!(is_small(range->has_low, range->low) || is_small(range->has_high, range->high));
}

static Tocsin__V1__CasualtyClaim *make_range(
	struct tocsin_view *view, int kind, const struct range *range)
{
	Tocsin__V1__CasualtyClaim *claim = tocsin_view_alloc(view, 1, sizeof *claim);
	if (claim == NULL) {
		return NULL;
	}
	*claim = (Tocsin__V1__CasualtyClaim)TOCSIN__V1__CASUALTY_CLAIM__INIT;
	claim->kind = (Tocsin__V1__ClaimKind)kind;
	claim->not_reported = !range->claimed;
	if (range->has_low) {
		claim->low_presence_case = TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
		claim->low = range->low;
	}
	if (range->has_high) {
		claim->high_presence_case = TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
		claim->high = range->high;
	}
	return claim;
}

/* A claim of no stated kind is counted nowhere and so has no range. */
static Tocsin__V1__CasualtyClaim **make_ranges(
	struct tocsin_view *view, bool unless_small, size_t *count)
{
	const Tocsin__V1__Incident *incident = view->incident;
	struct range ranges[CLAIM_KINDS] = {0};
	Tocsin__V1__CasualtyClaim **list =
		tocsin_view_alloc(view, CLAIM_KINDS, sizeof(Tocsin__V1__CasualtyClaim *));
	for (size_t i = 0; i < incident->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = incident->casualty_claims[i];
		if ((int)claim->kind > 0 && (int)claim->kind < CLAIM_KINDS) {
			widen(&ranges[claim->kind], claim);
		}
	}
	for (int kind = 1; list != NULL && kind < CLAIM_KINDS; kind++) {
		if (shows(&ranges[kind], unless_small)) {
			list[(*count)++] = make_range(view, kind, &ranges[kind]);
		}
	}
	return list;
}

Tocsin__V1__CasualtyClaim **tocsin_view_claims(struct tocsin_view *view, size_t *count)
{
	*count = 0;
	if (view->incident->n_casualty_claims == 0) {
		return NULL;
	}
	switch (tocsin_view_treatment(view, TOCSIN_REDACTED_CLAIMS)) {
	case TOCSIN_TREAT_KEEP:
		return copy_claims(view, false, count);
	case TOCSIN_TREAT_BY_CLASS:
		return copy_claims(view, true, count);
	case TOCSIN_TREAT_RANGE:
		return make_ranges(view, false, count);
	case TOCSIN_TREAT_RANGE_UNLESS_SMALL:
		return make_ranges(view, true, count);
	default:
		return NULL;
	}
}
