/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A chain: one incident with its Updates and Cancels, and what each audience got
 * of it. What changes is in a state that is replaced, never changed, so that a
 * commit that fails only puts the old one back. */
#pragma once

#include "engine/token.h"
#include "engine/topic.h"
#include "engine/uuid.h"
#include "tocsin/v1/incident.pb-c.h"

enum { TOCSIN_REVIEW_TEXTS = 16 }; /* bytes of a hash */

/* What one audience got. Shared between states; never changed but for open. */
struct tocsin_reach {
	uint32_t refs;
	struct tocsin_token *audience; /* its name */
	int64_t expires_ms;            /* of its last alert */
	uint8_t qos;
	uint8_t formats;        /* in which open/ stands */
	bool open;              /* it stands in open/ now */
	bool withdrawn;         /* its last alert was a CANCEL */
	uint8_t redaction;      /* of last: a Sensitivity; 0: there is none */
	const char *open_topic; /* where it stands or stood; NULL: never */
	uint64_t open_sequence; /* messages on that topic */
	uint64_t last_row;      /* the journal's, of the alert that last is of; 0: none */
	const uint8_t *last;    /* packed Alert, without its long fields: what a CANCEL repeats */
	size_t last_size;
	const uint8_t (*alerts)[TOCSIN_UUID]; /* ids sent, oldest first */
	size_t alert_count;
	struct tocsin_topic *const *topics; /* alert topics reached, in that order */
	size_t topic_count;
	struct tocsin_topic *const *figures; /* figure topics reached */
	size_t figure_count;
};

/* The Cancel that ended a chain, or waits for its Alert. */
struct tocsin_closing {
	uint32_t refs;
	uint8_t incident[TOCSIN_UUID];
	bool stated; /* the Cancel says why */
	Tocsin__V1__CloseCause cause;
	char note[];
};

struct tocsin_state {
	uint32_t revision;
	bool cancelled;
	bool named;                         /* a version came; until then only a Cancel did */
	bool reviewed;                      /* texts were released */
	uint8_t name[TOCSIN_UUID];          /* id of the first version */
	uint8_t version[TOCSIN_UUID];       /* id of the newest version */
	uint8_t texts[TOCSIN_REVIEW_TEXTS]; /* which: a hash */
	int64_t expires_ms;                 /* when its last alert expires anywhere */
	int64_t stands_ms;   /* misdated.h: closed once the hub has run so long; 0: when it expires */
	uint64_t journal_id; /* of its newest record; 0: none */
	struct tocsin_token *region; /* of the newest version, as in tocsin_record; or NULL */
	Tocsin__V1__EventType event; /* likewise */
	Tocsin__V1__Severity severity;
	struct tocsin_closing *closing; /* or NULL */
	size_t reach_count;
	struct tocsin_reach *reaches[];
};

struct tocsin_chain {
	struct tocsin_node node;
	uint8_t key[TOCSIN_UUID]; /* id of the incident that opened it */
	Tocsin__V1__Status status;
	struct tocsin_token *sender;
	struct tocsin_state *state;
};

/* tokens must live as long as the table. */
void tocsin_chains_init(struct tocsin_table *chains, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_table *tokens);

/* hash is that of the key (tocsin_id_hash). */
struct tocsin_chain *tocsin_chain_find(
	const struct tocsin_table *chains, const uint8_t key[TOCSIN_UUID], uint64_t hash);

/* A new one with an empty state, not in the table yet; NULL without memory. */
struct tocsin_chain *tocsin_chain_create(struct tocsin_table *chains,
	const uint8_t key[TOCSIN_UUID], const char *sender, Tocsin__V1__Status status);
/* For one that never got into the table. NULL is allowed. */
void tocsin_chain_destroy(struct tocsin_table *chains, struct tocsin_chain *chain);

/* Cancelled, or all that it sent has expired. */
bool tocsin_chain_closed(const struct tocsin_chain *chain, int64_t now_ms);

/* A copy of like, all of it in one block; NULL without memory. */
struct tocsin_reach *tocsin_reach_create(
	const struct tocsin_table *chains, const struct tocsin_reach *like);
void tocsin_reach_drop(const struct tocsin_table *chains, struct tocsin_reach *reach);

/* A copy with room for reaches and none in it; closing is shared. NULL without
 * memory. */
struct tocsin_state *tocsin_state_create(
	const struct tocsin_table *chains, const struct tocsin_state *like, size_t reaches);
/* Frees a state and gives back its reaches. NULL is allowed. */
void tocsin_state_destroy(const struct tocsin_table *chains, struct tocsin_state *state);

const struct tocsin_reach *tocsin_state_reach(
	const struct tocsin_state *state, const char *audience);

/* NULL without memory. close may be NULL. */
struct tocsin_closing *tocsin_closing_create(const struct tocsin_table *chains,
	const uint8_t incident[TOCSIN_UUID], const Tocsin__V1__Close *close);
void tocsin_closing_drop(const struct tocsin_table *chains, struct tocsin_closing *closing);
