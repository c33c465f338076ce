/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Made-up incidents, one of each kind. Which rules fire depends on the named regions
 * above a place, not on the place: the regions that rules name, and the countries that
 * have places, stand for all. */
#include <stdlib.h>
#include <string.h>

#include "clients/base/tongue.h"
#include "clients/rule/diff_against.h"
#include "proto/enum_name.h"
#include "proto/instant.h"

enum { MAX_LABEL = 300, PEOPLE = 10000 };

/* A Wednesday at noon, UTC. */
#define RECEIVED_MS INT64_C(1723032000000)

struct places {
	const struct tocsin_region **items;
	size_t count, capacity;
};

static bool same_place(const struct tocsin_region *a, const struct tocsin_region *b)
{
	return strcmp(a->code, b->code) == 0 && strcmp(a->valid_from, b->valid_from) == 0;
}

static bool add_place(struct places *places, const struct tocsin_region *region)
{
	for (size_t i = 0; i < places->count; i++)
		if (same_place(places->items[i], region))
			return true;
	if (places->count == places->capacity) {
		const size_t capacity = places->capacity ? places->capacity * 2 : 64;
		const struct tocsin_region **items = realloc(places->items, capacity * sizeof(*items));
		if (!items)
			return false;
		places->items = items;
		places->capacity = capacity;
	}
	places->items[places->count++] = region;
	return true;
}

static bool add_regions(struct places *places, const struct tocsin_ruleset *ruleset,
	const uint32_t *regions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!add_place(places, tocsin_gazetteer_region(ruleset->gazetteer, regions[i])))
			return false;
	return true;
}

/* Countries with places beneath them, and one without, for everywhere else. */
static bool add_countries(struct places *places, const struct tocsin_gazetteer *gazetteer)
{
	const size_t count = tocsin_gazetteer_count(gazetteer);
	const struct tocsin_region *elsewhere = NULL;
	uint32_t last = TOCSIN_NO_REGION;
	for (uint32_t i = 0; i < count; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, i);
		if (region->level == 0) {
			if (strcmp(region->code, "AQ") == 0)
				elsewhere = region;
			continue;
		}
		const uint32_t country = tocsin_gazetteer_ancestor(gazetteer, i, 0);
		if (country == TOCSIN_NO_REGION || country == last)
			continue;
		last = country;
		if (!add_place(places, tocsin_gazetteer_region(gazetteer, country)))
			return false;
	}
	return !elsewhere || add_place(places, elsewhere);
}

static bool add_named(struct places *places, const struct tocsin_ruleset *ruleset)
{
	bool fine = add_countries(places, ruleset->gazetteer);
	for (size_t i = 0; fine && i < ruleset->rule_count; i++) {
		const struct tocsin_rule *rule = &ruleset->rules[i];
		fine = add_regions(places, ruleset, rule->match.regions, rule->match.region_count) &&
			(!rule->not ||
				add_regions(places, ruleset, rule->not ->regions, rule->not ->region_count));
	}
	return fine;
}

/* An incident with all that it points to. */
struct made {
	Tocsin__V1__Incident incident;
	Tocsin__V1__Event event;
	Tocsin__V1__Location location;
	Tocsin__V1__Displacement displacement, *displacements[1];
	Tocsin__V1__CasualtyClaim claim, *claims[1];
	Google__Protobuf__Timestamp sent;
	Tocsin__V1__Category category;
	Tocsin__V1__Need need;
	Tocsin__V1__Impact impact;
};

static void make(struct made *made, const struct tocsin_region *region, Tocsin__V1__EventType event,
	Tocsin__V1__Severity severity, Tocsin__V1__Sensitivity sensitivity)
{
	static char id[] = "00000000-0000-4000-8000-000000000000";
	*made = (struct made){
		.incident = TOCSIN__V1__INCIDENT__INIT,
		.event = TOCSIN__V1__EVENT__INIT,
		.location = TOCSIN__V1__LOCATION__INIT,
		.displacement = TOCSIN__V1__DISPLACEMENT__INIT,
		.claim = TOCSIN__V1__CASUALTY_CLAIM__INIT,
		.sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT,
	};
	tocsin_instant_set(&made->sent, RECEIVED_MS);
	made->event.type = event;
	made->location.country = (char *)(uintptr_t)region->country;
	if (region->level > 0) {
		made->location.pcode = (char *)(uintptr_t)region->code;
		made->location.pcode_version = (char *)(uintptr_t)region->valid_from;
	}
	made->incident.id = id;
	made->incident.status = TOCSIN__V1__STATUS__STATUS_ACTUAL;
	made->incident.msg_type = TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT;
	made->incident.sent = &made->sent;
	made->incident.event = &made->event;
	made->incident.location = &made->location;
	made->incident.severity = severity;
	made->incident.certainty = TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED;
	made->incident.urgency = TOCSIN__V1__URGENCY__URGENCY_IMMEDIATE;
	made->incident.sensitivity = sensitivity;
}

static void add_people(struct made *made, uint32_t people)
{
	made->displacement.unit = TOCSIN__V1__DISPLACEMENT_UNIT__DISPLACEMENT_UNIT_PERSON;
	made->displacement.figure_presence_case = TOCSIN__V1__DISPLACEMENT__FIGURE_PRESENCE_FIGURE;
	made->displacement.figure = people;
	made->displacements[0] = &made->displacement;
	made->incident.displacement = made->displacements;
	made->incident.n_displacement = 1;
}

static void add_killed(struct made *made, uint32_t killed)
{
	made->claim.kind = TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_KILLED;
	made->claim.high_presence_case = TOCSIN__V1__CASUALTY_CLAIM__HIGH_PRESENCE_HIGH;
	made->claim.high = killed;
	made->claims[0] = &made->claim;
	made->incident.casualty_claims = made->claims;
	made->incident.n_casualty_claims = 1;
}

static bool give(struct tocsin_diff_feed *feed, const struct made *made,
	const struct tocsin_region *region, const char *rule)
{
	char label[MAX_LABEL];
	snprintf(label, sizeof label, "%s %s, %s, %s, sensitivity %s%s%s", region->code, region->name,
		tocsin_enum_name(&tocsin__v1__event_type__descriptor, (int)made->event.type),
		tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)made->incident.severity),
		tocsin_enum_name(&tocsin__v1__sensitivity__descriptor, (int)made->incident.sensitivity),
		rule ? ", as asked by " : "", rule ? rule : "");
	return tocsin_diff_feed_add(feed, &made->incident, RECEIVED_MS, label) == TOCSIN_OK;
}

static bool feed_place(struct tocsin_diff_feed *feed, const struct tocsin_region *region)
{
	struct made made;
	bool fine = true;
	for (int event = 1; event <= TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_OTHER; event++)
		for (int severity = 1; severity <= TOCSIN__V1__SEVERITY__SEVERITY_EXTREME; severity++)
			for (int sensitivity = 1; sensitivity <= TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE;
				 sensitivity++) {
				make(&made, region, (Tocsin__V1__EventType)event, (Tocsin__V1__Severity)severity,
					(Tocsin__V1__Sensitivity)sensitivity);
				if (event == TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_DISPLACEMENT)
					add_people(&made, PEOPLE);
				fine = fine && give(feed, &made, region, NULL);
			}
	return fine;
}

/* The lowest value that a list takes and that reaches a minimum; fallback where none
 * is asked. */
static int value_of(uint32_t mask, uint8_t least, int fallback)
{
	if (mask == 0)
		return least > fallback ? least : fallback;
	for (int value = 1; value < 32; value++)
		if ((mask & TOCSIN_BIT(value)) != 0 && value >= least)
			return value;
	return fallback;
}

/* A rule that asks for nothing but what the grid has needs no incident of its own. */
static bool asks_more(const struct tocsin_match *match)
{
	return match->urgency || match->certainty || match->min_certainty || match->min_urgency ||
		match->category || match->cause || match->status || match->msg_type || match->need ||
		match->impact || match->has_min_displaced || match->has_min_killed ||
		match->sub_type_count || match->language_count;
}

static void meet(struct made *made, const struct tocsin_match *match)
{
	Tocsin__V1__Incident *incident = &made->incident;
	incident->urgency = (Tocsin__V1__Urgency)value_of(
		match->urgency, match->min_urgency, TOCSIN__V1__URGENCY__URGENCY_IMMEDIATE);
	incident->certainty = (Tocsin__V1__Certainty)value_of(
		match->certainty, match->min_certainty, TOCSIN__V1__CERTAINTY__CERTAINTY_OBSERVED);
	incident->status =
		(Tocsin__V1__Status)value_of(match->status, 0, TOCSIN__V1__STATUS__STATUS_ACTUAL);
	made->event.cause = (Tocsin__V1__Cause)value_of(match->cause, 0, 0);
	made->category = (Tocsin__V1__Category)value_of(match->category, 0, 0);
	made->event.category = &made->category;
	made->event.n_category = match->category != 0;
	made->need = (Tocsin__V1__Need)value_of(match->need, 0, 0);
	incident->needs = &made->need;
	incident->n_needs = match->need != 0;
	made->impact = (Tocsin__V1__Impact)value_of(match->impact, 0, 0);
	incident->impacts = &made->impact;
	incident->n_impacts = match->impact != 0;
	if (match->sub_type_count > 0)
		made->event.sub_type = (char *)(uintptr_t)match->sub_types[0];
	if (match->language_count > 0)
		incident->language = (char *)(uintptr_t)match->languages[0];
	if (match->has_min_displaced)
		add_people(made, match->min_displaced);
	if (match->has_min_killed)
		add_killed(made, match->min_killed);
}

/* For each severity that the rule takes, so that an extreme is among them. */
static bool feed_rule(struct tocsin_diff_feed *feed, const struct tocsin_ruleset *ruleset,
	const struct tocsin_rule *rule, const struct tocsin_region *fallback)
{
	const struct tocsin_match *match = &rule->match;
	struct made made;
	bool fine = true;
	if (!asks_more(match))
		return true;
	const struct tocsin_region *region = match->region_count > 0
		? tocsin_gazetteer_region(ruleset->gazetteer, match->regions[0])
		: fallback;
	for (int severity = 1; severity <= TOCSIN__V1__SEVERITY__SEVERITY_EXTREME; severity++) {
		if ((match->severity && (match->severity & TOCSIN_BIT(severity)) == 0) ||
			(match->min_severity && (severity == 1 || severity < match->min_severity)))
			continue;
		for (int sensitivity = 1; sensitivity <= TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE;
			 sensitivity++) {
			if (match->sensitivity && (match->sensitivity & TOCSIN_BIT(sensitivity)) == 0)
				continue;
			make(&made, region,
				(Tocsin__V1__EventType)value_of(
					match->event, 0, TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_OTHER),
				(Tocsin__V1__Severity)severity, (Tocsin__V1__Sensitivity)sensitivity);
			meet(&made, match);
			fine = fine && give(feed, &made, region, rule->id);
		}
	}
	return fine;
}

static bool feed_rules(struct tocsin_diff_feed *feed, const struct tocsin_ruleset *ruleset,
	const struct tocsin_region *fallback)
{
	bool fine = true;
	for (size_t i = 0; fine && i < ruleset->rule_count; i++)
		fine = feed_rule(feed, ruleset, &ruleset->rules[i], fallback);
	return fine;
}

bool tocsin_diff_feed_grid(struct tocsin_diff_feed *feed, const struct tocsin_ruleset *before,
	const struct tocsin_ruleset *after)
{
	struct places places = {.items = NULL};
	feed->kinds = true;
	bool fine = add_named(&places, before) && add_named(&places, after);
	for (size_t i = 0; fine && i < places.count; i++)
		fine = feed_place(feed, places.items[i]);
	fine = fine && places.count > 0 && feed_rules(feed, before, places.items[0]) &&
		feed_rules(feed, after, places.items[0]);
	free(places.items);
	if (!fine)
		fprintf(stderr, _("tocsin diff: out of memory\n"));
	return fine;
}
