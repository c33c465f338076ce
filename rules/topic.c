/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <string.h>

#include "proto/enum_name.h"
#include "proto/text.h"
#include "rules/render.h"
#include "rules/slug.h"

enum { MAX_TOPIC = 2048 }; /* bytes: the root and a dozen levels of 64 */

/* A topic level by level. full is set where it does not fit. */
struct topic {
	char bytes[MAX_TOPIC];
	size_t length;
	bool full;
};

static void add(struct topic *topic, const char *text)
{
	size_t length = strlen(text);
	if (length >= sizeof topic->bytes - topic->length) {
		topic->full = true;
		return;
	}
	memcpy(topic->bytes + topic->length, text, length);
	topic->length += length;
}

/* A level that is no level (empty, or anything but letters, digits, _ and -) would
 * shift the others or break the topic: "-" stands for it. */
static void add_level(struct topic *topic, const char *level)
{
	bool fit = level != NULL && tocsin_text_is_level(level, strlen(level));
	add(topic, "/");
	add(topic, fit ? level : "-");
}

static void add_enum(struct topic *topic, const ProtobufCEnumDescriptor *type, int value)
{
	add_level(topic, tocsin_enum_name(type, value));
}

static void start(struct topic *topic, const char *root, const Tocsin__V1__Alert *alert,
	const char *kind, bool json)
{
	topic->length = 0;
	topic->full = false;
	add(topic, root);
	add(topic, "/to");
	add_level(topic, alert->audience);
	add_level(topic, kind);
	add(topic, json ? "-json" : "");
}

/* A code of the path, or NULL where the alert's place is not that deep. */
static const char *code_at(const Tocsin__V1__Alert *alert, size_t at)
{
	return alert->area != NULL && at < alert->area->n_pcodes ? alert->area->pcodes[at] : NULL;
}

static const char *country_of(const Tocsin__V1__Alert *alert)
{
	return alert->area != NULL ? alert->area->country : NULL;
}

static char *finish(const struct topic *topic, struct tocsin_arena *arena)
{
	return topic->full ? NULL : tocsin_arena_text(arena, topic->bytes, topic->length);
}

static const char *tree_of(Tocsin__V1__Status status)
{
	switch (status) {
	case TOCSIN__V1__STATUS__STATUS_ACTUAL:
		return "alert";
	case TOCSIN__V1__STATUS__STATUS_EXERCISE:
		return "exercise";
	default:
		return "test";
	}
}

char *tocsin_topic_alert(
	const char *root, const Tocsin__V1__Alert *alert, bool json, struct tocsin_arena *arena)
{
	struct topic topic;
	start(&topic, root, alert, tree_of(alert->status), json);
	add_enum(&topic, &tocsin__v1__severity__descriptor, (int)alert->severity);
	add_enum(&topic, &tocsin__v1__event_type__descriptor,
		alert->event != NULL ? (int)alert->event->type : 0);
	add_level(&topic, country_of(alert));
	for (size_t i = 0; code_at(alert, i) != NULL; i++) {
		add_level(&topic, code_at(alert, i));
	}
	return finish(&topic, arena);
}

char *tocsin_topic_open(
	const char *root, const Tocsin__V1__Alert *alert, bool json, struct tocsin_arena *arena)
{
	struct topic topic;
	if (alert->status != TOCSIN__V1__STATUS__STATUS_ACTUAL) {
		return NULL;
	}
	start(&topic, root, alert, "open", json);
	add_level(&topic, country_of(alert));
	add_level(&topic, code_at(alert, 0));
	add_level(&topic, alert->incident_id);
	return finish(&topic, arena);
}

char *tocsin_topic_figure(
	const char *root, const Tocsin__V1__Alert *alert, bool json, struct tocsin_arena *arena)
{
	struct topic topic;
	char operation[TOCSIN_SLUG];
	if (alert->status != TOCSIN__V1__STATUS__STATUS_ACTUAL || alert->n_displacement != 1) {
		return NULL;
	}
	const Tocsin__V1__Displacement *entry = alert->displacement[0];
	if (!tocsin_slug_write(entry->operation, operation)) {
		return NULL;
	}
	start(&topic, root, alert, "figure", json);
	add_level(&topic, country_of(alert));
	add_level(&topic, code_at(alert, 0));
	add_level(&topic, code_at(alert, 1));
	add_level(&topic, operation);
	add_enum(&topic, &tocsin__v1__population__descriptor, (int)entry->population);
	add_enum(&topic, &tocsin__v1__flow_or_stock__descriptor, (int)entry->flow_or_stock);
	return finish(&topic, arena);
}
