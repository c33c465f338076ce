/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "clients/report/outbox_order.h"

#include <string.h>

#include "clients/report/parcel.h"

/* Longer than any hub asks for: then the clock was set back meanwhile. */
#define LONGEST_WAIT_MS INT64_C(86400000)

/* Nobody has answered for it yet. */
static bool is_open(const struct tocsin_parcel *parcel)
{
	return parcel->in_flight || parcel->state == TOCSIN_PARCEL_WAITING ||
		parcel->state == TOCSIN_PARCEL_SENT;
}

static bool suits(const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order)
{
	return !order->host || tocsin_parcel_host_suits(parcel->host, order->host);
}

bool tocsin_parcel_is_for(
	const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order)
{
	return strcmp(parcel->sender, order->sender) == 0 && suits(parcel, order);
}

bool tocsin_parcel_is_elsewhere(
	const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order)
{
	return strcmp(parcel->sender, order->sender) == 0 && is_open(parcel) && !suits(parcel, order);
}

bool tocsin_parcel_is_pending(
	const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order)
{
	if (parcel->stuck || !tocsin_parcel_is_for(parcel, order))
		return false;
	return is_open(parcel) ||
		(order->again && parcel->state == TOCSIN_PARCEL_ACCEPTED && !parcel->tried);
}

struct tocsin_parcel *tocsin_parcel_predecessor(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel)
{
	for (size_t r = 0; r < parcel->reference_count; r++)
		for (size_t i = 0; i < outbox->count; i++) {
			struct tocsin_parcel *earlier = outbox->parcels[i];
			if (earlier != parcel && is_open(earlier) &&
				strcmp(earlier->id, parcel->references[r]) == 0)
				return earlier;
		}
	return NULL;
}

/* Of an unknown severity it may be the worst: it comes behind what is known to be. */
static int urgency(const struct tocsin_parcel *parcel)
{
	switch (parcel->severity) {
	case TOCSIN__V1__SEVERITY__SEVERITY_EXTREME:
		return 4;
	case TOCSIN__V1__SEVERITY__SEVERITY_SEVERE:
		return 3;
	case TOCSIN__V1__SEVERITY__SEVERITY_MODERATE:
		return 1;
	case TOCSIN__V1__SEVERITY__SEVERITY_MINOR:
		return 0;
	default:
		return 2;
	}
}

static bool is_due(const struct tocsin_parcel *parcel, int64_t now_ms)
{
	int64_t left_ms = parcel->retry_at_ms - now_ms;
	return left_ms <= 0 || left_ms > LONGEST_WAIT_MS;
}

/* What has to leave before parcel can, itself where nothing has. NULL where that is
 * on its way, or cannot leave. Where versions name each other in a circle none can be
 * first by right, and the bell rings for one of them all the same. */
static struct tocsin_parcel *first_of_chain(const struct tocsin_outbox *outbox,
	const struct tocsin_outbox_order *order, struct tocsin_parcel *parcel)
{
	for (size_t steps = 0; steps <= outbox->count; steps++) {
		if (parcel->in_flight || !tocsin_parcel_is_pending(parcel, order))
			return NULL;
		struct tocsin_parcel *earlier = tocsin_parcel_predecessor(outbox, parcel);
		if (!earlier)
			return parcel;
		parcel = earlier;
	}
	return parcel;
}

struct tocsin_parcel *tocsin_outbox_next(const struct tocsin_outbox *outbox,
	const struct tocsin_outbox_order *order, int64_t now_ms, int64_t *wait_ms)
{
	struct tocsin_parcel *best = NULL;
	int best_urgency = -1;
	*wait_ms = 0;
	for (size_t i = 0; i < outbox->count; i++) {
		int own = order->severe_first ? urgency(outbox->parcels[i]) : 0;
		if (own <= best_urgency)
			continue;
		struct tocsin_parcel *parcel = first_of_chain(outbox, order, outbox->parcels[i]);
		if (!parcel)
			continue;
		if (is_due(parcel, now_ms)) {
			best = parcel;
			best_urgency = own;
			if (!order->severe_first)
				break;
			continue;
		}
		int64_t left_ms = parcel->retry_at_ms - now_ms;
		if (*wait_ms == 0 || left_ms < *wait_ms)
			*wait_ms = left_ms;
	}
	return best;
}
