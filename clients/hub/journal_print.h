/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Rows of a journal, as of tocsin_query_json_row, for people and for spreadsheets. */
#pragma once

#include <stdio.h>

#include <jansson.h>

#include "clients/base/paper.h"

/* A line of headings, and a line for each incident. */
void tocsin_journal_print_head(const struct tocsin_paper *paper);
void tocsin_journal_print_row(const struct tocsin_paper *paper, const json_t *row);

/* One refusal, as of tocsin_query_json_refusal, over two lines or more. */
void tocsin_journal_print_refusal(const struct tocsin_paper *paper, const json_t *refusal);

/* CSV (RFC 4180) with a second line of HXL hashtags (hxlstandard.org, 1.1). */
void tocsin_journal_csv_head(FILE *out);
void tocsin_journal_csv_row(FILE *out, const json_t *row);
