/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What is wrong with an operator's files: all of it, each with file:line:column. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "proto/status.h"

enum tocsin_note { TOCSIN_NOTE_ERROR, TOCSIN_NOTE_WARNING };

struct tocsin_diagnostic {
	enum tocsin_note kind;
	char *file;
	unsigned line, column; /* from 1; 0 where there is none */
	char *message;         /* one line, with "did you mean" where that helps */
};

struct tocsin_diagnostics {
	struct tocsin_diagnostic *items; /* in order of file, line, column after _sort */
	size_t count, capacity;
	size_t errors; /* also those beyond TOCSIN_MAX_DIAGNOSTICS */
};

void tocsin_diagnostics_init(struct tocsin_diagnostics *list);
void tocsin_diagnostics_finish(struct tocsin_diagnostics *list);

/* Control characters and bad UTF-8 of the quoted input come out as \xNN. */
void tocsin_diagnostics_add(struct tocsin_diagnostics *list, enum tocsin_note kind,
	const char *file, unsigned line, unsigned column, const char *format, ...) TOCSIN_PRINTF(6, 7);

void tocsin_diagnostics_sort(struct tocsin_diagnostics *list);

/* "file:line:column: error: message" lines. */
void tocsin_diagnostics_print(const struct tocsin_diagnostics *list, FILE *out);
