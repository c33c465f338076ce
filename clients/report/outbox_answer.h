/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What broker and hub answer while an outbox is sent. */
#pragma once

#include "clients/report/outbox_send.h"

/* One line on stderr, unless it is to be quiet. */
void tocsin_outbox_progress(const struct tocsin_outbox_send *send, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* An answer came, or all begins: from now on the patience is new. */
void tocsin_outbox_be_patient(struct tocsin_outbox_send *send);

/* Says once that the disk refuses; errno says why. */
void tocsin_outbox_complain(struct tocsin_outbox_send *send);

/* Handlers of the session; ctx is the send. */
void tocsin_outbox_on_published(void *ctx, int packet, int reason);
void tocsin_outbox_on_message(void *ctx, const struct tocsin_message *message);

/* The broker said no to one on its way, and the hub has not said why. */
bool tocsin_outbox_is_denied(const struct tocsin_outbox_send *send);

/* True where it said no and nothing came after it: nothing more will be taken. */
bool tocsin_outbox_heed_denial(struct tocsin_outbox_send *send);
