/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Bringing an outbox's reports home: over lost connections, at the pace that the hub
 * asks for. */
#pragma once

#include "clients/base/session.h"
#include "clients/report/outbox_order.h"

struct tocsin_outbox_send {
	const struct tocsin_connection *connection; /* its user or client id is order.sender */
	struct tocsin_outbox *outbox;               /* held */
	struct tocsin_outbox_order order;
	int64_t timeout_ms;    /* without any answer; 0: the broker's word is enough */
	bool stay;             /* as long as it takes */
	bool accept_undurable; /* a hub without a journal is believed */
	bool quiet;
	void *ctx;
	/* An answer, told before it is taken in. */
	void (*answered)(
		void *ctx, const struct tocsin_parcel *parcel, const Tocsin__V1__Receipt *receipt);

	/* Its own from here on. */
	struct tocsin_session session;
	struct tocsin_arena *arena;
	char *topics[2], *receipt_topics[2]; /* by form */
	size_t window;                       /* how many may be on their way */
	int64_t pause_until_ms;              /* ticks; the hub asked to wait */
	int64_t give_up_ms;                  /* ticks */
	int64_t heard_ms;                    /* ticks; of the last sign of the broker */
	int64_t silence_ms;                  /* for which a line counts as dead */
	int64_t refreshed_ms;                /* ticks */
	bool disk_complained;
	/* What came of it. */
	size_t recorded, accepted, refused, put_off;
	int denial; /* the broker's own no, where nothing else explained it */
};

/* Sends what may be sent, until all of it is answered. What happens is said on stderr.
 * OK: all recorded (or accepted); REFUSED: one or more refused, by hub or broker;
 * CONNECT; TIMEOUT: the rest stays in the outbox. */
enum tocsin_exit tocsin_outbox_send(struct tocsin_outbox_send *send);
