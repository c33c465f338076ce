/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The baseline: what any plugin has to do at the least. For each incident it publishes
 * the bytes as they came, once, and a receipt of 150 bytes to the client that sent them.
 * It decodes nothing, remembers nothing, and answers for nothing. */
#include <stdio.h>
#include <string.h>

#include "mosquitto/compat.h"

#define ENTRY __attribute__((visibility("default")))
#define INTAKE "/incident"
/* As long as those of alerts, so that the broker looks as far for who subscribes. */
#define ALERT_TOPIC "tocsin/v1/to/coordination/alert/severe/battles/ML/ML05/ML0503"

enum { ABI_VERSION = 5, RECEIPT_BYTES = 150, TOPIC_BYTES = 256 };

static void publish(const char *client_id, const char *topic, const void *bytes, size_t size,
	size_t payload_size, int qos)
{
	char *payload = mosquitto_calloc(1, payload_size);

	if (!payload)
		return;
	memcpy(payload, bytes, size);
	if (mosquitto_broker_publish(client_id, topic, (int)payload_size, payload, qos, false, NULL) !=
		MOSQ_ERR_SUCCESS)
		mosquitto_free(payload);
}

static int take(int event, void *event_data, void *userdata)
{
	const struct mosquitto_evt_message *message = event_data;
	const size_t length = strlen(message->topic);
	const size_t leaf = sizeof(INTAKE) - 1;
	const size_t size = message->payloadlen;
	char topic[TOPIC_BYTES];

	(void)event;
	(void)userdata;
	if (length < leaf || strcmp(message->topic + length - leaf, INTAKE) != 0)
		return MOSQ_ERR_SUCCESS;
	publish(NULL, ALERT_TOPIC, message->payload, size, size, message->qos);
	snprintf(topic, sizeof(topic), "%.*s/receipt", (int)(length - leaf), message->topic);
	publish(mosquitto_client_id(message->client), topic, message->payload,
		size < RECEIPT_BYTES ? size : RECEIPT_BYTES, RECEIPT_BYTES, 1);
	return MOSQ_ERR_SUCCESS;
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
	(void)options;
	(void)option_count;
	*userdata = identifier;
	return mosquitto_callback_register(identifier, MOSQ_EVT_MESSAGE, take, NULL, NULL);
}

ENTRY int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options, int option_count)
{
	(void)options;
	(void)option_count;
	return mosquitto_callback_unregister(userdata, MOSQ_EVT_MESSAGE, take, NULL);
}
