/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One report of an outbox: its name on disk, and what its bytes say. */
#pragma once

#include "clients/report/outbox.h"

#define TOCSIN_PARCEL_SENT_MARK ".sent"
#define TOCSIN_PARCEL_ANSWER ".answer"
/* Begins the name of a report's text while it is mended; its id follows. */
#define TOCSIN_PARCEL_EDIT "edit-"

#define TOCSIN_CLIENT_ID_FILE "client-id"
#define TOCSIN_OUTBOX_LOCK "lock"

/* A parcel of these bytes, WAITING since written_ms, without a stem. NULL without
 * memory. */
struct tocsin_parcel *tocsin_parcel_make(
	enum tocsin_form form, const void *bytes, size_t size, const char *sender, int64_t written_ms);
void tocsin_parcel_destroy(struct tocsin_parcel *parcel);

/* The stem of number, sender and id; malloc'ed. */
char *tocsin_parcel_stem(unsigned number, const char *sender, const char *id);

/* ".pb" or ".json" */
const char *tocsin_parcel_ending(enum tocsin_form form);

/* The stem with an ending; malloc'ed. */
char *tocsin_parcel_file(const struct tocsin_parcel *parcel, const char *ending);

struct tocsin_parcel_name {
	unsigned number;
	char sender[65];
	enum tocsin_form form;
	size_t stem_length;
};

/* Reads the name of a file that holds a report. False where it is another's. */
bool tocsin_parcel_name_read(const char *name, struct tocsin_parcel_name *read);

/* True for each file that an outbox makes, the lock included. */
bool tocsin_outbox_owns(const char *name);
