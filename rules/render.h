/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* From an incident to the Alert that one audience may see, and to its topics. The
 * redaction matrix is one table (rules/redaction.inc); payload and topic are both
 * cut by it. */
#pragma once

#include "proto/arena.h"
#include "rules/facts.h"
#include "rules/ruleset.h"
#include "tocsin/v1/alert.pb-c.h"

/* What the engine knows of this version; all pointers are borrowed. */
struct tocsin_version {
	const char *alert_id;
	const char *incident_id; /* as the audience sees it: true, or its pseudonym */
	uint32_t revision;
	const char *const *references; /* earlier alert ids to this audience */
	size_t reference_count;
	const char *const *possible_duplicates; /* alert ids of this audience */
	size_t possible_duplicate_count;
	const char *hub;
	int64_t received_ms;
	int64_t expires_ms;       /* absolute */
	const char *const *rules; /* ids */
	size_t rule_count;
	const char *const *held_by; /* ids */
	size_t held_by_count;
	uint64_t sequence;
	uint32_t reports;
	bool reviewed; /* free text may go below severe, to high */
};

/* When what would expire at this time does so for an audience: the end of its hour or
 * day where an exact time would tell when the report came. Never earlier. What alerts
 * say is put through it; whatever else ends with an alert (open/, the broker's message
 * expiry) must be, too, lest it tell the time by ending. */
int64_t tocsin_render_expires(const struct tocsin_audience *audience, int64_t expires_ms);

/* Builds the alert of an Alert or Update for an audience. topic_sequence is left 0
 * for the caller, who sends one alert to several topics. The alert lives in arena
 * and borrows from incident, facts, ruleset and version. Where the headline is made
 * from the template and no reviewed text goes with it, its language is "en".
 * disputed and source_grade: see disputed.h and grade.h. */
TOCSIN_MUST_USE enum tocsin_status tocsin_render_alert(const Tocsin__V1__Incident *incident,
	const struct tocsin_facts *facts, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience, const struct tocsin_version *version,
	struct tocsin_arena *arena, Tocsin__V1__Alert **alert);

/* Builds a CANCEL: ids, references, times, area cut for the audience, severity,
 * certainty, urgency and event as last sent, and close; nothing of a new version.
 * last is the alert that the audience saw before, perhaps when it might see more;
 * the new alert borrows from it. close may be NULL. The note goes only to an
 * audience that may see severe. */
TOCSIN_MUST_USE enum tocsin_status tocsin_render_cancel(const Tocsin__V1__Alert *last,
	const Tocsin__V1__Close *close, const struct tocsin_audience *audience,
	const struct tocsin_version *version, const char *rules_version, struct tocsin_arena *arena,
	Tocsin__V1__Alert **alert);

/* The alert that an audience has, once more as the chain's next UPDATE, with the texts of
 * incident where it may see them reviewed. The rest is as it was made when it was sent;
 * the new alert borrows from it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_render_review(const Tocsin__V1__Alert *sent,
	const Tocsin__V1__Incident *incident, const struct tocsin_audience *audience,
	const struct tocsin_version *version, struct tocsin_arena *arena, Tocsin__V1__Alert **alert);

/* Whether an alert that was made for an audience before may be sent to it again as it is:
 * not where the rules let it see less now than the alert shows. */
bool tocsin_render_fits(const Tocsin__V1__Alert *alert, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience);

/* An alert for figure/: the same header, the area of the figure's own place, and
 * this one entry of the incident's displacement, redacted. NULL in *alert (and OK)
 * where the audience may not see the figure, or the entry is not counted. */
TOCSIN_MUST_USE enum tocsin_status tocsin_render_figure(const Tocsin__V1__Incident *incident,
	size_t entry, const struct tocsin_facts *facts, const struct tocsin_ruleset *ruleset,
	const struct tocsin_audience *audience, const struct tocsin_version *version,
	struct tocsin_arena *arena, Tocsin__V1__Alert **alert);

/* Topics, without the "-json" of the twin: json adds it. They follow from the
 * redacted alert alone, so that a topic cannot show what the payload hides. open/
 * and figure/ are for status Actual alone: NULL for any other, and at the arena's
 * ceiling. */
char *tocsin_topic_alert(
	const char *root, const Tocsin__V1__Alert *alert, bool json, struct tocsin_arena *arena);
char *tocsin_topic_open(
	const char *root, const Tocsin__V1__Alert *alert, bool json, struct tocsin_arena *arena);
/* alert as made by tocsin_render_figure. */
char *tocsin_topic_figure(
	const char *root, const Tocsin__V1__Alert *alert, bool json, struct tocsin_arena *arena);
