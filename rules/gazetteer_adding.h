/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One list on its way into a gazetteer; only gazetteer_*.c look inside. */
#pragma once

#include "rules/csv.h"
#include "rules/gazetteer_table.h"

enum tocsin_gazetteer_column {
	TOCSIN_COLUMN_COUNTRY,
	TOCSIN_COLUMN_LEVEL,
	TOCSIN_COLUMN_CODE,
	TOCSIN_COLUMN_NAME,
	TOCSIN_COLUMN_PARENT,
	TOCSIN_COLUMN_DATE, /* the last that a list must have */
	TOCSIN_COLUMN_REPLACES,
	TOCSIN_COLUMN_LATITUDE,
	TOCSIN_COLUMN_LONGITUDE,
	TOCSIN_COLUMN_HOUSEHOLD,
	TOCSIN_COLUMN_COUNT
};

struct tocsin_gazetteer_adding {
	struct tocsin_gazetteer *gazetteer;
	const char *file;
	struct tocsin_diagnostics *diagnostics;
	struct tocsin_csv csv;
	int places[TOCSIN_COLUMN_COUNT]; /* index of the field, -1 where there is none */
	size_t header_count;
	const struct tocsin_country *country; /* of the last row: lists are sorted by it */
	size_t errors;
};

/* Adds an error. */
void tocsin_gazetteer_complain(struct tocsin_gazetteer_adding *adding, unsigned line,
	unsigned column, const char *format, ...) TOCSIN_PRINTF(4, 5);

/* A field of the present record without the spaces around it; empty where the list
 * has no such column. */
struct tocsin_csv_field tocsin_gazetteer_field(
	const struct tocsin_gazetteer_adding *adding, enum tocsin_gazetteer_column column);

/* Reads the header, columns by name. */
TOCSIN_MUST_USE enum tocsin_status tocsin_gazetteer_read_header(
	struct tocsin_gazetteer_adding *adding);

/* Reads the present record into a region. */
TOCSIN_MUST_USE enum tocsin_status tocsin_gazetteer_read_row(
	struct tocsin_gazetteer_adding *adding);
