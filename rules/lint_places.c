/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>

#include "rules/linting.h"

enum { MAX_NAMED = 8 }; /* of more places the rest is counted */

static uint32_t country_of(const struct tocsin_gazetteer *gazetteer, uint32_t region)
{
	return tocsin_gazetteer_ancestor(gazetteer, region, 0);
}

static void mark_countries(const struct tocsin_ruleset *ruleset, bool *mentioned)
{
	for (size_t i = 0; i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		for (size_t k = 0; rule->enabled && k < rule->match.region_count; k++) {
			mentioned[country_of(ruleset->gazetteer, rule->match.regions[k])] = true;
		}
	}
}

bool tocsin_lint_places_find(struct tocsin_linting *linting, struct tocsin_lint_places *places)
{
	const struct tocsin_gazetteer *gazetteer = linting->ruleset->gazetteer;
	const size_t all = tocsin_gazetteer_count(gazetteer);
	bool *mentioned = calloc(all + 1, sizeof *mentioned);
	*places = (struct tocsin_lint_places){.elsewhere = TOCSIN_NO_REGION};
	places->regions =
		tocsin_arena_zero(linting->arena, TOCSIN_MAX_LINT_REGIONS, sizeof *places->regions);
	places->countries =
		tocsin_arena_zero(linting->arena, TOCSIN_MAX_LINT_REGIONS, sizeof *places->countries);
	if (mentioned == NULL || places->regions == NULL || places->countries == NULL) {
		free(mentioned);
		linting->short_of_memory = true;
		return false;
	}
	mark_countries(linting->ruleset, mentioned);
	for (uint32_t i = 0; i < all; i++) {
		const unsigned level = tocsin_gazetteer_region(gazetteer, i)->level;
		if (level == 0 && !mentioned[i] && places->elsewhere == TOCSIN_NO_REGION) {
			places->elsewhere = i;
		}
		if (level == 0 && mentioned[i] && places->country_count < TOCSIN_MAX_LINT_REGIONS) {
			places->countries[places->country_count++] = i;
		}
		if (level == 1 && mentioned[country_of(gazetteer, i)] &&
			places->count < TOCSIN_MAX_LINT_REGIONS) {
			places->regions[places->count++] = i;
		}
	}
	free(mentioned);
	return true;
}

const char *tocsin_lint_places_text(
	struct tocsin_linting *linting, const uint32_t *regions, size_t count)
{
	const char *text = "";
	const size_t named = count > MAX_NAMED ? MAX_NAMED - 1 : count;
	for (size_t i = 0; i < named && text != NULL; i++) {
		const struct tocsin_region *region =
			tocsin_gazetteer_region(linting->ruleset->gazetteer, regions[i]);
		const char *separator = i == 0 ? ""
			: i + 1 == count           ? tocsin_word(TOCSIN_WORD_AND, linting->language)
									   : ", ";
		text = tocsin_arena_format(
			linting->arena, "%s%s%s (%s)", text, separator, region->name, region->code);
	}
	if (named == count || text == NULL) {
		return text;
	}
	const char *more = TOCSIN_LINT_SAY(linting, MORE_OF_THEM, count - named);
	return more == NULL ? NULL
						: tocsin_arena_format(linting->arena, "%s%s%s", text,
							  tocsin_word(TOCSIN_WORD_AND, linting->language), more);
}
