/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What of an outbox has arrived: one line of JSON a report, newest last, with what an
 * Update or a Cancel of it needs. Neither texts nor names are kept. Bounded. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "clients/report/keep.h"
#include "tocsin/v1/incident.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

enum { TOCSIN_MAX_RECORDED = 1000 };

#define TOCSIN_RECORDED_FILE "recorded"

struct tocsin_recorded {
	json_t *records; /* array of objects, oldest first; owned */
	size_t lines;    /* in the file, also those beyond the bound */
};

struct tocsin_parcel;
struct tocsin_outbox_way;

/* A record; the caller's. incident may be NULL where the bytes could not be read.
 * {id, sha256, likeness, sender, host, received, durable, incident: {what a next version
 * takes over}}. NULL without memory. */
json_t *tocsin_recorded_make(const struct tocsin_parcel *parcel,
	const Tocsin__V1__Incident *incident, const Tocsin__V1__Receipt *receipt, int64_t now_ms);

/* What a next version of an incident takes over; the caller's. NULL without memory. */
json_t *tocsin_recorded_inherit(const Tocsin__V1__Incident *incident);

/* Reads the file; one that is not there is empty, and broken lines are passed over. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recorded_read(
	struct tocsin_recorded *recorded, const struct tocsin_keep *keep);
void tocsin_recorded_finish(struct tocsin_recorded *recorded);

struct tocsin_seen;

/* The reports that have arrived, as a set to look them up in. NULL without memory. */
struct tocsin_seen *tocsin_recorded_set(const struct tocsin_recorded *recorded);
bool tocsin_recorded_has(const struct tocsin_seen *set, const struct tocsin_parcel *parcel);

/* Adds a record, which is taken over; on return it is on disk. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recorded_add(
	struct tocsin_recorded *recorded, const struct tocsin_keep *keep, json_t *record);

/* A text member of a record, "" where it has none. */
const char *tocsin_record_text(const json_t *record, const char *name);

/* When the hub got it, ms since 1970. */
int64_t tocsin_record_received_ms(const json_t *record);

/* The newest record of which one member is this text, or NULL; borrowed. way: only of this
 * sender, at this broker; NULL: any. */
const json_t *tocsin_recorded_find(const struct tocsin_recorded *recorded, const char *member,
	const char *text, const struct tocsin_outbox_way *way);
