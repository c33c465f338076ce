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
	bool version_3; /* to a client that reads no properties */
};

/* An alert as the journal keeps it, for replay. */
struct tocsin_record_alert {
	const char *audience;
	const char *topic; /* of the protobuf form */
	const char *alert_id;
	uint64_t sequence, topic_sequence;
	int64_t expires_ms;
	uint8_t qos;
	uint8_t formats;      /* TOCSIN_FORMAT_*, in which it was sent */
	const uint8_t *bytes; /* packed Alert; valid until a publication's payload is taken */
	size_t size;
};

/* The journal's row of an alert: where it stands within its incident's record. */
static inline uint64_t tocsin_alert_row(uint64_t journal_id, size_t ordinal)
{
	return journal_id << 16 | ordinal;
}

/* What stands on a figure topic from now on. */
struct tocsin_record_figure {
	const char *topic; /* of the protobuf form */
	const char *chain; /* id of the chain's first incident */
	uint64_t sequence;
	int64_t as_of_ms, received_ms;
	uint8_t qos;
	uint8_t formats;      /* 0: nothing stands there any more */
	const uint8_t *bytes; /* packed Alert, as for tocsin_record_alert; NULL: none */
	size_t size;
};

/* A topic in open/ on which nothing stands any more in these forms. */
struct tocsin_record_clear {
	const char *topic; /* of the protobuf form */
	uint8_t formats;
};

/* An id that was referenced before it came. */
struct tocsin_record_awaited {
	const char *id;
	bool cancelled;
};

/* What the journal writes for one accepted incident, in one transaction. */
struct tocsin_record {
	uint64_t journal_id;
	const char *incident_id;
	const char *sender;
	const char *relay; /* the user who spoke for it; NULL: itself */
	const char *chain; /* id of the chain's first incident */
	uint32_t revision;
	enum tocsin_form form;
	int64_t received_ms;
	const uint8_t *bytes; /* as published */
	size_t size;
	uint8_t hash[TOCSIN_SHA256];
	/* Packed Receipt, as sent: a re-send repeats it. Valid until a publication's payload is
	 * taken. */
	const uint8_t *receipt;
	size_t receipt_size;
	/* What it is found by. A Cancel has its chain's. */
	const char *region; /* path with slashes around each, outermost first; "" unknown */
	const char *rules;  /* fired ones, likewise */
	Tocsin__V1__EventType event;
	Tocsin__V1__Severity severity;
	Tocsin__V1__Status status;
	Tocsin__V1__MsgType msg_type;
	Tocsin__V1__Routing routing;
	/* The chain as it is now: a packed tocsin.memory.Chain. The record before in the
	 * same chain (0: none) loses its own, and open_until_ms. NULL: a newer one has it. */
	const uint8_t *memory;
	size_t memory_size;
	uint64_t previous_id;
	int64_t open_until_ms; /* while anything of the chain stands in open/; 0: nothing does */
	/* A packed tocsin.memory.Hold, and the tallies that it begins. NULL: nothing. */
	const uint8_t *hold;
	size_t hold_size;
	const uint64_t *tallies;
	size_t tally_count;
	const struct tocsin_record_alert *alerts;
	size_t alert_count;
	const struct tocsin_record_figure *figures;
	size_t figure_count;
	const struct tocsin_record_clear *clears;
	size_t clear_count;
	const struct tocsin_record_awaited *awaited;
	size_t awaited_count;
};

/* A silence as the journal keeps it. */
struct tocsin_record_silence {
	uint64_t number; /* of its id, "silence-<number>" */
	int64_t added_ms;
	int64_t told_ms;  /* the end of its last digest */
	int64_t ended_ms; /* by an operator; 0: not */
	uint32_t held;
	uint64_t through; /* held counts incidents up to this journal id */
	bool over;        /* its last digest went out */
	const char *text; /* JSON, as given */
};

/* A digest as the journal keeps it: packed, for one audience. */
struct tocsin_record_digest {
	const char *audience;
	const uint8_t *bytes;
	size_t size;
};

/* What the journal writes beside incidents: silences, and digests with the tallies
 * that they told. In one transaction. */
struct tocsin_upkeep {
	int64_t at_ms;
	const struct tocsin_record_silence *silences;
	size_t silence_count;
	const struct tocsin_record_digest *digests;
	size_t digest_count;
	const uint64_t *told; /* tallies */
	size_t told_count;
};

/* What was refused, for the quarantine file: bytes with their violations. */
struct tocsin_refusal {
	const char *incident_id; /* "" where none could be read */
	const char *sender;
	const char *relay; /* the user who spoke for it; NULL: itself */
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
	const struct tocsin_upkeep *upkeep; /* likewise */
	/* To quarantine when the publications go out, not before (a commit that fails
	 * takes it back); NULL: nothing refused. */
	const struct tocsin_refusal *refusal;
	/* Must go through the journal's queue: it has a record or upkeep, or it repeats
	 * the verdict of one that is still pending and shares its fate. */
	bool pending;
	struct tocsin_outcome *next; /* for queues of whoever holds it */
	struct tocsin_undo *undo;    /* the engine's own */
	void *memory;                /* the engine's own */
};
