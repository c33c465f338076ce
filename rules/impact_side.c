/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One incident under one of the two rule sets. */
#include <string.h>

#include "proto/validate.h"
#include "rules/impact_state.h"
#include "rules/render.h"
#include "rules/sender.h"

static bool may_report(const struct tocsin_sender *sender, const struct tocsin_facts *facts)
{
	return tocsin_sender_reports_from(sender, facts->path, facts->depth) &&
		tocsin_sender_reports_event(sender, (int)facts->event);
}

/* What the engine asks of the sender before it looks at rules. By which relay an incident
 * came is not known here: one that may have brought it is enough. */
static bool sender_allowed(
	const struct tocsin_ruleset *ruleset, const char *name, const struct tocsin_facts *facts)
{
	const struct tocsin_sender *sender = name ? tocsin_ruleset_sender(ruleset, name) : NULL;
	if (sender)
		return may_report(sender, facts);
	if (!name || ruleset->open_senders || !ruleset->senders_listed)
		return true;
	const struct tocsin_sender *relay = tocsin_ruleset_relay(ruleset, name, NULL);
	while (relay && !may_report(relay, facts))
		relay = tocsin_ruleset_relay(ruleset, name, relay);
	return relay != NULL;
}

/* One report alone corroborates nothing. */
static void hold_uncorroborated(
	void *ctx, uint32_t rule, const struct tocsin_output *outputs, size_t count, uint8_t *withheld)
{
	const struct tocsin_ruleset *ruleset = ctx;
	(void)outputs;
	if (rule == TOCSIN_DEFAULT_ROUTE || !ruleset->rules[rule].corroborate)
		return;
	for (size_t i = 0; i < count; i++)
		if (withheld[i] == 0)
			withheld[i] = TOCSIN_WITHHELD_CORROBORATE;
}

enum tocsin_status tocsin_impact_judge(struct tocsin_impact_side *side, struct tocsin_arena *arena,
	const Tocsin__V1__Incident *incident, const char *sender, int64_t received_ms)
{
	struct tocsin_violations violations;
	side->taken = false;
	side->decision.delivery_count = 0;
	memset(side->delivery_at, -1, sizeof side->delivery_at);
	if (!side->ruleset)
		return TOCSIN_OK;
	const struct tocsin_places places = tocsin_gazetteer_places(side->ruleset->gazetteer);
	tocsin_violations_init(&violations, arena);
	tocsin_incident_validate(incident, &places, received_ms, &violations);
	if (!tocsin_violations_pass(&violations))
		return violations.short_of_memory ? TOCSIN_NO_MEMORY : TOCSIN_OK;
	enum tocsin_status status = tocsin_facts_read(
		incident, sender, received_ms, side->ruleset->gazetteer, arena, &side->facts);
	if (status != TOCSIN_OK || !sender_allowed(side->ruleset, sender, &side->facts))
		return status;
	side->taken = true;
	const struct tocsin_gate gate = {
		.ctx = (void *)(uintptr_t)side->ruleset, .hold = hold_uncorroborated};
	tocsin_decide(side->ruleset, &side->facts, &gate, side->scratch, &side->decision);
	for (size_t i = 0; i < side->decision.delivery_count; i++)
		side->delivery_at[side->audience_at[side->decision.deliveries[i].audience]] = (int8_t)i;
	return TOCSIN_OK;
}

/* The topic as the engine would make it: from the redacted alert. */
const char *tocsin_impact_topic(struct tocsin_impact *impact, const struct tocsin_impact_side *side,
	const struct tocsin_delivery *delivery, const Tocsin__V1__Incident *incident)
{
	if (!delivery || !side->ruleset)
		return NULL;
	Tocsin__V1__Alert *alert = NULL;
	const struct tocsin_version version = {
		.alert_id = "",
		.incident_id = "",
		.revision = 1,
		.hub = "",
		.received_ms = side->facts.received_ms,
		.expires_ms = side->facts.received_ms + delivery->expires_ms,
	};
	if (tocsin_render_alert(incident, &side->facts, side->ruleset,
			&side->ruleset->audiences[delivery->audience], &version, impact->working,
			&alert) != TOCSIN_OK)
		return NULL;
	const char *topic = tocsin_topic_alert("tocsin/v1", alert, false, impact->working);
	return topic ? tocsin_arena_text(impact->kept, topic, strlen(topic)) : NULL;
}

const char *tocsin_impact_rule_ids(struct tocsin_impact *impact,
	const struct tocsin_impact_side *side, const struct tocsin_delivery *delivery)
{
	if (!delivery || delivery->by_default)
		return delivery ? "default" : NULL;
	const char *text = "";
	for (size_t i = 0; i < delivery->rule_count && text; i++)
		text = tocsin_arena_format(impact->kept, "%s%s%s", text, i ? ", " : "",
			side->ruleset->rules[delivery->rules[i]].id);
	return text;
}

const char *tocsin_impact_region(
	struct tocsin_impact *impact, const struct tocsin_impact_side *side)
{
	const struct tocsin_gazetteer *gazetteer = side->ruleset->gazetteer;
	if (side->facts.depth == 0)
		return "";
	uint32_t region = tocsin_gazetteer_ancestor(gazetteer, side->facts.path[0], 1);
	if (region == TOCSIN_NO_REGION)
		region = side->facts.path[side->facts.depth - 1];
	const struct tocsin_region *found = tocsin_gazetteer_region(gazetteer, region);
	return tocsin_arena_format(impact->kept, "%s %s", found->code, found->name);
}
