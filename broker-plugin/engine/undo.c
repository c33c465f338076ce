/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/undo.h"

#include <string.h>

#include "engine/limits.h"

enum step_kind {
	STEP_ADDED,
	STEP_EVICTED,
	STEP_STATE,
	STEP_COUNT,
	STEP_NEARBY,
	STEP_NUMBER,
	STEP_CHANGE
};

struct tocsin_step {
	struct tocsin_step *older;
	enum step_kind kind;
	union {
		struct {
			struct tocsin_table *table;
			struct tocsin_node *node;
		} entry;
		struct {
			struct tocsin_chain *chain;
			struct tocsin_state *before;
		} state;
		struct {
			struct tocsin_topic *topic;
			struct tocsin_count before;
		} count;
		struct {
			struct tocsin_nearby *nearby;
			struct tocsin_nearby_incident before; /* the one that will be overwritten */
		} nearby;
		struct {
			uint64_t *number;
			uint64_t before;
		} number;
		struct {
			const struct tocsin_change *change;
			void *of;
			const void *before;
		} change;
	};
};

static struct tocsin_step *step_push(struct tocsin_steps *steps, enum step_kind kind)
{
	struct tocsin_step *step = tocsin_arena_zero(steps->arena, 1, sizeof(*step));

	if (step) {
		step->kind = kind;
		step->older = steps->newest;
		steps->newest = step;
	}
	return step;
}

enum tocsin_status tocsin_steps_evict(
	struct tocsin_steps *steps, struct tocsin_table *table, struct tocsin_node *node)
{
	struct tocsin_step *step = step_push(steps, STEP_EVICTED);

	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	step->entry.table = table;
	step->entry.node = node;
	tocsin_table_remove(table, node);
	return TOCSIN_OK;
}

static enum tocsin_status make_room(struct tocsin_steps *steps, struct tocsin_table *table)
{
	if (!tocsin_table_full(table)) {
		return TOCSIN_OK;
	}
	struct tocsin_node *oldest = table->oldest;

	for (int i = 0; oldest && oldest->pins > 0; ++i) {
		oldest = i < TOCSIN_MAX_EVICTION_LOOK ? oldest->newer : NULL;
	}
	return oldest ? tocsin_steps_evict(steps, table, oldest) : TOCSIN_LIMIT;
}

enum tocsin_status tocsin_steps_add(
	struct tocsin_steps *steps, struct tocsin_table *table, struct tocsin_node *node, uint64_t hash)
{
	const enum tocsin_status status = make_room(steps, table);

	if (status != TOCSIN_OK) {
		return status;
	}
	struct tocsin_step *step = step_push(steps, STEP_ADDED);
	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	step->entry.table = table;
	step->entry.node = node;
	tocsin_table_add(table, node, hash);
	++node->pins;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_steps_state(
	struct tocsin_steps *steps, struct tocsin_chain *chain, struct tocsin_state *state)
{
	struct tocsin_step *step = step_push(steps, STEP_STATE);

	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	step->state.chain = chain;
	step->state.before = chain->state;
	chain->state = state;
	++chain->node.pins;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_steps_count(struct tocsin_steps *steps, struct tocsin_topic *topic)
{
	struct tocsin_step *step = step_push(steps, STEP_COUNT);

	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	step->count.topic = topic;
	step->count.before = topic->count;
	++topic->node.pins;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_steps_nearby(struct tocsin_steps *steps, struct tocsin_nearby *nearby)
{
	struct tocsin_step *step = step_push(steps, STEP_NEARBY);

	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	step->nearby.nearby = nearby;
	step->nearby.before = nearby->recent[nearby->next];
	++nearby->node.pins;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_steps_number(struct tocsin_steps *steps, uint64_t *number)
{
	struct tocsin_step *step = step_push(steps, STEP_NUMBER);

	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	step->number.number = number;
	step->number.before = *number;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_steps_change(struct tocsin_steps *steps,
	const struct tocsin_change *change, void *of, const void *before, size_t size)
{
	void *copy = tocsin_arena_zero(steps->arena, 1, size + 1);
	struct tocsin_step *step = copy ? step_push(steps, STEP_CHANGE) : NULL;

	if (!step) {
		return TOCSIN_NO_MEMORY;
	}
	memcpy(copy, before, size);
	step->change.change = change;
	step->change.of = of;
	step->change.before = copy;
	return TOCSIN_OK;
}

static void nearby_undo(struct tocsin_nearby *nearby, const struct tocsin_nearby_incident *before)
{
	nearby->next = (nearby->next + TOCSIN_MAX_NEARBY_RECENT - 1) % TOCSIN_MAX_NEARBY_RECENT;
	nearby->recent[nearby->next] = *before;
	--nearby->node.pins;
}

/* What was read back from the archive meanwhile may have come to hold it: then it stays,
 * as if that had brought it. */
static void added_undo(struct tocsin_table *table, struct tocsin_node *node)
{
	if (--node->pins == 0) {
		tocsin_table_remove(table, node);
		table->destroy(table->ctx, node);
	}
}

static void step_undo(struct tocsin_steps *steps, struct tocsin_step *step)
{
	struct tocsin_node *node = step->entry.node;

	switch (step->kind) {
	case STEP_ADDED:
		added_undo(step->entry.table, node);
		break;
	case STEP_EVICTED:
		tocsin_table_restore(step->entry.table, node);
		break;
	case STEP_STATE:
		tocsin_state_destroy(steps->chains, step->state.chain->state);
		step->state.chain->state = step->state.before;
		--step->state.chain->node.pins;
		break;
	case STEP_COUNT:
		step->count.topic->count = step->count.before;
		--step->count.topic->node.pins;
		break;
	case STEP_NEARBY:
		nearby_undo(step->nearby.nearby, &step->nearby.before);
		break;
	case STEP_NUMBER:
		*step->number.number = step->number.before;
		break;
	case STEP_CHANGE:
		step->change.change->undo(step->change.of, step->change.before);
		break;
	}
}

static void step_settle(struct tocsin_steps *steps, struct tocsin_step *step)
{
	switch (step->kind) {
	case STEP_ADDED:
		--step->entry.node->pins;
		break;
	case STEP_EVICTED:
		step->entry.table->destroy(step->entry.table->ctx, step->entry.node);
		break;
	case STEP_STATE:
		tocsin_state_destroy(steps->chains, step->state.before);
		--step->state.chain->node.pins;
		break;
	case STEP_COUNT:
		--step->count.topic->node.pins;
		break;
	case STEP_NEARBY:
		--step->nearby.nearby->node.pins;
		break;
	case STEP_NUMBER:
		break;
	case STEP_CHANGE:
		step->change.change->settle(step->change.of);
		break;
	}
}

void tocsin_steps_undo(struct tocsin_steps *steps)
{
	while (steps->newest) {
		struct tocsin_step *step = steps->newest;

		steps->newest = step->older;
		step_undo(steps, step);
	}
}

void tocsin_steps_settle(struct tocsin_steps *steps)
{
	/* Any order will do: nothing that is pinned was displaced. */
	while (steps->newest) {
		struct tocsin_step *step = steps->newest;

		steps->newest = step->older;
		step_settle(steps, step);
	}
}
