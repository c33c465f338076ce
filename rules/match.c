/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/match.h"

#include <string.h>

/* Unspecified satisfies no list, whatever the mask says. */
bool tocsin_match_value(uint32_t mask, int value)
{
	return mask == 0 || (value > 0 && value < 32 && (mask & TOCSIN_BIT(value)) != 0);
}

/* On every scale of CAP 1.2 unknown is 1, below the scale. */
bool tocsin_match_minimum(uint32_t minimum, int value)
{
	return minimum == 0 || (value > 1 && (uint32_t)value >= minimum);
}

bool tocsin_match_any(uint32_t mask, uint32_t values)
{
	return mask == 0 || (mask & values & ~UINT32_C(1)) != 0;
}

/* An absent text is "" in facts and satisfies no list. */
bool tocsin_match_text(const char *const *list, size_t count, const char *text)
{
	if (count == 0) {
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], text) == 0) {
			return text[0] != '\0';
		}
	}
	return false;
}

bool tocsin_match_region(const struct tocsin_match *match, const struct tocsin_facts *facts)
{
	for (size_t i = 0; i < match->region_count; i++) {
		for (size_t level = 0; level < facts->depth; level++) {
			if (match->regions[i] == facts->path[level]) {
				return true;
			}
		}
	}
	return match->region_count == 0;
}

bool tocsin_match_hours(const struct tocsin_hours *hours, int64_t received_ms)
{
	if (hours == NULL) {
		return true;
	}
	const struct tocsin_wall wall = tocsin_zone_wall(hours->zone, received_ms);
	unsigned day = wall.weekday;
	if (hours->has_between) {
		const bool begun = wall.minute_of_the_day >= hours->from_minute;
		const bool before_end = wall.minute_of_the_day < hours->to_minute;
		const bool across = hours->to_minute < hours->from_minute;
		if (across ? !begun && !before_end : !begun || !before_end) {
			return false;
		}
		/* The hours after midnight belong to the day before. */
		day = across && !begun ? (day + 6) % 7 : day;
	}
	return hours->days == 0 || (hours->days >> day & 1) != 0;
}

static bool holds_scales(const struct tocsin_match *match, const struct tocsin_facts *facts)
{
	return tocsin_match_value(match->severity, (int)facts->severity) &&
		tocsin_match_minimum(match->min_severity, (int)facts->severity) &&
		tocsin_match_value(match->urgency, (int)facts->urgency) &&
		tocsin_match_minimum(match->min_urgency, (int)facts->urgency) &&
		tocsin_match_value(match->certainty, (int)facts->certainty) &&
		tocsin_match_minimum(match->min_certainty, (int)facts->certainty);
}

static bool holds_values(const struct tocsin_match *match, const struct tocsin_facts *facts)
{
	return tocsin_match_value(match->event, (int)facts->event) &&
		tocsin_match_value(match->cause, (int)facts->cause) &&
		tocsin_match_value(match->status, (int)facts->status) &&
		tocsin_match_value(match->msg_type, (int)facts->msg_type) &&
		tocsin_match_value(match->sensitivity, (int)facts->sensitivity) &&
		tocsin_match_any(match->category, facts->categories) &&
		tocsin_match_any(match->need, facts->needs) &&
		tocsin_match_any(match->impact, facts->impacts);
}

static bool holds_counts(const struct tocsin_match *match, const struct tocsin_facts *facts)
{
	return (!match->has_min_displaced ||
			   (facts->has_displaced && facts->displaced >= match->min_displaced)) &&
		(!match->has_min_killed || (facts->has_killed && facts->killed >= match->min_killed));
}

bool tocsin_match_holds(const struct tocsin_match *match, const struct tocsin_facts *facts)
{
	return holds_scales(match, facts) && holds_values(match, facts) && holds_counts(match, facts) &&
		tocsin_match_region(match, facts) &&
		tocsin_match_text(match->senders, match->sender_count, facts->sender) &&
		tocsin_match_text(match->sub_types, match->sub_type_count, facts->sub_type) &&
		tocsin_match_text(match->languages, match->language_count, facts->language) &&
		tocsin_match_hours(match->hours, facts->received_ms);
}

bool tocsin_match_rule(const struct tocsin_rule *rule, const struct tocsin_facts *facts)
{
	return rule->enabled && tocsin_match_holds(&rule->match, facts) &&
		(rule->not == NULL || !tocsin_match_holds(rule->not, facts));
}
