/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "proto/enum_name.h"
#include "rules/clause.h"

enum { MAX_LISTED = 8, VALUES = 32 }; /* of a long list the rest is counted */

/* A list as text: "a", "a or b", "a, b or c". */
struct list {
	struct tocsin_arena *arena;
	const char *text; /* NULL at the arena's ceiling */
	size_t listed, total;
};

static struct list start(size_t total, struct tocsin_arena *arena)
{
	return (struct list){.arena = arena, .text = "", .total = total};
}

static void add(struct list *list, const char *item)
{
	if (list->text == NULL || list->listed >= MAX_LISTED) {
		return;
	}
	list->listed++;
	const char *separator = list->listed == 1 ? "" : list->listed == list->total ? " or " : ", ";
	list->text = tocsin_arena_format(list->arena, "%s%s%s", list->text, separator, item);
}

static const char *end(struct list *list)
{
	if (list->text == NULL || list->listed == list->total) {
		return list->text;
	}
	return tocsin_arena_format(
		list->arena, "%s or %zu more", list->text, list->total - list->listed);
}

static const char *name_of(const ProtobufCEnumDescriptor *type, uint32_t value)
{
	const char *name = tocsin_enum_name(type, (int)value);
	return name == NULL ? "unknown number" : value == 0 ? "not stated" : name;
}

static const char *list_values(
	const ProtobufCEnumDescriptor *type, uint32_t mask, struct tocsin_arena *arena)
{
	struct list list = start((size_t)__builtin_popcount(mask), arena);
	for (uint32_t value = 0; value < VALUES; value++) {
		if ((mask & TOCSIN_BIT(value)) != 0) {
			add(&list, name_of(type, value));
		}
	}
	return end(&list);
}

static const char *list_texts(const struct tocsin_clause *clause, struct tocsin_arena *arena)
{
	struct list list = start(clause->text_count, arena);
	for (size_t i = 0; i < clause->text_count; i++) {
		add(&list, clause->texts[i]);
	}
	return end(&list);
}

static const char *list_regions(const struct tocsin_match *match,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena)
{
	struct list list = start(match->region_count, arena);
	for (size_t i = 0; i < match->region_count && list.listed < MAX_LISTED; i++) {
		const struct tocsin_region *region = tocsin_gazetteer_region(gazetteer, match->regions[i]);
		const char *item = tocsin_arena_format(arena, "%s %s", region->code, region->name);
		if (item == NULL) {
			return NULL;
		}
		add(&list, item);
	}
	return end(&list);
}

static const char *list_path(const struct tocsin_facts *facts,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena)
{
	const char *text = facts->depth == 0 ? "no known place" : "";
	for (size_t i = 0; i < facts->depth && text != NULL; i++) {
		text = tocsin_arena_format(arena, "%s%s%s", text, i == 0 ? "" : " > ",
			tocsin_gazetteer_region(gazetteer, facts->path[i])->code);
	}
	return text;
}

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* "Fri, Sat 18:00–06:00 Africa/Bamako" */
static const char *write_hours(const struct tocsin_hours *hours, struct tocsin_arena *arena)
{
	const char *days = "";
	for (unsigned day = 0; day < 7 && days != NULL; day++) {
		if ((hours->days >> day & 1) != 0) {
			days = tocsin_arena_format(
				arena, "%s%s%s", days, days[0] == '\0' ? "" : ", ", weekdays[day]);
		}
	}
	if (days == NULL) {
		return NULL;
	}
	if (!hours->has_between) {
		return tocsin_arena_format(arena, "%s %s", days, hours->tz);
	}
	return tocsin_arena_format(arena, "%s%s%02u:%02u–%02u:%02u %s", days,
		days[0] == '\0' ? "" : " ", hours->from_minute / 60U, hours->from_minute % 60U,
		hours->to_minute / 60U, hours->to_minute % 60U, hours->tz);
}

/* "Thu 12:00", on the wall that the rule asks; hours is NULL where it asks none. */
static const char *write_wall(
	const struct tocsin_hours *hours, int64_t received_ms, struct tocsin_arena *arena)
{
	if (hours == NULL) {
		return "not asked";
	}
	const struct tocsin_wall wall = tocsin_zone_wall(hours->zone, received_ms);
	return tocsin_arena_format(arena, "%s %02u:%02u", weekdays[wall.weekday],
		wall.minute_of_the_day / 60, wall.minute_of_the_day % 60);
}

const char *tocsin_clause_wanted(const struct tocsin_clause *clause,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena)
{
	switch (clause->kind) {
	case TOCSIN_CLAUSE_REGION:
		return list_regions(clause->match, gazetteer, arena);
	case TOCSIN_CLAUSE_ONE:
	case TOCSIN_CLAUSE_ANY:
		return list_values(clause->type, clause->wanted, arena);
	case TOCSIN_CLAUSE_LEAST:
		return tocsin_arena_format(arena, "%s or %s", name_of(clause->type, clause->wanted),
			strcmp(clause->name, "min_severity") == 0 ? "worse" : "more");
	case TOCSIN_CLAUSE_COUNT:
		return tocsin_arena_format(arena, "%u people or more", (unsigned)clause->wanted);
	case TOCSIN_CLAUSE_TEXT:
		return list_texts(clause, arena);
	case TOCSIN_CLAUSE_TIME:
		return clause->match->hours != NULL ? write_hours(clause->match->hours, arena)
											: "at any time";
	}
	return NULL;
}

const char *tocsin_clause_actual(const struct tocsin_clause *clause,
	const struct tocsin_gazetteer *gazetteer, struct tocsin_arena *arena)
{
	switch (clause->kind) {
	case TOCSIN_CLAUSE_REGION:
		return list_path(clause->facts, gazetteer, arena);
	case TOCSIN_CLAUSE_ONE:
	case TOCSIN_CLAUSE_LEAST:
		return name_of(clause->type, clause->actual);
	case TOCSIN_CLAUSE_ANY:
		return clause->actual == 0 ? "not stated"
								   : list_values(clause->type, clause->actual, arena);
	case TOCSIN_CLAUSE_COUNT:
		return clause->has_actual ? tocsin_arena_format(arena, "%.15g people", clause->people)
								  : "no figure";
	case TOCSIN_CLAUSE_TEXT:
		return clause->text[0] == '\0' ? "not stated" : clause->text;
	case TOCSIN_CLAUSE_TIME:
		return write_wall(clause->match->hours, clause->facts->received_ms, arena);
	}
	return NULL;
}
