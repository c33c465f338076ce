/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/outbox_answer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "proto/json.h"

enum {
	/* The hub's own refusal comes as a receipt beside the broker's: it says why. */
	DENIAL_PATIENCE_MS = 3000,
	WINDOW_AFTER_DEFERRAL = 1,
	MAX_WINDOW = 8,
	UNSTATED_WAIT_S = 5,
	BROKER_WAIT_MS = 30000,
	LONGEST_WAIT_S = 86400,
};

void tocsin_outbox_progress(const struct tocsin_outbox_send *send, const char *format, ...)
{
	va_list args;
	if (send->quiet)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void tocsin_outbox_be_patient(struct tocsin_outbox_send *send)
{
	send->give_up_ms =
		tocsin_ticks_ms() + (send->timeout_ms > 0 ? send->timeout_ms : BROKER_WAIT_MS);
}

void tocsin_outbox_complain(struct tocsin_outbox_send *send)
{
	if (!send->disk_complained)
		fprintf(stderr,
			_("tocsin report: the outbox cannot be changed (%s): what it says of these reports is "
			  "out of date\n"),
			strerror(errno));
	send->disk_complained = true;
}

void tocsin_outbox_on_published(void *ctx, int packet, int reason)
{
	struct tocsin_outbox_send *send = ctx;
	send->heard_ms = tocsin_ticks_ms();
	for (size_t i = 0; i < send->outbox->count; i++) {
		struct tocsin_parcel *parcel = send->outbox->parcels[i];
		if (!parcel->in_flight || parcel->taken || parcel->packet != packet)
			continue;
		if (reason >= 0x80) {
			parcel->denial = reason;
			parcel->denied_ms = tocsin_ticks_ms();
			return;
		}
		parcel->taken = true;
		if (send->timeout_ms > 0 || send->stay)
			tocsin_outbox_progress(send, _("sent, not confirmed yet: %s"), parcel->id);
		else
			tocsin_outbox_be_patient(send);
		return;
	}
}

static Tocsin__V1__Receipt *read_receipt(
	struct tocsin_outbox_send *send, enum tocsin_form form, const struct tocsin_message *message)
{
	ProtobufCMessage *read = NULL;
	tocsin_arena_reset(send->arena);
	if (form == TOCSIN_FORM_PROTOBUF)
		return (Tocsin__V1__Receipt *)protobuf_c_message_unpack(&tocsin__v1__receipt__descriptor,
			tocsin_arena_protobuf(send->arena), message->size, message->payload);
	struct tocsin_violations violations;
	tocsin_violations_init(&violations, send->arena);
	if (tocsin_json_read(&tocsin__v1__receipt__descriptor, (const char *)message->payload,
			message->size, send->arena, &violations, &read) != TOCSIN_OK)
		return NULL;
	return (Tocsin__V1__Receipt *)read;
}

/* The report whose bytes the receipt is about. One for other bytes, such as of another
 * program of this user, is nobody's here. */
static struct tocsin_parcel *find_answered(
	const struct tocsin_outbox_send *send, const Tocsin__V1__Receipt *receipt)
{
	for (size_t i = 0; i < send->outbox->count; i++) {
		struct tocsin_parcel *parcel = send->outbox->parcels[i];
		if (strcmp(parcel->sha256, receipt->payload_sha256) == 0 &&
			tocsin_parcel_is_for(parcel, &send->order) &&
			(!*receipt->incident_id || !*parcel->id ||
				strcmp(parcel->id, receipt->incident_id) == 0))
			return parcel;
	}
	return NULL;
}

/* A hub that has no room for one has none for the next: all wait, and then they go one
 * by one until it takes them again. */
static void wait_as_asked(struct tocsin_outbox_send *send, const Tocsin__V1__Receipt *receipt)
{
	uint32_t wait_s = receipt->retry_after ? receipt->retry_after : UNSTATED_WAIT_S;
	int64_t until_ms =
		tocsin_ticks_ms() + (int64_t)(wait_s < LONGEST_WAIT_S ? wait_s : LONGEST_WAIT_S) * 1000;
	send->window = WINDOW_AFTER_DEFERRAL;
	send->put_off++;
	if (until_ms > send->pause_until_ms)
		send->pause_until_ms = until_ms;
}

static void count_answer(struct tocsin_outbox_send *send, const Tocsin__V1__Receipt *receipt)
{
	if (receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_DEFERRED) {
		wait_as_asked(send, receipt);
		return;
	}
	if (receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED)
		send->refused++;
	else if (receipt->durable)
		send->recorded++;
	else
		send->accepted++;
	tocsin_outbox_be_patient(send);
	if (send->window < MAX_WINDOW)
		send->window++;
}

static void take_answer(struct tocsin_outbox_send *send, struct tocsin_parcel *parcel,
	const Tocsin__V1__Receipt *receipt)
{
	bool gone;
	if (receipt->verdict == TOCSIN__V1__VERDICT__VERDICT_UNSPECIFIED)
		return;
	parcel->in_flight = false;
	count_answer(send, receipt);
	send->answered(send->ctx, parcel, receipt);
	enum tocsin_status status = tocsin_outbox_settle(
		send->outbox, parcel, receipt, send->accept_undurable, tocsin_now_ms(), &gone);
	if (status == TOCSIN_OK)
		return;
	tocsin_outbox_complain(send);
	/* It has its answer all the same, and is not asked for again in this run. */
	if (!gone && receipt->verdict != TOCSIN__V1__VERDICT__VERDICT_DEFERRED)
		tocsin_parcel_answered(parcel, receipt, tocsin_now_ms());
}

void tocsin_outbox_on_message(void *ctx, const struct tocsin_message *message)
{
	struct tocsin_outbox_send *send = ctx;
	send->heard_ms = tocsin_ticks_ms();
	for (int form = TOCSIN_FORM_PROTOBUF; form <= TOCSIN_FORM_JSON; form++) {
		if (strcmp(message->topic, send->receipt_topics[form]) != 0)
			continue;
		const Tocsin__V1__Receipt *receipt = read_receipt(send, (enum tocsin_form)form, message);
		struct tocsin_parcel *parcel = receipt ? find_answered(send, receipt) : NULL;
		if (parcel)
			take_answer(send, parcel, receipt);
		return;
	}
}

bool tocsin_outbox_is_denied(const struct tocsin_outbox_send *send)
{
	for (size_t i = 0; i < send->outbox->count; i++)
		if (send->outbox->parcels[i]->in_flight && send->outbox->parcels[i]->denial)
			return true;
	return false;
}

bool tocsin_outbox_heed_denial(struct tocsin_outbox_send *send)
{
	const char *topic = NULL;
	for (size_t i = 0; i < send->outbox->count; i++) {
		struct tocsin_parcel *parcel = send->outbox->parcels[i];
		if (!parcel->in_flight || !parcel->denial ||
			tocsin_ticks_ms() - parcel->denied_ms < DENIAL_PATIENCE_MS)
			continue;
		parcel->in_flight = false;
		send->denial = parcel->denial;
		topic = send->topics[parcel->form];
		if (tocsin_outbox_stayed(send->outbox, parcel) != TOCSIN_OK)
			tocsin_outbox_complain(send);
	}
	if (topic)
		fprintf(stderr, _("tocsin report: the broker refused the publish to %s: %s\n"), topic,
			mosquitto_reason_string(send->denial));
	return topic != NULL;
}
