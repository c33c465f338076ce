/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the writer does beside outcomes, when the disk is well: none of it is urgent, and
 * nobody waits for it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "journal/floor.h"

enum tocsin_chore_kind {
	TOCSIN_CHORE_HANDED,       /* by value all before floor was (journal/floor.h) */
	TOCSIN_CHORE_RULES,        /* text of rule version name, since value (ms) */
	TOCSIN_CHORE_DROP_REFUSAL, /* row value of the quarantine goes */
	TOCSIN_CHORE_CLOSED,       /* nothing of incident value is open any more */
	TOCSIN_CHORE_MARK,         /* mark name is value */
};

/* One block: free it. */
struct tocsin_chore {
	struct tocsin_chore *next;
	enum tocsin_chore_kind kind;
	int64_t value;
	struct tocsin_floor floor; /* set by whoever makes such a one */
	const char *name;          /* or "" */
	const char *text;
	size_t text_length;
};

/* NULL without memory. Texts are copied; text may be NULL. */
struct tocsin_chore *tocsin_chore_create(enum tocsin_chore_kind kind, const char *name,
	int64_t value, const char *text, size_t text_length);
