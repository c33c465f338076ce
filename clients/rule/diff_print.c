/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/rule/diff_print.h"

#include "clients/base/paper.h"
#include "clients/base/tongue.h"
#include "proto/enum_name.h"

enum { MAX_LINES_MEMORY = 8 << 20, SHOWN = 20 };

static const char *const edits[] = {
	[TOCSIN_IMPACT_SAME] = "same",
	[TOCSIN_IMPACT_ADDED] = N_("added"),
	[TOCSIN_IMPACT_REMOVED] = N_("removed"),
	[TOCSIN_IMPACT_EDITED] = N_("changed"),
};

static const char *const kinds[] = {
	[TOCSIN_IMPACT_LOST] = "lost",
	[TOCSIN_IMPACT_GAINED] = "gained",
	[TOCSIN_IMPACT_MOVED] = "moved",
};

static json_t *count_value(const struct tocsin_impact_count *count)
{
	return json_pack("{s:I, s:I, s:I}", "lost", (json_int_t)count->lost, "gained",
		(json_int_t)count->gained, "moved", (json_int_t)count->moved);
}

static json_t *rules_value(const struct tocsin_impact *impact)
{
	size_t count;
	const struct tocsin_impact_rule *rules = tocsin_impact_rules(impact, &count);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:b, s:o}", "id", rules[i].id, "edit", edits[rules[i].edit],
				"reordered", rules[i].moved, "alerts", count_value(&rules[i].count)));
	return list;
}

static json_t *audiences_value(const struct tocsin_impact *impact)
{
	size_t count;
	const struct tocsin_impact_audience *audiences = tocsin_impact_audiences(impact, &count);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:o, s:I}", "name", audiences[i].name, "edit",
				edits[audiences[i].edit], "alerts", count_value(&audiences[i].count),
				"extremes_lost", (json_int_t)audiences[i].extremes_lost));
	return list;
}

static json_t *change_value(
	const struct tocsin_diff_feed *feed, const struct tocsin_impact_change *change)
{
	return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:s}", "incident",
		feed->labels[change->incident], "change", kinds[change->kind], "audience", change->audience,
		"topic_before", change->topic_before, "topic_after", change->topic_after, "rules_before",
		change->rules_before, "rules_after", change->rules_after, "region", change->region,
		"severity", tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)change->severity),
		"event", tocsin_enum_name(&tocsin__v1__event_type__descriptor, (int)change->event));
}

static json_t *changes_value(const struct tocsin_diff_feed *feed)
{
	size_t count;
	const struct tocsin_impact_change *changes = tocsin_impact_changes(feed->impact, &count);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, change_value(feed, &changes[i]));
	return list;
}

static json_t *lines_value(const struct tocsin_impact *impact)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_LINES_MEMORY, &tocsin_heap);
	const char *const *lines = arena ? tocsin_impact_lines(impact, arena) : NULL;
	json_t *list = lines ? json_array() : NULL;
	for (size_t i = 0; lines && lines[i]; i++)
		json_array_append_new(list, json_string(lines[i]));
	tocsin_arena_destroy(arena);
	return list;
}

json_t *tocsin_diff_value(const struct tocsin_diff_feed *feed)
{
	const struct tocsin_impact_totals *totals = tocsin_impact_totals(feed->impact);
	return json_pack("{s:s, s:I, s:I, s:o, s:I, s:I, s:b, s:{s:I, s:I, s:I, s:I}, s:o, s:o, s:b, "
					 "s:b, s:o, s:o}",
		"against", feed->kinds ? "kinds" : "incidents", "incidents", (json_int_t)totals->incidents,
		"changed", (json_int_t)totals->changed, "alerts", count_value(&totals->alerts),
		"newly_refused", (json_int_t)totals->newly_refused, "newly_taken",
		(json_int_t)totals->newly_taken, "loses", tocsin_impact_loses(feed->impact), "extremes",
		"judged", (json_int_t)totals->extremes, "fewer", (json_int_t)totals->extremes_fewer,
		"default_only", (json_int_t)totals->extremes_defaults, "refused",
		(json_int_t)totals->extremes_refused, "rules", rules_value(feed->impact), "audiences",
		audiences_value(feed->impact), "senders_changed", totals->senders_edited, "default_changed",
		totals->default_edited, "summary", lines_value(feed->impact), "changes",
		changes_value(feed));
}

static void print_count(const struct tocsin_paper *paper, const struct tocsin_impact_count *count)
{
	if (count->lost)
		tocsin_say(paper, "  -%zu", count->lost);
	if (count->gained)
		tocsin_say(paper, "  +%zu", count->gained);
	if (count->moved)
		tocsin_say(paper, _("  %zu on another topic"), count->moved);
}

static void print_rules(const struct tocsin_paper *paper, const struct tocsin_impact *impact)
{
	size_t count;
	const struct tocsin_impact_rule *rules = tocsin_impact_rules(impact, &count);
	for (size_t i = 0; i < count; i++) {
		const struct tocsin_impact_count *alerts = &rules[i].count;
		if (rules[i].edit == TOCSIN_IMPACT_SAME && !rules[i].moved &&
			alerts->lost + alerts->gained + alerts->moved == 0)
			continue;
		tocsin_say(paper, _("%-8s rule %s"),
			rules[i].edit == TOCSIN_IMPACT_SAME ? rules[i].moved ? _("moved   ") : ""
												: _(edits[rules[i].edit]),
			rules[i].id);
		print_count(paper, alerts);
		tocsin_say(paper, "\n");
	}
}

static void print_others(const struct tocsin_paper *paper, const struct tocsin_impact *impact)
{
	size_t count;
	const struct tocsin_impact_totals *totals = tocsin_impact_totals(impact);
	const struct tocsin_impact_audience *audiences = tocsin_impact_audiences(impact, &count);
	for (size_t i = 0; i < count; i++) {
		if (audiences[i].edit != TOCSIN_IMPACT_SAME)
			tocsin_say(
				paper, _("%-8s audience %s\n"), _(edits[audiences[i].edit]), audiences[i].name);
	}
	if (totals->senders_edited)
		tocsin_say(paper, _("%-8s senders\n"), _(edits[TOCSIN_IMPACT_EDITED]));
}

static void print_topic(
	const struct tocsin_paper *paper, char mark, const char *topic, const char *rules)
{
	if (topic)
		tocsin_say(paper, "    %c %s  (%s)\n", mark, topic, rules ? rules : "");
}

static void print_changes(
	const struct tocsin_paper *paper, const struct tocsin_diff_feed *feed, bool all)
{
	size_t count;
	const struct tocsin_impact_change *changes = tocsin_impact_changes(feed->impact, &count);
	for (size_t i = 0; i < count && (all || i < SHOWN); i++) {
		const struct tocsin_impact_change *change = &changes[i];
		if (i == 0 || changes[i - 1].incident != change->incident) {
			tocsin_say(paper, "  ");
			tocsin_put(paper, feed->labels[change->incident]);
			tocsin_say(paper, "\n");
		}
		print_topic(paper, '-', change->topic_before, change->rules_before);
		print_topic(paper, '+', change->topic_after, change->rules_after);
	}
	if (!all && count > SHOWN)
		tocsin_say(paper, _("  and %zu more; --all shows each\n"), count - SHOWN);
}

bool tocsin_diff_print(const struct tocsin_diff_feed *feed, bool all)
{
	const struct tocsin_paper paper = tocsin_paper_for(stdout);
	const struct tocsin_impact_totals *totals = tocsin_impact_totals(feed->impact);
	struct tocsin_arena *arena = tocsin_arena_create(MAX_LINES_MEMORY, &tocsin_heap);
	const char *const *lines = arena ? tocsin_impact_lines(feed->impact, arena) : NULL;
	if (lines) {
		print_rules(&paper, feed->impact);
		print_others(&paper, feed->impact);
		tocsin_ink(&paper, TOCSIN_INK_BOLD);
		tocsin_say(&paper,
			feed->kinds ? _("%zu of %zu kinds of incident changed")
						: tocsin_tongue_many("%zu of %zu incident changed",
							  "%zu of %zu incidents changed", totals->incidents),
			totals->changed, totals->incidents);
		tocsin_ink(&paper, TOCSIN_INK_PLAIN);
		tocsin_say(&paper, "\n");
		for (size_t i = 0; lines[i]; i++)
			tocsin_say(&paper, "  %s\n", lines[i]);
		print_changes(&paper, feed, all);
	}
	tocsin_arena_destroy(arena);
	return lines != NULL;
}
