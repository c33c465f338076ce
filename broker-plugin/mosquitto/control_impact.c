/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_impact.h"

#include "proto/limits.h"
#include "rules/impact.h"

enum { LINES_MEMORY = 1 << 20 };

static void add_one(struct tocsin_impact *impact, const struct tocsin_recent_incident *item,
	struct tocsin_arena *arena)
{
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident = NULL;

	tocsin_arena_reset(arena);
	tocsin_violations_init(&violations, arena);
	/* It was accepted once; without memory the estimate is poorer by one. */
	enum tocsin_status status =
		tocsin_incident_decode(item->form, item->bytes, item->size, arena, &violations, &incident);
	if (status == TOCSIN_OK)
		status = tocsin_impact_add(impact, incident, item->sender, item->received_ms);
	(void)status;
}

static json_t *lines_value(const struct tocsin_impact *impact)
{
	struct tocsin_arena *arena = tocsin_arena_create(LINES_MEMORY, &tocsin_heap);
	const char *const *lines = arena ? tocsin_impact_lines(impact, arena) : NULL;
	json_t *list = json_array();

	for (size_t i = 0; list && lines && lines[i]; i++)
		(void)json_array_append_new(list, json_string(lines[i]));
	tocsin_arena_destroy(arena);
	return list;
}

static json_t *impact_value(const struct tocsin_impact *impact)
{
	const struct tocsin_impact_totals *totals = tocsin_impact_totals(impact);

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "incidents",
		(json_int_t)totals->incidents, "changed", (json_int_t)totals->changed, "lost",
		(json_int_t)totals->alerts.lost, "gained", (json_int_t)totals->alerts.gained, "moved",
		(json_int_t)totals->alerts.moved, "extremes_fewer", (json_int_t)totals->extremes_fewer,
		"loses", tocsin_impact_loses(impact), "lines", lines_value(impact));
}

json_t *tocsin_control_impact(const struct tocsin_recent *recent,
	const struct tocsin_ruleset *before, const struct tocsin_ruleset *after)
{
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, &tocsin_heap);
	struct tocsin_impact *impact = arena ? tocsin_impact_create(before, after) : NULL;
	json_t *value = NULL;

	for (size_t i = 0; impact && i < recent->count; i++)
		add_one(impact, &recent->items[(recent->first + i) % TOCSIN_MAX_RECENT], arena);
	if (impact)
		value = impact_value(impact);
	tocsin_impact_destroy(impact);
	tocsin_arena_destroy(arena);
	return value;
}
