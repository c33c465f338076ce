/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Which report of an outbox leaves next. */
#pragma once

#include "clients/report/outbox.h"

struct tocsin_outbox_order {
	const char *sender; /* whose reports */
	const char *host;   /* of the broker; NULL: also what is for another */
	bool severe_first;  /* else in the order of writing */
	bool again;         /* also what a hub without a journal has accepted */
};

/* The next that may leave, or NULL. An Update or Cancel stays until each version that
 * it names and that is in the outbox has its answer; what waits for one that may leave
 * lets that one go first. *wait_ms is then how long until the hub wants to be asked
 * again, 0 where nothing waits for that. now_ms is this machine's clock. */
struct tocsin_parcel *tocsin_outbox_next(const struct tocsin_outbox *outbox,
	const struct tocsin_outbox_order *order, int64_t now_ms, int64_t *wait_ms);

/* The earlier version whose answer this one waits for, or NULL. */
struct tocsin_parcel *tocsin_parcel_predecessor(
	const struct tocsin_outbox *outbox, const struct tocsin_parcel *parcel);

/* One of the sender's that may go to this broker. */
bool tocsin_parcel_is_for(
	const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order);

/* One of the sender's that waits for another. */
bool tocsin_parcel_is_elsewhere(
	const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order);

/* The report may still leave in this run, or is on its way. */
bool tocsin_parcel_is_pending(
	const struct tocsin_parcel *parcel, const struct tocsin_outbox_order *order);
