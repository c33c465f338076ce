/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One incident as one audience may see it: the parts that the alerts of render.h
 * are put together from. Everything made lives in the arena and borrows from the
 * incident. Where the arena is at its ceiling, short_of_memory is set and what was
 * made must not be used. Fields unknown to v1 never pass. */
#pragma once

#include "proto/arena.h"
#include "rules/facts.h"
#include "rules/redaction.h"
#include "tocsin/v1/alert.pb-c.h"

enum { TOCSIN_DEPTH_ALL = TOCSIN_MAX_REGION_DEPTH };

struct tocsin_view {
	const Tocsin__V1__Incident *incident;
	const struct tocsin_facts *facts;
	const struct tocsin_gazetteer *gazetteer;
	struct tocsin_arena *arena;
	Tocsin__V1__Sensitivity level; /* column of the matrix */
	unsigned depth;                /* deepest admin level */
	bool reviewed;                 /* free text was */
	bool short_of_memory;
};

struct tocsin_view tocsin_view_make(const Tocsin__V1__Incident *incident,
	const struct tocsin_facts *facts, const struct tocsin_gazetteer *gazetteer,
	const struct tocsin_audience *audience, bool reviewed, struct tocsin_arena *arena);

/* Without an incident: for times, texts and lists that were redacted before. */
struct tocsin_view tocsin_view_of(
	const struct tocsin_audience *audience, struct tocsin_arena *arena);

enum tocsin_treatment tocsin_view_treatment(
	const struct tocsin_view *view, enum tocsin_redacted field);

/* Cleared memory, or NULL with short_of_memory set. */
void *tocsin_view_alloc(struct tocsin_view *view, size_t count, size_t size);

/* A list of enum values without those that say nothing; *count becomes what is left. It
 * is values itself where each says something. */
void *tocsin_view_stated(struct tocsin_view *view, const void *values, size_t *count);

/* Takes unknown fields off a copied message. */
void tocsin_view_strip(ProtobufCMessage *message);

/* A time, cut by the row of its field; NULL where it is dropped or time is NULL. */
Google__Protobuf__Timestamp *tocsin_view_instant(
	struct tocsin_view *view, enum tocsin_redacted field, int64_t ms);
Google__Protobuf__Timestamp *tocsin_view_time(
	struct tocsin_view *view, enum tocsin_redacted field, const Google__Protobuf__Timestamp *time);

/* A period; its precision is never finer than the cut. NULL stays NULL. */
Tocsin__V1__Period *tocsin_view_period(struct tocsin_view *view, const Tocsin__V1__Period *period);

/* The area of a path (own region first, country last). own: it is the incident's
 * own place, whose locality and point may be shown. */
Tocsin__V1__Area *tocsin_view_area(
	struct tocsin_view *view, const uint32_t *path, size_t depth, bool own);

/* A P-code cut by the row of its field (PLACE or DESTINATION): as written where
 * nothing is cut, else the gazetteer's code of the ancestor that may be shown; ""
 * where the gazetteer does not know it. */
const char *tocsin_view_code(
	struct tocsin_view *view, enum tocsin_redacted field, const char *code);

/* The list's version that the incident's codes are of; "" where it does not say. */
const char *tocsin_view_version(const struct tocsin_view *view);

/* A text names a place that lies deeper than the audience may see, by name or by code:
 * the locality, or a region on the path of one of the codes ("" is the incident's own
 * place). */
bool tocsin_view_betrays(
	const struct tocsin_view *view, const char *text, const char *const *codes, size_t count);

/* Lists; the number goes to *count. NULL where it is 0. */
Tocsin__V1__CasualtyClaim **tocsin_view_claims(struct tocsin_view *view, size_t *count);
Tocsin__V1__Actor **tocsin_view_actors(struct tocsin_view *view, size_t *count);
Tocsin__V1__Displacement **tocsin_view_figures(struct tocsin_view *view, size_t *count);
Tocsin__V1__Source **tocsin_view_sources(struct tocsin_view *view, size_t *count);

/* One figure; NULL where the audience may not see it. */
Tocsin__V1__Displacement *tocsin_view_figure(
	struct tocsin_view *view, const Tocsin__V1__Displacement *entry);

Tocsin__V1__Event *tocsin_view_event(struct tocsin_view *view);
