/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Targets: tocsin_intake_read, tocsin_identify, the address of a receipt. An input is
 * what a client says around its payload, with line feeds between: topic, user name,
 * client id, response topic, correlation data. Nothing of it chooses a topic outside
 * the client's own box. */
#include "engine/intake.h"
#include "hub.h"

enum { TEXTS = 5 };

struct client {
	const char *topic, *user, *client_id, *response_topic, *correlation;
};

/* Parts text at its line feeds; what is missing is NULL. */
static void read_client(char *text, struct client *client)
{
	const char *texts[TEXTS] = {NULL};

	for (int i = 0; i < TEXTS && text; i++) {
		texts[i] = strsep(&text, "\n");
		texts[i] = *texts[i] || i == 0 ? texts[i] : NULL;
	}
	*client = (struct client){texts[0], texts[1], texts[2], texts[3], texts[4]};
}

static void check_receipt(const struct client *client, const struct tocsin_publication *publication)
{
	static const char box[] = HUB_ROOT "/from/";
	const char *topic = publication->topic;
	const char *name = client->user ? client->user : client->client_id;
	size_t points;

	FUZZ_HOLDS(name != NULL);
	FUZZ_HOLDS(hub_is_beneath(topic, box) && hub_is_beneath(topic + strlen(box), name));
	FUZZ_HOLDS(topic[strlen(box) + strlen(name)] == '/' && !strpbrk(topic, "+#"));
	FUZZ_HOLDS(!strchr(name, '/'));
	FUZZ_HOLDS(tocsin_text_check(topic, strlen(topic), &points) == TOCSIN_TEXT_FINE);
	FUZZ_HOLDS(client->client_id && strcmp(publication->client_id, client->client_id) == 0);
	FUZZ_HOLDS(publication->correlation_size <= TOCSIN_MAX_CORRELATION);
	/* An answer that is taken in again would be answered again. */
	FUZZ_HOLDS(tocsin_intake_read(HUB_ROOT, topic).kind == TOCSIN_INTAKE_RESERVED);
}

static void submit(struct tocsin_engine *engine, const struct client *client,
	const struct tocsin_intake_topic *topic)
{
	const struct tocsin_submission submission = {
		.topic_sender = topic->sender,
		.topic_sender_length = topic->sender_length,
		.user = client->user,
		.client_id = client->client_id,
		.form = topic->form,
		.response_topic = client->response_topic,
		.correlation = (const uint8_t *)client->correlation,
		.correlation_size = client->correlation ? strlen(client->correlation) : 0,
	};
	const char *name = client->user ? client->user : client->client_id;
	const bool own = name && strlen(name) == topic->sender_length &&
		memcmp(name, topic->sender, topic->sender_length) == 0;
	const uint64_t reserved = tocsin_engine_ledger(engine)->reserved;
	struct tocsin_outcome *outcome = tocsin_engine_submit(engine, &submission, HUB_NOW_MS);

	FUZZ_HOLDS((outcome != NULL) == own);
	if (!outcome) {
		FUZZ_HOLDS(tocsin_engine_ledger(engine)->reserved == reserved + 1);
		return;
	}
	FUZZ_HOLDS(outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	for (size_t i = 0; i < outcome->publication_count; i++) {
		if (outcome->publications[i].kind == TOCSIN_PUBLISH_RECEIPT)
			check_receipt(client, &outcome->publications[i]);
		else
			hub_check_publication(&outcome->publications[i]);
	}
	tocsin_engine_settle(engine, outcome);
	tocsin_outcome_destroy(engine, outcome);
}

void fuzz_input(const uint8_t *data, size_t size)
{
	static struct tocsin_engine *engine; /* it accepts nothing, so one will do */
	char *text = strndup((const char *)data, size);
	struct client client;

	FUZZ_HOLDS(text != NULL);
	read_client(text, &client);
	const struct tocsin_intake_topic topic = tocsin_intake_read(HUB_ROOT, client.topic);
	const bool beneath =
		strcmp(client.topic, HUB_ROOT) == 0 || hub_is_beneath(client.topic, HUB_ROOT "/");
	FUZZ_HOLDS((topic.kind == TOCSIN_INTAKE_FOREIGN) == !beneath);
	if (!engine)
		engine = hub_create();
	if (topic.kind == TOCSIN_INTAKE_INCIDENT)
		submit(engine, &client, &topic);
	free(text);
}
