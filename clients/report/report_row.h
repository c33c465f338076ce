/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One line of a CSV file to the options of an incident. */
#pragma once

#include "clients/base/hxl.h"
#include "clients/report/incident_flags.h"
#include "rules/csv.h"
#include "rules/diagnostics.h"

struct tocsin_row_columns {
	const struct tocsin_hxl *items[TOCSIN_MAX_COLUMNS]; /* NULL: not tagged, not read */
	size_t count;
};

/* The file's columns from its row of tags. False after an error in diagnostics. */
bool tocsin_row_columns_read(struct tocsin_row_columns *columns, const struct tocsin_csv *tags,
	const char *file, struct tocsin_diagnostics *diagnostics);

/* Gives the cells of a line to flags. False after errors in diagnostics. */
bool tocsin_row_read(const struct tocsin_row_columns *columns, const struct tocsin_csv *line,
	const char *file, struct tocsin_diagnostics *diagnostics, struct tocsin_incident_flags *flags);

/* The cell that a violation's field came from, or the line's first. */
const struct tocsin_csv_field *tocsin_row_cell_of(
	const struct tocsin_row_columns *columns, const struct tocsin_csv *line, const char *field);
