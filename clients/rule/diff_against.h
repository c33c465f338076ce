/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The incidents on which two rule sets are compared. */
#pragma once

#include "proto/decode.h"
#include "rules/impact.h"

/* Gives incidents to an impact, and remembers what each is called. */
struct tocsin_diff_feed {
	struct tocsin_impact *impact;
	const char *sender; /* or NULL: somebody whom every set lets in */
	struct tocsin_arena *names;
	const char **labels; /* of each that the impact numbered */
	size_t count, capacity;
	bool kinds; /* they are kinds of incident, made up: not one of them happened */
};

/* A file (one JSON object, JSON Lines, or protobuf), a folder of them, or "journal:" and
 * the path of a hub's journal, whose incidents have their own senders. False, and
 * said on stderr, where one cannot be read; those that neither set would take are
 * passed over. */
bool tocsin_diff_feed_path(struct tocsin_diff_feed *feed, const char *path);

bool tocsin_diff_feed_journal(struct tocsin_diff_feed *feed, const char *path);

/* Adds one incident as it was published. received_ms 0: when it was sent. */
bool tocsin_diff_feed_bytes(struct tocsin_diff_feed *feed, enum tocsin_form form, const void *bytes,
	size_t size, int64_t received_ms, const char *label);

/* One of each kind that the sets can tell apart: each region that either names, and
 * each country that has places; every event, severity and sensitivity; and for each
 * rule one that meets what else it asks. */
bool tocsin_diff_feed_grid(struct tocsin_diff_feed *feed, const struct tocsin_ruleset *before,
	const struct tocsin_ruleset *after);

/* Adds one incident under a label. */
TOCSIN_MUST_USE enum tocsin_status tocsin_diff_feed_add(struct tocsin_diff_feed *feed,
	const Tocsin__V1__Incident *incident, int64_t received_ms, const char *label);

void tocsin_diff_feed_finish(struct tocsin_diff_feed *feed);
