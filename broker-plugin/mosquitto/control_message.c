/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/control_message.h"

#include <string.h>

#include "mosquitto/control.h"
#include "mosquitto/memory.h"

struct tocsin_request *tocsin_control_message_read(
	const struct mosquitto_evt_control *message, const char *user, size_t ceiling)
{
	const bool keep = message->payloadlen <= ceiling || message->payloadlen <= TOCSIN_REQUEST_ECHO;
	struct tocsin_request *request = tocsin_request_create(mosquitto_client_id(message->client),
		user, keep ? message->payload : NULL, message->payloadlen);

	if (request)
		(void)mosquitto_property_read_binary(message->properties, MQTT_PROP_CORRELATION_DATA,
			&request->correlation, &request->correlation_size, false);
	return request;
}

void tocsin_control_message_send(
	struct tocsin_request *request, int64_t now_ms, struct tocsin_publish_counts *counts)
{
	if (!request->text)
		tocsin_request_write(request);
	if (!request->text)
		return;
	size_t size = strlen(request->text);
	struct tocsin_publication publication = {
		.kind = TOCSIN_PUBLISH_NOTICE,
		.form = TOCSIN_FORM_JSON,
		.topic = TOCSIN_CONTROL_TOPIC "/response",
		.qos = 1,
		.client_id = request->client_id,
		.payload = tocsin_broker_memory.alloc(tocsin_broker_memory.ctx, size),
		.payload_size = size,
	};
	if (request->correlation && request->correlation_size <= TOCSIN_MAX_CORRELATION) {
		publication.correlation = request->correlation;
		publication.correlation_size = request->correlation_size;
	}
	if (!publication.payload)
		return;
	memcpy(publication.payload, request->text, size);
	(void)tocsin_broker_publish(&publication, now_ms, counts);
	tocsin_broker_memory.free(tocsin_broker_memory.ctx, publication.payload);
}
