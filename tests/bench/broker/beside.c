/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The client beside the broker: what a user would build instead of a plugin. It
 * subscribes to incidents and does the same work with the same engine; alert and receipt
 * go to the broker as any client's do. Nothing of it is slower than it need be.
 *
 * Usage: beside PORT RULES_FILE */
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/engine.h"
#include "rules/diagnostics.h"
#include "rules/files.h"

#define ROOT "tocsin/v1"

enum { KEEPALIVE_S = 60, UNLIMITED = 0 };

static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void send_all(struct mosquitto *client, const struct tocsin_outcome *outcome)
{
	for (size_t i = 0; i < outcome->publication_count; i++) {
		const struct tocsin_publication *one = &outcome->publications[i];
		const int rc = mosquitto_publish(
			client, NULL, one->topic, (int)one->payload_size, one->payload, one->qos, one->retain);

		if (rc != MOSQ_ERR_SUCCESS) {
			fprintf(stderr, "beside: cannot publish: %s\n", mosquitto_strerror(rc));
			exit(EXIT_FAILURE);
		}
	}
}

/* A client beside the broker is not told who published; the topic has to do. */
static void take(struct mosquitto *client, void *userdata, const struct mosquitto_message *message)
{
	struct tocsin_engine *engine = userdata;
	const struct tocsin_intake_topic topic = tocsin_intake_read(ROOT, message->topic);
	char sender[TOCSIN_MAX_LEVEL_NAME + 1];

	if (topic.kind != TOCSIN_INTAKE_INCIDENT || topic.sender_length > TOCSIN_MAX_LEVEL_NAME)
		return;
	snprintf(sender, sizeof(sender), "%.*s", (int)topic.sender_length, topic.sender);
	const struct tocsin_submission submission = {
		.topic_sender = topic.sender,
		.topic_sender_length = topic.sender_length,
		.user = sender,
		.client_id = sender,
		.form = topic.form,
		.payload = message->payload,
		.payload_size = (size_t)message->payloadlen,
	};
	struct tocsin_outcome *outcome = tocsin_engine_submit(engine, &submission, clock_ms());
	if (!outcome)
		return;
	tocsin_engine_settle(engine, outcome);
	send_all(client, outcome);
	tocsin_outcome_destroy(engine, outcome);
}

static void connected(struct mosquitto *client, void *userdata, int code)
{
	(void)userdata;
	if (code != 0 || mosquitto_subscribe(client, NULL, ROOT "/from/+/incident", 1) != 0) {
		fprintf(stderr, "beside: cannot subscribe\n");
		exit(EXIT_FAILURE);
	}
}

static void subscribed(
	struct mosquitto *client, void *userdata, int mid, int count, const int *granted)
{
	(void)client;
	(void)userdata;
	(void)mid;
	(void)count;
	(void)granted;
	puts("ready");
	fflush(stdout);
}

static struct tocsin_engine *engine_make(const char *rules_file)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_ruleset *rules = NULL;

	tocsin_diagnostics_init(&diagnostics);
	if (tocsin_ruleset_load(rules_file, &tocsin_disk, &diagnostics, &rules) != TOCSIN_OK) {
		fprintf(stderr, "beside: %s does not load\n", rules_file);
		exit(EXIT_FAILURE);
	}
	tocsin_diagnostics_finish(&diagnostics);
	const struct tocsin_engine_config config = {.root = ROOT};
	struct tocsin_engine *engine = tocsin_engine_create(&config, rules);
	if (!engine)
		exit(EXIT_FAILURE);
	return engine;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: beside PORT RULES_FILE\n");
		return 2;
	}
	mosquitto_lib_init();
	struct mosquitto *client = mosquitto_new("beside", true, engine_make(argv[2]));
	if (!client)
		return EXIT_FAILURE;
	mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_max_inflight_messages_set(client, UNLIMITED);
	mosquitto_connect_callback_set(client, connected);
	mosquitto_message_callback_set(client, take);
	mosquitto_subscribe_callback_set(client, subscribed);
	int rc = mosquitto_connect(client, "127.0.0.1", (int)strtol(argv[1], NULL, 10), KEEPALIVE_S);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_loop_forever(client, -1, 1);
	fprintf(stderr, "beside: %s\n", mosquitto_strerror(rc));
	return EXIT_FAILURE;
}
