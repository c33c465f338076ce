/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Overwriting what SQLite leaves behind in a database's file. secure_delete overwrites
 * what is deleted, but a page that is split or merged keeps a copy of what moved away in
 * its unused middle, where no statement reaches it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "journal/database.h"

struct tocsin_scrub {
	int file;                  /* descriptor plus 1: all zero is not begun */
	uint32_t page_bytes, next; /* the page to go on with, from 1 */
	bool moves;                /* the file can be vacuumed by steps, which moves pages */
	bool again;                /* it is gone through once more for those that were moved */
	uint8_t *pages;
	uint64_t overwritten; /* pages */
};

/* Looks at some pages and overwrites what is unused in them, while no other connection
 * writes. database is a connection to the file at path in WAL mode, in no transaction.
 * *left: there are more pages. TOCSIN_LIMIT where another connection was in the way: to
 * be called again. At the end the log is empty. */
TOCSIN_MUST_USE enum tocsin_status tocsin_scrub_step(struct tocsin_scrub *scrub, sqlite3 *database,
	const char *path, bool *left, char error[TOCSIN_JOURNAL_ERROR]);

/* Closes its descriptor: to be called once database is closed. */
void tocsin_scrub_finish(struct tocsin_scrub *scrub);

/* Finds the unused middle of a b-tree page: where it begins and ends. False for any other
 * page, and where that middle is all zero. Source: sqlite.org/fileformat2.html, 1.6. */
bool tocsin_scrub_gap(
	const uint8_t *page, uint32_t page_bytes, bool first, uint32_t *begin, uint32_t *end);

/* True for a page that maps others, in a file that can be vacuumed by steps: it may look
 * like a b-tree's. Source: the same, 1.8. */
bool tocsin_scrub_is_map(uint32_t number, uint32_t page_bytes);
