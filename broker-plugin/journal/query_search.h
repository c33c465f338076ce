/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Which rows a query looks at, in the order of time: the entries of the index that
 * narrows most. An index on (value, received_ms) is in that order only within one
 * value, so a region with its sub-regions is many streams, merged by a heap; a stream
 * is read a few keys at a time by one statement that all of its index share. */
#pragma once

#include "journal/query.h"
#include "proto/arena.h"

struct tocsin_query_key {
	int64_t received_ms, row;
};

/* The indexes. */
enum tocsin_query_source {
	TOCSIN_QUERY_RECEIVED,
	TOCSIN_QUERY_SENDER, /* this and the next two by the catalogue */
	TOCSIN_QUERY_RULES,
	TOCSIN_QUERY_REGION,
	TOCSIN_QUERY_RECENT_SENDER, /* of those that are not in it yet, by time */
	TOCSIN_QUERY_RECENT_RULES,
	TOCSIN_QUERY_RECENT_REGION,
	TOCSIN_QUERY_INCIDENT,
	TOCSIN_QUERY_CHAIN,
	TOCSIN_QUERY_REFUSED,
	TOCSIN_QUERY_REFUSED_SENDER,
	TOCSIN_QUERY_REFUSED_INCIDENT,
	TOCSIN_QUERY_SOURCES,
};

enum { TOCSIN_QUERY_KEYS = 8 };

struct tocsin_query_stream {
	enum tocsin_query_source source;
	const char *value; /* NULL: the index has none */
	struct tocsin_query_key keys[TOCSIN_QUERY_KEYS];
	unsigned count, at; /* keys read, and how many are done with */
	bool ended;         /* no more to read */
};

/* The incidents that are not in the catalogue yet. */
struct tocsin_query_recent {
	int64_t through;        /* they come after this one */
	int64_t from_ms, to_ms; /* when they came: from included, to not */
};

struct tocsin_query_search {
	sqlite3 *journal, *quarantine;
	const struct tocsin_query *query;
	struct tocsin_arena *arena;
	struct tocsin_query_recent recent;
	sqlite3_stmt *heads[TOCSIN_QUERY_SOURCES]; /* NULL until needed */
	struct tocsin_query_stream **heap;         /* the next in order is the first */
	size_t count, capacity;
};

/* Chooses the indexes and stands before the first row. SQLITE_OK, or what failed;
 * SQLITE_NOMEM also where the arena is full. Finish it all the same. */
TOCSIN_MUST_USE int tocsin_query_search_start(struct tocsin_query_search *search);
void tocsin_query_search_finish(struct tocsin_query_search *search);

/* The next row in order, SQLITE_ROW, or SQLITE_DONE. */
TOCSIN_MUST_USE int tocsin_query_search_next(
	struct tocsin_query_search *search, Tocsin__V1__Verdict *verdict, struct tocsin_query_key *key);

/* Nothing is left. */
bool tocsin_query_search_over(const struct tocsin_query_search *search);

/* What query_stream.c does for the above: makes a stream and reads its first keys, reads
 * on where they are used up, and counts what it would give, up to most. */
struct tocsin_query_stream *tocsin_query_stream_make(
	struct tocsin_query_search *search, enum tocsin_query_source source, const char *value);
TOCSIN_MUST_USE int tocsin_query_stream_read(
	struct tocsin_query_search *search, struct tocsin_query_stream *stream);
TOCSIN_MUST_USE int tocsin_query_stream_count(struct tocsin_query_search *search,
	const struct tocsin_query_stream *stream, int64_t most, int64_t *count);
Tocsin__V1__Verdict tocsin_query_source_verdict(enum tocsin_query_source source);
