/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Every change that one submission makes to the engine's memory, so that a commit
 * that fails takes all of it back, newest first. Until it is settled what it added
 * is pinned, and what it displaced is kept. */
#pragma once

#include "engine/chain.h"
#include "engine/nearby.h"
#include "proto/arena.h"

struct tocsin_step;

struct tocsin_steps {
	struct tocsin_step *newest;
	struct tocsin_arena *arena; /* borrowed: holds the steps */
	struct tocsin_table *chains;
};

/* Adds a node to its table. A full table first gives up its oldest that is not
 * pinned: TOCSIN_LIMIT where there is none. On failure the node stays the
 * caller's. */
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_add(struct tocsin_steps *steps,
	struct tocsin_table *table, struct tocsin_node *node, uint64_t hash);

/* Takes a node out of its table, as if it had been the oldest. */
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_evict(
	struct tocsin_steps *steps, struct tocsin_table *table, struct tocsin_node *node);

/* Gives a chain another state, taken on success. */
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_state(
	struct tocsin_steps *steps, struct tocsin_chain *chain, struct tocsin_state *state);

/* Called before a count, a place's memory or a number is changed. */
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_count(
	struct tocsin_steps *steps, struct tocsin_topic *topic);
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_nearby(
	struct tocsin_steps *steps, struct tocsin_nearby *nearby);
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_number(
	struct tocsin_steps *steps, uint64_t *number);

/* A change of any other kind. undo gets what was before; settle lets go of what is
 * changed. of must outlive the step. */
struct tocsin_change {
	void (*undo)(void *of, const void *before);
	void (*settle)(void *of);
};

/* Called before a change of this kind; size bytes of before are copied. */
TOCSIN_MUST_USE enum tocsin_status tocsin_steps_change(struct tocsin_steps *steps,
	const struct tocsin_change *change, void *of, const void *before, size_t size);

/* Takes everything back. */
void tocsin_steps_undo(struct tocsin_steps *steps);

/* Makes everything final and frees what it displaced. */
void tocsin_steps_settle(struct tocsin_steps *steps);
