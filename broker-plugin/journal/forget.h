/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Taking a sender or an incident out of a journal, beside a hub that may be running.
 * What was published, the name of who sent it, the engine's picture of its chain and
 * the alerts made of it go; that something came, when, where and of what kind, its id
 * and its hash stay, so that a re-send is still known and the sequences have no gap.
 * One step is one short transaction, so that the hub's writer gets its turn between
 * two; the caller waits there. Not for the hub's own threads. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "journal/query_file.h"

/* What is to go: the one or the other. Borrowed. */
struct tocsin_forget_what {
	const char *sender;
	const char *incident; /* with the later versions of its chain; lower-case */
};

struct tocsin_forgotten {
	uint64_t incidents, alerts, holds, figures, refusals;
	/* Where an operator wrote the sender's name himself, which is left alone. */
	uint64_t rule_texts, silences;
};

struct tocsin_forget;

/* Opens both files for writing; the quarantine file may be missing. Refused like
 * tocsin_query_open. */
TOCSIN_MUST_USE enum tocsin_status tocsin_forget_open(const char *path,
	const struct tocsin_forget_what *what, struct tocsin_forget **forget,
	char error[TOCSIN_JOURNAL_ERROR]);
void tocsin_forget_close(struct tocsin_forget *forget);

/* How many incidents and refusals there are to be forgotten, and who else names the
 * sender; what else goes is counted by the steps. */
TOCSIN_MUST_USE enum tocsin_status tocsin_forget_count(
	struct tocsin_forget *forget, struct tocsin_forgotten *count, char error[TOCSIN_JOURNAL_ERROR]);

/* Does some of it. *done: nothing is left to do, and of what went no byte is in either
 * file, nor in what belongs to it. TOCSIN_LIMIT where the hub had the file for itself:
 * nothing is lost, call again. What was done stays done whatever comes after. */
TOCSIN_MUST_USE enum tocsin_status tocsin_forget_step(
	struct tocsin_forget *forget, bool *done, char error[TOCSIN_JOURNAL_ERROR]);

const struct tocsin_forgotten *tocsin_forget_result(const struct tocsin_forget *forget);
