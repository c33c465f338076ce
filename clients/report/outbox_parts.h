/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the parts of the outbox share. */
#pragma once

#include "clients/report/outbox_scan.h"

/* Takes the parcel over and puts it in its place. False without memory. */
bool tocsin_outbox_insert(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel);

/* Takes the parcel out of the list and destroys it; the disk is left alone. */
void tocsin_outbox_forget(struct tocsin_outbox *outbox, struct tocsin_parcel *parcel);

/* A parcel in the list has the stem that name begins with. */
bool tocsin_outbox_knows(const struct tocsin_outbox *outbox, const char *name, size_t stem_length);

/* Reads reports and history anew. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_read_all(struct tocsin_outbox *outbox);
