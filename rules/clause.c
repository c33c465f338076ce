/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/clause.h"

#include <string.h>

#include "rules/match.h"

#define TYPE(name) &tocsin__v1__##name##__descriptor
#define ONE(key)                                                                                   \
	{                                                                                              \
		.name = #key, .kind = TOCSIN_CLAUSE_ONE, .type = TYPE(key), .wanted = match->key,          \
		.actual = (uint32_t)facts->key                                                             \
	}
#define LEAST(key)                                                                                 \
	{                                                                                              \
		.name = "min_" #key, .kind = TOCSIN_CLAUSE_LEAST, .type = TYPE(key),                       \
		.wanted = match->min_##key, .actual = (uint32_t)facts->key                                 \
	}
#define ANY(key, values)                                                                           \
	{                                                                                              \
		.name = #key, .kind = TOCSIN_CLAUSE_ANY, .type = TYPE(key), .wanted = match->key,          \
		.actual = facts->values                                                                    \
	}
#define PEOPLE(key)                                                                                \
	{                                                                                              \
		.name = "min_" #key, .kind = TOCSIN_CLAUSE_COUNT, .has_wanted = match->has_min_##key,      \
		.wanted = match->min_##key, .has_actual = facts->has_##key, .people = facts->key           \
	}
#define TEXT(key)                                                                                  \
	{                                                                                              \
		.name = #key, .kind = TOCSIN_CLAUSE_TEXT, .texts = match->key##s,                          \
		.text_count = match->key##_count, .text = facts->key                                       \
	}

void tocsin_clauses_read(const struct tocsin_match *match, const struct tocsin_facts *facts,
	struct tocsin_clause clauses[TOCSIN_CLAUSES])
{
	const struct tocsin_clause all[TOCSIN_CLAUSES] = {
		{.name = "region", .kind = TOCSIN_CLAUSE_REGION, .match = match, .facts = facts},
		ONE(severity),
		LEAST(severity),
		ONE(urgency),
		LEAST(urgency),
		ONE(certainty),
		LEAST(certainty),
		{.name = "event",
			.kind = TOCSIN_CLAUSE_ONE,
			.type = TYPE(event_type),
			.wanted = match->event,
			.actual = (uint32_t)facts->event},
		TEXT(sub_type),
		ANY(category, categories),
		ONE(cause),
		ONE(status),
		ONE(msg_type),
		TEXT(sender),
		ONE(sensitivity),
		PEOPLE(displaced),
		PEOPLE(killed),
		ANY(need, needs),
		ANY(impact, impacts),
		TEXT(language),
		{.name = "time", .kind = TOCSIN_CLAUSE_TIME, .match = match, .facts = facts},
	};
	memcpy(clauses, all, sizeof all);
}

bool tocsin_clause_asked(const struct tocsin_clause *clause)
{
	switch (clause->kind) {
	case TOCSIN_CLAUSE_REGION:
		return clause->match->region_count > 0;
	case TOCSIN_CLAUSE_COUNT:
		return clause->has_wanted;
	case TOCSIN_CLAUSE_TEXT:
		return clause->text_count > 0;
	case TOCSIN_CLAUSE_TIME:
		return clause->match->hours != NULL;
	default:
		return clause->wanted != 0;
	}
}

bool tocsin_clause_holds(const struct tocsin_clause *clause)
{
	switch (clause->kind) {
	case TOCSIN_CLAUSE_REGION:
		return tocsin_match_region(clause->match, clause->facts);
	case TOCSIN_CLAUSE_ONE:
		return tocsin_match_value(clause->wanted, (int)clause->actual);
	case TOCSIN_CLAUSE_LEAST:
		return tocsin_match_minimum(clause->wanted, (int)clause->actual);
	case TOCSIN_CLAUSE_ANY:
		return tocsin_match_any(clause->wanted, clause->actual);
	case TOCSIN_CLAUSE_COUNT:
		return !clause->has_wanted || (clause->has_actual && clause->people >= clause->wanted);
	case TOCSIN_CLAUSE_TEXT:
		return tocsin_match_text(clause->texts, clause->text_count, clause->text);
	case TOCSIN_CLAUSE_TIME:
		return tocsin_match_hours(clause->match->hours, clause->facts->received_ms);
	}
	return false;
}
