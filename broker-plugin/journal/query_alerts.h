/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The alerts of one audience as they went out, for replay: after a sequence, or of a
 * time of acceptance, page by page. Any thread, on a connection of its own. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "journal/query_file.h"

/* Sequences after first up to and including last, by incidents received from from_ms
 * on and before to_ms. */
struct tocsin_alert_range {
	const char *audience; /* borrowed */
	uint64_t after, last;
	int64_t from_ms, to_ms; /* INT64_MIN and INT64_MAX: any time */
};

struct tocsin_sent_alert {
	int64_t row; /* journal_id << 16 | ordinal */
	uint64_t sequence, topic_sequence;
	const char *topic; /* of the protobuf form */
	const char *alert_id;
	int64_t expires_ms, received_ms;
	unsigned formats; /* TOCSIN_FORMAT_* */
	int qos;
	const uint8_t *bytes; /* packed Alert; NULL: forgotten, its place stays */
	size_t size;
};

/* Everything of the audience after a sequence. */
struct tocsin_alert_range tocsin_alert_range_after(const char *audience, uint64_t sequence);

/* Finds the sequences of a time (to_ms INT64_MAX: no end). Once for a replay: the range then
 * serves all its pages. An empty range has last <= after. TOCSIN_IO with error. */
TOCSIN_MUST_USE enum tocsin_status tocsin_alert_range_of_time(sqlite3 *journal,
	const char *audience, int64_t from_ms, int64_t to_ms, struct tocsin_alert_range *range,
	char error[TOCSIN_JOURNAL_ERROR]);

/* Calls take with at most limit alerts of the range, ascending by sequence; what it
 * points to is valid during the call. A take that returns other than OK ends it with
 * that. *given is how many were taken; with fewer than limit nothing is left. The next
 * page has the last sequence taken as its after. TOCSIN_IO with error. */
TOCSIN_MUST_USE enum tocsin_status tocsin_query_alerts(sqlite3 *journal,
	const struct tocsin_alert_range *range, size_t limit,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_sent_alert *alert), void *ctx,
	size_t *given, char error[TOCSIN_JOURNAL_ERROR]);
