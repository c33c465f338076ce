/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One row of a figure file into the book; for the reader of such files alone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "clients/displacement/figure_book.h"
#include "clients/displacement/figure_columns.h"
#include "proto/limits.h"
#include "rules/csv.h"

#define TOCSIN_NO_COLUMN SIZE_MAX

struct tocsin_figure_csv {
	struct tocsin_figure_book *book;
	struct tocsin_csv csv;            /* its fields are the row */
	size_t at[TOCSIN_FIGURE_COLUMNS]; /* index in the file, or TOCSIN_NO_COLUMN */
	size_t rows;                      /* read so far, this one included */
	enum tocsin_figure_column fault;  /* of a value that cannot be read */
	const char *wrong;                /* what is wrong with it */
};

/* "" where the file has no such column, or the row is short. */
const char *tocsin_figure_csv_cell(
	const struct tocsin_figure_csv *reader, enum tocsin_figure_column column);

/* Notes what is wrong, and is false. */
bool tocsin_figure_csv_fail(
	struct tocsin_figure_csv *reader, enum tocsin_figure_column column, const char *wrong);

/* Tells the book where the row's place is, and gives its code: "" where the row has none
 * that is as deep as it says. */
bool tocsin_figure_csv_place(struct tocsin_figure_csv *reader, char code[TOCSIN_MAX_PCODE + 1]);

/* An origin or a destination, "" where there is none; valid as long as the row. */
bool tocsin_figure_csv_end(
	struct tocsin_figure_csv *reader, enum tocsin_figure_column column, const char **end);

/* False with fault and wrong. A row without a number or a place is counted as
 * incomplete. */
bool tocsin_figure_csv_row(struct tocsin_figure_csv *reader);
