/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/writer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>

#include "journal/catalogue.h"
#include "journal/store_keep.h"

enum {
	IDLE_MS = 1000,                         /* without work for so long, the log is moved over */
	LONG_WAL_BYTES = 64 << 20,              /* beyond it, even under load */
	LONGEST_WAL_BYTES = 4 * LONG_WAL_BYTES, /* where the disk is fast */
	MOVE_MS = 500,                          /* as long as commits may wait for that */
	FEW_WAL_BYTES = 4 << 20, /* never worth it before, however little room there is */
	RETAIN_MS = 60 * 1000,   /* between two looks for what is too old */
};

static int64_t read_clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clock_ms(void)
{
	return read_clock_ms(CLOCK_REALTIME);
}

static int64_t steady_ms(void)
{
	return read_clock_ms(CLOCK_MONOTONIC);
}

static uint64_t newest_id(const struct tocsin_list *outcomes, uint64_t before)
{
	uint64_t newest = before;

	for (const struct tocsin_outcome *one = outcomes->first; one; one = one->next) {
		newest = one->record ? one->record->journal_id : newest;
	}
	return newest;
}

static void commit(struct tocsin_writer *writer, struct tocsin_work *work)
{
	char error[TOCSIN_JOURNAL_ERROR];
	char other[TOCSIN_JOURNAL_ERROR];
	bool corrupt = false;

	if (!work->outcomes.first) {
		return;
	}
	writer->failing = true;
	if (!tocsin_writer_in_place(writer)) {
		tocsin_mailbox_failed(&writer->mailbox, &work->outcomes,
			"it is no longer the file that was opened: it, its -wal or its .lock was moved or "
			"deleted, or a volume came or went");
		return;
	}
	if (tocsin_store_commit(writer->store, work->outcomes.first, work->outcomes.last, clock_ms(),
			error, &writer->corrupt) == TOCSIN_OK) {
		writer->committed = newest_id(&work->outcomes, writer->committed);
		writer->failing = false;
		tocsin_mailbox_done(&writer->mailbox, &work->outcomes);
		return;
	}
	/* Where only the sync failed, the transaction stands complete in the log, and would
	 * count when that is read anew. The next one is written over it. */
	if (!writer->corrupt && tocsin_store_probe(writer->store, other, &corrupt) != TOCSIN_OK) {
		writer->corrupt = corrupt;
	}
	tocsin_mailbox_failed(&writer->mailbox, &work->outcomes, error);
}

static void keep_refusals(struct tocsin_writer *writer, struct tocsin_work *work)
{
	if (work->refusal_count == 0) {
		return;
	}
	tocsin_writer_find_quarantine(writer);
	if (!writer->quarantine ||
		tocsin_quarantine_add(writer->quarantine,
			(const struct tocsin_refusal *const *)work->refusals,
			work->refusal_count) != TOCSIN_OK) {
		tocsin_mailbox_lose(&writer->mailbox, work->refusal_count);
	}
	for (size_t i = 0; i < work->refusal_count; i++) {
		free(work->refusals[i]);
	}
}

/* One that the disk refuses now is lost: each is said again, or comes to the same at the
 * next start. */
static int do_chore(struct tocsin_writer *writer, const struct tocsin_chore *chore)
{
	sqlite3 *database = tocsin_store_database(writer->store);

	switch (chore->kind) {
	case TOCSIN_CHORE_HANDED:
		return tocsin_floor_hand(database, chore->value, &chore->floor);
	case TOCSIN_CHORE_RULES:
		return tocsin_store_rules(
			database, chore->name, chore->value, chore->text, chore->text_length);
	case TOCSIN_CHORE_DROP_REFUSAL:
		return writer->quarantine ? tocsin_quarantine_drop(writer->quarantine, chore->value)
								  : SQLITE_OK;
	case TOCSIN_CHORE_CLOSED:
		return tocsin_store_closed(database, chore->value);
	case TOCSIN_CHORE_MARK:
		return tocsin_store_mark(database, chore->name, chore->value);
	}
	return SQLITE_OK;
}

static void do_chores(struct tocsin_writer *writer, struct tocsin_work *work)
{
	while (work->chores) {
		struct tocsin_chore *chore = work->chores;

		work->chores = chore->next;
		if (writer->store && !writer->failing) {
			(void)do_chore(writer, chore);
		}
		free(chore);
	}
}

int64_t tocsin_writer_longest_log(int64_t moved_bytes, int64_t took_ms)
{
	const int64_t bytes = moved_bytes * MOVE_MS / (took_ms > 0 ? took_ms : 1);

	return bytes < LONG_WAL_BYTES   ? LONG_WAL_BYTES
		: bytes > LONGEST_WAL_BYTES ? LONGEST_WAL_BYTES
									: bytes;
}

bool tocsin_writer_log_is_large(int64_t bytes, int64_t longest_bytes, uint64_t free_bytes)
{
	return bytes > longest_bytes || (bytes > FEW_WAL_BYTES && free_bytes < (uint64_t)bytes);
}

static uint64_t free_bytes(const struct tocsin_writer *writer)
{
	struct statvfs disk;

	return statvfs(writer->path, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX;
}

static bool log_is_large(const struct tocsin_writer *writer, int64_t bytes)
{
	const int64_t longest = writer->longest_log > 0 ? writer->longest_log : LONG_WAL_BYTES;

	return bytes > FEW_WAL_BYTES && tocsin_writer_log_is_large(bytes, longest, free_bytes(writer));
}

static void move_log(struct tocsin_writer *writer, int64_t bytes)
{
	char reason[TOCSIN_JOURNAL_ERROR];
	char text[TOCSIN_JOURNAL_ERROR];
	const int64_t began_ms = steady_ms();

	if (tocsin_store_checkpoint(writer->store, false, reason) != TOCSIN_OK) {
		snprintf(text, sizeof(text),
			"what is committed is safe in its -wal, which grows until the file takes it: %.300s",
			reason);
		tocsin_mailbox_note(&writer->mailbox, text);
	} else if (bytes > FEW_WAL_BYTES) {
		writer->longest_log = tocsin_writer_longest_log(bytes, steady_ms() - began_ms);
	}
}

static void checkpoint(struct tocsin_writer *writer, bool idle)
{
	const int64_t bytes =
		writer->store && !writer->failing ? tocsin_store_wal_bytes(writer->store) : 0;

	if (bytes > 0 && (idle || log_is_large(writer, bytes))) {
		move_log(writer, bytes);
	}
}

/* A part of it that is not written any more is broken. What is in memory goes on; the
 * file is kept for whoever can mend it. */
static void take_damage(struct tocsin_writer *writer, struct tocsin_work *work)
{
	writer->corrupt = writer->failing = true;
	tocsin_mailbox_failed(
		&writer->mailbox, &work->outcomes, "a part of the file that was read is broken");
}

/* One step between two commits; true where the next one is due at once. */
static bool retain(struct tocsin_writer *writer)
{
	bool more = false;

	if (!writer->store || writer->failing || steady_ms() < writer->retain_steady_ms) {
		return false;
	}
	sqlite3 *database = tocsin_store_database(writer->store);
	int64_t now_ms = clock_ms();
	if (!writer->retention_clock.begun) {
		now_ms = tocsin_retention_begin(database, now_ms);
	}
	now_ms = tocsin_retention_time(&writer->retention_clock, now_ms, steady_ms());
	/* What the disk refuses now is tried again later: nobody waits for it. */
	(void)tocsin_retention_note(&writer->retention_clock, database);
	(void)tocsin_retention_step(&writer->retention, database, now_ms, &more);
	if (!more) {
		writer->retain_steady_ms = steady_ms() + RETAIN_MS;
	}
	return more;
}

/* So many that they share its pages, or what is left where nothing else is to be done; true
 * where the next step is due at once. */
static bool catalogue(struct tocsin_writer *writer, bool idle)
{
	const uint64_t behind =
		writer->committed > writer->catalogued ? writer->committed - writer->catalogued : 0;
	bool more = false;

	if (!writer->store || writer->failing || behind == 0 ||
		(behind < TOCSIN_CATALOGUE_BEHIND && !idle) || steady_ms() < writer->catalogue_steady_ms) {
		return false;
	}
	sqlite3 *database = tocsin_store_database(writer->store);
	if (tocsin_catalogue_step(database, &more) != SQLITE_OK ||
		tocsin_catalogue_through(database, &writer->catalogued) != SQLITE_OK) {
		writer->catalogue_steady_ms = steady_ms() + IDLE_MS;
	}
	return more;
}

static void *write_all(void *argument)
{
	struct tocsin_writer *writer = argument;
	struct tocsin_work work = {0};
	bool more = false;

	while (!work.stop) {
		tocsin_mailbox_take(&writer->mailbox, more ? 0 : IDLE_MS, &work);
		const bool decides = work.outcomes.first != NULL;
		if (work.damaged) {
			take_damage(writer, &work);
		} else if (work.retry) {
			tocsin_writer_try_again(writer);
		} else {
			commit(writer, &work);
		}
		if (decides && writer->decided) {
			writer->decided(writer->decided_ctx);
		}
		keep_refusals(writer, &work);
		do_chores(writer, &work);
		more = !work.stop && retain(writer);
		more = (!work.stop && catalogue(writer, work.idle)) || more;
		checkpoint(writer, work.idle && !more);
	}
	/* So that the next start has it at hand. */
	(void)catalogue(writer, true);
	/* Here, since closing writes as well, and may take as long as the disk likes. */
	tocsin_writer_close(writer);
	tocsin_mailbox_end(&writer->mailbox);
	return NULL;
}

/* The broker's signals are the broker's: a thread inherits the mask. */
bool tocsin_writer_start(struct tocsin_writer *writer)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	const int result = pthread_create(&writer->thread, NULL, write_all, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	writer->running = result == 0;
	return writer->running;
}
