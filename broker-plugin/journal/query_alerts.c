/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_alerts.h"

#include <stdio.h>

enum { ORDINAL_BITS = 16 }; /* alert.row is journal_id << 16 | ordinal */

static enum tocsin_status explain(sqlite3 *journal, int result, char error[TOCSIN_JOURNAL_ERROR])
{
	if (result == SQLITE_OK) {
		return TOCSIN_OK;
	}
	snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s (%d)", sqlite3_errmsg(journal), result);
	return (result & 0xff) == SQLITE_NOMEM ? TOCSIN_NO_MEMORY : TOCSIN_IO;
}

struct tocsin_alert_range tocsin_alert_range_after(const char *audience, uint64_t sequence)
{
	return (struct tocsin_alert_range){audience, sequence, INT64_MAX, INT64_MIN, INT64_MAX};
}

/* Two numbers of the only row; SQLITE_DONE without one, or where they are NULL. */
static int read_pair(sqlite3_stmt *statement, int64_t pair[2])
{
	int result = sqlite3_step(statement);

	if (result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_NULL) {
		result = SQLITE_DONE;
	}
	if (result == SQLITE_ROW) {
		pair[0] = sqlite3_column_int64(statement, 0);
		pair[1] = sqlite3_column_int64(statement, 1);
	}
	sqlite3_reset(statement);
	return result;
}

/* The lowest and the highest journal id of a time. A clock that was set back makes the
 * first in time another than the lowest, so all entries of the index are seen. */
static int ids_of_time(sqlite3 *journal, int64_t from_ms, int64_t to_ms, int64_t ids[2])
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(journal,
		"SELECT min(journal_id), max(journal_id) FROM incident INDEXED BY incident_by_received"
		" WHERE received_ms >= ?1 AND received_ms < ?2",
		-1, &statement, NULL);

	if (result == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, from_ms);
		sqlite3_bind_int64(statement, 2, to_ms);
		result = read_pair(statement, ids);
	}
	sqlite3_finalize(statement);
	return result;
}

/* The highest sequence of the audience whose row lies before bound. Sequence and row
 * rise together, so halving finds it in the index on sequences. */
static int last_before(sqlite3_stmt *seek, int64_t bound, int64_t ends[2], uint64_t *sequence)
{
	int64_t low = ends[0] - 1;  /* before bound, or before all */
	int64_t high = ends[1] + 1; /* not before it */

	while (low + 1 < high) {
		const int64_t middle = low + (high - low) / 2;
		int64_t found[2] = {0, 0}; /* sequence and row of the first at or after the middle */

		sqlite3_bind_int64(seek, 2, middle);
		const int result = read_pair(seek, found);
		if (result == SQLITE_ROW && found[1] < bound) {
			low = found[0];
		} else if (result == SQLITE_ROW || result == SQLITE_DONE) {
			high = middle;
		} else {
			return result;
		}
	}
	*sequence = (uint64_t)low;
	return SQLITE_OK;
}

static int sequences_of_ids(
	sqlite3 *journal, const int64_t ids[2], struct tocsin_alert_range *range)
{
	sqlite3_stmt *span = NULL;
	sqlite3_stmt *seek = NULL;
	int64_t ends[2] = {0, 0};
	int result = sqlite3_prepare_v2(journal,
		"SELECT (SELECT min(sequence) FROM alert WHERE audience = ?1),"
		" (SELECT max(sequence) FROM alert WHERE audience = ?1)",
		-1, &span, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_prepare_v2(journal,
			"SELECT sequence, row FROM alert WHERE audience = ?1 AND sequence >= ?2"
			" ORDER BY sequence LIMIT 1",
			-1, &seek, NULL);
	}
	if (result == SQLITE_OK) {
		sqlite3_bind_text(span, 1, range->audience, -1, SQLITE_STATIC);
		sqlite3_bind_text(seek, 1, range->audience, -1, SQLITE_STATIC);
		result = read_pair(span, ends);
	}
	if (result == SQLITE_ROW) {
		result = last_before(seek, ids[0] << ORDINAL_BITS, ends, &range->after);
		if (result == SQLITE_OK) {
			result = last_before(seek, (ids[1] + 1) << ORDINAL_BITS, ends, &range->last);
		}
	}
	sqlite3_finalize(span);
	sqlite3_finalize(seek);
	return result;
}

enum tocsin_status tocsin_alert_range_of_time(sqlite3 *journal, const char *audience,
	int64_t from_ms, int64_t to_ms, struct tocsin_alert_range *range,
	char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_alert_range found = {audience, 0, 0, from_ms, to_ms};
	int64_t ids[2] = {0, 0};
	int result = ids_of_time(journal, from_ms, to_ms, ids);

	if (result == SQLITE_ROW) {
		result = sequences_of_ids(journal, ids, &found);
	}
	const enum tocsin_status status =
		explain(journal, result == SQLITE_DONE ? SQLITE_OK : result, error);
	if (status == TOCSIN_OK) {
		*range = found;
	}
	return status;
}

/* An incident that is gone already, before its alerts, counts as of the time. */
static const char alerts_sql[] =
	"SELECT alert.row, sequence, topic_sequence, topic, alert_id, expires_ms, formats, qos,"
	" alert.bytes, received_ms FROM alert LEFT JOIN incident ON journal_id = alert.row >> 16"
	" WHERE audience = ?1 AND sequence > ?2 AND sequence <= ?3"
	" AND coalesce(received_ms, ?4) >= ?4 AND coalesce(received_ms, ?4) < ?5"
	" ORDER BY sequence LIMIT ?6";

/* SQLite's numbers are signed; no sequence is as high. */
static int64_t bound_of(uint64_t sequence)
{
	return sequence > INT64_MAX ? INT64_MAX : (int64_t)sequence;
}

static struct tocsin_sent_alert alert_of(sqlite3_stmt *from)
{
	const struct tocsin_sent_alert alert = {
		.row = sqlite3_column_int64(from, 0),
		.sequence = (uint64_t)sqlite3_column_int64(from, 1),
		.topic_sequence = (uint64_t)sqlite3_column_int64(from, 2),
		.topic = (const char *)sqlite3_column_text(from, 3),
		.alert_id = (const char *)sqlite3_column_text(from, 4),
		.expires_ms = sqlite3_column_int64(from, 5),
		.formats = (unsigned)sqlite3_column_int(from, 6),
		.qos = sqlite3_column_int(from, 7),
		.bytes = sqlite3_column_blob(from, 8),
		.size = (size_t)sqlite3_column_bytes(from, 8),
		.received_ms = sqlite3_column_int64(from, 9),
	};

	return alert;
}

enum tocsin_status tocsin_query_alerts(sqlite3 *journal, const struct tocsin_alert_range *range,
	size_t limit, enum tocsin_status (*take)(void *ctx, const struct tocsin_sent_alert *alert),
	void *ctx, size_t *given, char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3_stmt *alerts = NULL;
	enum tocsin_status taken = TOCSIN_OK;
	size_t count = 0;
	int result = sqlite3_prepare_v2(journal, alerts_sql, -1, &alerts, NULL);

	if (result == SQLITE_OK) {
		sqlite3_bind_text(alerts, 1, range->audience, -1, SQLITE_STATIC);
		sqlite3_bind_int64(alerts, 2, bound_of(range->after));
		sqlite3_bind_int64(alerts, 3, bound_of(range->last));
		sqlite3_bind_int64(alerts, 4, range->from_ms);
		sqlite3_bind_int64(alerts, 5, range->to_ms);
		sqlite3_bind_int64(alerts, 6, bound_of(limit));
	}
	while (result == SQLITE_OK && taken == TOCSIN_OK) {
		result = sqlite3_step(alerts);
		if (result != SQLITE_ROW) {
			break;
		}
		const struct tocsin_sent_alert alert = alert_of(alerts);
		taken = take(ctx, &alert);
		count++;
		result = SQLITE_OK;
	}
	const enum tocsin_status status =
		explain(journal, result == SQLITE_DONE ? SQLITE_OK : result, error);
	sqlite3_finalize(alerts);
	if (status == TOCSIN_OK) {
		*given = count;
	}
	return status == TOCSIN_OK ? taken : status;
}
