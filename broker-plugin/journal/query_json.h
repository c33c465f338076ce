/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A query and its answer as JSON: what goes over $CONTROL (queryJournal, listQuarantine)
 * and what the command prints, so that all say the same. Any thread. */
#pragma once

#include <jansson.h>

#include "journal/query.h"

/* Reads a request: {"from", "to" (RFC 3339), "region", "sender", "verdict", "rule",
 * "incident", "status" (spellings of Tocsin JSON), "order" ("newest", "oldest"), "limit",
 * "after"}, all optional; null is left out; other names are not looked at. Texts of query
 * are the request's. TOCSIN_INVALID with error, which names the key. */
TOCSIN_MUST_USE enum tocsin_status tocsin_query_json_read(
	const json_t *request, struct tocsin_query *query, char error[TOCSIN_JOURNAL_ERROR]);

/* The same request as a value that the caller owns; NULL without memory. */
json_t *tocsin_query_json_write(const struct tocsin_query *query);

/* One row: "verdict", "journal_id" (of an accepted one), "row" (of a rejected one),
 * "received", "incident_id", "sender", "chain" (of a later version), "revision",
 * "msg_type", "status", "event", "severity", "region" ("ML/ML05"), "routing", "rules",
 * "held_by", "violations" [{field, check, level, message}], "alerts" [{audience, topic,
 * alert_id, sequence}], "form", "size", "sha256", "bytes_kept". What is not known is
 * absent. The caller owns it; NULL without memory. */
json_t *tocsin_query_json_row(const struct tocsin_query_row *row);

/* A refused one as listQuarantine tells of it: "row", "sender", "incident_id",
 * "received", "size", "sha256", "violations". */
json_t *tocsin_query_json_refusal(const struct tocsin_query_row *row);

/* To be passed as take with an array of the caller's as ctx: appends rows, or refusals. */
TOCSIN_MUST_USE enum tocsin_status tocsin_query_json_take_row(
	void *ctx, const struct tocsin_query_row *row);
TOCSIN_MUST_USE enum tocsin_status tocsin_query_json_take_refusal(
	void *ctx, const struct tocsin_query_row *row);

/* {name: list, "next": cursor}; next is absent where nothing follows. Takes list. NULL
 * without memory. */
json_t *tocsin_query_json_answer(
	const char *name, json_t *list, const struct tocsin_query_end *end);
