/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report_send.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/mqtt.h"
#include "clients/number.h"
#include "clients/receipt_print.h"
#include "proto/json.h"
#include "proto/text.h"

enum {
	MAX_RECEIPT_MEMORY = 1 << 20,
	/* The hub's own refusal comes as a receipt beside the broker's: it says why. */
	REFUSAL_PATIENCE_MS = 3000,
};

static void progress(const struct tocsin_send *send, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void progress(const struct tocsin_send *send, const char *format, ...)
{
	va_list args;
	if (send->quiet)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static void publish(struct tocsin_send *send)
{
	bool json = send->draft->form == TOCSIN_FORM_JSON;
	send->published = tocsin_session_publish(&send->session, send->topic, send->draft->bytes,
						  send->draft->size, json) >= 0;
}

/* The library sends again by itself what the broker had not taken; what it had
 * taken may be lost with the broker, and a re-send is answered like the first. */
static void on_connected(void *ctx)
{
	struct tocsin_send *send = ctx;
	if (!send->published || send->taken)
		publish(send);
}

static void on_published(void *ctx, int id, int reason)
{
	struct tocsin_send *send = ctx;
	(void)id;
	if (reason >= 0x80) {
		send->refusal = reason;
		send->refused_at_ms = tocsin_ticks_ms();
		return;
	}
	if (!send->taken && send->timeout_ms > 0)
		progress(send, "sent, not confirmed yet: waiting for the hub's receipt");
	send->taken = true;
}

static Tocsin__V1__Receipt *read_receipt(
	struct tocsin_send *send, const struct tocsin_message *message)
{
	ProtobufCMessage *read = NULL;
	tocsin_arena_reset(send->arena);
	if (send->draft->form == TOCSIN_FORM_PROTOBUF)
		return (Tocsin__V1__Receipt *)protobuf_c_message_unpack(&tocsin__v1__receipt__descriptor,
			tocsin_arena_protobuf(send->arena), message->size, message->payload);
	struct tocsin_violations violations;
	tocsin_violations_init(&violations, send->arena);
	if (tocsin_json_read(&tocsin__v1__receipt__descriptor, (const char *)message->payload,
			message->size, send->arena, &violations, &read) != TOCSIN_OK)
		return NULL;
	return (Tocsin__V1__Receipt *)read;
}

/* A receipt for other bytes, such as of another report of this user, is not ours. */
static void on_message(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_send *send = ctx;
	if (send->receipt || strcmp(message->topic, send->receipt_topic) != 0)
		return;
	const Tocsin__V1__Receipt *ours = send->draft->verdict;
	Tocsin__V1__Receipt *receipt = read_receipt(send, message);
	if (receipt && strcmp(receipt->payload_sha256, ours->payload_sha256) == 0 &&
		(!*receipt->incident_id || strcmp(receipt->incident_id, ours->incident_id) == 0))
		send->receipt = receipt;
}

static char *topic(const struct tocsin_send *send, const char *kind)
{
	const char *user = send->connection->user;
	bool json = send->draft->form == TOCSIN_FORM_JSON;
	char *text = NULL;
	if (asprintf(&text, "%s/from/%s/%s%s", send->connection->root,
			user ? user : send->session.client_id, kind, json ? "-json" : "") < 0)
		return NULL;
	return text;
}

static enum tocsin_exit open_session(struct tocsin_send *send)
{
	const struct tocsin_handlers handlers = {
		.ctx = send, .connected = on_connected, .message = on_message, .published = on_published};
	const char *id = send->connection->user ? send->connection->user : send->connection->client_id;
	if (id && !tocsin_text_is_level(id, strlen(id))) {
		fprintf(stderr,
			"tocsin report: a sender's name (-u, or -i without one) must be 1 to 64 of "
			"A-Z a-z 0-9 _ -\n");
		return TOCSIN_EXIT_USAGE;
	}
	enum tocsin_exit code = tocsin_session_prepare(&send->session, send->connection, &handlers);
	if (code != TOCSIN_EXIT_OK)
		return code;
	send->arena = tocsin_arena_create(MAX_RECEIPT_MEMORY, &tocsin_heap);
	send->topic = topic(send, "incident");
	send->receipt_topic = topic(send, "receipt");
	if (!send->arena || !send->topic || !send->receipt_topic) {
		fprintf(stderr, "tocsin: out of memory\n");
		return TOCSIN_EXIT_REFUSED;
	}
	progress(send, "waiting: report %s is not sent yet", send->draft->id);
	return tocsin_session_open(&send->session);
}

static enum tocsin_exit give_up(const struct tocsin_send *send, const char *why)
{
	if (send->taken)
		fprintf(stderr,
			"tocsin report: %s: the broker has report %s, the hub has not confirmed it: keep your "
			"copy and send it again\n",
			why, send->draft->id);
	else
		fprintf(stderr, "tocsin report: %s: report %s was not sent: keep your copy\n", why,
			send->draft->id);
	return TOCSIN_EXIT_TIMEOUT;
}

static bool refused_for_good(const struct tocsin_send *send)
{
	return send->refusal && tocsin_ticks_ms() - send->refused_at_ms >= REFUSAL_PATIENCE_MS;
}

static bool finished(const struct tocsin_send *send)
{
	return send->receipt || (send->timeout_ms == 0 && send->taken) || refused_for_good(send);
}

enum { BROKER_WAIT_MS = 30000, LOOK_MS = 100 };

static enum tocsin_exit wait_for_receipt(struct tocsin_send *send)
{
	int64_t wait_ms = send->timeout_ms ? send->timeout_ms : BROKER_WAIT_MS;
	int64_t until_ms = tocsin_ticks_ms() + wait_ms;
	while (!finished(send)) {
		int64_t left_ms = until_ms - tocsin_ticks_ms();
		if (left_ms <= 0)
			return give_up(send, "no receipt in time");
		if (send->refusal && left_ms > LOOK_MS)
			left_ms = LOOK_MS;
		switch (tocsin_session_step(&send->session, left_ms)) {
		case TOCSIN_STEP_SIGNAL:
			return give_up(send, "interrupted");
		case TOCSIN_STEP_LOST:
			progress(send, "the line broke: trying again");
			break;
		case TOCSIN_STEP_NO_READER:
		case TOCSIN_STEP_DONE:
			break;
		}
	}
	if (send->receipt)
		return tocsin_receipt_exit(send->receipt);
	if (refused_for_good(send)) {
		fprintf(stderr, "tocsin report: the broker refused the publish to %s: %s\n", send->topic,
			mosquitto_reason_string(send->refusal));
		return TOCSIN_EXIT_REFUSED;
	}
	progress(send, "sent, not confirmed: report %s", send->draft->id);
	return TOCSIN_EXIT_OK;
}

enum tocsin_exit tocsin_report_send(struct tocsin_send *send, Tocsin__V1__Receipt **receipt)
{
	send->session.signals = -1;
	enum tocsin_exit code = open_session(send);
	if (code == TOCSIN_EXIT_OK)
		code = wait_for_receipt(send);
	*receipt = send->receipt;
	tocsin_session_close(&send->session);
	return code;
}

void tocsin_report_send_finish(struct tocsin_send *send)
{
	if (!send)
		return;
	tocsin_arena_destroy(send->arena);
	free(send->topic);
	free(send->receipt_topic);
	send->arena = NULL;
	send->topic = send->receipt_topic = NULL;
}
