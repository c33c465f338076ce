/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Cells of a CSV file (RFC 4180) that no spreadsheet runs as a formula. */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* A text as one cell, quoted whatever it holds, since no reader of CSV minds; nothing for an
 * empty one. Controls become spaces; what would begin a formula gets an apostrophe in front. */
void tocsin_csv_text(FILE *out, const char *text, size_t length);

/* The same in parts, within quotes of the caller's: the start of a cell that begins with this
 * text, and each text after it. */
void tocsin_csv_start(FILE *out, const char *text, size_t length);
void tocsin_csv_quoted(FILE *out, const char *text, size_t length);
