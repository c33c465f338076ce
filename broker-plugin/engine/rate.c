/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/rate.h"

#include <string.h>

#include "engine/state.h"

enum { SECOND_MS = 1000 };

static bool rate_equal(const struct tocsin_node *node, const void *key)
{
	return strcmp(((const struct tocsin_sender_rate *)node)->sender, key) == 0;
}

static void rate_free(void *ctx, struct tocsin_node *node)
{
	struct tocsin_rings *rings = ctx;
	struct tocsin_sender_rate *rate = (struct tocsin_sender_rate *)node;

	tocsin_ring_finish(rings, &rate->ring);
	rings->heap->free(rings->heap->ctx, rate);
}

void tocsin_rates_init(struct tocsin_table *rates, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_rings *rings)
{
	tocsin_table_init(rates, heap, key, ceiling, rate_free, rings);
}

static enum tocsin_status rate_obtain(
	struct tocsin_draft *draft, const char *name, struct tocsin_sender_rate **rate)
{
	struct tocsin_table *rates = &draft->engine->rates;
	const size_t length = strlen(name);
	const uint64_t hash = tocsin_table_hash(rates, name, length);
	struct tocsin_sender_rate *found =
		(struct tocsin_sender_rate *)tocsin_table_find(rates, hash, rate_equal, name);

	if (!found) {
		found = rates->heap->alloc(rates->heap->ctx, sizeof(*found) + length + 1);
		if (!found) {
			return TOCSIN_NO_MEMORY;
		}
		memset(found, 0, sizeof(*found));
		memcpy(found->sender, name, length + 1);
		const enum tocsin_status status =
			tocsin_steps_add(&draft->undo->steps, rates, &found->node, hash);
		if (status != TOCSIN_OK) {
			rate_free(rates->ctx, &found->node);
			return status;
		}
	}
	*rate = found;
	return TOCSIN_OK;
}

static void take_undo(void *of, const void *before)
{
	struct tocsin_sender_rate *rate = of;

	tocsin_ring_undo(&rate->ring, before);
	--rate->node.pins;
}

static void take_settle(void *of)
{
	--((struct tocsin_sender_rate *)of)->node.pins;
}

static enum tocsin_status rate_count(
	struct tocsin_draft *draft, struct tocsin_sender_rate *rate, const struct tocsin_rate *limit)
{
	static const struct tocsin_change change = {.undo = take_undo, .settle = take_settle};
	struct tocsin_ring_push push;
	enum tocsin_status status = tocsin_ring_add(
		&draft->engine->rings, &rate->ring, limit->max, limit->per_ms, draft->now_ms, &push);

	if (status != TOCSIN_OK) {
		/* One that is not remembered lets one more in. */
		return status == TOCSIN_LIMIT ? TOCSIN_OK : status;
	}
	status = tocsin_steps_change(&draft->undo->steps, &change, rate, &push, sizeof(push));
	if (status != TOCSIN_OK) {
		tocsin_ring_undo(&rate->ring, &push);
		return status;
	}
	++rate->node.pins;
	return TOCSIN_OK;
}

/* Counts one more where fewer than max passed, which is no more than the limit's. What a
 * draft counted before one that is full is undone with it. */
static enum tocsin_status rate_pass(struct tocsin_draft *draft, struct tocsin_sender_rate *rate,
	uint32_t max, const struct tocsin_rate *limit)
{
	if (!tocsin_ring_full(&rate->ring, max, limit->per_ms, draft->now_ms)) {
		return rate_count(draft, rate, limit);
	}
	int64_t wait_ms = tocsin_ring_free_ms(&rate->ring, max, limit->per_ms) - draft->now_ms;

	/* Longer after a clock was set back, which nobody has to wait for. */
	wait_ms = wait_ms < limit->per_ms ? wait_ms : limit->per_ms;
	draft->deferred = "rate";
	draft->retry_after_s = (uint32_t)((wait_ms + SECOND_MS - 1) / SECOND_MS);
	return TOCSIN_LIMIT;
}

static enum tocsin_status take_of_sender(struct tocsin_draft *draft)
{
	const struct tocsin_sender *sender =
		tocsin_ruleset_sender(draft->engine->ruleset, draft->sender);
	struct tocsin_sender_rate *rate;

	if (!sender || sender->max_rate.max == 0) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status = rate_obtain(draft, draft->sender, &rate);
	return status == TOCSIN_OK ? rate_pass(draft, rate, sender->max_rate.max, &sender->max_rate)
							   : status;
}

/* A relay's rate is for all that comes by it, so that no number of invented names gets
 * more in. Each name behind it may have as many as the others have left: one alone gets
 * half, two that flood get a third each, and whoever has had nothing lately still finds
 * room (the dynamic threshold of Choudhury and Hahne, 1998). */
static enum tocsin_status take_of_relay(struct tocsin_draft *draft)
{
	struct tocsin_sender_rate *all, *share;

	if (!draft->relay || draft->relay->max_rate.max == 0) {
		return TOCSIN_OK;
	}
	const struct tocsin_rate *limit = &draft->relay->max_rate;
	enum tocsin_status status = rate_obtain(draft, draft->relay->name, &all);
	if (status != TOCSIN_OK) {
		return status;
	}
	const uint32_t passed = tocsin_ring_passed(&all->ring, limit->per_ms, draft->now_ms);
	status = rate_pass(draft, all, limit->max, limit);
	if (status != TOCSIN_OK) {
		return status;
	}
	/* A name has no slash. */
	const char *name =
		tocsin_arena_format(draft->engine->working, "%s/%s", draft->relay->name, draft->sender);
	status = name ? rate_obtain(draft, name, &share) : TOCSIN_NO_MEMORY;
	if (status != TOCSIN_OK) {
		return status;
	}
	return rate_pass(draft, share, passed < limit->max ? limit->max - passed : 1, limit);
}

enum tocsin_status tocsin_rate_take(struct tocsin_draft *draft)
{
	if (draft->submission->retried || draft->submission->by_operator) {
		return TOCSIN_OK;
	}
	const enum tocsin_status status = take_of_sender(draft);
	return status == TOCSIN_OK ? take_of_relay(draft) : status;
}
