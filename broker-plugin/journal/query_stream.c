/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>

#include "journal/query_search.h"

enum { MAX_SQL = 512 };

static const struct {
	bool refused;
	bool recent;
	const char *table, *where;
} sources[TOCSIN_QUERY_SOURCES] = {
	[TOCSIN_QUERY_RECEIVED] = {.table = "incident", .where = ""},
	[TOCSIN_QUERY_SENDER] = {.table = "catalogue", .where = "sender = ?1 AND "},
	[TOCSIN_QUERY_RULES] = {.table = "catalogue", .where = "rules = ?1 AND "},
	[TOCSIN_QUERY_REGION] = {.table = "catalogue", .where = "region = ?1 AND "},
	[TOCSIN_QUERY_RECENT_SENDER] = {.recent = true,
		.table = "incident INDEXED BY incident_by_received",
		.where = "journal_id > ?6 AND sender = ?1 AND "},
	[TOCSIN_QUERY_RECENT_RULES] = {.recent = true,
		.table = "incident INDEXED BY incident_by_received",
		.where = "journal_id > ?6 AND instr(rules, ?1) AND "},
	[TOCSIN_QUERY_RECENT_REGION] = {.recent = true,
		.table = "incident INDEXED BY incident_by_received",
		.where = "journal_id > ?6 AND instr(region, ?1) AND "},
	[TOCSIN_QUERY_INCIDENT] = {.table = "incident", .where = "incident_id = ?1 AND "},
	[TOCSIN_QUERY_CHAIN] = {.table = "incident",
		.where = "chain = ?1 AND chain <> incident_id AND "},
	[TOCSIN_QUERY_REFUSED] = {.refused = true, .table = "refusal", .where = ""},
	[TOCSIN_QUERY_REFUSED_SENDER] = {.refused = true,
		.table = "refusal",
		.where = "sender = ?1 AND "},
	[TOCSIN_QUERY_REFUSED_INCIDENT] = {.refused = true,
		.table = "refusal",
		.where = "incident_id = ?1 AND "},
};

Tocsin__V1__Verdict tocsin_query_source_verdict(enum tocsin_query_source source)
{
	return sources[source].refused ? TOCSIN__V1__VERDICT__VERDICT_REJECTED
								   : TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
}

/* ?2 is the far end of the time range; the near one is in (?3, ?4) from the start, so
 * that SQLite has but one lower and one upper bound to choose for the index. */
static int prepare(struct tocsin_query_search *search, enum tocsin_query_source source)
{
	const bool refused = sources[source].refused;
	const char *key = refused ? "row" : "journal_id";
	const bool rising = search->query->oldest_first;
	char sql[MAX_SQL];

	if (search->heads[source]) {
		return SQLITE_OK;
	}
	snprintf(sql, sizeof(sql),
		"SELECT received_ms, %s FROM %s WHERE %sreceived_ms %s ?2 AND (received_ms, %s) %s (?3, ?4)"
		" ORDER BY received_ms %s, %s %s LIMIT ?5",
		key, sources[source].table, sources[source].where, rising ? "<" : ">=", key,
		rising ? ">" : "<", rising ? "ASC" : "DESC", key, rising ? "ASC" : "DESC");
	return sqlite3_prepare_v2(
		refused ? search->quarantine : search->journal, sql, -1, &search->heads[source], NULL);
}

static int compare(const struct tocsin_query_key *a, const struct tocsin_query_key *b)
{
	if (a->received_ms != b->received_ms) {
		return a->received_ms < b->received_ms ? -1 : 1;
	}
	return a->row == b->row ? 0 : a->row < b->row ? -1 : 1;
}

struct range {
	int64_t from_ms, to_ms; /* from included, to not */
};

/* What is asked for, and where a source ends sooner no more than it has. */
static struct range range_of(
	const struct tocsin_query_search *search, enum tocsin_query_source source)
{
	const struct tocsin_query *query = search->query;
	struct range range = {query->from_ms, query->to_ms ? query->to_ms : INT64_MAX};

	if (sources[source].recent) {
		range.from_ms =
			range.from_ms > search->recent.from_ms ? range.from_ms : search->recent.from_ms;
		range.to_ms = range.to_ms < search->recent.to_ms ? range.to_ms : search->recent.to_ms;
	}
	return range;
}

/* All of the time range lies behind this key, in the direction of reading. */
static struct tocsin_query_key begin_of_range(const struct range *range, bool oldest_first)
{
	if (oldest_first) {
		return (struct tocsin_query_key){range->from_ms, INT64_MIN};
	}
	return range->to_ms < INT64_MAX ? (struct tocsin_query_key){range->to_ms, INT64_MIN}
									: (struct tocsin_query_key){INT64_MAX, INT64_MAX};
}

/* Rows of the same millisecond are ordered by verdict, then by number. */
static struct tocsin_query_key begin_of_cursor(
	const struct tocsin_query *query, Tocsin__V1__Verdict verdict)
{
	const struct tocsin_query_cursor *after = &query->after;

	if (verdict == after->verdict) {
		return (struct tocsin_query_key){after->received_ms, after->row};
	}
	return (struct tocsin_query_key){
		after->received_ms, verdict < after->verdict ? INT64_MAX : INT64_MIN};
}

/* A key that stands before the first row wanted. */
static struct tocsin_query_key begin(
	const struct tocsin_query_search *search, enum tocsin_query_source source)
{
	const struct tocsin_query *query = search->query;
	const struct range all = range_of(search, source);
	const struct tocsin_query_key range = begin_of_range(&all, query->oldest_first);

	if (query->after.verdict == TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED) {
		return range;
	}
	const struct tocsin_query_key cursor =
		begin_of_cursor(query, tocsin_query_source_verdict(source));
	const bool further =
		query->oldest_first ? compare(&cursor, &range) > 0 : compare(&cursor, &range) < 0;
	return further ? cursor : range;
}

static sqlite3_stmt *bind(struct tocsin_query_search *search,
	const struct tocsin_query_stream *stream, struct tocsin_query_key after, int64_t limit)
{
	const struct range range = range_of(search, stream->source);
	sqlite3_stmt *heads = search->heads[stream->source];

	if (stream->value) {
		sqlite3_bind_text(heads, 1, stream->value, -1, SQLITE_STATIC);
	}
	sqlite3_bind_int64(heads, 2, search->query->oldest_first ? range.to_ms : range.from_ms);
	sqlite3_bind_int64(heads, 3, after.received_ms);
	sqlite3_bind_int64(heads, 4, after.row);
	sqlite3_bind_int64(heads, 5, limit);
	if (sources[stream->source].recent) {
		sqlite3_bind_int64(heads, 6, search->recent.through);
	}
	return heads;
}

int tocsin_query_stream_read(struct tocsin_query_search *search, struct tocsin_query_stream *stream)
{
	struct tocsin_query_key after =
		stream->count > 0 ? stream->keys[stream->count - 1] : begin(search, stream->source);
	int result = prepare(search, stream->source);

	if (result != SQLITE_OK) {
		return result;
	}
	sqlite3_stmt *heads = bind(search, stream, after, TOCSIN_QUERY_KEYS);
	stream->at = 0;
	stream->count = 0;
	while ((result = sqlite3_step(heads)) == SQLITE_ROW) {
		stream->keys[stream->count++] = (struct tocsin_query_key){
			sqlite3_column_int64(heads, 0), sqlite3_column_int64(heads, 1)};
	}
	sqlite3_reset(heads);
	stream->ended = stream->count < TOCSIN_QUERY_KEYS;
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

int tocsin_query_stream_count(struct tocsin_query_search *search,
	const struct tocsin_query_stream *stream, int64_t most, int64_t *count)
{
	int result = prepare(search, stream->source);

	if (result != SQLITE_OK) {
		return result;
	}
	sqlite3_stmt *heads = bind(search, stream, begin(search, stream->source), most);
	int64_t seen = 0;
	while ((result = sqlite3_step(heads)) == SQLITE_ROW) {
		seen++;
	}
	sqlite3_reset(heads);
	*count = seen;
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

struct tocsin_query_stream *tocsin_query_stream_make(
	struct tocsin_query_search *search, enum tocsin_query_source source, const char *value)
{
	struct tocsin_query_stream *stream = tocsin_arena_zero(search->arena, 1, sizeof(*stream));

	if (stream) {
		stream->source = source;
		stream->value = value;
	}
	return stream;
}
