/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/enum_name.h"
#include "proto/instant.h"

/* Takes value. False without memory. */
static bool set(json_t *object, const char *name, json_t *value)
{
	return json_object_set_new(object, name, value) == 0;
}

/* Jansson refuses what is not UTF-8, which may come from a name that was refused. */
static json_t *text_json(const char *text)
{
	json_t *value = json_string(text);

	if (value) {
		return value;
	}
	char *plain = strdup(text);
	for (char *at = plain; at && *at; at++) {
		*at = (char)((unsigned char)*at < 0x80 ? *at : '?');
	}
	value = plain ? json_string(plain) : NULL;
	free(plain);
	return value;
}

static bool set_text(json_t *object, const char *name, const char *text)
{
	return !text || !*text || set(object, name, text_json(text));
}

static bool set_enum(
	json_t *object, const char *name, const ProtobufCEnumDescriptor *type, int value)
{
	return value == 0 || set_text(object, name, tocsin_enum_name(type, value));
}

static bool set_time(json_t *object, const char *name, int64_t ms)
{
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char text[TOCSIN_INSTANT_TEXT];

	tocsin_instant_set(&time, ms);
	tocsin_instant_write(&time, text);
	return set_text(object, name, text);
}

static bool set_hash(json_t *object, const uint8_t hash[TOCSIN_SHA256])
{
	char text[TOCSIN_SHA256_TEXT];

	tocsin_hex(hash, TOCSIN_SHA256, text);
	return set_text(object, "sha256", text);
}

static bool set_texts(json_t *object, const char *name, char *const *texts, size_t count)
{
	json_t *list = json_array();
	bool fine = list != NULL;

	for (size_t i = 0; i < count && fine; i++) {
		fine = json_array_append_new(list, text_json(texts[i])) == 0;
	}
	if (!fine) {
		json_decref(list);
		return false;
	}
	return set(object, name, list);
}

/* "/a/b/" as ["a", "b"]. */
static bool set_names(json_t *object, const char *name, const char *path)
{
	json_t *list = json_array();
	bool fine = list != NULL;

	for (const char *at = path; *at && fine;) {
		const size_t length = strcspn(at, "/");

		fine = length == 0 || json_array_append_new(list, json_stringn(at, length)) == 0;
		at += length + (at[length] == '/');
	}
	if (!fine) {
		json_decref(list);
		return false;
	}
	return set(object, name, list);
}

/* "/ML/ML05/" as "ML/ML05". */
static bool set_region(json_t *object, const char *path)
{
	const size_t length = strlen(path);

	return length < 3 || set(object, "region", json_stringn(path + 1, length - 2));
}

static bool set_violations(json_t *object, const Tocsin__V1__Receipt *receipt)
{
	json_t *list = json_array();
	bool fine = list != NULL;

	for (size_t i = 0; i < receipt->n_violations && fine; i++) {
		const Tocsin__V1__Violation *from = receipt->violations[i];
		json_t *one = json_object();

		fine = one && set_text(one, "field", from->field) && set_text(one, "check", from->check) &&
			set_text(one, "level", from->level) && set_text(one, "message", from->message);
		fine = json_array_append_new(list, one) == 0 && fine;
	}
	return set(object, "violations", list) && fine;
}

static bool set_alerts(json_t *object, const struct tocsin_query_row *row)
{
	json_t *list = json_array();
	bool fine = list != NULL;

	for (size_t i = 0; i < row->alert_count && fine; i++) {
		const struct tocsin_query_alert *from = &row->alerts[i];
		json_t *one = json_object();

		fine = one && set_text(one, "audience", from->audience) &&
			set_text(one, "topic", from->topic) && set_text(one, "alert_id", from->alert_id) &&
			set(one, "sequence", json_integer((json_int_t)from->sequence));
		fine = json_array_append_new(list, one) == 0 && fine;
	}
	return set(object, "alerts", list) && fine;
}

static bool set_accepted(json_t *object, const struct tocsin_query_row *row)
{
	const char *chain = strcmp(row->chain, row->incident_id) == 0 ? "" : row->chain;

	return set_text(object, "chain", chain) &&
		set(object, "revision", json_integer((json_int_t)row->revision)) &&
		set_enum(object, "msg_type", &tocsin__v1__msg_type__descriptor, (int)row->msg_type) &&
		set_enum(object, "status", &tocsin__v1__status__descriptor, (int)row->status) &&
		set_enum(object, "event", &tocsin__v1__event_type__descriptor, (int)row->event) &&
		set_enum(object, "severity", &tocsin__v1__severity__descriptor, (int)row->severity) &&
		set_region(object, row->region) &&
		set_enum(object, "routing", &tocsin__v1__routing__descriptor, (int)row->routing) &&
		set_names(object, "rules", row->rules) &&
		set_text(object, "reason", row->receipt->reason) &&
		set_texts(object, "held_by", row->receipt->held_by, row->receipt->n_held_by);
}

static bool set_row(json_t *object, const struct tocsin_query_row *row)
{
	const bool accepted = row->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	char id[24];

	snprintf(id, sizeof(id), "%" PRId64, row->row);
	return set_enum(object, "verdict", &tocsin__v1__verdict__descriptor, (int)row->verdict) &&
		(accepted ? set_text(object, "journal_id", id)
				  : set(object, "row", json_integer((json_int_t)row->row))) &&
		set_time(object, "received", row->received_ms) &&
		set_text(object, "incident_id", row->incident_id) &&
		set_text(object, "sender", row->sender) && set_text(object, "relay", row->relay) &&
		(!accepted || set_accepted(object, row)) && set_violations(object, row->receipt) &&
		(!accepted || set_alerts(object, row)) &&
		set_text(object, "form", row->form == TOCSIN_FORM_JSON ? "json" : "protobuf") &&
		(!row->has_bytes || set(object, "size", json_integer((json_int_t)row->size))) &&
		set_hash(object, row->hash) && set(object, "bytes_kept", json_boolean(row->has_bytes));
}

static bool set_refusal(json_t *object, const struct tocsin_query_row *row)
{
	return set(object, "row", json_integer((json_int_t)row->row)) &&
		set_text(object, "sender", row->sender) && set_text(object, "relay", row->relay) &&
		set_text(object, "incident_id", row->incident_id) &&
		set_time(object, "received", row->received_ms) &&
		set(object, "size", json_integer((json_int_t)row->size)) && set_hash(object, row->hash) &&
		set_violations(object, row->receipt);
}

static json_t *make(const struct tocsin_query_row *row,
	bool (*fill)(json_t *object, const struct tocsin_query_row *row))
{
	json_t *object = json_object();

	if (object && !fill(object, row)) {
		json_decref(object);
		return NULL;
	}
	return object;
}

json_t *tocsin_query_json_row(const struct tocsin_query_row *row)
{
	return make(row, set_row);
}

json_t *tocsin_query_json_refusal(const struct tocsin_query_row *row)
{
	return make(row, set_refusal);
}

enum tocsin_status tocsin_query_json_take_row(void *ctx, const struct tocsin_query_row *row)
{
	return json_array_append_new(ctx, tocsin_query_json_row(row)) ? TOCSIN_NO_MEMORY : TOCSIN_OK;
}

enum tocsin_status tocsin_query_json_take_refusal(void *ctx, const struct tocsin_query_row *row)
{
	return json_array_append_new(ctx, tocsin_query_json_refusal(row)) ? TOCSIN_NO_MEMORY
																	  : TOCSIN_OK;
}

json_t *tocsin_query_json_answer(const char *name, json_t *list, const struct tocsin_query_end *end)
{
	json_t *answer = json_object();
	char cursor[TOCSIN_QUERY_CURSOR];
	bool fine = set(answer, name, list);

	if (end->more) {
		tocsin_query_cursor_write(&end->after, cursor);
		fine = fine && set_text(answer, "next", cursor);
	}
	if (!fine) {
		json_decref(answer);
		return NULL;
	}
	return answer;
}
