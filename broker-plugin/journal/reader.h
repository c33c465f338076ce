/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One thread that reads the journal and the quarantine file for whoever asks, so that
 * neither a slow disk nor a long query holds up the broker. It has all signals blocked,
 * calls nothing of the broker's, and reads through connections of its own, opened at
 * the first job and anew after an error or where the file at the path is another. The
 * functions here are for the broker's thread and never wait, but for _stop. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "journal/database.h"

enum { TOCSIN_READER_JOBS = 64 }; /* submitted and not yet collected */

struct tocsin_reader;

/* One thing to read. The caller's, and its alone, until submitted and again once
 * collected. */
struct tocsin_reader_job {
	/* Called on the reader's thread with the files, open read-only; quarantine is NULL
	 * where nothing was refused. Returns the job's status; error may say why. TOCSIN_IO
	 * has the files opened anew for the next job. */
	enum tocsin_status (*run)(
		void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR]);
	/* Called on the broker's thread by _stop for each job that is not collected. */
	void (*finish)(struct tocsin_reader_job *job);
	void *ctx;
	enum tocsin_status status;        /* TOCSIN_IO also where no file could be opened */
	char error[TOCSIN_JOURNAL_ERROR]; /* "" where status is OK */
	bool cancelled;                   /* it did not run, or not to its end */
	struct tocsin_reader_job *next;   /* the reader's own */
};

/* path: of the journal, copied. done is called on the reader's thread when a job is there
 * to be collected, and must not wait; NULL: nobody is told. NULL without memory or a
 * thread. */
struct tocsin_reader *tocsin_reader_start(
	const char *path, void (*done)(void *ctx), void *done_ctx);

/* Queues a job. False, and nothing is queued, where TOCSIN_READER_JOBS are in it. */
TOCSIN_MUST_USE bool tocsin_reader_submit(
	struct tocsin_reader *reader, struct tocsin_reader_job *job);

/* The next that is done, in the order of submission; NULL: none. */
struct tocsin_reader_job *tocsin_reader_collect(struct tocsin_reader *reader);

/* Nobody waits for the job any more: one that waits is not run, one that runs is
 * interrupted at its next step in SQLite. It comes by _collect all the same. */
void tocsin_reader_cancel(struct tocsin_reader *reader, struct tocsin_reader_job *job);

/* Interrupts what runs, waits for the thread's end, and finishes every job that is not
 * collected. False where the disk holds the thread for longer than timeout_ms: it and
 * its jobs must then be left as they are, or this be called again. NULL is allowed. */
TOCSIN_MUST_USE bool tocsin_reader_stop(struct tocsin_reader *reader, int64_t timeout_ms);
