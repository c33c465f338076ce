/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Text laid out in the columns of a terminal. Texts are UTF-8 and clean already; a
 * code point is a column. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether the locale can show more than ASCII. */
bool tocsin_columns_unicode(void);

/* Columns of the terminal that out is; $COLUMNS where it says; 80 where neither does.
 * At least 20, at most 400. */
size_t tocsin_columns_of_terminal(FILE *out);

/* Lines of the terminal, 0 where out is none. */
size_t tocsin_lines_of_terminal(FILE *out);

size_t tocsin_columns_count(const char *text);

/* Exactly width columns: cut, the last then "…" (or "~"), or filled up with spaces. */
void tocsin_columns_put(FILE *out, const char *text, size_t width, bool unicode);

/* Lines of at most width columns, each begun with indent spaces, broken at spaces. */
void tocsin_columns_wrap(FILE *out, const char *text, size_t indent, size_t width);
