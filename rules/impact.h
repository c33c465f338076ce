/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a change of the rules does to incidents: who would get them no more, who
 * would get them now, and where. Each incident is judged by itself under both sets,
 * as a first report: throttles and silences are not looked at, and a rule that asks
 * for corroboration waits for it. Not thread-safe; any thread. */
#pragma once

#include "rules/decide.h"
#include "tocsin/v1/incident.pb-c.h"

enum { TOCSIN_MAX_IMPACTS = 100000 }; /* changes kept one by one; all are counted */

struct tocsin_impact;

enum tocsin_impact_kind {
	TOCSIN_IMPACT_LOST,
	TOCSIN_IMPACT_GAINED,
	TOCSIN_IMPACT_MOVED, /* the same audience, on another topic */
};

/* One audience of one incident. Texts live as long as the impact. */
struct tocsin_impact_change {
	enum tocsin_impact_kind kind;
	size_t incident; /* as tocsin_impact_add numbered it, from 0 */
	const char *audience;
	const char *topic_before, *topic_after; /* NULL: none */
	const char *rules_before, *rules_after; /* ids "a, b"; "default"; NULL: none */
	const char *region;                     /* admin-1, else country: "ML07 Gao" */
	Tocsin__V1__Severity severity;
	Tocsin__V1__EventType event;
};

struct tocsin_impact_count {
	size_t lost, gained, moved; /* alerts */
};

enum tocsin_impact_edit {
	TOCSIN_IMPACT_SAME,
	TOCSIN_IMPACT_ADDED,
	TOCSIN_IMPACT_REMOVED,
	TOCSIN_IMPACT_EDITED,
};

/* A rule of either set, or "default" as the last one. A change counts for each rule
 * that carried the alert, under the old set where it is lost, else under the new. */
struct tocsin_impact_rule {
	const char *id;
	enum tocsin_impact_edit edit;
	bool moved; /* it stands elsewhere in the order of the rules that both have */
	struct tocsin_impact_count count;
};

/* An audience of either set, by name. */
struct tocsin_impact_audience {
	const char *name;
	enum tocsin_impact_edit edit; /* of what it may see, its formats or its detail */
	struct tocsin_impact_count count;
	size_t extremes_lost; /* extreme incidents that it would no longer get */
};

struct tocsin_impact_totals {
	size_t incidents; /* that at least one of the sets takes; Cancels apart */
	size_t changed;   /* with any change */
	struct tocsin_impact_count alerts;
	size_t newly_refused, newly_taken;
	size_t extremes;          /* among the incidents */
	size_t extremes_fewer;    /* would reach fewer audiences than today, or others */
	size_t extremes_defaults; /* of these: carried by the default route alone */
	size_t extremes_refused;  /* of these: refused */
	bool senders_edited, default_edited;
};

/* Borrows both sets. before may be NULL: nothing went anywhere. NULL without memory. */
struct tocsin_impact *tocsin_impact_create(
	const struct tocsin_ruleset *before, const struct tocsin_ruleset *after);
void tocsin_impact_destroy(struct tocsin_impact *impact);

/* Judges one incident that was, or could be, received from sender at that time. sender
 * NULL: somebody whom every set lets in. An incident that neither set would take, and a
 * Cancel, which walks no rules, count for nothing. It is not kept. */
TOCSIN_MUST_USE enum tocsin_status tocsin_impact_add(struct tocsin_impact *impact,
	const Tocsin__V1__Incident *incident, const char *sender, int64_t received_ms);

const struct tocsin_impact_totals *tocsin_impact_totals(const struct tocsin_impact *impact);

/* In the order in which they were found. */
const struct tocsin_impact_change *tocsin_impact_changes(
	const struct tocsin_impact *impact, size_t *count);

/* In the order of the old set, then what only the new one has; "default" last. */
const struct tocsin_impact_rule *tocsin_impact_rules(
	const struct tocsin_impact *impact, size_t *count);
const struct tocsin_impact_audience *tocsin_impact_audiences(
	const struct tocsin_impact *impact, size_t *count);

/* An extreme would reach fewer people: an audience that gets one today would not. */
bool tocsin_impact_loses(const struct tocsin_impact *impact);

/* One line each, without line feeds, the gravest first: "1 extreme would reach only
 * coordination", "3 alerts fewer, all moderate, in Gao". "no change" where there is
 * none, of edited rules with what was not compared. Lists end with NULL; it and its texts live in
 * arena. NULL at its ceiling. */
const char *const *tocsin_impact_lines(
	const struct tocsin_impact *impact, struct tocsin_arena *arena);
