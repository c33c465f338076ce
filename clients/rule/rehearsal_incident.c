/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The incident of a step as it goes out. */
#include <stdio.h>
#include <string.h>

#include "clients/rule/rehearsal_run.h"
#include "proto/instant.h"
#include "proto/sha256.h"

enum { MAX_ID = 64 };

/* A UUID of version 4 that is always the same for the same file, step and name. */
static bool make_id(const char *name, size_t number, int64_t now_ms, char id[MAX_ID])
{
	uint8_t hash[TOCSIN_SHA256];
	char seed[MAX_ID + TOCSIN_INSTANT_TEXT + 300];
	snprintf(seed, sizeof seed, "%zu %lld %.200s", number, (long long)now_ms, name ? name : "");
	if (tocsin_sha256((const uint8_t *)seed, strlen(seed), hash) != TOCSIN_OK)
		return false;
	hash[6] = (uint8_t)((hash[6] & 0x0F) | 0x40);
	hash[8] = (uint8_t)((hash[8] & 0x3F) | 0x80);
	snprintf(id, MAX_ID, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7], hash[8], hash[9],
		hash[10], hash[11], hash[12], hash[13], hash[14], hash[15]);
	return true;
}

/* Missing ones are made up; a null means: leave it out. */
static void fill(json_t *incident, const char *name, const char *value)
{
	const json_t *given = json_object_get(incident, name);
	if (!given)
		json_object_set_new(incident, name, json_string(value));
}

static void drop_nulls(json_t *object)
{
	const char *name;
	json_t *value;
	void *next;
	json_object_foreach_safe(object, next, name, value)
	{
		if (json_is_null(value))
			json_object_del(object, name);
		else if (json_is_object(value))
			drop_nulls(value);
	}
}

static void resolve_references(const json_t *sent_before, json_t *incident)
{
	size_t i;
	json_t *reference;
	json_array_foreach(json_object_get(incident, "references"), i, reference)
	{
		const char *name = json_string_value(json_object_get(reference, "name"));
		const json_t *sent = name ? json_object_get(sent_before, name) : NULL;
		if (!sent)
			continue;
		json_object_del(reference, "name");
		json_object_set(reference, "sender", json_object_get(sent, "sender"));
		json_object_set(reference, "id", json_object_get(sent, "id"));
		json_object_set(reference, "sent", json_object_get(sent, "sent"));
	}
}

json_t *tocsin_rehearsal_incident(
	const struct tocsin_rehearsal_step *step, size_t number, int64_t now_ms, const json_t *sent)
{
	char id[MAX_ID], now[TOCSIN_INSTANT_TEXT];
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	json_t *incident = json_deep_copy(step->incident);
	tocsin_instant_set(&time, now_ms);
	tocsin_instant_write(&time, now);
	if (!incident || !make_id(step->name, number, now_ms, id)) {
		json_decref(incident);
		return NULL;
	}
	if (step->filled) {
		fill(incident, "id", id);
		fill(incident, "sent", now);
		fill(incident, "status", "actual");
		fill(incident, "msg_type", "alert");
	}
	resolve_references(sent, incident);
	drop_nulls(incident);
	return incident;
}
