/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The pipeline without a host: bytes in, receipt and alerts out, with its state
 * (remembered ids, chains, sequences, ledger). It runs on one thread, the broker's,
 * and takes the clock as an argument. It publishes nothing and writes nothing: the
 * caller does, with the outcome. */
#pragma once

#include "engine/archive.h"
#include "engine/intake.h"
#include "engine/ledger.h"
#include "engine/outcome.h"
#include "proto/allocator.h"
#include "rules/facts.h"
#include "rules/ruleset.h"

struct tocsin_engine;

struct tocsin_engine_config {
	const struct tocsin_allocator *heap;    /* state; NULL: tocsin_heap */
	const struct tocsin_allocator *payload; /* payloads of publications; NULL: tocsin_heap */
	const char *root;                       /* such as "tocsin/v1" */
	const char *hub;          /* name; the rules' own is used where this is NULL, else "hub" */
	uint8_t key[32];          /* of alert ids and pseudonyms */
	size_t max_payload;       /* bytes; 0: TOCSIN_MAX_PAYLOAD */
	bool durable;             /* a journal stands behind: outcomes wait for its commit */
	uint64_t next_journal_id; /* from the journal; 1 in an empty one */
	/* What to ask once memory has let go of something; NULL: nothing. Borrowed. */
	const struct tocsin_archive *archive;
};

/* Copies config's texts. Takes ruleset. NULL without memory (ruleset is then still
 * the caller's). */
struct tocsin_engine *tocsin_engine_create(
	const struct tocsin_engine_config *config, struct tocsin_ruleset *ruleset);
void tocsin_engine_destroy(struct tocsin_engine *engine);

/* Swaps in a new rule set. *old is the one before, which the caller frees (on another
 * thread if it likes). TOCSIN_NO_MEMORY, or TOCSIN_IO where the archive cannot say how far
 * an audience that the new set brings has counted: the old set stays, the new one is still
 * the caller's. Windows and groups of rules that say the same go on; what others held is
 * told with the next tick. Silences are read again against the new set (see silences.h). */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_swap_rules(
	struct tocsin_engine *engine, struct tocsin_ruleset *ruleset, struct tocsin_ruleset **old);
const struct tocsin_ruleset *tocsin_engine_rules(const struct tocsin_engine *engine);

struct tocsin_submission {
	const char *topic_sender; /* level of the topic, with its length */
	size_t topic_sender_length;
	const char *user;      /* MQTT user name, or NULL */
	const char *client_id; /* or NULL: then no receipt can be sent */
	enum tocsin_form form;
	const uint8_t *payload; /* may be NULL */
	size_t payload_size;
	const char *response_topic; /* MQTT 5, or NULL; used only inside the sender's box */
	const uint8_t *correlation; /* MQTT 5, or NULL; at most TOCSIN_MAX_CORRELATION echoed */
	size_t correlation_size;
	bool version_3;    /* the client speaks MQTT 3: its receipt needs no properties */
	const char *defer; /* NULL, or why nothing can be taken now: "disk", "shutdown", "overload" */
	/* It was refused before, and an operator lets it be judged again: it takes nothing of
	 * its sender's rate, and is not refused with noise a second time. */
	bool retried;
	/* An operator's own: who sends it, and whose incident it amends, is not asked. */
	bool by_operator;
	/* Id of the version whose texts the operator releases (review.h), or NULL. */
	const char *reviews;
};

/* Takes one publish. Returns the outcome, or NULL when the topic is not this
 * client's own (counted as topic.reserved: refuse the publish, no receipt) or where
 * memory is short (likewise; the sender keeps its copy). Borrowed pointers are
 * copied where they outlive the call. */
struct tocsin_outcome *tocsin_engine_submit(
	struct tocsin_engine *engine, const struct tocsin_submission *submission, int64_t now_ms);

/* Whether the topic is one that this client may report on. */
bool tocsin_engine_is_own(
	const struct tocsin_engine *engine, const struct tocsin_submission *submission);

/* As if it had not come: to be given to the engine again later. False, and nothing is
 * done, where it is decided; true where it was only DEFERRED: it is freed. */
TOCSIN_MUST_USE bool tocsin_engine_take_back(
	struct tocsin_engine *engine, struct tocsin_outcome *outcome);

/* The outcome's record is on disk (or none was needed and it is being published):
 * settles the ledger. Does not free it. */
void tocsin_engine_settle(struct tocsin_engine *engine, struct tocsin_outcome *outcome);

/* The commit failed: undoes what the outcome changed in memory and turns it into a
 * DEFERRED receipt with this reason. Call newest first, for all that was pending. */
void tocsin_engine_fail(struct tocsin_engine *engine, struct tocsin_outcome *outcome,
	const char *reason, int64_t now_ms);

/* Timed work that is due: open/ of expired incidents cleared, digests of windows,
 * groups and silences that ended. Returns an outcome
 * with publications, or NULL when nothing is due. */
struct tocsin_outcome *tocsin_engine_tick(struct tocsin_engine *engine, int64_t now_ms);

/* A client published where only the plugin may: counts it. */
void tocsin_engine_count_reserved(struct tocsin_engine *engine);

/* A client was kept from reading what it may not: counts it. */
void tocsin_engine_count_guarded(struct tocsin_engine *engine);

/* Figures that stood in an alert alone, since figure/ had no room for their series: one for
 * each audience, of what is settled. */
uint64_t tocsin_engine_figures_left_out(const struct tocsin_engine *engine);

const struct tocsin_ledger *tocsin_engine_ledger(const struct tocsin_engine *engine);

/* The number that the next accepted incident gets; one that is failed gives it back. */
uint64_t tocsin_engine_next_journal_id(const struct tocsin_engine *engine);

/* How many of a rule's throttle window an incident with these facts would find passed
 * already; 0 for a rule without a throttle. */
uint32_t tocsin_engine_passed(const struct tocsin_engine *engine, uint32_t rule,
	const struct tocsin_facts *facts, int64_t now_ms);

/* Latest sequence of an audience (0: none yet). */
uint64_t tocsin_engine_sequence(const struct tocsin_engine *engine, const char *audience);

/* NULL is allowed. Frees payloads that nobody took. */
void tocsin_outcome_destroy(struct tocsin_engine *engine, struct tocsin_outcome *outcome);
