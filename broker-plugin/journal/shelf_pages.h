/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is to be published again after a restart, a page at a time. */
#pragma once

#include "journal/shelf.h"

/* The first incident that was committed at since_ms or later; past all where none was. */
TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_first_since(
	struct tocsin_shelf *shelf, int64_t since_ms, uint64_t *journal_id);

/* The newest count incidents whose bytes are still there, oldest first. Only sender, form,
 * received_ms and bytes are set. */
TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_recent(struct tocsin_shelf *shelf, size_t count,
	void (*take)(void *ctx, const struct tocsin_record *record), void *ctx);

/* A page: at most count rows after *cursor, which moves on; *taken is 0 at the end. What
 * take gets is valid during the call. */
struct tocsin_shelf_page {
	uint64_t cursor;
	size_t count;
	void *ctx;
};

TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_page_alerts(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page,
	void (*take)(void *ctx, const struct tocsin_record_alert *alert), size_t *taken);

/* Figures that stand, and topics from which one was taken away since. */
TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_page_figures(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, int64_t since_ms,
	void (*take)(void *ctx, const struct tocsin_record_figure *figure), size_t *taken);

TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_page_digests(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, int64_t since_ms,
	void (*take)(void *ctx, const struct tocsin_record_digest *digest), size_t *taken);

TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_page_clears(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, int64_t since_ms,
	void (*take)(void *ctx, const struct tocsin_record_clear *clear), size_t *taken);

/* Reads what the engine will want of a chain to tell it again, and gives it to nobody. */
TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_touch_chain(
	struct tocsin_shelf *shelf, const char *key);
