/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A journal and a quarantine file with rows that a test chose. */
#pragma once

#include <stdint.h>

#include <sqlite3.h>

#include "journal/fixture.h"

struct stored {
	struct folder folder;
	sqlite3 *journal, *quarantine; /* open for writing */
};

/* What is left out is something usual. */
struct stored_incident {
	int64_t row; /* journal id; of a refusal its own number */
	int64_t received_ms;
	const char *id;             /* "incident-<row>" */
	const char *sender;         /* "mopti-17" */
	const char *chain;          /* its own id */
	const char *region, *rules; /* "" */
	const char *bytes;          /* "bytes"; "-": gone */
	int revision, event, severity, status, msg_type;
};

void stored_open(struct stored *stored);
void stored_close(struct stored *stored);

/* Runs SQL that must succeed. */
void stored_run(sqlite3 *file, const char *sql);

/* What is there enters the catalogue, as a hub does it now and then. */
void stored_enter(struct stored *stored);

void stored_incident(struct stored *stored, const struct stored_incident *incident);
void stored_refusal(struct stored *stored, const struct stored_incident *incident);

/* One alert of an incident: its topic "to/<audience>/<ordinal>", bytes "alert <sequence>". */
void stored_alert(struct stored *stored, int64_t journal_id, int ordinal, const char *audience,
	uint64_t sequence);
