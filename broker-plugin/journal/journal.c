/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/journal.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/mailbox.h"
#include "journal/quarantine.h"
#include "journal/store.h"

enum {
	IDLE_MS = 1000,         /* without work for so long, the log is moved over */
	MOST_WAL_PAGES = 16384, /* 64 MiB: moved over even under load */
};

struct tocsin_journal {
	struct tocsin_mailbox mailbox;
	pthread_t thread;
	bool running; /* the writer's thread */
	int lock;
	char *path;
	uint64_t next_id;
	char error[TOCSIN_JOURNAL_ERROR]; /* copy for the caller */
	/* The writer's own from here on, once it runs. */
	struct tocsin_store *store;
	struct tocsin_quarantine *quarantine;
	struct tocsin_inodes inodes; /* as they were opened */
	uint64_t committed;          /* the greatest id that is on disk */
	bool failing;                /* since a commit failed, until a probe succeeds */
	bool corrupt;                /* the file is to be moved aside before the next attempt */
};

static bool is_in_place(const struct tocsin_journal *journal)
{
	struct tocsin_inodes now;

	tocsin_database_inodes(journal->path, &now);
	return tocsin_inode_same(&now.main, &journal->inodes.main) &&
		tocsin_inode_same(&now.log, &journal->inodes.log) &&
		tocsin_inode_same(&now.lock, &journal->inodes.lock);
}

static uint64_t newest_id(const struct tocsin_list *outcomes, uint64_t before)
{
	uint64_t newest = before;

	for (const struct tocsin_outcome *one = outcomes->first; one; one = one->next) {
		newest = one->record ? one->record->journal_id : newest;
	}
	return newest;
}

static void commit(struct tocsin_journal *journal, struct tocsin_work *work)
{
	char error[TOCSIN_JOURNAL_ERROR];
	char other[TOCSIN_JOURNAL_ERROR];
	bool corrupt = false;

	if (!work->outcomes.first) {
		return;
	}
	journal->failing = true;
	if (!is_in_place(journal)) {
		tocsin_mailbox_failed(&journal->mailbox, &work->outcomes,
			"it is no longer the file that was opened: it, its -wal or its .lock was moved or "
			"deleted, or a volume came or went");
		return;
	}
	if (tocsin_store_commit(journal->store, work->outcomes.first, work->outcomes.last, error,
			&journal->corrupt) == TOCSIN_OK) {
		journal->committed = newest_id(&work->outcomes, journal->committed);
		journal->failing = false;
		tocsin_mailbox_done(&journal->mailbox, &work->outcomes);
		return;
	}
	/* Where only the sync failed, the transaction stands complete in the log, and would
	 * count when that is read anew. The next one is written over it. */
	if (!journal->corrupt && tocsin_store_probe(journal->store, other, &corrupt) != TOCSIN_OK) {
		journal->corrupt = corrupt;
	}
	tocsin_mailbox_failed(&journal->mailbox, &work->outcomes, error);
}

static void keep_refusals(struct tocsin_journal *journal, struct tocsin_work *work)
{
	if (work->refusal_count == 0) {
		return;
	}
	if (!journal->quarantine ||
		tocsin_quarantine_add(journal->quarantine,
			(const struct tocsin_refusal *const *)work->refusals,
			work->refusal_count) != TOCSIN_OK) {
		tocsin_mailbox_lose(&journal->mailbox, work->refusal_count);
	}
	for (size_t i = 0; i < work->refusal_count; i++) {
		free(work->refusals[i]);
	}
}

/* All that happened in one attempt is said in one text: none hides another. */
static void append(char text[TOCSIN_JOURNAL_ERROR], const char *more)
{
	const size_t length = strlen(text);

	if (more[0] != '\0') {
		snprintf(
			text + length, TOCSIN_JOURNAL_ERROR - length, "%s%s", length > 0 ? "; " : "", more);
	}
}

static enum tocsin_status open_store(
	struct tocsin_journal *journal, uint64_t *last, char error[TOCSIN_JOURNAL_ERROR])
{
	enum tocsin_status status = tocsin_store_open(journal->path, &journal->store, error);

	if (status == TOCSIN_OK) {
		status = tocsin_store_last_id(journal->store, last);
		append(error, status == TOCSIN_OK ? "" : "its greatest number cannot be read");
	}
	tocsin_database_inodes(journal->path, &journal->inodes);
	return status;
}

static void open_quarantine(struct tocsin_journal *journal, char error[TOCSIN_JOURNAL_ERROR])
{
	char path[PATH_MAX];
	char reason[TOCSIN_JOURNAL_ERROR];
	char text[TOCSIN_JOURNAL_ERROR];

	snprintf(path, sizeof(path), "%s.quarantine", journal->path);
	if (tocsin_quarantine_open(path, &journal->quarantine, reason) != TOCSIN_OK) {
		snprintf(text, sizeof(text),
			"what is refused cannot be kept, only counted: the quarantine file beside it %.300s",
			reason);
		append(error, text);
	}
}

static void close_files(struct tocsin_journal *journal)
{
	tocsin_quarantine_close(journal->quarantine);
	journal->quarantine = NULL;
	tocsin_store_close(journal->store);
	journal->store = NULL;
}

/* Numbers that this broker has not given would meet its own. */
static bool is_known(
	const struct tocsin_journal *journal, uint64_t last, char error[TOCSIN_JOURNAL_ERROR])
{
	char text[TOCSIN_JOURNAL_ERROR] = "";

	if (last > journal->committed) {
		snprintf(text, sizeof(text),
			"the file at this path goes on to number %llu, which this broker, having come to "
			"%llu, has not given: restart it to take that file in",
			(unsigned long long)last, (unsigned long long)journal->committed);
		append(error, text);
	}
	return text[0] == '\0';
}

/* A file that was moved without its log lacks what stands there, and the one in its
 * place would be given it: so the log is emptied first. */
static bool part_from_log(struct tocsin_journal *journal, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_inodes now;
	char text[TOCSIN_JOURNAL_ERROR] = "";

	tocsin_database_inodes(journal->path, &now);
	const bool split = tocsin_inode_same(&now.main, &journal->inodes.main) !=
		tocsin_inode_same(&now.log, &journal->inodes.log);
	if (journal->store && !journal->corrupt && split &&
		tocsin_store_checkpoint(journal->store, true, text) != TOCSIN_OK) {
		append(error, "the file and its -wal were parted, and cannot be joined");
		append(error, text);
		return false;
	}
	return true;
}

/* Opens what stands at the path now: a new file, or one that came back. */
static bool open_anew(struct tocsin_journal *journal, char error[TOCSIN_JOURNAL_ERROR])
{
	char text[TOCSIN_JOURNAL_ERROR] = "";
	uint64_t last = 0;
	const bool broken = journal->corrupt && is_in_place(journal);

	if (!part_from_log(journal, error)) {
		return false;
	}
	close_files(journal);
	/* The lock goes with the path, which may lie on another volume by now. */
	bool opened = tocsin_database_lock_again(journal->path, &journal->lock, error) == TOCSIN_OK;
	if (opened && broken) {
		opened = tocsin_database_set_aside(journal->path, error) == TOCSIN_OK;
	}
	if (opened) {
		journal->corrupt = false;
		opened = open_store(journal, &last, text) == TOCSIN_OK;
		append(error, text);
	}
	if (opened && is_known(journal, last, error)) {
		open_quarantine(journal, error);
		return true;
	}
	close_files(journal);
	return false;
}

/* The connection that failed goes on where it can: see commit. */
static void try_again(struct tocsin_journal *journal)
{
	char error[TOCSIN_JOURNAL_ERROR] = "";
	char text[TOCSIN_JOURNAL_ERROR] = "";
	bool well = journal->store && !journal->corrupt && is_in_place(journal);

	if (!well) {
		well = open_anew(journal, error);
	}
	if (well && tocsin_store_probe(journal->store, text, &journal->corrupt) == TOCSIN_OK) {
		journal->failing = false;
		tocsin_mailbox_healed(&journal->mailbox);
	}
	append(error, text);
	if (error[0] != '\0') {
		tocsin_mailbox_note(&journal->mailbox, error);
	}
}

static void checkpoint(struct tocsin_journal *journal, bool idle)
{
	char reason[TOCSIN_JOURNAL_ERROR];
	char text[TOCSIN_JOURNAL_ERROR];
	const int pages =
		journal->store && !journal->failing ? tocsin_store_wal_pages(journal->store) : 0;

	if ((pages > MOST_WAL_PAGES || (idle && pages > 0)) &&
		tocsin_store_checkpoint(journal->store, false, reason) != TOCSIN_OK) {
		snprintf(text, sizeof(text),
			"what is committed is safe in its -wal, which grows until the file takes it: %.300s",
			reason);
		tocsin_mailbox_note(&journal->mailbox, text);
	}
}

static void *write_all(void *argument)
{
	struct tocsin_journal *journal = argument;
	struct tocsin_work work = {0};

	while (!work.stop) {
		tocsin_mailbox_take(&journal->mailbox, IDLE_MS, &work);
		if (work.retry) {
			try_again(journal);
		} else {
			commit(journal, &work);
		}
		keep_refusals(journal, &work);
		checkpoint(journal, work.idle);
	}
	/* Here, since closing writes as well, and may take as long as the disk likes. */
	close_files(journal);
	tocsin_mailbox_end(&journal->mailbox);
	return NULL;
}

/* The broker's signals are the broker's: a thread inherits the mask. */
static bool start_writer(struct tocsin_journal *journal)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	const int result = pthread_create(&journal->thread, NULL, write_all, journal);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result == 0;
}

static enum tocsin_status open_files(
	struct tocsin_journal *journal, char error[TOCSIN_JOURNAL_ERROR])
{
	journal->lock = tocsin_database_lock(journal->path, error);
	if (journal->lock < 0) {
		return TOCSIN_IO;
	}
	const enum tocsin_status status = open_store(journal, &journal->committed, error);
	journal->next_id = journal->committed + 1;
	if (status == TOCSIN_OK) {
		open_quarantine(journal, error);
	}
	return status;
}

static void release(struct tocsin_journal *journal)
{
	close_files(journal);
	if (journal->lock >= 0) {
		close(journal->lock);
	}
	tocsin_mailbox_finish(&journal->mailbox);
	free(journal->path);
	free(journal);
}

enum tocsin_status tocsin_journal_open(const struct tocsin_journal_config *config,
	struct tocsin_journal **journal, char *error, size_t size)
{
	struct tocsin_journal *made = calloc(1, sizeof(*made));
	char reason[TOCSIN_JOURNAL_ERROR] = "there is not enough memory";
	enum tocsin_status status = TOCSIN_NO_MEMORY;

	snprintf(error, size, "%s", reason);
	if (!made) {
		return status;
	}
	made->lock = -1;
	made->path = strdup(config->path);
	if (tocsin_mailbox_init(&made->mailbox, config) != TOCSIN_OK || !made->path) {
		free(made->path);
		free(made);
		return status;
	}
	status = open_files(made, reason);
	snprintf(error, size, "%s", reason);
	if (status != TOCSIN_OK) {
		release(made);
		return status;
	}
	tocsin_mailbox_note(&made->mailbox, reason);
	*journal = made;
	return TOCSIN_OK;
}

uint64_t tocsin_journal_next_id(const struct tocsin_journal *journal)
{
	return journal->next_id;
}

/* A file that breaks off in the middle: what was read counts, the rest is kept
 * beside for whoever can mend it. */
static enum tocsin_status begin_anew(struct tocsin_journal *journal)
{
	char error[TOCSIN_JOURNAL_ERROR] = "";
	char other[TOCSIN_JOURNAL_ERROR] = "";
	uint64_t last = 0;

	tocsin_store_close(journal->store);
	journal->store = NULL;
	enum tocsin_status status = tocsin_database_set_aside(journal->path, error);
	if (status == TOCSIN_OK) {
		status = open_store(journal, &last, other);
	}
	tocsin_mailbox_note(&journal->mailbox, status == TOCSIN_OK || !other[0] ? error : other);
	return status;
}

/* A disk that takes no write is known before the first incident is. What could only be
 * read is opened anew by the writer, once that can be. */
static void prove(struct tocsin_journal *journal)
{
	struct tocsin_list none = {0};
	char error[TOCSIN_JOURNAL_ERROR] = "";
	char text[TOCSIN_JOURNAL_ERROR];

	journal->failing = tocsin_store_probe(journal->store, text, &journal->corrupt) != TOCSIN_OK;
	if (journal->failing) {
		close_files(journal);
		tocsin_mailbox_error(&journal->mailbox, error);
		tocsin_mailbox_failed(&journal->mailbox, &none, error[0] != '\0' ? error : text);
	}
}

enum tocsin_status tocsin_journal_restore(struct tocsin_journal *journal,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_record *record), void *ctx)
{
	char error[TOCSIN_JOURNAL_ERROR] = "";
	bool corrupt = false;

	enum tocsin_status status = tocsin_store_each(journal->store, take, ctx, error, &corrupt);
	if (corrupt) {
		status = begin_anew(journal);
	} else if (status != TOCSIN_OK) {
		tocsin_mailbox_note(&journal->mailbox, error);
	}
	if (status == TOCSIN_OK) {
		prove(journal);
	}
	if (status == TOCSIN_OK && !start_writer(journal)) {
		tocsin_mailbox_note(&journal->mailbox, "the writer's thread cannot be started");
		status = TOCSIN_NO_MEMORY;
	}
	journal->running = status == TOCSIN_OK;
	return status;
}

bool tocsin_journal_ready(struct tocsin_journal *journal)
{
	return tocsin_mailbox_ready(&journal->mailbox);
}

bool tocsin_journal_push(struct tocsin_journal *journal, struct tocsin_outcome *outcome)
{
	return tocsin_mailbox_push(&journal->mailbox, outcome);
}

void tocsin_journal_quarantine(struct tocsin_journal *journal, const struct tocsin_refusal *refusal)
{
	tocsin_mailbox_refuse(&journal->mailbox, tocsin_refusal_copy(refusal));
}

struct tocsin_outcome *tocsin_journal_collect(struct tocsin_journal *journal, bool *failed)
{
	return tocsin_mailbox_collect(&journal->mailbox, failed);
}

enum tocsin_journal_state tocsin_journal_state(struct tocsin_journal *journal)
{
	return tocsin_mailbox_state(&journal->mailbox);
}

const char *tocsin_journal_error(struct tocsin_journal *journal)
{
	tocsin_mailbox_error(&journal->mailbox, journal->error);
	return journal->error;
}

uint64_t tocsin_journal_errors(struct tocsin_journal *journal)
{
	return tocsin_mailbox_errors(&journal->mailbox);
}

uint64_t tocsin_journal_quarantine_lost(struct tocsin_journal *journal)
{
	return tocsin_mailbox_lost(&journal->mailbox);
}

void tocsin_journal_flush(struct tocsin_journal *journal, int64_t timeout_ms)
{
	tocsin_mailbox_wait(&journal->mailbox, timeout_ms);
}

bool tocsin_journal_stop(struct tocsin_journal *journal, int64_t timeout_ms)
{
	return !journal->running || tocsin_mailbox_stop(&journal->mailbox, timeout_ms);
}

void tocsin_journal_close(struct tocsin_journal *journal)
{
	if (!journal) {
		return;
	}
	if (journal->running) {
		(void)tocsin_mailbox_stop(&journal->mailbox, 0);
		pthread_join(journal->thread, NULL);
	}
	release(journal);
}
