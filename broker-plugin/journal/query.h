/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Asking a journal: what came in when, from whom, where, and what became of it.
 * Reads connections that may be read-only and that belong to the calling thread;
 * any thread. Nothing here writes, prints or keeps state between calls. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "journal/query_file.h"
#include "proto/decode.h"
#include "proto/sha256.h"
#include "tocsin/v1/receipt.pb-c.h"

enum {
	TOCSIN_QUERY_ROWS = 100,       /* in one answer, unless told */
	TOCSIN_QUERY_MAX_ROWS = 1000,  /* whatever is told */
	TOCSIN_QUERY_MAX_LOOKS = 5000, /* rows looked at for one answer */
	TOCSIN_QUERY_CURSOR = 64,      /* bytes of a cursor's text, with NUL */
	TOCSIN_QUERY_MAX_TEXT = 256,   /* bytes of a value that is asked for */
};

/* Where an answer ended. Verdict UNSPECIFIED: nowhere yet. */
struct tocsin_query_cursor {
	int64_t received_ms;
	Tocsin__V1__Verdict verdict;
	int64_t row;
};

struct tocsin_query_row;

/* What is asked: all of it must hold. Texts are borrowed; NULL asks for nothing. */
struct tocsin_query {
	int64_t from_ms, to_ms; /* of receipt; to is not included; 0: no end */
	const char *region;     /* a code, or codes from the outermost on with slashes between */
	const char *sender;
	const char *rule;            /* that fired */
	const char *incident;        /* its id, or that of the first of its chain */
	Tocsin__V1__Verdict verdict; /* ACCEPTED or REJECTED; UNSPECIFIED: both */
	Tocsin__V1__Status status;   /* UNSPECIFIED: any */
	bool oldest_first;           /* else the newest */
	size_t limit;                /* rows; 0: TOCSIN_QUERY_ROWS */
	struct tocsin_query_cursor after;
	/* Asked last, of each row that fits all of this: whether it is one. Returns a code of
	 * SQLite's. NULL: it is. */
	int (*pick)(void *ctx, const struct tocsin_query_row *row, bool *picked);
	void *pick_ctx;
};

struct tocsin_query_alert {
	const char *audience, *topic, *alert_id;
	uint64_t sequence;
};

/* One incident that was accepted or refused. Whatever it points to is valid during
 * the callback. The journal does not know region, kind, rules and alerts of what was
 * refused: they are empty. */
struct tocsin_query_row {
	int64_t row; /* journal id; of what was refused, its number in the quarantine file */
	Tocsin__V1__Verdict verdict;
	const char *incident_id, *sender; /* "": forgotten, or never read */
	const char *relay;                /* the user who spoke for the sender; "": itself */
	const char *chain;                /* id of the first incident of the chain */
	const char *region;               /* codes, "/ML/ML05/"; "": unknown */
	const char *rules;                /* that fired, "/a/b/" */
	int64_t received_ms;
	uint32_t revision;
	enum tocsin_form form;
	Tocsin__V1__Routing routing;
	Tocsin__V1__EventType event;
	Tocsin__V1__Severity severity;
	Tocsin__V1__Status status;
	Tocsin__V1__MsgType msg_type;
	const Tocsin__V1__Receipt *receipt; /* as sent, with its violations; never NULL */
	uint8_t hash[TOCSIN_SHA256];        /* of the bytes as published */
	bool has_bytes;                     /* they are still kept */
	size_t size;                        /* of them */
	const struct tocsin_query_alert *alerts;
	size_t alert_count;
};

struct tocsin_query_end {
	size_t rows;                      /* given to the callback */
	bool more;                        /* something may follow; ask again after ... */
	struct tocsin_query_cursor after; /* ... this. It can come with fewer rows than asked */
};

/* Calls take with each row in order. A take that returns other than OK ends it with
 * that. quarantine NULL: nothing was refused. TOCSIN_IO with error where a file cannot
 * be read; TOCSIN_INVALID where a value is too long or no such thing. One answer looks
 * at no more than TOCSIN_QUERY_MAX_LOOKS rows, so that it takes milliseconds whatever
 * is asked, and says where to go on. */
TOCSIN_MUST_USE enum tocsin_status tocsin_query_run(sqlite3 *journal, sqlite3 *quarantine,
	const struct tocsin_query *query,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_query_row *row), void *ctx,
	struct tocsin_query_end *end, char error[TOCSIN_JOURNAL_ERROR]);

/* True where only what was accepted can be meant: the quarantine file knows no
 * region, rule or status. */
bool tocsin_query_needs_accepted(const struct tocsin_query *query);

/* A cursor as text for other programs, and back. False where it is none of ours. */
void tocsin_query_cursor_write(
	const struct tocsin_query_cursor *cursor, char text[TOCSIN_QUERY_CURSOR]);
bool tocsin_query_cursor_read(const char *text, struct tocsin_query_cursor *cursor);
