/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The files as the reader's thread has them open. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "journal/query_file.h"

struct tocsin_reader_file {
	sqlite3 *database; /* NULL: not open */
	dev_t device;
	ino_t number;
};

struct tocsin_reader_files {
	const char *path; /* of the journal; borrowed */
	struct tocsin_reader_file journal, quarantine;
	/* Asked often while a statement runs; other than 0 interrupts it. */
	int (*interrupted)(void *ctx);
	void *ctx;
};

/* Opens what is not open, and what is another file by now. TOCSIN_IO with error. */
TOCSIN_MUST_USE enum tocsin_status tocsin_reader_files_open(
	struct tocsin_reader_files *files, char error[TOCSIN_JOURNAL_ERROR]);
void tocsin_reader_files_close(struct tocsin_reader_files *files);
