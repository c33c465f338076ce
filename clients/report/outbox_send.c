/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/outbox_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/base/mqtt.h"
#include "clients/base/number.h"
#include "clients/base/tongue.h"
#include "clients/report/outbox_answer.h"
#include "proto/text.h"

enum {
	MAX_RECEIPT_MEMORY = 1 << 20,
	MAX_WINDOW = 8,
	/* Links come back for seconds at a time. */
	LONGEST_GAP_MS = 4000,
	SHORTEST_SILENCE_MS = 2000,
	FIRST_SILENCE_MS = 20000,
	LONGEST_SILENCE_MS = 120000,
	REFRESH_MS = 1000,
	LOOK_MS = 100,
};

static void take_up(struct tocsin_outbox_send *send, struct tocsin_parcel *parcel)
{
	struct tocsin_input bytes;
	if (tocsin_outbox_read(send->outbox, parcel, &bytes) != TOCSIN_OK) {
		fprintf(stderr, _("tocsin report: report %s cannot be read from the outbox\n"), parcel->id);
		parcel->stuck = true;
		return;
	}
	parcel->packet = tocsin_session_publish(&send->session, send->topics[parcel->form], bytes.data,
		bytes.size, parcel->form == TOCSIN_FORM_JSON);
	tocsin_input_finish(&bytes);
	parcel->in_flight = parcel->packet >= 0;
	parcel->taken = false;
	parcel->denial = 0;
	parcel->stuck = !parcel->in_flight;
	if (!parcel->stuck)
		return;
	/* Too large for this broker, say. */
	fprintf(stderr, _("tocsin report: report %s cannot be published\n"), parcel->id);
	if (tocsin_outbox_stayed(send->outbox, parcel) != TOCSIN_OK)
		tocsin_outbox_complain(send);
}

/* Published, and not yet given the answer that is waited for. */
static size_t count_on_their_way(const struct tocsin_outbox_send *send)
{
	bool receipt = send->timeout_ms > 0 || send->stay;
	size_t count = 0;
	for (size_t i = 0; i < send->outbox->count; i++) {
		const struct tocsin_parcel *parcel = send->outbox->parcels[i];
		count += parcel->in_flight && (receipt || !parcel->taken);
	}
	return count;
}

/* All that may leave now is noted on disk together, and then leaves. */
static void fill(struct tocsin_outbox_send *send)
{
	struct tocsin_parcel *leaving[MAX_WINDOW];
	size_t count = 0, on_their_way = count_on_their_way(send);
	int64_t wait_ms = 0;
	while (on_their_way + count < send->window) {
		struct tocsin_parcel *parcel =
			tocsin_outbox_next(send->outbox, &send->order, tocsin_now_ms(), &wait_ms);
		if (!parcel)
			break;
		parcel->in_flight = true;
		leaving[count++] = parcel;
	}
	if (count == 0)
		return;
	/* Whatever the disk says: a report that can be sent is sent. */
	if (tocsin_outbox_leaving(send->outbox, leaving, count) != TOCSIN_OK)
		tocsin_outbox_complain(send);
	for (size_t i = 0; i < count; i++) {
		leaving[i]->in_flight = false;
		leaving[i]->tried = true;
		take_up(send, leaving[i]);
	}
}

/* A hub needs no subscription to answer; a broker between us and the hub, which a bridge
 * brings the answers, does. Whether it is granted does not matter to a hub. */
static void ask_for_receipts(struct tocsin_outbox_send *send)
{
	for (int form = TOCSIN_FORM_PROTOBUF; form <= TOCSIN_FORM_JSON; form++)
		(void)tocsin_session_subscribe(&send->session, send->receipt_topics[form]);
}

/* The library sends again by itself what the broker had not taken; what it had taken
 * may be lost with the broker, and a re-send is answered like the first. */
static void on_connected(void *ctx)
{
	struct tocsin_outbox_send *send = ctx;
	send->heard_ms = tocsin_ticks_ms();
	ask_for_receipts(send);
	for (size_t i = 0; i < send->outbox->count; i++) {
		struct tocsin_parcel *parcel = send->outbox->parcels[i];
		if (parcel->in_flight && parcel->taken)
			take_up(send, parcel);
	}
}

static char *topic(const struct tocsin_outbox_send *send, const char *kind, const char *ending)
{
	char *text = NULL;
	int length = asprintf(
		&text, "%s/from/%s/%s%s", send->connection->root, send->order.sender, kind, ending);
	return length < 0 ? NULL : text;
}

static bool name_topics(struct tocsin_outbox_send *send)
{
	bool fine = true;
	for (int form = TOCSIN_FORM_PROTOBUF; form <= TOCSIN_FORM_JSON; form++) {
		const char *ending = form == TOCSIN_FORM_JSON ? "-json" : "";
		send->topics[form] = topic(send, "incident", ending);
		send->receipt_topics[form] = topic(send, "receipt", ending);
		fine = fine && send->topics[form] && send->receipt_topics[form];
	}
	return fine;
}

static enum tocsin_exit open_session(struct tocsin_outbox_send *send)
{
	const struct tocsin_handlers handlers = {.ctx = send,
		.connected = on_connected,
		.message = tocsin_outbox_on_message,
		.published = tocsin_outbox_on_published};
	if (!tocsin_text_is_level(send->order.sender, strlen(send->order.sender))) {
		fprintf(stderr,
			_("tocsin report: a sender's name (-u, or -i without one) must be 1 to 64 of "
			  "A-Z a-z 0-9 _ -\n"));
		return TOCSIN_EXIT_USAGE;
	}
	enum tocsin_exit code = tocsin_session_prepare(&send->session, send->connection, &handlers);
	if (code != TOCSIN_EXIT_OK)
		return code;
	send->session.longest_gap_ms = LONGEST_GAP_MS;
	send->arena = tocsin_arena_create(MAX_RECEIPT_MEMORY, &tocsin_heap);
	if (!send->arena || !name_topics(send)) {
		fprintf(stderr, _("tocsin: out of memory\n"));
		return TOCSIN_EXIT_REFUSED;
	}
	return send->stay ? tocsin_session_begin(&send->session) : tocsin_session_open(&send->session);
}

/* A broker that has no room just now is not one that knows us not. */
static bool is_turned_away(const struct tocsin_outbox_send *send)
{
	int refusal = send->session.refusal;
	bool busy = send->connection->protocol == MQTT_PROTOCOL_V5
		? refusal == MQTT_RC_SERVER_UNAVAILABLE || refusal == MQTT_RC_SERVER_BUSY
		: refusal == CONNACK_REFUSED_SERVER_UNAVAILABLE;
	return refusal != 0 && !busy;
}

/* Nobody says a word while reports are on their way, or since we knocked: the line may
 * be dead without having broken. */
static void mind_silence(struct tocsin_outbox_send *send)
{
	bool connected = mosquitto_socket(send->session.mosquitto) >= 0;
	if (!connected || (send->session.up && count_on_their_way(send) == 0))
		send->heard_ms = tocsin_ticks_ms();
	if (tocsin_ticks_ms() - send->heard_ms < send->silence_ms)
		return;
	tocsin_outbox_progress(send, _("no sign of the broker: connecting anew"));
	send->silence_ms *= 2;
	if (send->silence_ms > LONGEST_SILENCE_MS)
		send->silence_ms = LONGEST_SILENCE_MS;
	send->heard_ms = tocsin_ticks_ms();
	tocsin_session_renew(&send->session);
}

/* Nothing is on its way, and nothing can leave within the time that is left. */
static bool is_done(const struct tocsin_outbox_send *send)
{
	int64_t wait_ms;
	if (count_on_their_way(send) > 0)
		return false;
	bool ready = tocsin_outbox_next(send->outbox, &send->order, tocsin_now_ms(), &wait_ms) != NULL;
	if (!ready && wait_ms == 0)
		return true;
	int64_t ready_ms = ready ? send->pause_until_ms : tocsin_ticks_ms() + wait_ms;
	return !send->stay && ready_ms > send->give_up_ms;
}

/* What others have written meanwhile is sent along. */
static void look_for_news(struct tocsin_outbox_send *send)
{
	int64_t now_ms = tocsin_ticks_ms();
	if (now_ms - send->refreshed_ms < REFRESH_MS)
		return;
	send->refreshed_ms = now_ms;
	/* What cannot be read now waits for the next time. */
	(void)!tocsin_outbox_refresh(send->outbox);
}

static int64_t next_look_ms(const struct tocsin_outbox_send *send)
{
	int64_t now_ms = tocsin_ticks_ms();
	int64_t look_ms = send->stay ? REFRESH_MS : send->give_up_ms - now_ms;
	int64_t pause_ms = send->pause_until_ms - now_ms;
	if (pause_ms > 0 && pause_ms < look_ms)
		look_ms = pause_ms;
	return tocsin_outbox_is_denied(send) && look_ms > LOOK_MS ? LOOK_MS : look_ms;
}

/* One turn of the loop. False where it has to end. */
static bool turn(struct tocsin_outbox_send *send)
{
	switch (tocsin_session_step(&send->session, next_look_ms(send))) {
	case TOCSIN_STEP_SIGNAL:
		tocsin_outbox_progress(send, _("interrupted"));
		return false;
	case TOCSIN_STEP_LOST:
		if (!is_turned_away(send))
			tocsin_outbox_progress(send, _("the line broke: trying again"));
		break;
	case TOCSIN_STEP_NO_READER:
	case TOCSIN_STEP_DONE:
		break;
	}
	mind_silence(send);
	return send->stay || tocsin_ticks_ms() < send->give_up_ms;
}

static enum tocsin_exit sum_up(const struct tocsin_outbox_send *send)
{
	if (send->refused || send->denial)
		return TOCSIN_EXIT_REFUSED;
	for (size_t i = 0; i < send->outbox->count; i++) {
		const struct tocsin_parcel *parcel = send->outbox->parcels[i];
		bool trusted = send->timeout_ms == 0 && parcel->in_flight && parcel->taken;
		if (!trusted && (parcel->stuck || tocsin_parcel_is_pending(parcel, &send->order)))
			return TOCSIN_EXIT_TIMEOUT;
	}
	return TOCSIN_EXIT_OK;
}

static enum tocsin_exit bring_home(struct tocsin_outbox_send *send)
{
	while (!is_done(send)) {
		if (send->session.up && tocsin_ticks_ms() >= send->pause_until_ms)
			fill(send);
		if (!turn(send))
			break;
		if (is_turned_away(send))
			return tocsin_session_refused(&send->session);
		if (tocsin_outbox_heed_denial(send))
			break;
		look_for_news(send);
	}
	return sum_up(send);
}

/* A hub that put something off is asked with one before it gets more. */
static size_t first_window(const struct tocsin_outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		if (outbox->parcels[i]->put_off)
			return 1;
	return MAX_WINDOW;
}

/* Well before the patience of who waits is over. */
static int64_t first_silence_ms(const struct tocsin_outbox_send *send)
{
	int64_t silence_ms = send->timeout_ms ? send->timeout_ms / 4 : FIRST_SILENCE_MS;
	if (silence_ms > FIRST_SILENCE_MS)
		return FIRST_SILENCE_MS;
	return silence_ms < SHORTEST_SILENCE_MS ? SHORTEST_SILENCE_MS : silence_ms;
}

enum tocsin_exit tocsin_outbox_send(struct tocsin_outbox_send *send)
{
	send->session.signals = -1;
	send->window = first_window(send->outbox);
	send->silence_ms = first_silence_ms(send);
	send->heard_ms = tocsin_ticks_ms();
	tocsin_outbox_be_patient(send);
	if (is_done(send))
		return sum_up(send);
	enum tocsin_exit code = open_session(send);
	if (code == TOCSIN_EXIT_OK)
		code = bring_home(send);
	tocsin_session_close(&send->session);
	tocsin_arena_destroy(send->arena);
	send->arena = NULL;
	for (int form = TOCSIN_FORM_PROTOBUF; form <= TOCSIN_FORM_JSON; form++) {
		free(send->topics[form]);
		free(send->receipt_topics[form]);
		send->topics[form] = send->receipt_topics[form] = NULL;
	}
	return code;
}
