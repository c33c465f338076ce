/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Which rows are forgotten, and what is left of them. Each function that changes does
 * some rows within the caller's transaction, and says whether there are more. */
#pragma once

#include "journal/forget.h"

struct tocsin_forget_rows {
	sqlite3 *journal, *quarantine;
	struct tocsin_forget_what what;
	char after[1024]; /* figures up to this topic are done */
};

TOCSIN_MUST_USE int tocsin_forget_count_accepted(
	const struct tocsin_forget_rows *rows, struct tocsin_forgotten *count);
TOCSIN_MUST_USE int tocsin_forget_count_refused(
	const struct tocsin_forget_rows *rows, struct tocsin_forgotten *count);

TOCSIN_MUST_USE int tocsin_forget_incidents(
	struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left);
TOCSIN_MUST_USE int tocsin_forget_figures(
	struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left);
TOCSIN_MUST_USE int tocsin_forget_refusals(
	struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left);
