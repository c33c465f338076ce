/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/impact.h"

#include <stdlib.h>
#include <string.h>

#include "proto/reading.h"
#include "rules/impact_state.h"

enum { MAX_KEPT = 256 << 20, MAX_WORKING = 32 << 20 };

static bool side_init(struct tocsin_impact_side *side, const struct tocsin_ruleset *ruleset)
{
	side->ruleset = ruleset;
	if (!ruleset)
		return true;
	side->scratch = tocsin_scratch_create(ruleset);
	side->rule_at = calloc(ruleset->rule_count + 1, sizeof(*side->rule_at));
	return side->scratch && side->rule_at;
}

static void side_finish(struct tocsin_impact_side *side)
{
	tocsin_scratch_destroy(side->scratch);
	free(side->rule_at);
}

struct tocsin_impact *tocsin_impact_create(
	const struct tocsin_ruleset *before, const struct tocsin_ruleset *after)
{
	struct tocsin_impact *impact = calloc(1, sizeof(*impact));
	if (!impact)
		return NULL;
	impact->kept = tocsin_arena_create(MAX_KEPT, &tocsin_heap);
	impact->working = tocsin_arena_create(MAX_WORKING, &tocsin_heap);
	const bool sides = side_init(&impact->before, before) && side_init(&impact->after, after);
	if (!impact->kept || !impact->working || !sides || tocsin_impact_compare(impact) != TOCSIN_OK) {
		tocsin_impact_destroy(impact);
		return NULL;
	}
	return impact;
}

void tocsin_impact_destroy(struct tocsin_impact *impact)
{
	if (!impact)
		return;
	side_finish(&impact->before);
	side_finish(&impact->after);
	tocsin_arena_destroy(impact->kept);
	tocsin_arena_destroy(impact->working);
	free(impact->changes);
	free(impact->rules);
	free(impact);
}

static const struct tocsin_delivery *delivery_of(
	const struct tocsin_impact_side *side, size_t entry)
{
	const int8_t at = side->delivery_at[entry];
	return at < 0 ? NULL : &side->decision.deliveries[at];
}

static bool same_path(
	const struct tocsin_impact_side *before, const struct tocsin_impact_side *after)
{
	if (!before->ruleset || !after->ruleset || before->facts.depth != after->facts.depth)
		return false;
	for (size_t i = 0; i < before->facts.depth; i++)
		if (strcmp(tocsin_gazetteer_region(before->ruleset->gazetteer, before->facts.path[i])->code,
				tocsin_gazetteer_region(after->ruleset->gazetteer, after->facts.path[i])->code) !=
			0)
			return false;
	return true;
}

static void count_one(struct tocsin_impact_count *count, enum tocsin_impact_kind kind)
{
	++*(kind == TOCSIN_IMPACT_LOST         ? &count->lost
			: kind == TOCSIN_IMPACT_GAINED ? &count->gained
										   : &count->moved);
}

static void count_change(struct tocsin_impact *impact, const struct tocsin_impact_side *side,
	const struct tocsin_delivery *delivery, size_t entry, enum tocsin_impact_kind kind)
{
	count_one(&impact->totals.alerts, kind);
	count_one(&impact->audiences[entry].count, kind);
	++impact->by_severity[entry][kind][side->facts.severity];
	if (delivery->by_default)
		count_one(&impact->rules[impact->rule_count - 1].count, kind);
	for (size_t i = 0; i < delivery->rule_count; i++)
		count_one(&impact->rules[side->rule_at[delivery->rules[i]]].count, kind);
}

static struct tocsin_impact_change *next_change(struct tocsin_impact *impact)
{
	if (impact->change_count == impact->change_capacity) {
		const size_t capacity = impact->change_capacity ? impact->change_capacity * 2 : 64;
		struct tocsin_impact_change *changes =
			realloc(impact->changes, capacity * sizeof(*changes));
		if (!changes)
			return NULL;
		impact->changes = changes;
		impact->change_capacity = capacity;
	}
	return &impact->changes[impact->change_count++];
}

static bool topics_differ(struct tocsin_impact *impact, const Tocsin__V1__Incident *incident,
	size_t entry, const char **old_topic, const char **new_topic)
{
	const struct tocsin_impact_side *before = &impact->before, *after = &impact->after;
	if (impact->audiences[entry].edit == TOCSIN_IMPACT_SAME && same_path(before, after))
		return false;
	*old_topic = tocsin_impact_topic(impact, before, delivery_of(before, entry), incident);
	*new_topic = tocsin_impact_topic(impact, after, delivery_of(after, entry), incident);
	return !*old_topic || !*new_topic || strcmp(*old_topic, *new_topic) != 0;
}

static enum tocsin_status compare_audience(struct tocsin_impact *impact,
	const Tocsin__V1__Incident *incident, size_t number, size_t entry, bool *changed)
{
	const struct tocsin_delivery *old_one = delivery_of(&impact->before, entry);
	const struct tocsin_delivery *new_one = delivery_of(&impact->after, entry);
	const char *old_topic = NULL, *new_topic = NULL;
	if ((!old_one && !new_one) ||
		(old_one && new_one && !topics_differ(impact, incident, entry, &old_topic, &new_topic)))
		return TOCSIN_OK;
	const enum tocsin_impact_kind kind = !new_one ? TOCSIN_IMPACT_LOST
		: !old_one                                ? TOCSIN_IMPACT_GAINED
												  : TOCSIN_IMPACT_MOVED;
	const struct tocsin_impact_side *side = new_one ? &impact->after : &impact->before;
	*changed = true;
	count_change(impact, side, new_one ? new_one : old_one, entry, kind);
	if (impact->change_count == TOCSIN_MAX_IMPACTS)
		return TOCSIN_OK;
	const struct tocsin_impact_change change = {
		.kind = kind,
		.incident = number,
		.audience = impact->audiences[entry].name,
		.topic_before =
			old_topic ? old_topic : tocsin_impact_topic(impact, &impact->before, old_one, incident),
		.topic_after =
			new_topic ? new_topic : tocsin_impact_topic(impact, &impact->after, new_one, incident),
		.rules_before = tocsin_impact_rule_ids(impact, &impact->before, old_one),
		.rules_after = tocsin_impact_rule_ids(impact, &impact->after, new_one),
		.region = tocsin_impact_region(impact, side),
		.severity = side->facts.severity,
		.event = side->facts.event,
	};
	struct tocsin_impact_change *kept = next_change(impact);
	if (!kept || !change.region || tocsin_arena_full(impact->kept) ||
		tocsin_arena_full(impact->working))
		return TOCSIN_NO_MEMORY;
	*kept = change;
	return TOCSIN_OK;
}

/* "coordination", "coordination and partners", "a, b and c": who still gets it. */
static const char *remaining(struct tocsin_impact *impact)
{
	const struct tocsin_impact_side *after = &impact->after;
	const char *text = "";
	size_t left = after->decision.delivery_count;
	for (size_t i = 0; i < after->decision.delivery_count && text; i++, left--) {
		const char *name = after->ruleset->audiences[after->decision.deliveries[i].audience].name;
		text = tocsin_arena_format(impact->working, "%s%s%s", text,
			i == 0          ? ""
				: left == 1 ? " and "
							: ", ",
			name);
	}
	return text;
}

static enum tocsin_status keep_remainder(struct tocsin_impact *impact, const char *audiences)
{
	for (size_t i = 0; i < impact->remainder_count; i++) {
		if (strcmp(impact->remainders[i].audiences, audiences) == 0) {
			impact->remainders[i].count++;
			return TOCSIN_OK;
		}
	}
	if (impact->remainder_count == TOCSIN_MAX_REMAINDERS)
		return TOCSIN_OK;
	const char *copy = tocsin_arena_text(impact->kept, audiences, strlen(audiences));
	if (!copy)
		return TOCSIN_NO_MEMORY;
	impact->remainders[impact->remainder_count++] =
		(struct tocsin_impact_remainder){.audiences = copy, .count = 1};
	return TOCSIN_OK;
}

/* Drills apart: what counts is whom a real one would not reach. */
static enum tocsin_status compare_extreme(
	struct tocsin_impact *impact, const Tocsin__V1__Incident *incident)
{
	if (tocsin_incident_severity(incident) != TOCSIN__V1__SEVERITY__SEVERITY_EXTREME ||
		incident->status != TOCSIN__V1__STATUS__STATUS_ACTUAL)
		return TOCSIN_OK;
	impact->totals.extremes++;
	size_t lost = 0;
	for (size_t i = 0; i < impact->audience_count; i++) {
		if (!delivery_of(&impact->before, i) || delivery_of(&impact->after, i))
			continue;
		impact->audiences[i].extremes_lost++;
		lost++;
	}
	if (lost == 0)
		return TOCSIN_OK;
	impact->totals.extremes_fewer++;
	if (!impact->after.taken) {
		impact->totals.extremes_refused++;
		return TOCSIN_OK;
	}
	if (impact->after.decision.routing == TOCSIN__V1__ROUTING__ROUTING_DEFAULTED)
		impact->totals.extremes_defaults++;
	const char *audiences = remaining(impact);
	return audiences ? keep_remainder(impact, audiences) : TOCSIN_NO_MEMORY;
}

enum tocsin_status tocsin_impact_add(struct tocsin_impact *impact,
	const Tocsin__V1__Incident *incident, const char *sender, int64_t received_ms)
{
	/* An operator's review has no event of its own. */
	if (incident->msg_type == TOCSIN__V1__MSG_TYPE__MSG_TYPE_CANCEL || incident->event == NULL)
		return TOCSIN_OK;
	tocsin_arena_reset(impact->working);
	enum tocsin_status status =
		tocsin_impact_judge(&impact->before, impact->working, incident, sender, received_ms);
	if (status == TOCSIN_OK)
		status =
			tocsin_impact_judge(&impact->after, impact->working, incident, sender, received_ms);
	if (status != TOCSIN_OK || (!impact->before.taken && !impact->after.taken))
		return status;
	const size_t number = impact->totals.incidents++;
	bool changed = impact->before.ruleset && impact->before.taken != impact->after.taken;
	if (changed)
		++*(impact->before.taken ? &impact->totals.newly_refused : &impact->totals.newly_taken);
	for (size_t i = 0; i < impact->audience_count && status == TOCSIN_OK; i++)
		status = compare_audience(impact, incident, number, i, &changed);
	impact->totals.changed += changed ? 1 : 0;
	return status == TOCSIN_OK ? compare_extreme(impact, incident) : status;
}

const struct tocsin_impact_totals *tocsin_impact_totals(const struct tocsin_impact *impact)
{
	return &impact->totals;
}

const struct tocsin_impact_change *tocsin_impact_changes(
	const struct tocsin_impact *impact, size_t *count)
{
	*count = impact->change_count;
	return impact->changes;
}

const struct tocsin_impact_rule *tocsin_impact_rules(
	const struct tocsin_impact *impact, size_t *count)
{
	*count = impact->rule_count;
	return impact->rules;
}

const struct tocsin_impact_audience *tocsin_impact_audiences(
	const struct tocsin_impact *impact, size_t *count)
{
	*count = impact->audience_count;
	return impact->audiences;
}

bool tocsin_impact_loses(const struct tocsin_impact *impact)
{
	return impact->totals.extremes_fewer > 0;
}
