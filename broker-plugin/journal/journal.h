/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The journal: SQLite (WAL, synchronous=FULL) behind one writer thread that takes
 * outcomes from a bounded queue and commits them in groups. The writer blocks all
 * signals and never calls the broker. Functions here are for the broker's thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/archive.h"
#include "engine/outcome.h"
#include "journal/retention.h"
#include "proto/status.h"

struct tocsin_engine;
struct tocsin_journal;
struct tocsin_shelf;

enum tocsin_journal_state {
	TOCSIN_JOURNAL_OK,
	TOCSIN_JOURNAL_FAILING, /* the last commit failed; it is being tried again */
	TOCSIN_JOURNAL_SLOW,    /* the queue is full, or no commit has come for a second */
};

struct tocsin_journal_config {
	const char *path;      /* absolute */
	size_t queue_capacity; /* outcomes; 0: 4096 */
	int64_t retry_ms;      /* between attempts while the disk refuses; 0: 1,000 */
	struct tocsin_retention_limits retention; /* all 0: everything for ever */
	/* Called on the writer's thread when outcomes are there to be collected; NULL: nobody
	 * is told. Valid until the writer has ended. */
	void (*decided)(void *ctx);
	void *decided_ctx;
};

/* Opens or creates the file (0600), owned through flock on <path>.lock, moves a
 * corrupted one aside. One that can be read while the disk takes no write is read, and
 * the journal begins as failing. On failure error (size bytes) says
 * what is wrong and what to do; on success it is "", or what must be said loudly,
 * such as where a corrupted file went. */
TOCSIN_MUST_USE enum tocsin_status tocsin_journal_open(const struct tocsin_journal_config *config,
	struct tocsin_journal **journal, char *error, size_t size);

/* The id that the next record must carry. */
uint64_t tocsin_journal_next_id(const struct tocsin_journal *journal);

/* What an engine asks of it, to be given to the engine when it is made. Lives as long as
 * the journal. */
const struct tocsin_archive *tocsin_journal_archive(const struct tocsin_journal *journal);

/* For an engine that could not be made. TOCSIN_OK where the reason is a corrupted file: it is
 * moved aside, a new one begun, tocsin_journal_error says so, and an engine can be made. TOCSIN_IO
 * where it cannot be read, which tocsin_journal_error then explains; TOCSIN_NO_MEMORY where the
 * reason is another. Before the writer starts. */
TOCSIN_MUST_USE enum tocsin_status tocsin_journal_mend(struct tocsin_journal *journal);

/* From when on what was committed has to be published again (journal/floor.h); before the
 * writer starts. saved: the broker has saved its own state, at saved_ms. */
struct tocsin_floor tocsin_journal_floor(
	struct tocsin_journal *journal, bool saved, int64_t saved_ms, int64_t now_ms);

/* Starts the writer: to be called once, before the first push and after all reading that
 * a start needs. */
TOCSIN_MUST_USE enum tocsin_status tocsin_journal_start(struct tocsin_journal *journal);

/* Gives the engine what it has to know again, before the writer starts. *left_out counts what the
 * engine could make nothing of. Where the file is corrupted it is moved aside, a new one begun, and
 * tocsin_journal_error says so; what was read before counts. */
TOCSIN_MUST_USE enum tocsin_status tocsin_journal_restore(
	struct tocsin_journal *journal, struct tocsin_engine *engine, int64_t now_ms, size_t *left_out);

/* How long the hub has run with what a wrong clock dated (engine/misdated.h), all starts
 * since one that found the newest of it added up; before the writer starts. */
int64_t tocsin_journal_ran(struct tocsin_journal *journal, uint64_t newest);

/* For reading what is committed (journal/shelf_pages.h). The journal's own. */
struct tocsin_shelf *tocsin_journal_shelf(struct tocsin_journal *journal);

/* True when the queue has room for one more and the disk takes writes. */
bool tocsin_journal_ready(struct tocsin_journal *journal);

/* Queues an outcome; borrowed until collected. False (nothing queued) when full. */
TOCSIN_MUST_USE bool tocsin_journal_push(
	struct tocsin_journal *journal, struct tocsin_outcome *outcome);

/* Queues a refusal for the quarantine file, copied; dropped and counted when the
 * queue is full, since the sender knows. */
void tocsin_journal_quarantine(
	struct tocsin_journal *journal, const struct tocsin_refusal *refusal);

/* Takes what is done: a list in the order of pushing. *failed says which fate they
 * share: false, all are on disk; true, none is, and the list holds everything that
 * was pending: fail them newest first, then the journal takes new ones again.
 * NULL when nothing is done. Never blocks. */
struct tocsin_outcome *tocsin_journal_collect(struct tocsin_journal *journal, bool *failed);

enum tocsin_journal_state tocsin_journal_state(struct tocsin_journal *journal);

/* What the last failure said, or "". Valid until the next call of this function. */
const char *tocsin_journal_error(struct tocsin_journal *journal);

/* Rises each time that tocsin_journal_error comes to say something else. */
uint64_t tocsin_journal_errors(struct tocsin_journal *journal);
/* Keeps the text of a rule version that runs, since at_ms; that by at_ms all
 * before the floor was handed to the broker; and lets go of a refusal that was put right. The
 * writer does them when it has time. */
void tocsin_journal_keep_rules(struct tocsin_journal *journal, const char *version, int64_t at_ms,
	const char *text, size_t length);
void tocsin_journal_hand(
	struct tocsin_journal *journal, int64_t at_ms, const struct tocsin_floor *floor);
void tocsin_journal_drop_refusal(struct tocsin_journal *journal, uint64_t row);
/* Likewise: nothing of an incident is open any more; nothing is done where a newer version
 * has taken its place. And how long the hub has run with what a wrong clock dated. */
void tocsin_journal_close_open(struct tocsin_journal *journal, uint64_t journal_id);
void tocsin_journal_note_ran(struct tocsin_journal *journal, int64_t ran_ms);

/* Refusals that were answered are not in the file yet, though the disk is well. */
bool tocsin_journal_behind(struct tocsin_journal *journal);

/* Refusals that found no place in the quarantine file. */
uint64_t tocsin_journal_quarantine_lost(struct tocsin_journal *journal);

/* Waits until all that was pushed is done, at most timeout_ms; then collect. */
void tocsin_journal_flush(struct tocsin_journal *journal, int64_t timeout_ms);

/* Writes what is still queued, and ends the writer. False where the disk holds it for
 * longer than timeout_ms: the journal and what is not yet collected must then be left
 * as they are to the end of the process; nothing is closed. */
TOCSIN_MUST_USE bool tocsin_journal_stop(struct tocsin_journal *journal, int64_t timeout_ms);

/* Writes what is still queued, stops the writer, closes, however long that takes. Outcomes that
 * were pushed and not collected stay the caller's. NULL is allowed. */
void tocsin_journal_close(struct tocsin_journal *journal);
