/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What was held back and has not been told yet: counts by audience, place and kind
 * of event, which end in a digest. A tally outlives whatever made it (a window that
 * was forgotten, a rule that was taken away), so that nothing held goes untold. */
#pragma once

#include "engine/token.h"
#include "engine/undo.h"
#include "tocsin/v1/enums.pb-c.h"

enum { TOCSIN_TALLY_CODE = 24 };

enum tocsin_tally_reason { TOCSIN_TALLY_THROTTLE, TOCSIN_TALLY_CORROBORATE, TOCSIN_TALLY_SILENCE };

/* Incidents of one kind that one audience was not sent. */
struct tocsin_tally_group {
	struct tocsin_token *audience; /* its name */
	char country[3];
	char adm1[TOCSIN_TALLY_CODE]; /* P-code, or "" */
	Tocsin__V1__Status status;    /* what is real and what is a drill are never one count */
	Tocsin__V1__EventType event;
	Tocsin__V1__Sensitivity sensitivity; /* the audience may have lost its sight of it since */
	Tocsin__V1__Severity severity;       /* highest */
	uint32_t count;                      /* 0: the audience is told that nothing was held */
};

struct tocsin_tallies;

struct tocsin_tally {
	struct tocsin_tallies *tallies;
	struct tocsin_tally *previous, *next;
	struct tocsin_tally **owner; /* where it is filled from; NULL: nothing is added */
	uint64_t id;                 /* in the journal; 0: not there */
	enum tocsin_tally_reason reason;
	struct tocsin_token *rule; /* its id, or the silence's */
	uint64_t fingerprint;      /* of the rule; 0 of a silence */
	int64_t from_ms;
	int64_t due_ms;   /* TOCSIN_TALLY_NOW: as soon as may be */
	uint32_t pins;    /* changes that wait for their commit */
	bool ended;       /* a silence's last: told even where its counts are taken back */
	bool muted;       /* the group was alerted: nothing to tell */
	bool stays;       /* while rules are swapped: the new ones have its rule */
	bool telling;     /* its digest waits for its commit */
	int64_t retry_ms; /* TOCSIN_TALLY_NOW, or not before: a commit failed */
	struct tocsin_tally_group *groups;
	size_t group_count, group_room;
};

#define TOCSIN_TALLY_NOW INT64_MIN

/* The id of the nth tally (from 0) that an incident begins. */
static inline uint64_t tocsin_tally_number(uint64_t journal_id, size_t n)
{
	return journal_id << 16 | n;
}

struct tocsin_tallies {
	const struct tocsin_allocator *heap;
	struct tocsin_table *tokens;
	struct tocsin_tally *first, *last;
	size_t count;
	int64_t looked_ms; /* when somebody looked last, so that a clock set back is seen */
	int64_t next_ms;   /* nothing is due before; only where there is a first */
};

/* The kind of an incident that is held. Texts are borrowed. */
struct tocsin_tally_kind {
	const char *country, *adm1; /* "" where not known */
	Tocsin__V1__Status status;
	Tocsin__V1__EventType event;
	Tocsin__V1__Sensitivity sensitivity; /* as far as the audience is shown it */
	Tocsin__V1__Severity severity;
};

struct tocsin_window_key;

/* What a new tally is about. */
struct tocsin_tally_about {
	uint64_t id;
	const struct tocsin_window_key *window; /* of a throttle's; NULL for others */
	enum tocsin_tally_reason reason;
	const char *rule;
	uint64_t fingerprint;
	int64_t from_ms, due_ms;
};

/* Counts one incident toward an audience in *owner, which is made where it is NULL;
 * TOCSIN_LIMIT where there are too many. */
TOCSIN_MUST_USE enum tocsin_status tocsin_tally_count(struct tocsin_tallies *tallies,
	struct tocsin_steps *steps, struct tocsin_tally **owner, const struct tocsin_tally_about *about,
	struct tocsin_token *audience, const struct tocsin_tally_kind *kind);

/* A new, empty one that nothing owns; NULL without memory. */
struct tocsin_tally *tocsin_tally_create(
	struct tocsin_tallies *tallies, const struct tocsin_tally_about *about);

/* The audience is told even where nothing was held from it. */
TOCSIN_MUST_USE enum tocsin_status tocsin_tally_tell(
	struct tocsin_tallies *tallies, struct tocsin_tally *tally, struct tocsin_token *audience);

/* Whatever filled it no longer does. NULL is allowed. */
void tocsin_tally_leave(struct tocsin_tally *tally);

/* It is due at once. */
void tocsin_tally_hurry(struct tocsin_tallies *tallies, struct tocsin_tally *tally);

/* The group that it belongs to was alerted, or not after all. */
TOCSIN_MUST_USE enum tocsin_status tocsin_tally_mute(
	struct tocsin_steps *steps, struct tocsin_tally *tally);

/* It was told, and goes once that is on disk; where the commit fails it is due again
 * after retry_ms. */
TOCSIN_MUST_USE enum tocsin_status tocsin_tally_told(struct tocsin_tallies *tallies,
	struct tocsin_steps *steps, struct tocsin_tally *tally, int64_t retry_ms);

void tocsin_tally_destroy(struct tocsin_tallies *tallies, struct tocsin_tally *tally);
void tocsin_tallies_finish(struct tocsin_tallies *tallies);
