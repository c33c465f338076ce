/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Comma-separated values, one record at a time (RFC 4180; a byte order mark and
 * bare line feeds are tolerated, blank lines skipped). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "proto/status.h"

enum { TOCSIN_MAX_COLUMNS = 64 };

struct tocsin_csv_field {
	const char *text; /* NUL-terminated, quotes undone; in the reader's storage */
	size_t length;
	unsigned line, column; /* where it starts, from 1; columns count code points */
};

struct tocsin_csv {
	const char *at, *end; /* what is left to read */
	const char *counted;  /* column is that of this byte */
	unsigned line, column;
	char *storage; /* texts of the fields; length + 1 bytes, the caller's */
	size_t used;
	struct tocsin_csv_field fields[TOCSIN_MAX_COLUMNS];
	size_t count;
	/* After TOCSIN_INVALID: what is wrong, and where. */
	const char *fault;
	unsigned fault_line, fault_column;
};

/* text is borrowed; storage takes length + 1 bytes and holds what fields point to. */
void tocsin_csv_init(struct tocsin_csv *csv, const char *text, size_t length, char *storage);

/* Reads the next record into fields. TOCSIN_NOT_FOUND at the end; TOCSIN_INVALID
 * for a broken one, after which reading goes on with the next line; a quote that
 * nothing closes takes the rest of the text. */
TOCSIN_MUST_USE enum tocsin_status tocsin_csv_next(struct tocsin_csv *csv);
