/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* An impact in a few sentences. */
#include <string.h>

#include "proto/enum_name.h"
#include "rules/impact_state.h"

enum {
	MAX_LINES = 3 * TOCSIN_IMPACT_AUDIENCES + TOCSIN_MAX_REMAINDERS + 4,
	NAMED_REGIONS = 3, /* in one sentence; more are only counted */
};

struct writing {
	const struct tocsin_impact *impact;
	struct tocsin_arena *arena;
	const char **lines;
	size_t count;
	bool full;
};

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void add(struct writing *writing, const char *line)
{
	if (!line || writing->count == MAX_LINES)
		writing->full = writing->full || !line;
	else
		writing->lines[writing->count++] = line;
}

static const char *severity_name(size_t severity)
{
	return severity == 0 ? "unspecified"
						 : tocsin_enum_name(&tocsin__v1__severity__descriptor, (int)severity);
}

/* "all moderate", or "2 extreme, 1 moderate". */
static const char *severities(struct writing *writing, const size_t *counts)
{
	const char *text = "";
	size_t kinds = 0, last = 0;
	for (size_t i = 0; i < TOCSIN_IMPACT_SEVERITIES; i++) {
		if (counts[i] > 0) {
			kinds++;
			last = i;
		}
	}
	if (kinds == 1)
		return tocsin_arena_format(
			writing->arena, "%s%s", counts[last] == 1 ? "" : "all ", severity_name(last));
	for (size_t i = TOCSIN_IMPACT_SEVERITIES; i-- > 0 && text;)
		if (counts[i] > 0)
			text = tocsin_arena_format(
				writing->arena, "%s%s%zu %s", text, *text ? ", " : "", counts[i], severity_name(i));
	return text;
}

/* The name without its code. */
static const char *name_of(const char *region)
{
	const char *space = strchr(region, ' ');
	return space ? space + 1 : region;
}

/* " in Gao", " in Gao and Mopti", " in 7 regions"; "" where not all are kept. */
static const char *regions(
	struct writing *writing, const char *audience, enum tocsin_impact_kind kind)
{
	const struct tocsin_impact *impact = writing->impact;
	enum { TOLD_APART = 64 };
	const char *found[TOLD_APART];
	size_t count = 0;
	for (size_t i = 0; i < impact->change_count && count < TOLD_APART; i++) {
		const struct tocsin_impact_change *change = &impact->changes[i];
		if (change->kind != kind || strcmp(change->audience, audience) != 0 || !*change->region)
			continue;
		size_t at = 0;
		while (at < count && strcmp(found[at], change->region) != 0)
			at++;
		if (at == count)
			found[count++] = change->region;
	}
	if (count == 0 || impact->change_count == TOCSIN_MAX_IMPACTS)
		return "";
	if (count > NAMED_REGIONS)
		return tocsin_arena_format(
			writing->arena, ", in %zu%s regions", count, count == TOLD_APART ? " or more" : "");
	const char *text = ", in ";
	for (size_t i = 0; i < count && text; i++)
		text = tocsin_arena_format(writing->arena, "%s%s%s", text,
			i == 0               ? ""
				: i + 1 == count ? " and "
								 : ", ",
			name_of(found[i]));
	return text;
}

static void write_audience(struct writing *writing, size_t entry, enum tocsin_impact_kind kind)
{
	static const char *const words[] = {
		[TOCSIN_IMPACT_LOST] = "fewer",
		[TOCSIN_IMPACT_GAINED] = "more",
		[TOCSIN_IMPACT_MOVED] = "on another topic",
	};
	const struct tocsin_impact_audience *audience = &writing->impact->audiences[entry];
	const size_t *counts = writing->impact->by_severity[entry][kind];
	const size_t total = kind == TOCSIN_IMPACT_LOST ? audience->count.lost
		: kind == TOCSIN_IMPACT_GAINED              ? audience->count.gained
													: audience->count.moved;
	if (total == 0)
		return;
	const char *which = severities(writing, counts);
	const char *where = regions(writing, audience->name, kind);
	add(writing,
		which && where ? tocsin_arena_format(writing->arena, "%s: %zu alert%s %s, %s%s",
							 audience->name, total, plural(total), words[kind], which, where)
					   : NULL);
}

static void write_extremes(struct writing *writing)
{
	const struct tocsin_impact *impact = writing->impact;
	const size_t refused = impact->totals.extremes_refused;
	if (refused > 0)
		add(writing,
			tocsin_arena_format(
				writing->arena, "%zu extreme%s would be refused", refused, plural(refused)));
	for (size_t i = 0; i < impact->remainder_count; i++) {
		const struct tocsin_impact_remainder *left = &impact->remainders[i];
		add(writing,
			tocsin_arena_format(writing->arena,
				*left->audiences ? "%zu extreme%s would reach only %s"
								 : "%zu extreme%s would reach nobody%s",
				left->count, plural(left->count), left->audiences));
	}
}

static void write_taken(struct writing *writing)
{
	const struct tocsin_impact_totals *totals = &writing->impact->totals;
	if (totals->newly_refused > 0)
		add(writing,
			tocsin_arena_format(writing->arena, "%zu incident%s would be refused",
				totals->newly_refused, plural(totals->newly_refused)));
	if (totals->newly_taken > 0)
		add(writing,
			tocsin_arena_format(writing->arena, "%zu incident%s refused before would be taken",
				totals->newly_taken, plural(totals->newly_taken)));
}

static bool is_edited(const struct tocsin_impact *impact)
{
	size_t count;
	const struct tocsin_impact_rule *rules = tocsin_impact_rules(impact, &count);
	for (size_t i = 0; i < count; i++)
		if (rules[i].edit != TOCSIN_IMPACT_SAME)
			return true;
	return false;
}

const char *const *tocsin_impact_lines(
	const struct tocsin_impact *impact, struct tocsin_arena *arena)
{
	struct writing writing = {.impact = impact, .arena = arena};
	writing.lines = tocsin_arena_zero(arena, MAX_LINES + 1, sizeof(*writing.lines));
	if (!writing.lines)
		return NULL;
	write_extremes(&writing);
	for (int kind = TOCSIN_IMPACT_LOST; kind <= TOCSIN_IMPACT_MOVED; kind++)
		for (size_t i = 0; i < impact->audience_count; i++)
			write_audience(&writing, i, (enum tocsin_impact_kind)kind);
	write_taken(&writing);
	if (writing.count == 0)
		add(&writing,
			is_edited(impact) ? "nobody would be alerted more, less or elsewhere; expires, open, "
								"qos and throttles are not compared"
							  : "no change");
	return writing.full ? NULL : writing.lines;
}
