/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "mosquitto/outbox.h"

#include "mosquitto/clock.h"

static void pop(struct tocsin_outbox *outbox, struct tocsin_engine *engine)
{
	struct tocsin_outcome *outcome = outbox->first;

	outbox->first = outcome->next;
	if (!outbox->first)
		outbox->last = NULL;
	outbox->count--;
	outbox->next = 0;
	outbox->since_steady_ms = tocsin_clock_steady_ms();
	outcome->next = NULL;
	tocsin_outcome_destroy(engine, outcome);
}

/* False when the rest must wait for another turn. */
static bool send_first(struct tocsin_outbox *outbox, int64_t now_ms)
{
	struct tocsin_outcome *outcome = outbox->first;

	while (outbox->next < outcome->publication_count) {
		struct tocsin_publication *publication = &outcome->publications[outbox->next];
		bool to_all = !publication->client_id;

		if (to_all && outbox->sent >= TOCSIN_TURN_PUBLICATIONS)
			return false;
		if (tocsin_broker_publish(publication, now_ms, &outbox->counts) == TOCSIN_PUBLISH_LATER)
			return false;
		if (to_all)
			outbox->sent++;
		outbox->next++;
	}
	return true;
}

static void send_all(struct tocsin_outbox *outbox, struct tocsin_engine *engine, int64_t now_ms)
{
	while (!outbox->held && outbox->first && send_first(outbox, now_ms))
		pop(outbox, engine);
}

void tocsin_outbox_add(struct tocsin_outbox *outbox, struct tocsin_engine *engine,
	struct tocsin_outcome *outcome, int64_t now_ms)
{
	bool idle = !outbox->first;

	outcome->next = NULL;
	if (outbox->last)
		outbox->last->next = outcome;
	else
		outbox->first = outcome;
	outbox->last = outcome;
	outbox->count++;
	outbox->added++;
	if (idle)
		outbox->since_steady_ms = tocsin_clock_steady_ms();
	if (idle)
		send_all(outbox, engine, now_ms);
}

void tocsin_outbox_turn(
	struct tocsin_outbox *outbox, struct tocsin_engine *engine, int64_t now_ms, size_t sent)
{
	outbox->sent = sent;
	send_all(outbox, engine, now_ms);
}

bool tocsin_outbox_full(const struct tocsin_outbox *outbox)
{
	return outbox->count >= TOCSIN_MAX_OUTBOX ||
		(outbox->count > 0 &&
			tocsin_clock_steady_ms() - outbox->since_steady_ms > TOCSIN_OUTBOX_WAIT_MS);
}

void tocsin_outbox_discard(struct tocsin_outbox *outbox, struct tocsin_engine *engine)
{
	while (outbox->first)
		pop(outbox, engine);
}
