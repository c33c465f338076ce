/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "journal/query_json.h"
#include "proto/enum_name.h"
#include "proto/instant.h"

/* What is left out, or null. */
static const json_t *member(const json_t *request, const char *name)
{
	const json_t *value = json_object_get(request, name);

	return json_is_null(value) ? NULL : value;
}

static bool fail(char error[TOCSIN_JOURNAL_ERROR], const char *name, const char *why)
{
	snprintf(error, TOCSIN_JOURNAL_ERROR, "%s %s", name, why);
	return false;
}

static bool read_text(
	const json_t *request, const char *name, const char **text, char error[TOCSIN_JOURNAL_ERROR])
{
	const json_t *value = member(request, name);

	if (value &&
		(!json_is_string(value) || json_string_length(value) == 0 ||
			json_string_length(value) >= TOCSIN_QUERY_MAX_TEXT)) {
		return fail(error, name, "must be a text of 1 to 255 bytes");
	}
	*text = json_string_value(value);
	return true;
}

static bool read_time(
	const json_t *request, const char *name, int64_t *ms, char error[TOCSIN_JOURNAL_ERROR])
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	const json_t *value = member(request, name);

	if (!value) {
		return true;
	}
	if (!json_is_string(value) ||
		!tocsin_instant_read(json_string_value(value), json_string_length(value), &time)) {
		return fail(error, name, "must be a time such as 2024-08-07T18:30:00Z");
	}
	*ms = tocsin_instant_ms(&time);
	return true;
}

static bool read_enum(const json_t *request, const char *name, const ProtobufCEnumDescriptor *type,
	const char *which, int *number, char error[TOCSIN_JOURNAL_ERROR])
{
	const json_t *value = member(request, name);

	if (!value) {
		return true;
	}
	if (!json_is_string(value) ||
		!tocsin_enum_read(type, json_string_value(value), json_string_length(value), number) ||
		*number == 0) {
		return fail(error, name, which);
	}
	return true;
}

static bool read_order(const json_t *request, bool *oldest_first, char error[TOCSIN_JOURNAL_ERROR])
{
	const json_t *value = member(request, "order");
	const char *text = json_string_value(value);

	if (value && (!text || (strcmp(text, "newest") != 0 && strcmp(text, "oldest") != 0))) {
		return fail(error, "order", "must be newest or oldest");
	}
	*oldest_first = text && strcmp(text, "oldest") == 0;
	return true;
}

static bool read_limit(const json_t *request, size_t *limit, char error[TOCSIN_JOURNAL_ERROR])
{
	const json_t *value = member(request, "limit");
	const json_int_t number = json_integer_value(value);

	if (value && (!json_is_integer(value) || number < 1 || number > TOCSIN_QUERY_MAX_ROWS)) {
		return fail(error, "limit", "must be a number from 1 to 1000");
	}
	*limit = (size_t)number;
	return true;
}

static bool read_after(
	const json_t *request, struct tocsin_query_cursor *after, char error[TOCSIN_JOURNAL_ERROR])
{
	const json_t *value = member(request, "after");

	if (value &&
		(!json_is_string(value) || !tocsin_query_cursor_read(json_string_value(value), after))) {
		return fail(error, "after", "must be the next of an earlier answer");
	}
	return true;
}

enum tocsin_status tocsin_query_json_read(
	const json_t *request, struct tocsin_query *query, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_query read = {0};
	int verdict = 0;
	int status = 0;

	if (!read_time(request, "from", &read.from_ms, error) ||
		!read_time(request, "to", &read.to_ms, error) ||
		!read_text(request, "region", &read.region, error) ||
		!read_text(request, "sender", &read.sender, error) ||
		!read_text(request, "rule", &read.rule, error) ||
		!read_text(request, "incident", &read.incident, error) ||
		!read_enum(request, "verdict", &tocsin__v1__verdict__descriptor,
			"must be accepted or rejected", &verdict, error) ||
		!read_enum(request, "status", &tocsin__v1__status__descriptor,
			"must be actual, exercise or test", &status, error) ||
		!read_order(request, &read.oldest_first, error) ||
		!read_limit(request, &read.limit, error) || !read_after(request, &read.after, error)) {
		return TOCSIN_INVALID;
	}
	read.verdict = (Tocsin__V1__Verdict)verdict;
	read.status = (Tocsin__V1__Status)status;
	*query = read;
	return TOCSIN_OK;
}

static bool put(json_t *request, const char *name, json_t *value)
{
	return json_object_set_new(request, name, value) == 0;
}

static bool put_text(json_t *request, const char *name, const char *text)
{
	return !text || put(request, name, json_string(text));
}

static bool put_time(json_t *request, const char *name, int64_t ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];

	if (ms == 0) {
		return true;
	}
	tocsin_instant_set(&time, ms);
	tocsin_instant_write(&time, text);
	return put_text(request, name, text);
}

static bool put_enum(
	json_t *request, const char *name, const ProtobufCEnumDescriptor *type, int value)
{
	return value == 0 || put_text(request, name, tocsin_enum_name(type, value));
}

static bool put_after(json_t *request, const struct tocsin_query_cursor *after)
{
	char text[TOCSIN_QUERY_CURSOR];

	if (after->verdict == TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED) {
		return true;
	}
	tocsin_query_cursor_write(after, text);
	return put_text(request, "after", text);
}

json_t *tocsin_query_json_write(const struct tocsin_query *query)
{
	json_t *request = json_object();
	const bool fine = put_time(request, "from", query->from_ms) &&
		put_time(request, "to", query->to_ms) && put_text(request, "region", query->region) &&
		put_text(request, "sender", query->sender) && put_text(request, "rule", query->rule) &&
		put_text(request, "incident", query->incident) &&
		put_enum(request, "verdict", &tocsin__v1__verdict__descriptor, (int)query->verdict) &&
		put_enum(request, "status", &tocsin__v1__status__descriptor, (int)query->status) &&
		put_text(request, "order", query->oldest_first ? "oldest" : NULL) &&
		(!query->limit || put(request, "limit", json_integer((json_int_t)query->limit))) &&
		put_after(request, &query->after);

	if (!fine) {
		json_decref(request);
		return NULL;
	}
	return request;
}
