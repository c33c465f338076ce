/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "rules/linting.h"

/* The rule asks for something in the place that its "not" does not take out. A region
 * of the rule that lies beneath the place is enough. */
static bool covers_part(
	struct tocsin_linting *linting, const struct tocsin_rule *rule, uint32_t place, uint32_t asked)
{
	const struct tocsin_gazetteer *gazetteer = linting->ruleset->gazetteer;
	struct tocsin_match match = rule->match;
	uint32_t narrower = place;
	if (asked != TOCSIN_NO_REGION) {
		if (!tocsin_cover_touches(gazetteer, asked, place)) {
			return false;
		}
		const unsigned level = tocsin_gazetteer_region(gazetteer, place)->level;
		narrower = tocsin_gazetteer_region(gazetteer, asked)->level > level ? asked : place;
	}
	match.regions = &narrower;
	match.region_count = 1;
	return rule->not == NULL || !tocsin_cover(&linting->covering, rule->not, &match);
}

static bool covers(struct tocsin_linting *linting, const struct tocsin_rule *rule, uint32_t place)
{
	for (size_t i = 0; i < rule->match.region_count; i++) {
		if (covers_part(linting, rule, place, rule->match.regions[i])) {
			return true;
		}
	}
	return rule->match.region_count == 0 && covers_part(linting, rule, place, TOCSIN_NO_REGION);
}

static bool is_covered(struct tocsin_linting *linting, uint32_t place)
{
	const struct tocsin_ruleset *ruleset = linting->ruleset;
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		if (ruleset->rules[i].enabled && !linting->dead[i] &&
			covers(linting, &ruleset->rules[i], place)) {
			return true;
		}
	}
	return false;
}

const char *tocsin_lint_fallback_text(struct tocsin_linting *linting)
{
	const struct tocsin_ruleset *ruleset = linting->ruleset;
	const char *text = "";
	for (size_t i = 0; i < ruleset->fallback_count && text != NULL; i++) {
		text = tocsin_arena_format(linting->arena, "%s%s%s", text, i == 0 ? "" : ", ",
			ruleset->audiences[ruleset->fallback[i].audience].name);
	}
	return text;
}

/* One finding for each country. */
static void say(struct tocsin_linting *linting, const uint32_t *regions, size_t count)
{
	const char *text = tocsin_lint_places_text(linting, regions, count);
	const char *to = tocsin_lint_fallback_text(linting);
	tocsin_lint_default(linting, TOCSIN_LINT_WARNING, "region.uncovered",
		text == NULL || to == NULL ? NULL : TOCSIN_LINT_SAY(linting, LINT_UNCOVERED, text, to),
		TOCSIN_WORD_LINT_UNCOVERED_DO);
}

void tocsin_lint_regions(struct tocsin_linting *linting)
{
	const struct tocsin_gazetteer *gazetteer = linting->ruleset->gazetteer;
	struct tocsin_lint_places places;
	if (!tocsin_lint_places_find(linting, &places)) {
		return;
	}
	for (size_t i = 0; i < places.country_count; i++) {
		uint32_t uncovered[TOCSIN_MAX_LINT_REGIONS];
		size_t count = 0;
		for (size_t k = 0; k < places.count; k++) {
			if (tocsin_gazetteer_ancestor(gazetteer, places.regions[k], 0) == places.countries[i] &&
				!is_covered(linting, places.regions[k])) {
				uncovered[count++] = places.regions[k];
			}
		}
		if (count > 0) {
			say(linting, uncovered, count);
		}
	}
}
