/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The one thread that writes: it takes outcomes from the mailbox and commits them in
 * groups, keeps refusals, does chores, and lets go of what is too old. It has all signals
 * blocked and never calls the broker. Before it starts, and after it has ended, whoever
 * holds it may use what is here. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "journal/mailbox.h"
#include "journal/quarantine.h"
#include "journal/retention.h"
#include "journal/retention_clock.h"
#include "journal/store.h"

struct tocsin_writer {
	struct tocsin_mailbox mailbox;
	void (*decided)(void *ctx); /* as in tocsin_journal_config */
	void *decided_ctx;
	pthread_t thread;
	bool running;
	int lock; /* of the path */
	char *path;
	struct tocsin_store *store;
	struct tocsin_quarantine *quarantine;
	struct tocsin_inodes inodes; /* as they were opened */
	uint64_t committed;          /* the greatest id that is on disk */
	uint64_t catalogued;         /* and that is in the catalogue */
	bool failing;                /* since a commit failed, until a probe succeeds */
	bool corrupt;                /* the file is to be moved aside before the next attempt */
	struct tocsin_retention retention;
	struct tocsin_retention_clock retention_clock;
	int64_t longest_log;         /* bytes, by how fast the disk is; 0: not known yet */
	int64_t retain_steady_ms;    /* when it is to look again for what is too old */
	int64_t catalogue_steady_ms; /* when it is to try that again */
};

/* False where there is no thread to be had. */
bool tocsin_writer_start(struct tocsin_writer *writer);

/* The log is to be moved over before the writer is idle: it is long, or what is free on its
 * disk is less than it. Moved over later, it would have taken the room that the main file
 * then needs, and the disk would stay full for want of a copy of what it holds. */
bool tocsin_writer_log_is_large(int64_t bytes, int64_t longest_bytes, uint64_t free_bytes);
/* How long the log may become, after one of so many bytes took so long to be moved over:
 * commits wait for that, so that no longer than half a second, within 64 to 256 MiB. */
int64_t tocsin_writer_longest_log(int64_t moved_bytes, int64_t took_ms);

/* writer_files.c: the files behind it. *last is the greatest id in it; where the file is
 * too broken to tell, writer->corrupt is set and the store is open all the same. */
TOCSIN_MUST_USE enum tocsin_status tocsin_writer_open_store(
	struct tocsin_writer *writer, uint64_t *last, char error[TOCSIN_JOURNAL_ERROR]);
/* Adds to error where refusals cannot be kept, or a corrupted file went; the rest goes on. */
void tocsin_writer_open_quarantine(struct tocsin_writer *writer, char error[TOCSIN_JOURNAL_ERROR]);
/* Opens it where it is not, and anew where another file stands at its path, or none. */
void tocsin_writer_find_quarantine(struct tocsin_writer *writer);
void tocsin_writer_close(struct tocsin_writer *writer);

/* The files at the path are still those that were opened. */
bool tocsin_writer_in_place(const struct tocsin_writer *writer);

/* Whether the disk takes writes again, on this file or on what stands there now. */
void tocsin_writer_try_again(struct tocsin_writer *writer);
