/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "engine/gate.h"

enum { ADMIN_2 = 2 };

static void group_key(
	const struct tocsin_draft *draft, const struct tocsin_rule *rule, struct tocsin_group_key *key)
{
	const struct tocsin_facts *facts = &draft->facts;
	const uint32_t place = tocsin_gating_ancestor(draft, ADMIN_2);

	memset(key, 0, sizeof(*key));
	key->rule = tocsin_gating_hash(draft, rule->id);
	key->fingerprint = rule->fingerprint;
	key->status = facts->status;
	key->event = facts->event;
	if (facts->depth > 0) {
		tocsin_gating_place(draft, place == TOCSIN_NO_REGION ? facts->path[0] : place, key->place,
			sizeof(key->place));
	}
}

/* The group that the incident joined, or NULL where it was not to be held and there
 * was none. */
static struct tocsin_group *join(
	struct tocsin_gating *gating, const struct tocsin_rule *rule, bool opens)
{
	struct tocsin_draft *draft = gating->draft;
	struct tocsin_table *groups = &draft->engine->groups;
	struct tocsin_steps *steps = &draft->undo->steps;
	struct tocsin_group_key key;

	group_key(draft, rule, &key);
	struct tocsin_group *group =
		tocsin_group_find(groups, &key, draft->facts.start_ms, draft->now_ms);
	if (!group && opens) {
		gating->status = tocsin_group_open(groups, steps, &key, draft->facts.start_ms,
			draft->now_ms, rule->corroborate->within_ms, &group);
	}
	const uint64_t sender = tocsin_gating_hash(draft, draft->sender);
	if (group && gating->status == TOCSIN_OK) {
		gating->status = tocsin_group_join(groups, steps, group, sender);
	}
	if (group && gating->status == TOCSIN_OK) {
		gating->status = tocsin_hold_join(draft, rule, &key, sender);
	}
	return group;
}

struct tocsin_group *tocsin_gating_corroborate(struct tocsin_gating *gating,
	const struct tocsin_rule *rule, const struct tocsin_output *outputs, size_t count,
	uint8_t *withheld)
{
	const bool holdable = tocsin_gating_free(gating, outputs, count, withheld);
	struct tocsin_group *group = join(gating, rule, holdable);

	if (gating->status != TOCSIN_OK || !group || !holdable) {
		return group;
	}
	if (group->sender_count >= rule->corroborate->reports &&
		gating->draft->facts.severity > group->alerted) {
		return group;
	}
	const uint64_t audiences =
		tocsin_gating_hold(gating, outputs, count, TOCSIN_WITHHELD_CORROBORATE, withheld);
	/* What the audience was alerted to needs no digest. */
	if (group->alerted == TOCSIN__V1__SEVERITY__SEVERITY_UNSPECIFIED) {
		const struct tocsin_tally_about about = {
			.reason = TOCSIN_TALLY_CORROBORATE,
			.rule = rule->id,
			.fingerprint = rule->fingerprint,
			.from_ms = group->opened_ms,
			.due_ms = group->until_ms,
		};
		tocsin_gating_tally(gating, &group->tally, &about, audiences);
	}
	return group;
}

void tocsin_gating_alert(struct tocsin_gating *gating, struct tocsin_group *group,
	const struct tocsin_rule *rule, const struct tocsin_output *outputs, size_t count,
	const uint8_t *withheld)
{
	bool fresh = false;

	if (!group || group->sender_count < rule->corroborate->reports) {
		return;
	}
	for (size_t i = 0; i < count; ++i) {
		uint32_t *reports = &gating->reports[outputs[i].audience];

		if (withheld[i] == 0 && *reports < group->sender_count) {
			*reports = group->sender_count;
		}
		fresh |= withheld[i] == 0 && !tocsin_gating_saw(gating, &outputs[i]);
	}
	if (fresh && gating->status == TOCSIN_OK) {
		tocsin_hold_alerted(gating->draft, rule);
		gating->status =
			tocsin_group_alert(&gating->draft->undo->steps, group, gating->draft->facts.severity);
	}
}
