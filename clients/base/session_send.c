/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a session asks the broker for, and gives it. */
#include "clients/base/mqtt.h"
#include "clients/base/pipe_signal.h"
#include "clients/base/session.h"

int tocsin_session_subscribe(struct tocsin_session *session, const char *filter)
{
	return tocsin_session_subscribe_at(session, filter, 1);
}

int tocsin_session_subscribe_at(struct tocsin_session *session, const char *filter, int qos)
{
	struct tocsin_pipe_signal held;
	int id = -1;
	tocsin_pipe_signal_hold(&held);
	int code = mosquitto_subscribe(session->mosquitto, &id, filter, qos);
	tocsin_pipe_signal_drop(&held);
	return code == MOSQ_ERR_SUCCESS ? id : -1;
}

static int add_user_property(mosquitto_property **properties, const char *name, const char *value)
{
	return value
		? mosquitto_property_add_string_pair(properties, MQTT_PROP_USER_PROPERTY, name, value)
		: MOSQ_ERR_SUCCESS;
}

static int add_properties(mosquitto_property **properties, const struct tocsin_publish_form *form)
{
	int code =
		mosquitto_property_add_string(properties, MQTT_PROP_CONTENT_TYPE, form->content_type);
	if (code == MOSQ_ERR_SUCCESS)
		code = mosquitto_property_add_byte(
			properties, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, form->text ? 1 : 0);
	if (code == MOSQ_ERR_SUCCESS && form->expiry_s)
		code = mosquitto_property_add_int32(
			properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, form->expiry_s);
	if (code == MOSQ_ERR_SUCCESS)
		code = add_user_property(properties, "severity", form->severity);
	if (code == MOSQ_ERR_SUCCESS)
		code = add_user_property(properties, "msg-type", form->msg_type);
	return code;
}

int tocsin_session_publish_as(struct tocsin_session *session, const char *topic,
	const void *payload, size_t size, const struct tocsin_publish_form *form)
{
	mosquitto_property *properties = NULL;
	struct tocsin_pipe_signal held;
	int id = -1, code = MOSQ_ERR_SUCCESS;
	if (session->connection->protocol == MQTT_PROTOCOL_V5)
		code = add_properties(&properties, form);
	tocsin_pipe_signal_hold(&held);
	if (code == MOSQ_ERR_SUCCESS)
		code = mosquitto_publish_v5(
			session->mosquitto, &id, topic, (int)size, payload, 1, false, properties);
	tocsin_pipe_signal_drop(&held);
	mosquitto_property_free_all(&properties);
	/* Once it has an id the library keeps it, and sends it with the next connection
	 * where this one has just broken. */
	return code == MOSQ_ERR_NOMEM ? -1 : id;
}

int tocsin_session_publish(
	struct tocsin_session *session, const char *topic, const void *payload, size_t size, bool json)
{
	const struct tocsin_publish_form form = {
		.content_type = json ? "application/json" : "application/protobuf", .text = json};
	return tocsin_session_publish_as(session, topic, payload, size, &form);
}
