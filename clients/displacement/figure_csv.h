/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Figures as CSV with the HXL row of IOM DTM's files on HDX: those columns first, by
 * their names and tags, then what DTM has no column for. Sources: HXL 1.1, RFC 4180,
 * OCHA-DAP/hdx-scraper-iom-dtm. */
#pragma once

#include <stdio.h>

#include "clients/displacement/figure_table.h"

/* Each standing figure that is asked for as a row, counted or not: "counted" says
 * which. A text that a spreadsheet would take for a formula begins with ', which
 * reading takes off again. */
void tocsin_figure_csv_write(const struct tocsin_figure_table *table, FILE *out);

enum { TOCSIN_CSV_WHY = 160 };

/* Reads such a file, or one of DTM's own: columns are found by their HXL tags, in any
 * order. TOCSIN_INVALID with why, "line 3, people: not a whole number". text is
 * borrowed; what was read before a mistake stays in the book. */
TOCSIN_MUST_USE enum tocsin_status tocsin_figure_csv_read(
	struct tocsin_figure_book *book, const char *text, size_t length, char why[TOCSIN_CSV_WHY]);
