/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The baseline: what any plugin has to do at the least. For each incident it publishes
 * the bytes as they came, once, and a receipt of 150 bytes to the client that sent them.
 * It decodes nothing, remembers nothing, and answers for nothing. With plugin_opt_properties
 * true what it publishes has the MQTT 5 properties that alerts and receipts have, so that
 * one sees what these alone cost the broker. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mosquitto/compat.h"

#define ENTRY __attribute__((visibility("default")))
#define INTAKE "/incident"
/* As long as those of alerts, so that the broker looks as far for who subscribes. */
#define ALERT_TOPIC "tocsin/v1/to/coordination/alert/severe/battles/ML/ML05/ML0503"

enum { ABI_VERSION = 5, RECEIPT_BYTES = 150, TOPIC_BYTES = 256, EXPIRY_S = 86400 };

static void publish(const char *client_id, const char *topic, const void *bytes, size_t size,
	size_t payload_size, int qos, mosquitto_property *properties)
{
	char *payload = mosquitto_calloc(1, payload_size);

	if (!payload)
		return;
	memcpy(payload, bytes, size);
	if (mosquitto_broker_publish(client_id, topic, (int)payload_size, payload, qos, false,
			properties) != MOSQ_ERR_SUCCESS)
		mosquitto_free(payload);
}

static void add_user(mosquitto_property **list, const char *name, const char *value)
{
	(void)mosquitto_property_add_string_pair(list, MQTT_PROP_USER_PROPERTY, name, value);
}

static mosquitto_property *of_receipt(const char *schema)
{
	mosquitto_property *list = NULL;

	(void)mosquitto_property_add_byte(&list, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, 0);
	(void)mosquitto_property_add_string(&list, MQTT_PROP_CONTENT_TYPE, "application/protobuf");
	add_user(&list, "schema", schema);
	return list;
}

static mosquitto_property *of_alert(void)
{
	mosquitto_property *list = of_receipt("tocsin.v1.Alert");

	(void)mosquitto_property_add_int32(&list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, EXPIRY_S);
	add_user(&list, "severity", "severe");
	add_user(&list, "msg-type", "alert");
	return list;
}

static bool reads_properties(const struct mosquitto *client)
{
	return mosquitto_client_protocol_version(client) >= MQTT_PROTOCOL_V5;
}

static int take(const struct mosquitto_evt_message *message, bool with_properties)
{
	const size_t length = strlen(message->topic);
	const size_t leaf = sizeof(INTAKE) - 1;
	const size_t size = message->payloadlen;
	char topic[TOPIC_BYTES];

	if (length < leaf || strcmp(message->topic + length - leaf, INTAKE) != 0)
		return MOSQ_ERR_SUCCESS;
	publish(NULL, ALERT_TOPIC, message->payload, size, size, message->qos,
		with_properties ? of_alert() : NULL);
	snprintf(topic, sizeof(topic), "%.*s/receipt", (int)(length - leaf), message->topic);
	publish(mosquitto_client_id(message->client), topic, message->payload,
		size < RECEIPT_BYTES ? size : RECEIPT_BYTES, RECEIPT_BYTES, 1,
		with_properties && reads_properties(message->client) ? of_receipt("tocsin.v1.Receipt")
															 : NULL);
	return MOSQ_ERR_SUCCESS;
}

static int take_bare(int event, void *event_data, void *userdata)
{
	(void)event;
	(void)userdata;
	return take(event_data, false);
}

static int take_with_properties(int event, void *event_data, void *userdata)
{
	(void)event;
	(void)userdata;
	return take(event_data, true);
}

static MOSQ_FUNC_generic_callback taker(const struct mosquitto_opt *options, int count)
{
	return count > 0 && strcmp(options[0].key, "properties") == 0 ? take_with_properties
																  : take_bare;
}

ENTRY int mosquitto_plugin_version(int supported_version_count, const int *supported_versions)
{
	for (int i = 0; i < supported_version_count; i++) {
		if (supported_versions[i] == ABI_VERSION)
			return ABI_VERSION;
	}
	return -1;
}

ENTRY int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **userdata,
	struct mosquitto_opt *options, int option_count)
{
	*userdata = identifier;
	return mosquitto_callback_register(
		identifier, MOSQ_EVT_MESSAGE, taker(options, option_count), NULL, NULL);
}

ENTRY int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options, int option_count)
{
	return mosquitto_callback_unregister(
		userdata, MOSQ_EVT_MESSAGE, taker(options, option_count), NULL);
}
