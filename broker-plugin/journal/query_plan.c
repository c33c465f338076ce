/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_plan.h"

#include <stdio.h>
#include <string.h>

#include "journal/catalogue.h"

/* Where the time range holds no more rows than FEW, nothing narrows it better than to
 * read them; where a column has more values than MOST_VALUES, finding those that
 * contain a code takes longer than reading by time, some rows for each answer. */
enum { FEW = 512, COUNTED = 1024, MOST_VALUES = 8192 };

static bool wants_refused(const struct tocsin_query_search *search)
{
	return search->quarantine && search->query->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED &&
		!tocsin_query_needs_accepted(search->query);
}

bool tocsin_query_path_has(const char *path, const char *codes)
{
	const size_t length = strlen(codes);

	for (const char *at = strchr(path, '/'); at && at[1]; at = strchr(at + 1, '/')) {
		if (strncmp(at + 1, codes, length) == 0 && at[1 + length] == '/') {
			return true;
		}
	}
	return false;
}

static int add(struct tocsin_query_search *search, struct tocsin_query_streams *streams,
	enum tocsin_query_source source, const char *value)
{
	if (streams->count == streams->capacity) {
		const size_t capacity = streams->capacity ? 2 * streams->capacity : 16;
		void *list = tocsin_arena_zero(search->arena, capacity, sizeof(*streams->list));

		if (!list) {
			return SQLITE_NOMEM;
		}
		if (streams->count > 0) {
			memcpy(list, streams->list, streams->count * sizeof(*streams->list));
		}
		streams->list = list;
		streams->capacity = capacity;
	}
	struct tocsin_query_stream *stream = tocsin_query_stream_make(search, source, value);
	if (!stream) {
		return SQLITE_NOMEM;
	}
	streams->list[streams->count++] = stream;
	return SQLITE_OK;
}

/* The values of a column that contain the codes. Each step of the recursion seeks the
 * next value in the index, so the cost is that of the values, not of the rows. */
static const char *values_sql(enum tocsin_query_source source)
{
	return source == TOCSIN_QUERY_REGION
		? "WITH RECURSIVE v(value) AS (SELECT min(region) FROM catalogue UNION ALL"
		  " SELECT (SELECT min(region) FROM catalogue WHERE region > v.value) FROM v"
		  " WHERE v.value IS NOT NULL) SELECT value FROM v WHERE value IS NOT NULL"
		: "WITH RECURSIVE v(value) AS (SELECT min(rules) FROM catalogue UNION ALL"
		  " SELECT (SELECT min(rules) FROM catalogue WHERE rules > v.value) FROM v"
		  " WHERE v.value IS NOT NULL) SELECT value FROM v WHERE value IS NOT NULL";
}

static int add_containing(struct tocsin_query_search *search, enum tocsin_query_source source,
	const char *codes, struct tocsin_query_streams *streams, bool *too_many)
{
	sqlite3_stmt *values = NULL;
	size_t seen = 0;
	int result = sqlite3_prepare_v2(search->journal, values_sql(source), -1, &values, NULL);

	while (result == SQLITE_OK && (result = sqlite3_step(values)) == SQLITE_ROW) {
		const char *value = (const char *)sqlite3_column_text(values, 0);

		*too_many = ++seen > MOST_VALUES;
		if (*too_many) {
			result = SQLITE_DONE;
			break;
		}
		result = SQLITE_OK;
		if (value && tocsin_query_path_has(value, codes)) {
			const char *copy = tocsin_arena_text(search->arena, value, strlen(value));
			result = copy ? add(search, streams, source, copy) : SQLITE_NOMEM;
		}
	}
	sqlite3_finalize(values);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* Rows that the streams would give, up to most. */
static int count_all(struct tocsin_query_search *search, const struct tocsin_query_streams *streams,
	int64_t most, int64_t *total)
{
	int result = SQLITE_OK;

	*total = 0;
	for (size_t i = 0; i < streams->count && result == SQLITE_OK && *total < most; i++) {
		int64_t count = 0;

		result = tocsin_query_stream_count(search, streams->list[i], most - *total, &count);
		*total += count;
	}
	return result;
}

struct choice {
	struct tocsin_query_streams streams;
	int64_t rows;
	enum tocsin_query_source source;
	const char *value;
};

/* When the incidents came that are not in the catalogue yet; false where there are none. */
static int find_recent(struct tocsin_query_search *search, bool *any)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(search->journal,
		"SELECT " TOCSIN_CATALOGUED ", min(received_ms), max(received_ms) + 1 FROM incident"
		" NOT INDEXED WHERE journal_id > " TOCSIN_CATALOGUED,
		-1, &statement, NULL);

	*any = false;
	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		*any = sqlite3_column_type(statement, 1) != SQLITE_NULL;
		search->recent = (struct tocsin_query_recent){sqlite3_column_int64(statement, 0),
			sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2)};
		result = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return result;
}

/* A path in which all parts stand between slashes. */
static const char *within_slashes(struct tocsin_arena *arena, const char *codes)
{
	const size_t size = strlen(codes) + sizeof("//");
	char *made = tocsin_arena_alloc(arena, size);

	if (made) {
		snprintf(made, size, "/%s/", codes);
	}
	return made;
}

/* To what the catalogue gives belongs what it lacks. */
static int add_recent(struct tocsin_query_search *search, struct choice *choice)
{
	const char *value = choice->value;
	enum tocsin_query_source source = TOCSIN_QUERY_RECENT_SENDER;
	bool any = false;

	if (choice->source == TOCSIN_QUERY_RECEIVED) {
		return SQLITE_OK;
	}
	if (choice->source != TOCSIN_QUERY_SENDER) {
		value = within_slashes(search->arena, value);
		source = choice->source == TOCSIN_QUERY_RULES ? TOCSIN_QUERY_RECENT_RULES
													  : TOCSIN_QUERY_RECENT_REGION;
	}
	const int result = value ? find_recent(search, &any) : SQLITE_NOMEM;
	return result == SQLITE_OK && any ? add(search, &choice->streams, source, value) : result;
}

/* Takes the streams of another index where they give fewer rows. */
static int consider(struct tocsin_query_search *search, enum tocsin_query_source source,
	const char *value, struct choice *best)
{
	struct tocsin_query_streams other = {0};
	const int64_t most = best->rows < COUNTED ? best->rows : COUNTED;
	bool too_many = false;
	int64_t rows = 0;
	int result;

	if (!value || best->rows == 0) {
		return SQLITE_OK;
	}
	result = source == TOCSIN_QUERY_SENDER
		? add(search, &other, source, value)
		: add_containing(search, source, value, &other, &too_many);
	if (result == SQLITE_OK && !too_many) {
		result = count_all(search, &other, most, &rows);
	}
	if (result == SQLITE_OK && !too_many && rows < best->rows) {
		*best = (struct choice){other, rows, source, value};
	}
	return result;
}

/* Counting stops at COUNTED: of two that have more either will do. */
static int plan_accepted(struct tocsin_query_search *search, struct tocsin_query_streams *streams)
{
	const struct tocsin_query *query = search->query;
	struct choice best = {.rows = COUNTED + 1, .source = TOCSIN_QUERY_RECEIVED};
	int64_t rows = 0;
	int result = add(search, &best.streams, TOCSIN_QUERY_RECEIVED, NULL);

	if (result == SQLITE_OK && (query->sender || query->region || query->rule)) {
		result = count_all(search, &best.streams, FEW, &rows);
	}
	if (rows == FEW) {
		const struct {
			enum tocsin_query_source source;
			const char *value;
		} others[] = {
			{TOCSIN_QUERY_SENDER, query->sender},
			{TOCSIN_QUERY_RULES, query->rule},
			{TOCSIN_QUERY_REGION, query->region},
		};
		for (size_t i = 0; i < sizeof(others) / sizeof(*others) && result == SQLITE_OK; i++) {
			result = consider(search, others[i].source, others[i].value, &best);
		}
	}
	if (result == SQLITE_OK) {
		result = add_recent(search, &best);
	}
	*streams = best.streams;
	return result;
}

/* Ids are lower-case; what is asked for need not be. */
static int plan_incident(struct tocsin_query_search *search, struct tocsin_query_streams *streams)
{
	const char *id = search->query->incident;
	char *lower = tocsin_arena_text(search->arena, id, strlen(id));
	int result = lower ? SQLITE_OK : SQLITE_NOMEM;

	for (char *at = lower; at && *at; at++) {
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	}
	const char *const ids[] = {id, lower};
	const size_t count = lower && strcmp(id, lower) != 0 ? 2 : 1;
	for (size_t i = 0; i < count && result == SQLITE_OK; i++) {
		if (search->query->verdict != TOCSIN__V1__VERDICT__VERDICT_REJECTED) {
			result = add(search, streams, TOCSIN_QUERY_INCIDENT, ids[i]);
			result = result ? result : add(search, streams, TOCSIN_QUERY_CHAIN, ids[i]);
		}
		if (result == SQLITE_OK && wants_refused(search)) {
			result = add(search, streams, TOCSIN_QUERY_REFUSED_INCIDENT, ids[i]);
		}
	}
	return result;
}

int tocsin_query_plan(struct tocsin_query_search *search, struct tocsin_query_streams *streams)
{
	const struct tocsin_query *query = search->query;
	int result = SQLITE_OK;

	if (query->incident) {
		return plan_incident(search, streams);
	}
	if (query->verdict != TOCSIN__V1__VERDICT__VERDICT_REJECTED) {
		result = plan_accepted(search, streams);
	}
	if (result == SQLITE_OK && wants_refused(search)) {
		result = query->sender ? add(search, streams, TOCSIN_QUERY_REFUSED_SENDER, query->sender)
							   : add(search, streams, TOCSIN_QUERY_REFUSED, NULL);
	}
	return result;
}
