/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What one submission came to: what to write down and what to publish. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/decode.h"
#include "proto/sha256.h"
#include "tocsin/v1/enums.pb-c.h"

enum tocsin_publication_kind {
	TOCSIN_PUBLISH_ALERT,
	TOCSIN_PUBLISH_OPEN, /* no payload: clears what is retained */
	TOCSIN_PUBLISH_FIGURE,
	TOCSIN_PUBLISH_RECEIPT,
	TOCSIN_PUBLISH_DIGEST,
	TOCSIN_PUBLISH_REPLAY, /* ReplayEnd, and what it ends */
	TOCSIN_PUBLISH_NOTICE, /* JSON for operators: quarantine, heartbeat, ledger */
};

/* One message for the broker. Texts are owned by the outcome; payload was
 * allocated by the engine's payload allocator and goes to whoever takes it, who
 * then sets it to NULL. */
struct tocsin_publication {
	enum tocsin_publication_kind kind;
	enum tocsin_form form;
	const char *topic;
	void *payload;
	size_t payload_size;
	uint8_t qos;
	bool retain;
	int64_t expires_ms;         /* absolute; 0: never expires */
	const char *client_id;      /* to this client alone; NULL: to all who subscribe */
	const uint8_t *correlation; /* echoed to the client; NULL: none */
	size_t correlation_size;
	/* User properties, NULL where not sent. Static storage. */
	const char *severity, *msg_type, *schema;
};

/* An alert as the journal keeps it, for replay. */
struct tocsin_record_alert {
	const char *audience;
	const char *topic; /* of the protobuf form */
	const char *alert_id;
	uint64_t sequence, topic_sequence;
	int64_t expires_ms;
	bool open;            /* it stands in open/ until then */
	const uint8_t *bytes; /* packed Alert; valid until a publication's payload is taken */
	size_t size;
};

/* What the journal writes for one accepted incident, in one transaction. */
struct tocsin_record {
	uint64_t journal_id;
	const char *incident_id;
	const char *sender;
	const char *chain; /* id of the chain's first incident */
	uint32_t revision;
	enum tocsin_form form;
	int64_t received_ms;
	const uint8_t *bytes; /* as published */
	size_t size;
	uint8_t hash[TOCSIN_SHA256];
	const uint8_t *receipt; /* packed Receipt, as sent: a re-send repeats it */
	size_t receipt_size;
	const struct tocsin_record_alert *alerts;
	size_t alert_count;
};

/* What was refused, for the quarantine file: bytes with their violations. */
struct tocsin_refusal {
	const char *incident_id; /* "" where none could be read */
	const char *sender;
	enum tocsin_form form;
	int64_t received_ms;
	const uint8_t *bytes;
	size_t size;
	uint8_t hash[TOCSIN_SHA256];
	const uint8_t *receipt; /* packed Receipt with the violations */
	size_t receipt_size;
};

struct tocsin_undo;

struct tocsin_outcome {
	Tocsin__V1__Verdict verdict;             /* UNSPECIFIED for timed work of the engine itself */
	struct tocsin_publication *publications; /* in the order to be sent */
	size_t publication_count;
	const struct tocsin_record *record; /* to commit; NULL: nothing to write */
	/* To quarantine when the publications go out, not before (a commit that fails
	 * takes it back); NULL: nothing refused. */
	const struct tocsin_refusal *refusal;
	/* Must go through the journal's queue: it has a record, or it repeats the
	 * verdict of one that is still pending and shares its fate. */
	bool pending;
	struct tocsin_outcome *next; /* for queues of whoever holds it */
	struct tocsin_undo *undo;    /* the engine's own */
	void *memory;                /* the engine's own */
};
