/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/message.h"

#include <stdlib.h>

#include "mosquitto/clock.h"
#include "mosquitto/host.h"

/* What MQTT 5 clients may say beside the payload. */
struct request {
	char *response_topic;
	void *correlation;
	uint16_t correlation_size;
};

static void read_request(const mosquitto_property *properties, struct request *request)
{
	*request = (struct request){0};
	(void)mosquitto_property_read_string(
		properties, MQTT_PROP_RESPONSE_TOPIC, &request->response_topic, false);
	(void)mosquitto_property_read_binary(properties, MQTT_PROP_CORRELATION_DATA,
		&request->correlation, &request->correlation_size, false);
}

static bool take_wish(
	struct tocsin_host *host, const struct tocsin_submission *submission, int64_t now_ms)
{
	struct tocsin_replay *replay = NULL;
	struct tocsin_outcome *outcome =
		tocsin_engine_replay(host->engine, submission, now_ms, &replay);

	if (replay)
		tocsin_replays_take(host, replay, now_ms);
	if (outcome)
		tocsin_host_take(host, outcome, now_ms);
	return outcome || replay;
}

/* False where the topic is not this client's own, or memory is short. */
static bool take(struct tocsin_host *host, const struct mosquitto_evt_message *message,
	const struct tocsin_intake_topic *topic)
{
	int64_t now_ms = tocsin_clock_ms();
	struct request request;

	read_request(message->properties, &request);
	struct tocsin_submission submission = {
		.topic_sender = topic->sender,
		.topic_sender_length = topic->sender_length,
		.user = message->client ? mosquitto_client_username(message->client) : NULL,
		.client_id = message->client ? mosquitto_client_id(message->client) : NULL,
		.form = topic->form,
		.payload = message->payload,
		.payload_size = message->payload ? message->payloadlen : 0,
		.response_topic = request.response_topic,
		.correlation = request.correlation,
		.correlation_size = request.correlation ? request.correlation_size : 0,
		.version_3 = message->client &&
			mosquitto_client_protocol_version(message->client) < MQTT_PROTOCOL_V5,
		.defer = tocsin_host_defer(host),
	};
	bool taken = topic->kind == TOCSIN_INTAKE_REPLAY
		? take_wish(host, &submission, now_ms)
		: tocsin_waitings_submit(host, &submission, now_ms);
	free(request.response_topic);
	free(request.correlation);
	if (!taken)
		return false;
	tocsin_host_turn_without_ticks(host, now_ms);
	return true;
}

int tocsin_message_take(int event, void *event_data, void *userdata)
{
	struct mosquitto_evt_message *message = event_data;
	struct tocsin_host *host = userdata;
	bool taken = false;

	(void)event;
	struct tocsin_intake_topic topic = tocsin_intake_read(host->options.topic_root, message->topic);
	if (topic.kind == TOCSIN_INTAKE_FOREIGN)
		return MOSQ_ERR_SUCCESS;
	host->heard_steady_ms = tocsin_clock_steady_ms();
	if (topic.kind == TOCSIN_INTAKE_RESERVED)
		tocsin_engine_count_reserved(host->engine);
	else
		taken = take(host, message, &topic);
	message->payload = NULL;
	message->payloadlen = 0;
	message->retain = false;
	return taken ? MOSQ_ERR_SUCCESS : MOSQ_ERR_ACL_DENIED;
}
