/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/publish.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "mosquitto/compat.h"

#define OWN_SYS "$SYS/broker/tocsin/"
#define OWN_ANSWERS "$CONTROL/tocsin/v1/response"

enum { PROTOBUF_IS_BYTES = 0, JSON_IS_UTF8 = 1, PLAIN_BYTES = 199 };

/* Printable ASCII without wildcards, too short for more levels than the 200 that the broker
 * takes: nearly all of them. */
static bool is_plain(const char *topic)
{
	size_t at = 0;

	while (topic[at] >= ' ' && topic[at] <= '~' && topic[at] != '+' && topic[at] != '#')
		at++;
	return topic[at] == '\0' && at <= PLAIN_BYTES;
}

/* The broker delivers what a plugin publishes on any topic at all, so nothing but
 * this stands between a mistake and a wildcard, $CONTROL or bad UTF-8. */
static bool topic_allowed(const struct tocsin_publication *publication)
{
	const char *topic = publication->topic;

	if (!topic || topic[0] == '\0')
		return false;
	/* A broadcast answer would show everybody what one operator asked. */
	if (publication->client_id && strcmp(topic, OWN_ANSWERS) == 0)
		return true;
	if (topic[0] == '$' && strncmp(topic, OWN_SYS, sizeof(OWN_SYS) - 1) != 0)
		return false;
	if (is_plain(topic))
		return true;
	size_t length = strlen(topic);
	return length <= UINT16_MAX && mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS &&
		mosquitto_validate_utf8(topic, (int)length) == MOSQ_ERR_SUCCESS;
}

static int add_user(mosquitto_property **list, const char *name, const char *value)
{
	if (!value)
		return MOSQ_ERR_SUCCESS;
	return mosquitto_property_add_string_pair(list, MQTT_PROP_USER_PROPERTY, name, value);
}

static int add_form(mosquitto_property **list, const struct tocsin_publication *publication)
{
	bool json = publication->form == TOCSIN_FORM_JSON;
	int rc = mosquitto_property_add_byte(
		list, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, json ? JSON_IS_UTF8 : PROTOBUF_IS_BYTES);

	if (rc != MOSQ_ERR_SUCCESS)
		return rc;
	return mosquitto_property_add_string(
		list, MQTT_PROP_CONTENT_TYPE, json ? "application/json" : "application/protobuf");
}

/* Seconds left, rounded down but never 0: an expiry of 0 never ends. */
static uint32_t seconds_left(int64_t expires_ms, int64_t now_ms)
{
	int64_t seconds = (expires_ms - now_ms) / 1000;

	if (seconds < 1)
		return 1;
	return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static int add_properties(
	mosquitto_property **list, const struct tocsin_publication *publication, int64_t now_ms)
{
	int rc = MOSQ_ERR_SUCCESS;

	if (publication->version_3)
		return rc;
	if (publication->payload)
		rc = add_form(list, publication);
	if (rc == MOSQ_ERR_SUCCESS && publication->expires_ms > 0)
		rc = mosquitto_property_add_int32(
			list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, seconds_left(publication->expires_ms, now_ms));
	if (rc == MOSQ_ERR_SUCCESS && publication->correlation)
		rc = mosquitto_property_add_binary(list, MQTT_PROP_CORRELATION_DATA,
			publication->correlation, (uint16_t)publication->correlation_size);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = add_user(list, "severity", publication->severity);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = add_user(list, "msg-type", publication->msg_type);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = add_user(list, "schema", publication->schema);
	return rc;
}

/* A message without a payload clears what is retained; that never comes too late. */
static bool expired(const struct tocsin_publication *publication, int64_t now_ms)
{
	return publication->payload && publication->expires_ms > 0 && publication->expires_ms <= now_ms;
}

enum tocsin_published tocsin_broker_publish(
	struct tocsin_publication *publication, int64_t now_ms, struct tocsin_publish_counts *counts)
{
	mosquitto_property *properties = NULL;

	if (!topic_allowed(publication) || publication->payload_size > INT_MAX ||
		publication->correlation_size > UINT16_MAX) {
		counts->refused++;
		return TOCSIN_PUBLISH_NEVER;
	}
	if (expired(publication, now_ms)) {
		counts->expired++;
		return TOCSIN_PUBLISH_NEVER;
	}
	int rc = add_properties(&properties, publication, now_ms);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_broker_publish(publication->client_id, publication->topic,
			publication->payload ? (int)publication->payload_size : 0, publication->payload,
			publication->qos, publication->retain, properties);
	if (rc == MOSQ_ERR_SUCCESS) {
		publication->payload = NULL;
		counts->sent++;
		return TOCSIN_PUBLISHED;
	}
	mosquitto_property_free_all(&properties);
	if (rc == MOSQ_ERR_NOMEM)
		return TOCSIN_PUBLISH_LATER;
	counts->refused++;
	return TOCSIN_PUBLISH_NEVER;
}
