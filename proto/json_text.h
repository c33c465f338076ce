/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* JSON text as it grows in an arena. A streaming emitter rather than jansson's
 * tree: an alert's twin is written for every incident, and a tree would cost an
 * allocation for each value. Source: RFC 8259. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/status.h"

struct tocsin_json_text {
	struct tocsin_arena *arena; /* borrowed */
	char *bytes;
	size_t length, size;
	enum tocsin_status status; /* of all calls so far; after an error nothing is added */
};

void tocsin_json_text_init(struct tocsin_json_text *text, struct tocsin_arena *arena);

/* Adds bytes as they are. */
void tocsin_json_text_raw(struct tocsin_json_text *text, const char *bytes, size_t length);

/* Adds a quoted, escaped string. TOCSIN_INVALID where it is not UTF-8. */
void tocsin_json_text_string(struct tocsin_json_text *text, const char *string);

/* Adds a name and its colon, with a comma before all but the first. The name
 * needs no escaping. */
void tocsin_json_text_name(struct tocsin_json_text *text, bool first, const char *name);

void tocsin_json_text_unsigned(struct tocsin_json_text *text, uint64_t number);
void tocsin_json_text_signed(struct tocsin_json_text *text, int64_t number);

/* Adds the shortest decimal that reads back as the same number, in any locale.
 * TOCSIN_INVALID for infinities and NaN, which JSON does not have. */
void tocsin_json_text_double(struct tocsin_json_text *text, double number);

/* Terminates the text. Returns text->status. */
TOCSIN_MUST_USE enum tocsin_status tocsin_json_text_finish(struct tocsin_json_text *text);
