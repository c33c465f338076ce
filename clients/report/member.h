/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The members of a JSON object as they were written, byte for byte: what is within is
 * left to whoever reads it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct tocsin_member {
	const char *name; /* without its quotes, escapes as written */
	size_t name_length;
	const char *value; /* trimmed */
	size_t value_length;
};

struct tocsin_member_reader {
	const char *at, *end;
	bool first;
};

/* False where text does not begin an object. */
bool tocsin_members_begin(struct tocsin_member_reader *reader, const char *text, size_t length);

/* The next member. False at the object's end or where it breaks off; the two are told
 * apart by tocsin_members_ended. */
bool tocsin_members_next(struct tocsin_member_reader *reader, struct tocsin_member *member);

/* The object ended, and nothing but blanks comes after it. */
bool tocsin_members_ended(const struct tocsin_member_reader *reader);
