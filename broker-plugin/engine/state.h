/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the engine's own files share: the engine itself, and the draft of one
 * outcome while it is made. Not for other rooms. */
#pragma once

#include "engine/archive.h"
#include "engine/awaited.h"
#include "engine/chain.h"
#include "engine/engine.h"
#include "engine/expiry.h"
#include "engine/filter.h"
#include "engine/group.h"
#include "engine/hold.h"
#include "engine/identity.h"
#include "engine/known.h"
#include "engine/limits.h"
#include "engine/nearby.h"
#include "engine/noise.h"
#include "engine/pseudonym.h"
#include "engine/rate.h"
#include "engine/review.h"
#include "engine/silences.h"
#include "engine/silencing.h"
#include "engine/tally.h"
#include "engine/undo.h"
#include "engine/window.h"
#include "rules/decide.h"
#include "rules/render.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"

struct tocsin_engine {
	const struct tocsin_allocator *heap;
	const struct tocsin_allocator *payload;
	char *root;
	char *configured_hub;       /* or NULL */
	struct tocsin_hmac_key key; /* of alert ids and pseudonyms */
	size_t max_payload;
	bool durable;
	uint64_t next_journal_id;
	const struct tocsin_archive *archive; /* or NULL: what memory has is all there is */
	struct tocsin_filter stored;          /* ids that the archive may have */

	struct tocsin_ruleset *ruleset;
	struct tocsin_scratch *scratch;
	/* The audiences of the rule set, by index: their counts and their names. */
	struct tocsin_topic *audiences[TOCSIN_MAX_AUDIENCES];
	struct tocsin_token *audience_names[TOCSIN_MAX_AUDIENCES];

	struct tocsin_table tokens, known, chains, topics, figures, counts, awaited, nearby;
	struct tocsin_table windows, groups, rates; /* what holds back */
	struct tocsin_rings rings;
	struct tocsin_silences silences;
	struct tocsin_tallies tallies;
	struct tocsin_expiries expiries;
	struct tocsin_expiries misdated; /* by the time that the hub has run (misdated.h) */
	uint64_t misdated_newest;
	struct tocsin_ledger ledger;
	uint64_t figures_left_out;
	struct tocsin_noise noise;

	struct tocsin_arena *decoding;  /* of the submission at hand */
	struct tocsin_arena *working;   /* likewise, for what is not the incident */
	struct tocsin_arena *rendering; /* of one audience's alert */
	struct tocsin_arena *packing;   /* of one message */
	struct tocsin_arena *idle[TOCSIN_MAX_IDLE_ARENAS];
	size_t idle_count;
};

/* What an outcome keeps so that it can be settled or failed. */
struct tocsin_undo {
	struct tocsin_steps steps;
	bool open; /* counted as pending: neither settled nor failed yet */
	Tocsin__V1__Routing routing;
	uint32_t alerts;
	uint32_t figures_left_out; /* for which figure/ had no room */
	/* Of the answer: */
	enum tocsin_form form;
	bool version_3;
	const char *client_id; /* NULL: nobody to answer */
	const char *receipt_topic;
	const uint8_t *correlation;
	size_t correlation_size;
	const char *incident_id;
	char hash[TOCSIN_SHA256_TEXT];
	int64_t received_ms;
};

/* An outcome in the making. */
struct tocsin_draft {
	struct tocsin_engine *engine;
	const struct tocsin_submission *submission; /* NULL in a tick or a restore */
	int64_t now_ms;
	struct tocsin_outcome *outcome;
	struct tocsin_undo *undo;
	struct tocsin_arena *arena; /* the outcome's own */
	size_t publication_room;
	const char *sender;                /* NUL-terminated, in arena; "" where its form is wrong */
	bool speakable;                    /* the sender may stand in topics that Tocsin fills */
	const struct tocsin_sender *relay; /* who speaks for the sender; NULL: itself */
	const char *relay_name;            /* likewise, in arena */
	uint8_t hash[TOCSIN_SHA256];
	struct tocsin_violations violations;
	Tocsin__V1__Incident *incident; /* or NULL */
	bool has_id;
	uint8_t id[TOCSIN_UUID];
	uint64_t id_hash;
	struct tocsin_facts facts; /* of an Alert or Update */

	/* What the references mean. */
	struct tocsin_chain *chain;     /* NULL: it opens one */
	struct tocsin_closing *closing; /* of a Cancel that came first and follows at once; or NULL */
	bool late;                      /* a version after it came first */
	bool reviewed;                  /* its texts are those that were released */

	bool figures_full; /* figure/ has no room for another series */

	uint64_t previous_id; /* newest record of the chain before this one; 0: none */

	const char *deferred; /* why it cannot be taken now, or NULL */
	uint32_t retry_after_s;

	/* For the receipt. */
	Tocsin__V1__Routing routing;
	const char **rules;
	size_t rule_count;
	const char **held_by;
	size_t held_count;
	uint32_t topics;
	uint32_t revision; /* of the incident at hand */

	/* For the record. */
	struct tocsin_growing alerts;  /* struct tocsin_record_alert, in the outcome's arena */
	struct tocsin_growing figures; /* struct tocsin_record_figure */
	struct tocsin_growing clears;  /* struct tocsin_record_clear */
	struct tocsin_growing awaited; /* struct tocsin_record_awaited */
	struct tocsin_hold hold;
};

struct tocsin_sending;

/* engine.c: the hash of an id, which is the same in every table. */
uint64_t tocsin_id_hash(const struct tocsin_engine *engine, const uint8_t id[TOCSIN_UUID]);
/* An outcome with its arena; NULL without memory. */
struct tocsin_outcome *tocsin_outcome_create(struct tocsin_engine *engine);
const char *tocsin_engine_hub(const struct tocsin_engine *engine);

/* identify.c */
enum tocsin_identity tocsin_identify(
	const struct tocsin_engine *engine, const struct tocsin_submission *submission);
/* Sets sender and relay, and their violations, if any. */
TOCSIN_MUST_USE enum tocsin_status tocsin_identify_sender(struct tocsin_draft *draft);

/* scope.c: what the sender may report, and the relay by which it came. */
void tocsin_scope_check(struct tocsin_draft *draft);
/* Once the chain is known: what a relay may change or end. */
void tocsin_scope_check_chain(struct tocsin_draft *draft);

/* admit.c: what the references mean for the chain. */
TOCSIN_MUST_USE enum tocsin_status tocsin_admit(struct tocsin_draft *draft);
/* Remembers the ids that were referenced before they came, for the chain. */
TOCSIN_MUST_USE enum tocsin_status tocsin_admit_awaited(struct tocsin_draft *draft);

/* rate.c: counts the incident against its sender's rate, and the relay's. TOCSIN_LIMIT
 * beyond one of them, with deferred and retry_after_s set. */
TOCSIN_MUST_USE enum tocsin_status tocsin_rate_take(struct tocsin_draft *draft);

/* accept.c: the changes of an accepted incident. */
TOCSIN_MUST_USE enum tocsin_status tocsin_accept(struct tocsin_draft *draft);

/* act.c: what an operator does to an incident, as a message of its own. */
struct tocsin_act {
	const char *author;  /* "operator" stands for one that is no level of a topic */
	const char *id;      /* of the message */
	const char *owner;   /* whose incident it is about */
	const char *version; /* that it references */
	const char *reviews; /* the version whose texts it releases; or NULL */
};
/* incident says what is done: status, type and close; the rest is filled in, and points
 * nowhere afterwards. NULL without memory. */
struct tocsin_outcome *tocsin_act(struct tocsin_engine *engine, const struct tocsin_act *act,
	Tocsin__V1__Incident *incident, int64_t now_ms);

/* record.c: the outcome's record, once everything else is decided; the receipt is
 * added by receipt.c. */
TOCSIN_MUST_USE enum tocsin_status tocsin_record_make(
	struct tocsin_draft *draft, const struct tocsin_known *known);
/* "/a/b/": a query for one name finds it between two slashes; "" of none. */
char *tocsin_slashed(struct tocsin_arena *arena, const char *const *names, size_t count);
/* Nothing stands on this topic of open/ any more; ignored without a journal. */
TOCSIN_MUST_USE enum tocsin_status tocsin_record_clear(
	struct tocsin_draft *draft, const char *topic, unsigned formats);
/* What stands on a figure topic now, sent as packed (NULL: not as protobuf, or taken
 * away); ignored without a journal. */
TOCSIN_MUST_USE enum tocsin_status tocsin_record_figure(struct tocsin_draft *draft,
	const char *topic, const struct tocsin_count *count, const Tocsin__V1__Alert *alert,
	const struct tocsin_publication *packed, uint8_t qos);

/* memory_write.c: a packed tocsin.memory.Chain of the draft's chain, in its arena. */
TOCSIN_MUST_USE enum tocsin_status tocsin_memory_write(
	struct tocsin_draft *draft, const uint8_t **bytes, size_t *size);
/* memory_read.c: the chain that a record carries, into the table. *chain is NULL where
 * the record carries none. */
TOCSIN_MUST_USE enum tocsin_status tocsin_memory_read(
	struct tocsin_engine *engine, const struct tocsin_record *record, struct tocsin_chain **chain);

/* recall.c: what memory may have let go of, from the archive. NULL where neither has
 * it. TOCSIN_IO where the archive cannot say. keep, or NULL, stays in memory. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recall_known(struct tocsin_engine *engine,
	const uint8_t id[TOCSIN_UUID], uint64_t hash, const struct tocsin_known **known);
TOCSIN_MUST_USE enum tocsin_status tocsin_recall_chain(struct tocsin_engine *engine,
	const uint8_t key[TOCSIN_UUID], struct tocsin_chain *keep, struct tocsin_chain **chain);
/* The sequence at which a topic that memory does not have goes on. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recall_sequence(
	struct tocsin_engine *engine, const char *topic, uint64_t *sequence);

/* restore.c: an accepted id, into the table. */
TOCSIN_MUST_USE enum tocsin_status tocsin_restore_known(
	struct tocsin_engine *engine, const struct tocsin_record *record);

/* similar.c: the place by which an incident with these facts is remembered; false
 * where it is not known. */
bool tocsin_similar_key(const struct tocsin_engine *engine, const struct tocsin_facts *facts,
	struct tocsin_nearby_key *key);
/* Remembers one for those that come; through steps, or for good where NULL. */
TOCSIN_MUST_USE enum tocsin_status tocsin_similar_keep(struct tocsin_engine *engine,
	struct tocsin_steps *steps, const struct tocsin_nearby_key *key,
	const struct tocsin_nearby_incident *incident);

/* similar.c: chains that may be about the same event as the incident at hand. */
struct tocsin_similar {
	const struct tocsin_chain *chains[TOCSIN_MAX_POSSIBLE];
	size_t count;
};
void tocsin_similar_find(const struct tocsin_draft *draft, struct tocsin_similar *similar);
/* Remembers the incident at hand for those that come. */
TOCSIN_MUST_USE enum tocsin_status tocsin_similar_remember(struct tocsin_draft *draft);

/* header.c: what the engine knows of one version for one audience; arrays and
 * texts live in the rendering arena, the ids are those of the reach. */
TOCSIN_MUST_USE enum tocsin_status tocsin_version_fill(struct tocsin_draft *draft,
	struct tocsin_sending *sending, uint64_t sequence, struct tocsin_version *version);

/* version.c and cancel.c: what the audiences get; the chain gets its next state. */
TOCSIN_MUST_USE enum tocsin_status tocsin_deliver_version(struct tocsin_draft *draft);
TOCSIN_MUST_USE enum tocsin_status tocsin_deliver_cancel(
	struct tocsin_draft *draft, struct tocsin_closing *closing, bool follow_up);
/* Sends a CANCEL to whoever saw the reach, and puts what it leaves into next.
 * closing is NULL where the audience only no longer qualifies. */
TOCSIN_MUST_USE enum tocsin_status tocsin_cancel_reach(struct tocsin_draft *draft,
	const struct tocsin_reach *before, const struct tocsin_closing *closing, bool follow_up,
	struct tocsin_state *next);
/* The rules no longer have its audience: nobody is told, but what stood there is out of
 * date now, should it come back. closing as above. */
TOCSIN_MUST_USE enum tocsin_status tocsin_leave_reach(struct tocsin_draft *draft,
	const struct tocsin_reach *before, const struct tocsin_closing *closing,
	struct tocsin_state *next);
/* The audience of a reach, or NULL where the rules no longer have it. */
const struct tocsin_audience *tocsin_reach_audience(
	const struct tocsin_engine *engine, const struct tocsin_reach *reach);

/* version.c: open/ moves with the alert; what stood elsewhere is taken away. */
TOCSIN_MUST_USE enum tocsin_status tocsin_deliver_open(struct tocsin_draft *draft,
	struct tocsin_sending *sending, const struct tocsin_reach *before, bool wanted);

/* review.c: tocsin_engine_look within a submission. */
TOCSIN_MUST_USE enum tocsin_status tocsin_review_look(struct tocsin_engine *engine,
	const char *incident, int64_t now_ms, struct tocsin_review_look *look);
/* Names texts, so that the same ones are known again. */
TOCSIN_MUST_USE enum tocsin_status tocsin_review_texts(struct tocsin_arena *arena,
	const Tocsin__V1__Incident *incident, uint8_t texts[TOCSIN_REVIEW_TEXTS]);
/* The audience of a reach, where it has the version of this record and may be shown its
 * reviewed texts; else NULL. */
const struct tocsin_audience *tocsin_review_reader(const struct tocsin_engine *engine,
	const struct tocsin_reach *reach, uint64_t journal_id, int64_t now_ms);
/* review_deliver.c: the texts to whoever may be shown them. */
TOCSIN_MUST_USE enum tocsin_status tocsin_deliver_review(struct tocsin_draft *draft);

/* send.c: publications of alerts. */
struct tocsin_sending {
	const struct tocsin_audience *audience;
	const struct tocsin_state *next; /* of the chain: its name and revision */
	struct tocsin_reach *reach;      /* the next one of the audience, being made */
	Tocsin__V1__Alert *alert;
	uint8_t id[TOCSIN_UUID];
};
/* Starts the audience's next reach from the one before (or NULL), and takes its next
 * sequence. Arrays live in the working arena. */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_begin(struct tocsin_draft *draft,
	const struct tocsin_audience *audience, const struct tocsin_reach *before,
	struct tocsin_reach **reach, uint64_t *sequence);
/* Publishes the alert on one topic, in the forms that the audience wants. */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_forms(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, enum tocsin_publication_kind kind, const char *topic);
/* Publishes the alert to every alert topic of its reach. */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_alert(
	struct tocsin_draft *draft, const struct tocsin_sending *sending);
/* Adds a topic to the reach, first in order, unless it is there. */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_topic(
	struct tocsin_draft *draft, struct tocsin_reach *reach, const char *topic);
/* Puts the alert into open/, or takes what stands there away (clear). */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_open(
	struct tocsin_draft *draft, const struct tocsin_sending *sending);
TOCSIN_MUST_USE enum tocsin_status tocsin_send_clear(struct tocsin_draft *draft,
	enum tocsin_publication_kind kind, const char *topic, const char *audience, unsigned formats);
/* Keeps the alert, without its long fields, as the reach's last; _sent one that was just
 * sent. */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_keep_sent(
	struct tocsin_draft *draft, const struct tocsin_sending *sending);
TOCSIN_MUST_USE enum tocsin_status tocsin_send_keep(
	struct tocsin_engine *engine, struct tocsin_reach *reach, const Tocsin__V1__Alert *alert);

/* figure.c */
TOCSIN_MUST_USE enum tocsin_status tocsin_send_figures(struct tocsin_draft *draft,
	const struct tocsin_sending *sending, const struct tocsin_version *version);
/* Clears the figures of this chain that stand before the reach's audience. */
TOCSIN_MUST_USE enum tocsin_status tocsin_clear_figures(
	struct tocsin_draft *draft, const struct tocsin_reach *reach);

/* tick.c: the outcome of a tick, made when there is something to put into it. False
 * without memory. */
bool tocsin_tick_begin(struct tocsin_draft *draft);
/* Takes out of open/ what the chain has there that expires by at_ms. */
TOCSIN_MUST_USE enum tocsin_status tocsin_tick_clear(
	struct tocsin_draft *draft, struct tocsin_chain *chain, int64_t at_ms);

/* misdated.c: whether the record of a chain that was restored was dated by a clock that
 * was ahead of now. */
void tocsin_misdated_keep(struct tocsin_engine *engine, struct tocsin_chain *chain,
	const struct tocsin_record *record, int64_t now_ms);

/* What a tick writes down, in its outcome's arena. */
struct tocsin_keeping {
	struct tocsin_growing silences; /* struct tocsin_record_silence */
	struct tocsin_growing digests;  /* struct tocsin_record_digest */
	struct tocsin_growing told;     /* uint64_t: tallies */
};

/* digest.c: tells what was held back, as far as it is due. */
void tocsin_digests_turn(struct tocsin_draft *draft, struct tocsin_keeping *keeping);
/* What rules held that the new set does not have any more is due at once. */
void tocsin_digests_of_gone(struct tocsin_engine *engine, const struct tocsin_ruleset *ruleset);

/* silence.c: days and silences that are over. */
void tocsin_silences_turn(struct tocsin_engine *engine, int64_t now_ms);
/* silence_save.c: those that changed. */
void tocsin_silences_save(struct tocsin_draft *draft, struct tocsin_growing *list);
/* Reads all of them against other rules, into fresh, in order; NULL for one that does
 * not fit them. TOCSIN_NO_MEMORY leaves nothing. */
TOCSIN_MUST_USE enum tocsin_status tocsin_silences_read(struct tocsin_engine *engine,
	const struct tocsin_ruleset *ruleset, struct tocsin_silence *fresh[TOCSIN_MAX_SILENCES]);
/* Takes what was read. */
void tocsin_silences_swap(
	struct tocsin_engine *engine, struct tocsin_silence *fresh[TOCSIN_MAX_SILENCES]);
void tocsin_silences_finish(struct tocsin_engine *engine);

/* publish.c: a message as protobuf, valid until the next one is packed; NULL without
 * memory. */
const uint8_t *tocsin_packed(
	struct tocsin_engine *engine, const ProtobufCMessage *message, size_t *size);
/* The same in an arena, to be kept. */
uint8_t *tocsin_packed_into(struct tocsin_arena *arena, struct tocsin_engine *engine,
	const ProtobufCMessage *message, size_t *size);
struct tocsin_publication *tocsin_publish(struct tocsin_draft *draft);
TOCSIN_MUST_USE enum tocsin_status tocsin_publish_message(struct tocsin_draft *draft,
	const struct tocsin_publication *like, const ProtobufCMessage *message);
TOCSIN_MUST_USE enum tocsin_status tocsin_publish_text(
	struct tocsin_draft *draft, const struct tocsin_publication *like, const char *text);
/* The JSON twin of a topic beneath to/{audience}/, in arena. */
char *tocsin_publish_twin(const struct tocsin_engine *engine, struct tocsin_arena *arena,
	const char *audience, const char *topic);
/* The audience that a topic beneath to/ is for, in the working arena; NULL without
 * memory. */
const char *tocsin_topic_audience(struct tocsin_engine *engine, const char *topic);
void tocsin_publications_drop(struct tocsin_engine *engine, struct tocsin_outcome *outcome);

/* receipt.c */
TOCSIN_MUST_USE enum tocsin_status tocsin_receipt_address(struct tocsin_draft *draft);
/* The receipt of an accepted incident and its answer to keep. */
TOCSIN_MUST_USE enum tocsin_status tocsin_receipt_accepted(
	struct tocsin_draft *draft, struct tocsin_known *known);
TOCSIN_MUST_USE enum tocsin_status tocsin_receipt_duplicate(
	struct tocsin_draft *draft, const struct tocsin_known *known);
TOCSIN_MUST_USE enum tocsin_status tocsin_receipt_rejected(struct tocsin_draft *draft);
TOCSIN_MUST_USE enum tocsin_status tocsin_receipt_deferred(
	struct tocsin_draft *draft, const char *reason);

/* notice.c: what ops learns of a refusal. */
TOCSIN_MUST_USE enum tocsin_status tocsin_notice_refused(struct tocsin_draft *draft);
TOCSIN_MUST_USE enum tocsin_status tocsin_notice_counted(
	struct tocsin_draft *draft, const struct tocsin_noisy *noisy);
