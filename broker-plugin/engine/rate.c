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

static enum tocsin_status rate_obtain(struct tocsin_draft *draft, struct tocsin_sender_rate **rate)
{
	struct tocsin_table *rates = &draft->engine->rates;
	const size_t length = strlen(draft->sender);
	const uint64_t hash = tocsin_table_hash(rates, draft->sender, length);
	struct tocsin_sender_rate *found =
		(struct tocsin_sender_rate *)tocsin_table_find(rates, hash, rate_equal, draft->sender);

	if (!found) {
		found = rates->heap->alloc(rates->heap->ctx, sizeof(*found) + length + 1);
		if (!found) {
			return TOCSIN_NO_MEMORY;
		}
		memset(found, 0, sizeof(*found));
		memcpy(found->sender, draft->sender, length + 1);
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

enum tocsin_status tocsin_rate_take(struct tocsin_draft *draft)
{
	const struct tocsin_sender *sender =
		tocsin_ruleset_sender(draft->engine->ruleset, draft->sender);
	struct tocsin_sender_rate *rate;

	if (!sender || sender->max_rate.max == 0 || draft->submission->retried ||
		draft->submission->by_operator) {
		return TOCSIN_OK;
	}
	const struct tocsin_rate *limit = &sender->max_rate;
	const enum tocsin_status status = rate_obtain(draft, &rate);
	if (status != TOCSIN_OK) {
		return status;
	}
	if (tocsin_ring_full(&rate->ring, limit->max, limit->per_ms, draft->now_ms)) {
		int64_t wait_ms =
			tocsin_ring_free_ms(&rate->ring, limit->max, limit->per_ms) - draft->now_ms;

		/* Longer after a clock was set back, which nobody has to wait for. */
		wait_ms = wait_ms < limit->per_ms ? wait_ms : limit->per_ms;
		draft->deferred = "rate";
		draft->retry_after_s = (uint32_t)((wait_ms + SECOND_MS - 1) / SECOND_MS);
		return TOCSIN_LIMIT;
	}
	return rate_count(draft, rate, limit);
}
