/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "rules/lint_extreme.h"

#define SEVERE TOCSIN_BIT(TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE)

static const char *write_sensitivities(const struct tocsin_linting *linting, uint32_t mask)
{
	const char *text = "";
	for (int level = 1; level <= TOCSIN_EXTREME_SENSITIVITIES && text != NULL; level++) {
		if ((mask & TOCSIN_BIT(level)) == 0) {
			continue;
		}
		const char *separator = text[0] == '\0' ? ""
			: mask >> (level + 1) == 0          ? tocsin_word(TOCSIN_WORD_OR, linting->language)
												: ", ";
		text = tocsin_arena_format(linting->arena, "%s%s%s", text, separator,
			tocsin_word_value(&tocsin__v1__sensitivity__descriptor, level, linting->language));
	}
	if (mask == TOCSIN_EXTREME_ALL_SENSITIVITIES) {
		return tocsin_word(TOCSIN_WORD_LINT_ANY_SENSITIVITY, linting->language);
	}
	const char *whole = text == NULL ? NULL : TOCSIN_LINT_SAY(linting, LINT_SENSITIVITY, text);
	return whole == NULL || (mask & SEVERE) == 0 ? whole
												 : TOCSIN_LINT_SAY(linting, LINT_OR_NONE, whole);
}

static const char *write_events(const struct tocsin_linting *linting, uint32_t events)
{
	const char *text = "";
	if (__builtin_popcount(events) == TOCSIN_EXTREME_EVENTS) {
		return tocsin_word(TOCSIN_WORD_LINT_ANY_EVENT, linting->language);
	}
	for (int event = 1; event <= TOCSIN_EXTREME_EVENTS && text != NULL; event++) {
		if ((events & TOCSIN_BIT(event)) == 0) {
			continue;
		}
		const char *separator = text[0] == '\0' ? ""
			: events >> (event + 1) == 0        ? tocsin_word(TOCSIN_WORD_OR, linting->language)
												: ", ";
		text = tocsin_arena_format(linting->arena, "%s%s%s", text, separator,
			tocsin_word_value(&tocsin__v1__event_type__descriptor, event, linting->language));
	}
	return text;
}

static bool has(const uint32_t *list, size_t count, uint32_t region)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] == region) {
			return true;
		}
	}
	return false;
}

/* Where a country and all of its regions are meant, the country says it. */
static size_t fold(const struct tocsin_extreme *extreme, uint32_t *group, size_t count)
{
	const struct tocsin_gazetteer *gazetteer = extreme->linting->ruleset->gazetteer;
	for (size_t i = 0; i < extreme->places.country_count; i++) {
		const uint32_t country = extreme->places.countries[i];
		bool whole = has(group, count, country);
		for (size_t k = 0; k < extreme->places.count && whole; k++) {
			const uint32_t region = extreme->places.regions[k];
			whole = tocsin_gazetteer_ancestor(gazetteer, region, 0) != country ||
				has(group, count, region);
		}
		size_t kept = 0;
		for (size_t k = 0; k < count; k++) {
			const bool part =
				group[k] != country && tocsin_gazetteer_ancestor(gazetteer, group[k], 0) == country;
			if (!whole || !part) {
				group[kept++] = group[k];
			}
		}
		count = kept;
	}
	return count;
}

static const char *write_places(
	const struct tocsin_extreme *extreme, const uint32_t *of, size_t count)
{
	struct tocsin_linting *linting = extreme->linting;
	uint32_t group[TOCSIN_EXTREME_MAX_PLACES];
	memcpy(group, of, count * sizeof *group);
	if (count == extreme->count) {
		return tocsin_word(TOCSIN_WORD_LINT_EVERYWHERE, linting->language);
	}
	size_t kept = fold(extreme, group, count);
	const bool elsewhere = kept > 0 && group[kept - 1] == extreme->places.elsewhere &&
		extreme->places.elsewhere != TOCSIN_NO_REGION;
	const char *other = tocsin_word(TOCSIN_WORD_LINT_ELSEWHERE, linting->language);
	kept -= elsewhere ? 1 : 0;
	if (kept == 0) {
		return other;
	}
	const char *list = tocsin_lint_places_text(linting, group, kept);
	const char *text = list == NULL ? NULL : TOCSIN_LINT_SAY(linting, WITHIN, list);
	return text == NULL || !elsewhere ? text
									  : tocsin_arena_format(linting->arena, "%s%s%s", text,
											tocsin_word(TOCSIN_WORD_OR, linting->language), other);
}

static void say_level(struct tocsin_extreme *extreme, uint32_t events, const char *place,
	uint32_t mask, bool at_times, bool nobody)
{
	struct tocsin_linting *linting = extreme->linting;
	const char *kinds = write_events(linting, events);
	const char *levels = write_sensitivities(linting, mask);
	const char *to = tocsin_lint_fallback_text(linting);
	const char *message = kinds == NULL || place == NULL || levels == NULL || to == NULL ? NULL
		: at_times ? TOCSIN_LINT_SAY(linting, LINT_EXTREME_AT_TIMES, kinds, place, levels, to)
				   : TOCSIN_LINT_SAY(linting, LINT_EXTREME, kinds, place, levels, to);
	tocsin_lint_default(linting, nobody ? TOCSIN_LINT_NOTE : TOCSIN_LINT_WARNING, "extreme.default",
		message, nobody ? TOCSIN_WORD_LINT_EXTREME_NOBODY_DO : TOCSIN_WORD_LINT_EXTREME_DO);
}

/* What nobody else may see is no fault of the rules. */
static void say(struct tocsin_extreme *extreme, uint32_t events, const char *place, uint32_t mask,
	bool at_times)
{
	if ((mask & extreme->others) != 0) {
		say_level(extreme, events, place, mask & extreme->others, at_times, false);
	}
	if ((mask & ~extreme->others) != 0) {
		say_level(extreme, events, place, mask & ~extreme->others, at_times, true);
	}
}

void tocsin_extreme_say_overall(struct tocsin_extreme *extreme)
{
	uint8_t overall = TOCSIN_EXTREME_ALL_SENSITIVITIES;
	for (size_t i = 0; i < extreme->count; i++) {
		for (int event = 0; event < TOCSIN_EXTREME_EVENTS; event++) {
			overall &= extreme->rows[i].always[event];
		}
	}
	if (overall == 0) {
		return;
	}
	say(extreme, ((1U << TOCSIN_EXTREME_EVENTS) - 1) << 1,
		tocsin_word(TOCSIN_WORD_LINT_EVERYWHERE, extreme->linting->language), overall, false);
	for (size_t i = 0; i < extreme->count; i++) {
		for (int event = 0; event < TOCSIN_EXTREME_EVENTS; event++) {
			extreme->rows[i].always[event] &= (uint8_t)~overall;
		}
	}
}

/* The events of one row that share a mask are said together. */
static void say_masks(struct tocsin_extreme *extreme, const uint8_t masks[TOCSIN_EXTREME_EVENTS],
	const char *place, bool at_times)
{
	uint32_t said = 0;
	for (int event = 0; event < TOCSIN_EXTREME_EVENTS; event++) {
		uint32_t events = 0;
		if (masks[event] == 0 || (said & 1U << event) != 0) {
			continue;
		}
		for (int other = event; other < TOCSIN_EXTREME_EVENTS; other++) {
			if (masks[other] == masks[event]) {
				events |= 1U << other;
			}
		}
		said |= events;
		say(extreme, events << 1, place, masks[event], at_times);
	}
}

void tocsin_extreme_say_groups(struct tocsin_extreme *extreme)
{
	static const uint8_t nothing[TOCSIN_EXTREME_EVENTS];
	uint32_t *group = calloc(extreme->count, sizeof *group);
	if (group == NULL) {
		extreme->linting->short_of_memory = true;
		return;
	}
	for (size_t i = 0; i < extreme->count; i++) {
		struct tocsin_extreme_row *row = &extreme->rows[i];
		size_t count = 0;
		if (row->told ||
			(memcmp(row->always, nothing, TOCSIN_EXTREME_EVENTS) == 0 &&
				memcmp(row->at_times, nothing, TOCSIN_EXTREME_EVENTS) == 0)) {
			continue;
		}
		for (size_t k = i; k < extreme->count; k++) {
			struct tocsin_extreme_row *other = &extreme->rows[k];
			if (memcmp(row->always, other->always, TOCSIN_EXTREME_EVENTS) == 0 &&
				memcmp(row->at_times, other->at_times, TOCSIN_EXTREME_EVENTS) == 0) {
				other->told = true;
				group[count++] = extreme->all[k];
			}
		}
		const char *place = write_places(extreme, group, count);
		say_masks(extreme, row->always, place, false);
		say_masks(extreme, row->at_times, place, true);
	}
	free(group);
}
