/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the engine asked of its archive that may have to be fetched from a disk: another
 * thread asks it first, so that the pages are in the system's cache when the broker's
 * thread asks again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

struct tocsin_shelf;

enum {
	TOCSIN_SHELF_QUESTION = 512, /* bytes of the longest name that is asked for aside */
	TOCSIN_SHELF_QUESTIONS = 64, /* of one submission; what more there is, is read at once */
};

enum tocsin_shelf_subject {
	TOCSIN_SUBJECT_INCIDENT,
	TOCSIN_SUBJECT_CHAIN,
	TOCSIN_SUBJECT_ALERT,
	TOCSIN_SUBJECT_TOPIC,
};

struct tocsin_shelf_question {
	enum tocsin_shelf_subject subject;
	uint64_t row; /* of an alert */
	char name[TOCSIN_SHELF_QUESTION];
};

/* The questions of one submission. Zeroed at its beginning. */
struct tocsin_shelf_asking {
	uint64_t asked[TOCSIN_SHELF_QUESTIONS]; /* hashes: these have been read aside */
	size_t count;
	bool open; /* question is to be read aside before the next try */
	struct tocsin_shelf_question question;
};

/* From now on what was not asked before is answered TOCSIN_IO at once, and stands in
 * asking as its open question. NULL: everything is read at once again. */
void tocsin_shelf_ask(struct tocsin_shelf *shelf, struct tocsin_shelf_asking *asking);

/* Asks it, for the pages' sake. TOCSIN_NOT_FOUND is an answer like TOCSIN_OK. Any thread,
 * with a shelf of its own. */
TOCSIN_MUST_USE enum tocsin_status tocsin_shelf_answer(
	struct tocsin_shelf *shelf, const struct tocsin_shelf_question *question);
