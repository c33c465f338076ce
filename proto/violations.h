/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is wrong with a message: all of it, up to TOCSIN_MAX_VIOLATIONS. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proto/arena.h"
#include "proto/check.h"
#include "proto/limits.h"

struct tocsin_violation {
	enum tocsin_check check;
	enum tocsin_level level;
	const char *field;   /* path, such as displacement[0].figure; may be "" */
	const char *id;      /* full id, such as displacement.figure.range */
	const char *message; /* names limits, never values */
};

struct tocsin_violations {
	struct tocsin_arena *arena; /* borrowed; holds the texts */
	struct tocsin_violation items[TOCSIN_MAX_VIOLATIONS];
	size_t count;
	size_t errors;        /* errors seen, also those beyond the ceiling */
	size_t warnings;      /* likewise */
	bool short_of_memory; /* a text could not be kept: treat as an error */
};

void tocsin_violations_init(struct tocsin_violations *list, struct tocsin_arena *arena);

/* Adds one. field is copied. detail (may be NULL) is appended to the table's
 * message behind a colon (its own, if it brings one), formatted: limits only, never
 * a value of the message. A list that is
 * full of warnings gives one up for an error. The same check on the same field
 * is kept once. */
void tocsin_violations_add(struct tocsin_violations *list, enum tocsin_check check,
	const char *field, const char *detail, ...) TOCSIN_PRINTF(4, 5);

/* True when nothing in the list blocks the message. */
bool tocsin_violations_pass(const struct tocsin_violations *list);

/* True when the list holds this check. */
bool tocsin_violations_have(const struct tocsin_violations *list, enum tocsin_check check);

/* True when the list holds an error of this field or of one that holds it. */
bool tocsin_violations_touch(const struct tocsin_violations *list, const char *field);
