/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether an incident's texts wait for a review, told from what a journal keeps of it: as
 * tocsin_engine_look tells it (TOCSIN_REVIEW_WAITS), but without the engine, so that many
 * can be looked at away from the broker's thread. Any thread. */
#pragma once

#include "proto/arena.h"
#include "proto/decode.h"
#include "rules/ruleset.h"

/* The audiences that are shown free text once somebody has read it, by their names. */
struct tocsin_review_readers {
	char names[TOCSIN_MAX_AUDIENCES][TOCSIN_MAX_NAME + 1];
	uint8_t levels[TOCSIN_MAX_AUDIENCES]; /* the most that each may see: a Sensitivity */
	size_t count;
};

void tocsin_review_readers_of(
	const struct tocsin_ruleset *ruleset, struct tocsin_review_readers *readers);

/* One version of an incident, as it stands in the journal. */
struct tocsin_review_kept {
	const char *id;
	uint64_t journal_id;
	const uint8_t *memory; /* of its chain, as in tocsin_record */
	size_t memory_size;
};

/* Those who have the version's alert and would be shown its texts. */
struct tocsin_review_waiting {
	const char *audiences[TOCSIN_MAX_AUDIENCES]; /* names of the readers */
	size_t audience_count;                       /* 0: it does not wait */
	const uint8_t *texts;                        /* hash of those released; NULL: none were */
};

/* Finds them. waiting borrows from readers and, until its reset, the arena. */
TOCSIN_MUST_USE enum tocsin_status tocsin_review_find(const struct tocsin_review_kept *kept,
	const struct tocsin_review_readers *readers, int64_t now_ms, struct tocsin_arena *arena,
	struct tocsin_review_waiting *waiting);

/* Whether they wait for anything: the version, as it was published, has texts, and not
 * those that were released. */
TOCSIN_MUST_USE enum tocsin_status tocsin_review_is_unread(
	const struct tocsin_review_waiting *waiting, enum tocsin_form form, const uint8_t *bytes,
	size_t size, struct tocsin_arena *arena, bool *unread);
