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
struct tocsin_parcel *tocsin_parcel_make(enum tocsin_form form, const void *bytes, size_t size,
	const struct tocsin_outbox_way *way, int64_t written_ms);
void tocsin_parcel_destroy(struct tocsin_parcel *parcel);

/* A broker as a parcel names it, "hub.example.org:8883"; "" where no name of a file can
 * hold it: it is then any. */
void tocsin_parcel_host_write(char text[TOCSIN_OUTBOX_HOST], const char *host, int port);

/* What is for the one may go to the other. */
bool tocsin_parcel_host_suits(const char *one, const char *other);

/* The stem of its number, sender, id and host; malloc'ed. */
char *tocsin_parcel_stem(const struct tocsin_parcel *parcel);

/* ".pb" or ".json" */
const char *tocsin_parcel_ending(enum tocsin_form form);

/* The stem with an ending; malloc'ed. */
char *tocsin_parcel_file(const struct tocsin_parcel *parcel, const char *ending);

struct tocsin_parcel_name {
	unsigned number;
	char sender[65];
	char host[TOCSIN_OUTBOX_HOST];
	enum tocsin_form form;
	size_t stem_length;
};

/* Reads the name of a file that holds a report. False where it is another's. */
bool tocsin_parcel_name_read(const char *name, struct tocsin_parcel_name *read);

/* True for each file that an outbox makes, the lock included. */
bool tocsin_outbox_owns(const char *name);
