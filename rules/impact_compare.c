/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The two rule sets side by side, before any incident. */
#include <stdlib.h>
#include <string.h>

#include "rules/impact_state.h"

/* A rule id of the old set and where its entry is. */
struct named {
	const char *id;
	uint32_t entry;
};

static int by_id(const void *left, const void *right)
{
	return strcmp(((const struct named *)left)->id, ((const struct named *)right)->id);
}

static struct named *sort_ids(const struct tocsin_ruleset *ruleset)
{
	const size_t count = ruleset ? ruleset->rule_count : 0;
	struct named *ids = calloc(count + 1, sizeof(*ids));
	for (size_t i = 0; ids && i < count; i++)
		ids[i] = (struct named){ruleset->rules[i].id, (uint32_t)i};
	if (ids && count > 0)
		qsort(ids, count, sizeof(*ids), by_id);
	return ids;
}

static const char *keep_name(struct tocsin_impact *impact, const char *name)
{
	return tocsin_arena_text(impact->kept, name, strlen(name));
}

static struct tocsin_impact_rule *add_rule(
	struct tocsin_impact *impact, const char *id, enum tocsin_impact_edit edit)
{
	struct tocsin_impact_rule *rule = &impact->rules[impact->rule_count++];
	*rule = (struct tocsin_impact_rule){.id = keep_name(impact, id), .edit = edit};
	return rule;
}

/* Marks what does not keep its place: all rules of both sets but a longest run that
 * rises in both. place[i] is where the old set's i-th common rule stands in the new. */
static enum tocsin_status mark_moved(
	struct tocsin_impact *impact, const uint32_t *place, const uint32_t *entry, size_t count)
{
	uint32_t *tail = calloc(2 * count + 1, sizeof(*tail)); /* ends of the best runs, by length */
	if (!tail)
		return TOCSIN_NO_MEMORY;
	uint32_t *previous = tail + count; /* index + 1; 0: none */
	size_t longest = 0;
	for (size_t i = 0; i < count; i++) {
		size_t low = 0, high = longest;
		while (low < high) {
			const size_t middle = (low + high) / 2;
			if (place[tail[middle]] < place[i])
				low = middle + 1;
			else
				high = middle;
		}
		previous[i] = low > 0 ? tail[low - 1] + 1 : 0;
		tail[low] = (uint32_t)i;
		longest += low == longest ? 1 : 0;
	}
	for (size_t i = 0; i < count; i++)
		impact->rules[entry[i]].moved = true;
	for (size_t at = longest > 0 ? (size_t)tail[longest - 1] + 1 : 0; at > 0; at = previous[at - 1])
		impact->rules[entry[at - 1]].moved = false;
	free(tail);
	return TOCSIN_OK;
}

static enum tocsin_status compare_order(struct tocsin_impact *impact)
{
	const struct tocsin_ruleset *before = impact->before.ruleset, *after = impact->after.ruleset;
	if (!before || before->rule_count == 0)
		return TOCSIN_OK;
	uint32_t *place = calloc(2 * before->rule_count, sizeof(*place));
	if (!place)
		return TOCSIN_NO_MEMORY;
	uint32_t *entry = place + before->rule_count;
	uint32_t *now_at = calloc(before->rule_count, sizeof(*now_at)); /* + 1; 0: gone */
	size_t common = 0;
	for (size_t i = 0; now_at && i < after->rule_count; i++)
		if (impact->after.rule_at[i] < before->rule_count)
			now_at[impact->after.rule_at[i]] = (uint32_t)i + 1;
	for (size_t i = 0; now_at && i < before->rule_count; i++) {
		if (now_at[i] == 0)
			continue;
		place[common] = now_at[i];
		entry[common++] = (uint32_t)i;
	}
	const enum tocsin_status status =
		now_at ? mark_moved(impact, place, entry, common) : TOCSIN_NO_MEMORY;
	free(now_at);
	free(place);
	return status;
}

static enum tocsin_status compare_rules(struct tocsin_impact *impact)
{
	const struct tocsin_ruleset *before = impact->before.ruleset, *after = impact->after.ruleset;
	const size_t old_count = before ? before->rule_count : 0;
	impact->rules = calloc(old_count + after->rule_count + 1, sizeof(*impact->rules));
	struct named *ids = sort_ids(before);
	if (!impact->rules || !ids) {
		free(ids);
		return TOCSIN_NO_MEMORY;
	}
	for (size_t i = 0; i < old_count; i++) {
		impact->before.rule_at[i] = (uint32_t)i;
		add_rule(impact, before->rules[i].id, TOCSIN_IMPACT_REMOVED);
	}
	for (size_t i = 0; i < after->rule_count; i++) {
		const struct named wanted = {after->rules[i].id, 0};
		const struct named *found =
			old_count > 0 ? bsearch(&wanted, ids, old_count, sizeof(*ids), by_id) : NULL;
		if (!found) {
			impact->after.rule_at[i] = (uint32_t)impact->rule_count;
			add_rule(impact, wanted.id, TOCSIN_IMPACT_ADDED);
			continue;
		}
		impact->after.rule_at[i] = found->entry;
		impact->rules[found->entry].edit =
			before->rules[found->entry].fingerprint == after->rules[i].fingerprint
			? TOCSIN_IMPACT_SAME
			: TOCSIN_IMPACT_EDITED;
	}
	free(ids);
	return compare_order(impact);
}

static bool same_audience(const struct tocsin_audience *a, const struct tocsin_audience *b)
{
	return a->max_sensitivity == b->max_sensitivity && a->formats == b->formats &&
		a->detail == b->detail;
}

static void add_audience(struct tocsin_impact *impact, struct tocsin_impact_side *side,
	size_t index, enum tocsin_impact_edit edit)
{
	side->audience_at[index] = (uint16_t)impact->audience_count;
	impact->audiences[impact->audience_count++] = (struct tocsin_impact_audience){
		.name = keep_name(impact, side->ruleset->audiences[index].name), .edit = edit};
}

static void compare_audiences(struct tocsin_impact *impact)
{
	const struct tocsin_ruleset *before = impact->before.ruleset, *after = impact->after.ruleset;
	for (size_t i = 0; before && i < before->audience_count; i++)
		add_audience(impact, &impact->before, i, TOCSIN_IMPACT_REMOVED);
	for (size_t i = 0; i < after->audience_count; i++) {
		const int found = before ? tocsin_ruleset_audience(before, after->audiences[i].name) : -1;
		if (found < 0) {
			add_audience(impact, &impact->after, i, TOCSIN_IMPACT_ADDED);
			continue;
		}
		impact->after.audience_at[i] = impact->before.audience_at[found];
		impact->audiences[impact->before.audience_at[found]].edit =
			same_audience(&before->audiences[found], &after->audiences[i]) ? TOCSIN_IMPACT_SAME
																		   : TOCSIN_IMPACT_EDITED;
	}
}

static bool same_texts(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
	for (size_t i = 0; i < a_count && a_count == b_count; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return a_count == b_count;
}

static bool same_regions(const struct tocsin_impact *impact, const struct tocsin_sender *a,
	const struct tocsin_sender *b)
{
	for (size_t i = 0; i < a->region_count && a->region_count == b->region_count; i++) {
		const struct tocsin_region *left =
			tocsin_gazetteer_region(impact->before.ruleset->gazetteer, a->regions[i]);
		const struct tocsin_region *right =
			tocsin_gazetteer_region(impact->after.ruleset->gazetteer, b->regions[i]);
		if (strcmp(left->code, right->code) != 0 ||
			strcmp(left->valid_from, right->valid_from) != 0)
			return false;
	}
	return a->region_count == b->region_count;
}

static bool same_sender(const struct tocsin_impact *impact, const struct tocsin_sender *a,
	const struct tocsin_sender *b)
{
	return strcmp(a->name, b->name) == 0 && a->events == b->events &&
		a->reliability == b->reliability && a->max_rate.max == b->max_rate.max &&
		a->max_rate.per_ms == b->max_rate.per_ms && same_regions(impact, a, b) &&
		same_texts(a->may_amend, a->may_amend_count, b->may_amend, b->may_amend_count) &&
		same_texts(a->relays, a->relay_count, b->relays, b->relay_count);
}

static bool same_senders(const struct tocsin_impact *impact)
{
	const struct tocsin_ruleset *a = impact->before.ruleset, *b = impact->after.ruleset;
	if (a->senders_listed != b->senders_listed || a->open_senders != b->open_senders ||
		a->sender_count != b->sender_count)
		return false;
	for (size_t i = 0; i < a->sender_count; i++)
		if (!same_sender(impact, &a->senders[i], &b->senders[i]))
			return false;
	return true;
}

static bool same_fallback(const struct tocsin_ruleset *a, const struct tocsin_ruleset *b)
{
	for (size_t i = 0; i < a->fallback_count && a->fallback_count == b->fallback_count; i++) {
		const struct tocsin_output *left = &a->fallback[i], *right = &b->fallback[i];
		if (strcmp(a->audiences[left->audience].name, b->audiences[right->audience].name) != 0 ||
			left->qos != right->qos || left->open != right->open ||
			left->downgrade != right->downgrade || left->expires_ms != right->expires_ms)
			return false;
	}
	return a->fallback_count == b->fallback_count;
}

enum tocsin_status tocsin_impact_compare(struct tocsin_impact *impact)
{
	const enum tocsin_status status = compare_rules(impact);
	if (status != TOCSIN_OK)
		return status;
	compare_audiences(impact);
	struct tocsin_impact_rule *fallback = add_rule(impact, "default", TOCSIN_IMPACT_ADDED);
	if (impact->before.ruleset) {
		impact->totals.senders_edited = !same_senders(impact);
		impact->totals.default_edited =
			!same_fallback(impact->before.ruleset, impact->after.ruleset);
		fallback->edit = impact->totals.default_edited ? TOCSIN_IMPACT_EDITED : TOCSIN_IMPACT_SAME;
	}
	return tocsin_arena_full(impact->kept) ? TOCSIN_NO_MEMORY : TOCSIN_OK;
}
