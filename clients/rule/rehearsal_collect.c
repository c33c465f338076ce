/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What an outcome publishes, as JSON to be judged. */
#include <string.h>

#include "clients/rule/rehearsal_run.h"
#include "engine/engine.h"
#include "proto/json.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

/* A payload as a value, new; NULL where it cannot be read. */
static json_t *payload_value(struct tocsin_arena *arena, const ProtobufCMessageDescriptor *type,
	const struct tocsin_publication *publication)
{
	char *text;
	size_t length;
	if (publication->form == TOCSIN_FORM_JSON)
		return json_loadb(publication->payload, publication->payload_size, 0, NULL);
	const ProtobufCMessage *message = protobuf_c_message_unpack(
		type, tocsin_arena_protobuf(arena), publication->payload_size, publication->payload);
	if (!message || tocsin_json_write(message, arena, &text, &length) != TOCSIN_OK)
		return NULL;
	return json_loadb(text, length, 0, NULL);
}

/* The alert of this audience and id, or a new one. Takes alert. */
static json_t *entry_of(json_t *alerts, json_t *alert)
{
	const char *audience = json_string_value(json_object_get(alert, "audience"));
	const char *id = json_string_value(json_object_get(alert, "id"));
	size_t i;
	json_t *entry;
	json_array_foreach(alerts, i, entry)
	{
		if (strcmp(json_string_value(json_object_get(entry, "audience")), audience) == 0 &&
			strcmp(json_string_value(json_object_get(entry, "id")), id) == 0) {
			json_decref(alert);
			return entry;
		}
	}
	entry = json_pack("{s:s, s:s, s:[], s:b, s:i, s:o}", "audience", audience, "id", id, "topics",
		"open", 0, "qos", 0, "alert", alert);
	return json_array_append_new(alerts, entry) == 0 ? entry : NULL;
}

static bool collect_alert(
	struct tocsin_arena *arena, const struct tocsin_publication *publication, json_t *happened)
{
	json_t *alert = payload_value(arena, &tocsin__v1__alert__descriptor, publication);
	if (!alert || !json_is_string(json_object_get(alert, "audience")) ||
		!json_is_string(json_object_get(alert, "id"))) {
		json_decref(alert);
		return false;
	}
	json_t *entry = entry_of(json_object_get(happened, "alerts"), alert);
	if (!entry)
		return false;
	if (publication->kind == TOCSIN_PUBLISH_OPEN)
		return json_object_set_new(entry, "open", json_true()) == 0;
	json_object_set_new(entry, "qos", json_integer(publication->qos));
	return json_array_append_new(
			   json_object_get(entry, "topics"), json_string(publication->topic)) == 0;
}

/* Both forms of one digest are one digest: its JSON twin follows it. */
static bool collect_digest(
	struct tocsin_arena *arena, const struct tocsin_publication *publication, json_t *happened)
{
	json_t *digests = json_object_get(happened, "digests");
	json_t *digest = payload_value(arena, &tocsin__v1__digest__descriptor, publication);
	size_t i;
	json_t *known;
	if (!digest)
		return false;
	if (publication->form == TOCSIN_FORM_JSON) {
		json_array_foreach(digests, i, known)
		{
			if (json_equal(known, digest)) {
				json_decref(digest);
				return true;
			}
		}
	}
	return json_array_append_new(digests, digest) == 0;
}

bool tocsin_rehearsal_collect(
	struct tocsin_arena *arena, const struct tocsin_outcome *outcome, json_t *happened)
{
	bool fine = true;
	for (size_t i = 0; i < outcome->publication_count && fine; i++) {
		const struct tocsin_publication *publication = &outcome->publications[i];
		switch (publication->kind) {
		case TOCSIN_PUBLISH_RECEIPT:
			fine = json_object_set_new(happened, "receipt",
					   payload_value(arena, &tocsin__v1__receipt__descriptor, publication)) == 0;
			break;
		case TOCSIN_PUBLISH_DIGEST:
			fine = collect_digest(arena, publication, happened);
			break;
		case TOCSIN_PUBLISH_OPEN:
		case TOCSIN_PUBLISH_ALERT:
			if (publication->payload_size > 0)
				fine = collect_alert(arena, publication, happened);
			else
				json_array_append_new(
					json_object_get(happened, "cleared"), json_string(publication->topic));
			break;
		default:
			break;
		}
	}
	return fine;
}
