/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A silence while it is in force, or to come. Not for other rooms. */
#pragma once

#include "engine/tally.h"
#include "rules/facts.h"
#include "rules/silence.h"

enum { TOCSIN_SILENCE_ID = 32 };

struct tocsin_silencing {
	struct tocsin_silencing *next;
	struct tocsin_silence *silence;
	char id[TOCSIN_SILENCE_ID];
	uint64_t number;            /* in it */
	int64_t added_ms;           /* what "from" means where the text leaves it out */
	int64_t told_ms;            /* the last digest's end; at first when it comes into force */
	int64_t end_ms;             /* where an operator ended it; else TOCSIN_TALLY_NOW */
	bool ended;                 /* in time, by an operator, or by rules that it does not fit */
	bool told;                  /* its last digest is on its way */
	uint32_t held;              /* incidents */
	uint64_t through;           /* those up to this journal id, where it was read back */
	bool unsaved;               /* what the journal has of it is old */
	int64_t retry_ms;           /* 0, or not saved before: a commit failed */
	uint32_t saving;            /* upkeep that waits for its commit */
	uint32_t pins;              /* changes that wait for their commit */
	struct tocsin_tally *tally; /* of this day, or NULL */
};

struct tocsin_silences {
	struct tocsin_silencing *first;
	size_t count;
	uint64_t next_id;
	uint64_t lost; /* ended by a reload */
};

/* The audiences (bit i: audience i of the rule set) from which one silence holds an
 * incident back; 0 where it does not. */
uint64_t tocsin_silencing_holds(const struct tocsin_silencing *silencing,
	const struct tocsin_ruleset *ruleset, const struct tocsin_facts *facts, int64_t now_ms);

/* Counts one more incident that it held. */
TOCSIN_MUST_USE enum tocsin_status tocsin_silencing_count(
	struct tocsin_steps *steps, struct tocsin_silencing *silencing);

/* What a tally of it is about, now. */
struct tocsin_tally_about tocsin_silencing_about(const struct tocsin_silencing *silencing);
