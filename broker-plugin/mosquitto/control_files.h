/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a load of rules reads: the files of another source, with a copy of the rule
 * file's own text, and where a text was sent, that one in its place. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "rules/files.h"

struct tocsin_overlay {
	struct tocsin_files files;
	const struct tocsin_files *from;
	const char *rules_file;
	const char *given; /* NULL: none was sent */
	size_t given_length;
	const char *const *allowed; /* what a text that was sent may name */
	size_t allowed_count;
	bool foreign; /* it named something else */
	char *text;   /* the rule file's, as it was read */
	size_t length;
};

/* Everything is borrowed for the overlay's life. */
void tocsin_overlay_init(
	struct tocsin_overlay *overlay, const char *rules_file, const struct tocsin_files *from);
void tocsin_overlay_finish(struct tocsin_overlay *overlay);

/* From now on text stands for the rule file, and of other files only those allowed
 * can be read: the rest is TOCSIN_IO with EPERM, and sets foreign. */
void tocsin_overlay_give(struct tocsin_overlay *overlay, const char *text, size_t length,
	const char *const *allowed, size_t allowed_count);

const struct tocsin_files *tocsin_overlay_files(struct tocsin_overlay *overlay);

/* Moves the rule file's text out; NULL where it was not read. */
void tocsin_overlay_take(struct tocsin_overlay *overlay, char **text, size_t *length);
