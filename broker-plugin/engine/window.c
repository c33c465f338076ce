/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/window.h"

#include <string.h>

struct passed {
	struct tocsin_ring_push push;
	unsigned severity;
	int64_t latest_ms;
};

static bool window_equal(const struct tocsin_node *node, const void *key)
{
	return memcmp(&((const struct tocsin_window *)node)->key, key,
			   sizeof(struct tocsin_window_key)) == 0;
}

static void window_free(void *ctx, struct tocsin_node *node)
{
	struct tocsin_rings *rings = ctx;
	struct tocsin_window *window = (struct tocsin_window *)node;

	tocsin_tally_leave(window->tally);
	tocsin_ring_finish(rings, &window->ring);
	rings->heap->free(rings->heap->ctx, window);
}

void tocsin_windows_init(struct tocsin_table *windows, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_rings *rings)
{
	tocsin_table_init(windows, heap, key, ceiling, window_free, rings);
}

struct tocsin_window *tocsin_window_find(
	const struct tocsin_table *windows, const struct tocsin_window_key *key)
{
	return (struct tocsin_window *)tocsin_table_find(
		windows, tocsin_table_hash(windows, key, sizeof(*key)), window_equal, key);
}

enum tocsin_status tocsin_window_obtain(struct tocsin_table *windows, struct tocsin_steps *steps,
	const struct tocsin_window_key *key, struct tocsin_window **window)
{
	*window = tocsin_window_find(windows, key);
	if (*window) {
		return TOCSIN_OK;
	}
	struct tocsin_window *made = windows->heap->alloc(windows->heap->ctx, sizeof(*made));
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	memset(made, 0, sizeof(*made));
	made->key = *key;
	for (size_t i = 0; i < TOCSIN_WINDOW_SEVERITIES; ++i) {
		made->latest_ms[i] = INT64_MIN;
	}
	const enum tocsin_status status = tocsin_steps_add(
		steps, windows, &made->node, tocsin_table_hash(windows, key, sizeof(*key)));
	if (status != TOCSIN_OK) {
		window_free(windows->ctx, &made->node);
		return status;
	}
	*window = made;
	return TOCSIN_OK;
}

static unsigned level_of(Tocsin__V1__Severity severity)
{
	return (unsigned)severity < TOCSIN_WINDOW_SEVERITIES ? (unsigned)severity : 0;
}

/* Whether any of this severity or a higher one passed within the span. */
static bool let_pass(
	const struct tocsin_window *window, unsigned severity, int64_t since_ms, int64_t now_ms)
{
	for (unsigned i = severity; i < TOCSIN_WINDOW_SEVERITIES; ++i) {
		if (window->latest_ms[i] > since_ms && window->latest_ms[i] <= now_ms) {
			return true;
		}
	}
	return false;
}

bool tocsin_window_holds(const struct tocsin_window *window, const struct tocsin_rate *rate,
	Tocsin__V1__Severity severity, int64_t now_ms)
{
	return tocsin_ring_full(&window->ring, rate->max, rate->per_ms, now_ms) &&
		let_pass(window, level_of(severity), now_ms - rate->per_ms, now_ms);
}

static void pass_undo(void *of, const void *before)
{
	struct tocsin_window *window = of;
	const struct passed *passed = before;

	tocsin_ring_undo(&window->ring, &passed->push);
	window->latest_ms[passed->severity] = passed->latest_ms;
	--window->node.pins;
}

static void window_settle(void *of)
{
	--((struct tocsin_window *)of)->node.pins;
}

enum tocsin_status tocsin_window_pass(struct tocsin_table *windows, struct tocsin_steps *steps,
	struct tocsin_window *window, const struct tocsin_rate *rate, Tocsin__V1__Severity severity,
	int64_t now_ms)
{
	static const struct tocsin_change change = {.undo = pass_undo, .settle = window_settle};
	struct passed passed = {.severity = level_of(severity)};
	enum tocsin_status status =
		tocsin_ring_add(windows->ctx, &window->ring, rate->max, rate->per_ms, now_ms, &passed.push);

	if (status != TOCSIN_OK) {
		/* One that is not remembered lets one more pass. */
		return status == TOCSIN_LIMIT ? TOCSIN_OK : status;
	}
	passed.latest_ms = window->latest_ms[passed.severity];
	status = tocsin_steps_change(steps, &change, window, &passed, sizeof(passed));
	if (status != TOCSIN_OK) {
		tocsin_ring_undo(&window->ring, &passed.push);
		return status;
	}
	window->latest_ms[passed.severity] = now_ms;
	++window->node.pins;
	return TOCSIN_OK;
}
