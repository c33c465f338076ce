/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/cover.h"

#include <string.h>

/* All values that an incident's field can have, 0 where it may be left out. Severity,
 * certainty and sensitivity are read as something where they are missing; a Cancel
 * walks no rules; System and Draft are refused. */
enum domain {
	DOMAIN_SEVERITY = 0x3E,
	DOMAIN_CERTAINTY = 0x3E,
	DOMAIN_URGENCY = 0x3F,
	DOMAIN_EVENT = 0x1FFE,
	DOMAIN_CAUSE = 0x0F,
	DOMAIN_STATUS = 0x0E,
	DOMAIN_MSG_TYPE = 0x06,
	DOMAIN_SENSITIVITY = 0x1E,
};

enum { FIELDS = 8 };

/* The values of each field that a match admits. */
struct admitted {
	uint32_t values[FIELDS];
};

static uint32_t admit(uint32_t domain, uint32_t list, uint32_t least)
{
	uint32_t values = domain;
	if (list != 0) {
		values &= list & ~UINT32_C(1);
	}
	if (least != 0) {
		/* Unknown is 1, and never satisfies a minimum. */
		values &= ~(TOCSIN_BIT(least) - 1) & ~UINT32_C(3);
	}
	return values;
}

static struct admitted admit_all(const struct tocsin_match *match)
{
	return (struct admitted){{
		admit(DOMAIN_SEVERITY, match->severity, match->min_severity),
		admit(DOMAIN_URGENCY, match->urgency, match->min_urgency),
		admit(DOMAIN_CERTAINTY, match->certainty, match->min_certainty),
		admit(DOMAIN_EVENT, match->event, 0),
		admit(DOMAIN_CAUSE, match->cause, 0),
		admit(DOMAIN_STATUS, match->status, 0),
		admit(DOMAIN_MSG_TYPE, match->msg_type, 0),
		admit(DOMAIN_SENSITIVITY, match->sensitivity, 0),
	}};
}

static bool spend(struct tocsin_covering *covering, uint64_t work)
{
	if (covering->budget < work) {
		covering->budget = 0;
		return false;
	}
	covering->budget -= work;
	return true;
}

static bool beneath(const struct tocsin_gazetteer *gazetteer, uint32_t region, uint32_t above)
{
	for (uint32_t at = region; at != TOCSIN_NO_REGION;
		 at = tocsin_gazetteer_region(gazetteer, at)->parent) {
		if (at == above) {
			return true;
		}
	}
	return false;
}

bool tocsin_cover_touches(const struct tocsin_gazetteer *gazetteer, uint32_t a, uint32_t b)
{
	return beneath(gazetteer, a, b) || beneath(gazetteer, b, a);
}

static bool has_text(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], text) == 0) {
			return true;
		}
	}
	return false;
}

static bool covers_texts(struct tocsin_covering *covering, const char *const *outer,
	size_t outer_count, const char *const *inner, size_t inner_count)
{
	if (outer_count == 0) {
		return true;
	}
	if (inner_count == 0 || !spend(covering, (uint64_t)outer_count * inner_count)) {
		return false;
	}
	for (size_t i = 0; i < inner_count; i++) {
		if (!has_text(outer, outer_count, inner[i])) {
			return false;
		}
	}
	return true;
}

static bool disjoint_texts(struct tocsin_covering *covering, const char *const *a, size_t a_count,
	const char *const *b, size_t b_count)
{
	if (a_count == 0 || b_count == 0 || !spend(covering, (uint64_t)a_count * b_count)) {
		return false;
	}
	for (size_t i = 0; i < b_count; i++) {
		if (has_text(a, a_count, b[i])) {
			return false;
		}
	}
	return true;
}

static bool covers_regions(struct tocsin_covering *covering, const struct tocsin_match *outer,
	const struct tocsin_match *inner)
{
	if (outer->region_count == 0) {
		return true;
	}
	if (inner->region_count == 0 ||
		!spend(covering, (uint64_t)outer->region_count * inner->region_count * 4)) {
		return false;
	}
	for (size_t i = 0; i < inner->region_count; i++) {
		bool inside = false;
		for (size_t k = 0; k < outer->region_count && !inside; k++) {
			inside = beneath(covering->gazetteer, inner->regions[i], outer->regions[k]);
		}
		if (!inside) {
			return false;
		}
	}
	return true;
}

static bool disjoint_regions(
	struct tocsin_covering *covering, const struct tocsin_match *a, const struct tocsin_match *b)
{
	if (a->region_count == 0 || b->region_count == 0 ||
		!spend(covering, (uint64_t)a->region_count * b->region_count * 8)) {
		return false;
	}
	for (size_t i = 0; i < a->region_count; i++) {
		for (size_t k = 0; k < b->region_count; k++) {
			if (tocsin_cover_touches(covering->gazetteer, a->regions[i], b->regions[k])) {
				return false;
			}
		}
	}
	return true;
}

/* The incident has one of the inner list, which is part of the outer one. */
static bool covers_any(uint32_t outer, uint32_t inner)
{
	return outer == 0 || (inner != 0 && (inner & ~outer) == 0);
}

static bool covers_count(bool outer, uint32_t outer_least, bool inner, uint32_t inner_least)
{
	return !outer || (inner && inner_least >= outer_least);
}

static bool covers_hours(const struct tocsin_hours *outer, const struct tocsin_hours *inner)
{
	if (outer == NULL || inner == NULL) {
		return outer == NULL;
	}
	return strcmp(outer->tz, inner->tz) == 0 && outer->days == inner->days &&
		outer->has_between == inner->has_between &&
		(!outer->has_between ||
			(outer->from_minute == inner->from_minute && outer->to_minute == inner->to_minute));
}

static bool covers_fields(const struct tocsin_match *outer, const struct tocsin_match *inner)
{
	const struct admitted wide = admit_all(outer), narrow = admit_all(inner);
	for (size_t i = 0; i < FIELDS; i++) {
		if ((narrow.values[i] & ~wide.values[i]) != 0) {
			return false;
		}
	}
	return covers_any(outer->category, inner->category) && covers_any(outer->need, inner->need) &&
		covers_any(outer->impact, inner->impact) &&
		covers_count(outer->has_min_displaced, outer->min_displaced, inner->has_min_displaced,
			inner->min_displaced) &&
		covers_count(
			outer->has_min_killed, outer->min_killed, inner->has_min_killed, inner->min_killed) &&
		covers_hours(outer->hours, inner->hours);
}

bool tocsin_cover(struct tocsin_covering *covering, const struct tocsin_match *outer,
	const struct tocsin_match *inner)
{
	return spend(covering, 8) && covers_fields(outer, inner) &&
		covers_texts(
			covering, outer->senders, outer->sender_count, inner->senders, inner->sender_count) &&
		covers_texts(covering, outer->sub_types, outer->sub_type_count, inner->sub_types,
			inner->sub_type_count) &&
		covers_texts(covering, outer->languages, outer->language_count, inner->languages,
			inner->language_count) &&
		covers_regions(covering, outer, inner);
}

bool tocsin_cover_disjoint(
	struct tocsin_covering *covering, const struct tocsin_match *a, const struct tocsin_match *b)
{
	if (!spend(covering, 8)) {
		return false;
	}
	const struct admitted left = admit_all(a), right = admit_all(b);
	for (size_t i = 0; i < FIELDS; i++) {
		if ((left.values[i] & right.values[i]) == 0) {
			return true;
		}
	}
	return disjoint_texts(covering, a->senders, a->sender_count, b->senders, b->sender_count) ||
		disjoint_texts(
			covering, a->sub_types, a->sub_type_count, b->sub_types, b->sub_type_count) ||
		disjoint_texts(
			covering, a->languages, a->language_count, b->languages, b->language_count) ||
		disjoint_regions(covering, a, b);
}

const char *tocsin_cover_impossible(const struct tocsin_match *match)
{
	static const char *const keys[FIELDS] = {"min_severity", "min_urgency", "min_certainty",
		"event", "cause", "status", "msg_type", "sensitivity"};
	const struct admitted admitted = admit_all(match);
	for (size_t i = 0; i < FIELDS; i++) {
		if (admitted.values[i] == 0) {
			return keys[i];
		}
	}
	return NULL;
}

bool tocsin_cover_rule(struct tocsin_covering *covering, const struct tocsin_rule *earlier,
	const struct tocsin_rule *later)
{
	if (!earlier->enabled || !tocsin_cover(covering, &earlier->match, &later->match)) {
		return false;
	}
	return earlier->not == NULL || tocsin_cover_disjoint(covering, earlier->not, &later->match) ||
		(later->not != NULL && tocsin_cover(covering, later->not, earlier->not ));
}
