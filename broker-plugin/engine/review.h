/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A person has read an incident's description and instruction and lets them go to the
 * audiences that may see such texts only when reviewed (rules/redaction.inc). These get
 * the alert that they have once more, as the chain's next revision, with the texts;
 * nobody else gets anything, and neither does one who was sent more than the rules let it
 * see now. It holds for these texts: an Update that says the same carries them, one that
 * says something else waits for a review of its own. */
#pragma once

#include "engine/engine.h"
#include "engine/uuid.h"
#include "proto/text.h"
#include "rules/ruleset.h"
#include "tocsin/v1/incident.pb-c.h"

enum tocsin_review_state {
	TOCSIN_REVIEW_WAITS,    /* its texts may be released */
	TOCSIN_REVIEW_DONE,     /* they were */
	TOCSIN_REVIEW_NOBODY,   /* no audience that would see them was sent it */
	TOCSIN_REVIEW_NO_TEXT,  /* it has neither description nor instruction */
	TOCSIN_REVIEW_OUTDATED, /* a newer version came than the one that was read */
	TOCSIN_REVIEW_OVER,     /* cancelled, or expired everywhere */
	TOCSIN_REVIEW_GONE,     /* its bytes or alerts are not in the archive: not yet, or no more */
	TOCSIN_REVIEW_UNKNOWN,  /* there is no such incident */
};

/* What may be reviewed of a chain. Texts live until the engine's next call; from OVER on
 * there are none. */
struct tocsin_review_look {
	enum tocsin_review_state state;
	char version[TOCSIN_UUID_TEXT]; /* id of the newest version, whose texts they are */
	const char *sender;             /* of that version */
	int64_t received_ms;
	uint64_t journal_id;
	const Tocsin__V1__Incident *incident;
	const char *region; /* path with slashes around each, outermost first */
	/* Those that would see them. */
	const char *audiences[TOCSIN_MAX_AUDIENCES];
	size_t audience_count;
};

/* incident: id of any version. TOCSIN_IO where the archive cannot say. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_look(struct tocsin_engine *engine,
	const char *incident, int64_t now_ms, struct tocsin_review_look *look);

struct tocsin_review {
	const char *id;      /* of the Update that it is: a UUID version 4 that is new */
	const char *version; /* as looked at */
	const char *author;  /* user name of who read it */
};

/* Releases the texts of that very version. *outcome, where *state is WAITS, is to be
 * taken like that of a submission; elsewhere nothing is done. */
TOCSIN_MUST_USE enum tocsin_status tocsin_engine_review(struct tocsin_engine *engine,
	const struct tocsin_review *review, int64_t now_ms, enum tocsin_review_state *state,
	struct tocsin_outcome **outcome);
