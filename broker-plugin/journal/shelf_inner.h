/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What shelf.c and shelf_find.c share. */
#pragma once

#include "journal/shelf.h"
#include "journal/topic_counts.h"

struct tocsin_shelf {
	char *path;
	sqlite3 *database; /* NULL: to be opened */
	bool lent;         /* it is another's */
	bool resting;
	struct tocsin_topic_counts topics;
	struct tocsin_shelf_asking *asking; /* NULL: everything is read at once */
	sqlite3_stmt *all[TOCSIN_SHELF_STATEMENTS];
	/* The last answer: kept here, since a statement that stands on its row keeps a
	 * snapshot open, which is soon old and holds the write-ahead log. */
	char *answer;
	size_t answer_room;
	int result;
	char error[TOCSIN_JOURNAL_ERROR];
};
