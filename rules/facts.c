/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/facts.h"

#include <string.h>

#include "proto/reading.h"
#include "rules/lower.h"
#include "rules/ruleset.h"

/* A value beyond the mask satisfies no list, as an unspecified one. */
static uint32_t bit_of(int value)
{
	return value > 0 && value < 32 ? TOCSIN_BIT(value) : 0;
}

#define MASK(values, count) mask_of((const int *)(values), count)

_Static_assert(sizeof(Tocsin__V1__Need) == sizeof(int), "enums are read as int");

static uint32_t mask_of(const int *values, size_t count)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < count; i++) {
		mask |= bit_of(values[i]);
	}
	return mask;
}

static char *lower(const char *text, size_t length, struct tocsin_arena *arena)
{
	char *copy = tocsin_arena_alloc(arena, length + 1);
	if (copy != NULL) {
		tocsin_lower(text, length, copy);
	}
	return copy;
}

/* The place that an entry is about: its own code where the gazetteer knows it. */
static uint32_t place_of(const Tocsin__V1__Displacement *entry, const char *version,
	const struct tocsin_gazetteer *gazetteer, uint32_t own)
{
	if (entry->pcode[0] == '\0') {
		return own;
	}
	uint32_t region = tocsin_gazetteer_find(gazetteer, entry->pcode, version).region;
	return region == TOCSIN_NO_REGION ? own : region;
}

static double usual_size(const struct tocsin_gazetteer *gazetteer, uint32_t region)
{
	return region != TOCSIN_NO_REGION ? tocsin_gazetteer_household(gazetteer, region) : 5;
}

/* False where the entry gives no figure in people. */
static bool people_of(const Tocsin__V1__Displacement *entry, const char *version,
	const struct tocsin_gazetteer *gazetteer, uint32_t own, double *people)
{
	if (entry->figure_presence_case != TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE) {
		return false;
	}
	if (entry->unit == TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_PERSON) {
		*people = entry->figure;
		return true;
	}
	if (entry->unit != TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_HOUSEHOLD) {
		return false;
	}
	bool stated = entry->household_size_presence_case ==
		TOCSIN__V1__DISPLACEMENT__HOUSEHOLD_SIZE_PRESENCE_HOUSEHOLD_SIZE;
	*people = entry->figure *
		(stated ? entry->household_size
				: usual_size(gazetteer, place_of(entry, version, gazetteer, own)));
	return true;
}

static bool any_recommended(const Tocsin__V1__Incident *incident)
{
	for (size_t i = 0; i < incident->n_displacement; i++) {
		if (incident->displacement[i]->role == TOCSIN__V1__FIGURE_ROLE__FIGURE_ROLE_RECOMMENDED) {
			return true;
		}
	}
	return false;
}

static void read_displaced(const Tocsin__V1__Incident *incident,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_facts *facts)
{
	bool recommended_only = any_recommended(incident);
	uint32_t own = facts->depth > 0 ? facts->path[0] : TOCSIN_NO_REGION;
	const char *version = incident->location != NULL ? incident->location->pcode_version : "";
	for (size_t i = 0; i < incident->n_displacement; i++) {
		const Tocsin__V1__Displacement *entry = incident->displacement[i];
		double people;
		if (recommended_only && entry->role != TOCSIN__V1__FIGURE_ROLE__FIGURE_ROLE_RECOMMENDED) {
			continue;
		}
		if (!people_of(entry, version, gazetteer, own, &people)) {
			continue;
		}
		if (!facts->has_displaced || people > facts->displaced) {
			facts->displaced = people;
		}
		facts->has_displaced = true;
	}
}

static void read_killed(const Tocsin__V1__Incident *incident, struct tocsin_facts *facts)
{
	for (size_t i = 0; i < incident->n_casualty_claims; i++) {
		const Tocsin__V1__CasualtyClaim *claim = incident->casualty_claims[i];
		bool high = claim->high_presence_case == TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
		bool low = claim->low_presence_case == TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
		if (claim->kind != TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_KILLED || !(high || low)) {
			continue;
		}
		uint32_t killed = high ? claim->high : claim->low;
		if (!facts->has_killed || killed > facts->killed) {
			facts->killed = killed;
		}
		facts->has_killed = true;
	}
}

static void read_place(const Tocsin__V1__Incident *incident,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_facts *facts)
{
	const Tocsin__V1__Location *place = incident->location;
	if (place == NULL) {
		return;
	}
	uint32_t region =
		tocsin_gazetteer_locate(gazetteer, place->country, place->pcode, place->pcode_version);
	if (region != TOCSIN_NO_REGION) {
		facts->depth = tocsin_gazetteer_path(gazetteer, region, facts->path);
	}
}

enum tocsin_status tocsin_facts_read(const Tocsin__V1__Incident *incident, const char *sender,
	int64_t received_ms, const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena,
	struct tocsin_facts *facts)
{
	const Tocsin__V1__Event *event = incident->event;
	const char *sub_type = event != NULL ? event->sub_type : "";
	char *folded = lower(sub_type, strlen(sub_type), arena);
	char *language = lower(incident->language, strcspn(incident->language, "-"), arena);
	if (folded == NULL || language == NULL) {
		return TOCSIN_NO_MEMORY;
	}
	*facts = (struct tocsin_facts){
		.status = incident->status,
		.msg_type = incident->msg_type,
		.severity = tocsin_incident_severity(incident),
		.certainty = tocsin_incident_certainty(incident),
		.sensitivity = tocsin_incident_sensitivity(incident),
		.urgency = incident->urgency,
		.needs = MASK(incident->needs, incident->n_needs),
		.impacts = MASK(incident->impacts, incident->n_impacts),
		.sender = sender != NULL ? sender : "",
		.sub_type = folded,
		.language = language,
		.received_ms = received_ms,
		.start_ms = tocsin_incident_start_ms(incident),
	};
	if (event != NULL) {
		facts->event = event->type;
		facts->cause = event->cause;
		facts->categories = MASK(event->category, event->n_category);
	}
	read_place(incident, gazetteer, facts);
	read_displaced(incident, gazetteer, facts);
	read_killed(incident, facts);
	return TOCSIN_OK;
}
