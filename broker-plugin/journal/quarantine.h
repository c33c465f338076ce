/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The quarantine file: what was refused, with its bytes and violations, until an
 * operator has looked. Bounded: the oldest goes first. A trouble here never touches
 * the journal. Used by the writer's thread alone. */
#pragma once

#include "engine/outcome.h"
#include "journal/database.h"

enum {
	TOCSIN_QUARANTINE_BYTES = 64 * 1024 * 1024,
	TOCSIN_QUARANTINE_OF_SENDER = 1000, /* entries */
};

struct tocsin_quarantine;

/* error as for tocsin_database_open. */
TOCSIN_MUST_USE enum tocsin_status tocsin_quarantine_open(
	const char *path, struct tocsin_quarantine **quarantine, char error[TOCSIN_JOURNAL_ERROR]);
void tocsin_quarantine_close(struct tocsin_quarantine *quarantine);

/* The file at its path is still the one that was opened. */
bool tocsin_quarantine_in_place(const struct tocsin_quarantine *quarantine);

/* Writes refusals in one transaction, and removes what is beyond the bounds. */
TOCSIN_MUST_USE enum tocsin_status tocsin_quarantine_add(struct tocsin_quarantine *quarantine,
	const struct tocsin_refusal *const *refusals, size_t count);

/* Removes one entry, if it is there. Returns SQLite's result. */
int tocsin_quarantine_drop(struct tocsin_quarantine *quarantine, int64_t row);

/* A copy of a refusal in one block, to be freed; NULL without memory. */
struct tocsin_refusal *tocsin_refusal_copy(const struct tocsin_refusal *refusal);
