/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/floor.h"
#include "journal/shelf_restore.h"
#include "journal/store_keep.h"
#include "journal/writer.h"

static const char misdated_ran[] = "misdated_ran_ms", misdated_through[] = "misdated_through";

struct tocsin_journal {
	struct tocsin_writer writer;
	uint64_t next_id;
	char error[TOCSIN_JOURNAL_ERROR]; /* copy for the caller */
	struct tocsin_shelf *shelf;
	struct tocsin_archive archive;
	uint64_t openings; /* of the file, when the shelf looked last */
};

static enum tocsin_status open_files(
	struct tocsin_journal *journal, char error[TOCSIN_JOURNAL_ERROR])
{
	journal->writer.lock = tocsin_database_lock(journal->writer.path, error);
	if (journal->writer.lock < 0) {
		return TOCSIN_IO;
	}
	enum tocsin_status status =
		tocsin_writer_open_store(&journal->writer, &journal->writer.committed, error);
	/* It is moved aside once all that can be read of it has been: see _restore. */
	if (status != TOCSIN_OK && journal->writer.store && journal->writer.corrupt) {
		journal->writer.committed = tocsin_store_safe_id(journal->writer.store);
		error[0] = '\0';
		status = TOCSIN_OK;
	}
	journal->next_id = journal->writer.committed + 1;
	if (status == TOCSIN_OK) {
		tocsin_writer_open_quarantine(&journal->writer, error);
	}
	return status;
}

static void release(struct tocsin_journal *journal)
{
	tocsin_shelf_destroy(journal->shelf);
	tocsin_writer_close(&journal->writer);
	if (journal->writer.lock >= 0) {
		close(journal->writer.lock);
	}
	tocsin_mailbox_finish(&journal->writer.mailbox);
	free(journal->writer.path);
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
	made->writer.lock = -1;
	made->writer.retention.limits = config->retention;
	made->writer.decided = config->decided;
	made->writer.decided_ctx = config->decided_ctx;
	made->writer.path = strdup(config->path);
	made->shelf = tocsin_shelf_create(config->path);
	if (tocsin_mailbox_init(&made->writer.mailbox, config) != TOCSIN_OK || !made->writer.path ||
		!made->shelf) {
		tocsin_shelf_destroy(made->shelf);
		free(made->writer.path);
		free(made);
		return status;
	}
	status = open_files(made, reason);
	snprintf(error, size, "%s", reason);
	if (status != TOCSIN_OK) {
		release(made);
		return status;
	}
	tocsin_shelf_lend(made->shelf, tocsin_store_database(made->writer.store));
	made->archive = tocsin_shelf_archive;
	made->archive.ctx = made->shelf;
	tocsin_mailbox_note(&made->writer.mailbox, reason);
	*journal = made;
	return TOCSIN_OK;
}

const struct tocsin_archive *tocsin_journal_archive(const struct tocsin_journal *journal)
{
	return &journal->archive;
}

struct tocsin_shelf *tocsin_journal_shelf(struct tocsin_journal *journal)
{
	return journal->shelf;
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

	tocsin_shelf_forget(journal->shelf);
	tocsin_shelf_clear(journal->shelf);
	tocsin_store_close(journal->writer.store);
	journal->writer.store = NULL;
	enum tocsin_status status = tocsin_database_set_aside(journal->writer.path, error);
	if (status == TOCSIN_OK) {
		journal->writer.corrupt = false;
		status = tocsin_writer_open_store(&journal->writer, &last, other);
	}
	if (status == TOCSIN_OK) {
		tocsin_shelf_lend(journal->shelf, tocsin_store_database(journal->writer.store));
	}
	tocsin_mailbox_note(&journal->writer.mailbox, status == TOCSIN_OK || !other[0] ? error : other);
	return status;
}

enum tocsin_status tocsin_journal_mend(struct tocsin_journal *journal)
{
	const int result = tocsin_shelf_result(journal->shelf);

	if (result == SQLITE_OK) {
		return TOCSIN_NO_MEMORY;
	}
	if (tocsin_database_corrupt(result)) {
		return begin_anew(journal);
	}
	tocsin_mailbox_note(&journal->writer.mailbox, tocsin_shelf_error(journal->shelf));
	return TOCSIN_IO;
}

struct tocsin_floor tocsin_journal_floor(
	struct tocsin_journal *journal, bool saved, int64_t saved_ms, int64_t now_ms)
{
	return tocsin_floor_begin(
		tocsin_store_database(journal->writer.store), saved, saved_ms, now_ms);
}

int64_t tocsin_journal_ran(struct tocsin_journal *journal, uint64_t newest)
{
	sqlite3 *database = tocsin_store_database(journal->writer.store);
	int64_t through = 0, ran_ms = 0;
	bool found = false;

	if (tocsin_store_marked(database, misdated_through, &through, &found) == SQLITE_OK && found &&
		(uint64_t)through >= newest &&
		tocsin_store_marked(database, misdated_ran, &ran_ms, &found) == SQLITE_OK && found) {
		return ran_ms;
	}
	/* In this order: what was run before must not count for what is new. */
	if (tocsin_store_mark(database, misdated_ran, 0) == SQLITE_OK) {
		(void)tocsin_store_mark(database, misdated_through, (int64_t)newest);
	}
	return 0;
}

enum tocsin_status tocsin_journal_restore(
	struct tocsin_journal *journal, struct tocsin_engine *engine, int64_t now_ms, size_t *left_out)
{
	enum tocsin_status status = tocsin_shelf_restore(journal->shelf, engine, now_ms, left_out);

	const bool broken = status == TOCSIN_OK
		? journal->writer.corrupt
		: status == TOCSIN_IO && tocsin_database_corrupt(tocsin_shelf_result(journal->shelf));
	if (broken) {
		status = begin_anew(journal);
	} else if (status != TOCSIN_OK) {
		tocsin_mailbox_note(&journal->writer.mailbox, tocsin_shelf_error(journal->shelf));
	}
	return status;
}

/* A disk that takes no write is known before the first incident is. What could only be
 * read is opened anew by the writer, once that can be. */
static void prove(struct tocsin_journal *journal)
{
	struct tocsin_writer *writer = &journal->writer;
	struct tocsin_list none = {0};
	char error[TOCSIN_JOURNAL_ERROR] = "";
	char text[TOCSIN_JOURNAL_ERROR];

	writer->failing = tocsin_store_probe(writer->store, text, &writer->corrupt) != TOCSIN_OK;
	if (writer->failing) {
		tocsin_writer_close(writer);
		tocsin_mailbox_error(&writer->mailbox, error);
		tocsin_mailbox_failed(&writer->mailbox, &none, error[0] != '\0' ? error : text);
	}
}

enum tocsin_status tocsin_journal_start(struct tocsin_journal *journal)
{
	/* From now on the connection is the writer's alone. */
	tocsin_shelf_forget(journal->shelf);
	prove(journal);
	journal->writer.running = tocsin_writer_start(&journal->writer);
	if (!journal->writer.running) {
		tocsin_mailbox_note(&journal->writer.mailbox, "the writer's thread cannot be started");
	}
	return journal->writer.running ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

bool tocsin_journal_ready(struct tocsin_journal *journal)
{
	return tocsin_mailbox_ready(&journal->writer.mailbox);
}

bool tocsin_journal_push(struct tocsin_journal *journal, struct tocsin_outcome *outcome)
{
	return tocsin_mailbox_push(&journal->writer.mailbox, outcome);
}

void tocsin_journal_quarantine(struct tocsin_journal *journal, const struct tocsin_refusal *refusal)
{
	tocsin_mailbox_refuse(&journal->writer.mailbox, tocsin_refusal_copy(refusal));
}

struct tocsin_outcome *tocsin_journal_collect(struct tocsin_journal *journal, bool *failed)
{
	const uint64_t openings = tocsin_mailbox_openings(&journal->writer.mailbox);

	/* The writer opened the file anew: what was read from may be another one. */
	if (openings != journal->openings) {
		tocsin_shelf_forget(journal->shelf);
		journal->openings = openings;
	} else if (tocsin_database_corrupt(tocsin_shelf_result(journal->shelf))) {
		tocsin_mailbox_damaged(&journal->writer.mailbox);
	}
	tocsin_shelf_clear(journal->shelf);
	tocsin_shelf_rest(
		journal->shelf, tocsin_mailbox_state(&journal->writer.mailbox) == TOCSIN_JOURNAL_SLOW);
	return tocsin_mailbox_collect(&journal->writer.mailbox, failed);
}

enum tocsin_journal_state tocsin_journal_state(struct tocsin_journal *journal)
{
	return tocsin_mailbox_state(&journal->writer.mailbox);
}

const char *tocsin_journal_error(struct tocsin_journal *journal)
{
	tocsin_mailbox_error(&journal->writer.mailbox, journal->error);
	return journal->error;
}

void tocsin_journal_keep_rules(struct tocsin_journal *journal, const char *version, int64_t at_ms,
	const char *text, size_t length)
{
	(void)tocsin_mailbox_chore(&journal->writer.mailbox,
		tocsin_chore_create(TOCSIN_CHORE_RULES, version, at_ms, text, length));
}

void tocsin_journal_hand(
	struct tocsin_journal *journal, int64_t at_ms, const struct tocsin_floor *floor)
{
	struct tocsin_chore *chore = tocsin_chore_create(TOCSIN_CHORE_HANDED, "", at_ms, NULL, 0);

	if (chore) {
		chore->floor = *floor;
	}
	(void)tocsin_mailbox_chore(&journal->writer.mailbox, chore);
}

void tocsin_journal_drop_refusal(struct tocsin_journal *journal, uint64_t row)
{
	(void)tocsin_mailbox_chore(&journal->writer.mailbox,
		tocsin_chore_create(TOCSIN_CHORE_DROP_REFUSAL, "", (int64_t)row, NULL, 0));
}

void tocsin_journal_close_open(struct tocsin_journal *journal, uint64_t journal_id)
{
	(void)tocsin_mailbox_chore(&journal->writer.mailbox,
		tocsin_chore_create(TOCSIN_CHORE_CLOSED, "", (int64_t)journal_id, NULL, 0));
}

void tocsin_journal_note_ran(struct tocsin_journal *journal, int64_t ran_ms)
{
	(void)tocsin_mailbox_chore(&journal->writer.mailbox,
		tocsin_chore_create(TOCSIN_CHORE_MARK, misdated_ran, ran_ms, NULL, 0));
}

uint64_t tocsin_journal_errors(struct tocsin_journal *journal)
{
	return tocsin_mailbox_errors(&journal->writer.mailbox);
}

bool tocsin_journal_behind(struct tocsin_journal *journal)
{
	return tocsin_mailbox_behind(&journal->writer.mailbox) &&
		tocsin_mailbox_state(&journal->writer.mailbox) == TOCSIN_JOURNAL_OK;
}

uint64_t tocsin_journal_quarantine_lost(struct tocsin_journal *journal)
{
	return tocsin_mailbox_lost(&journal->writer.mailbox);
}

void tocsin_journal_flush(struct tocsin_journal *journal, int64_t timeout_ms)
{
	tocsin_mailbox_wait(&journal->writer.mailbox, timeout_ms);
}

bool tocsin_journal_stop(struct tocsin_journal *journal, int64_t timeout_ms)
{
	/* Who closes the file last moves the log over, and must be able to write. */
	tocsin_shelf_forget(journal->shelf);
	return !journal->writer.running || tocsin_mailbox_stop(&journal->writer.mailbox, timeout_ms);
}

void tocsin_journal_close(struct tocsin_journal *journal)
{
	if (!journal) {
		return;
	}
	tocsin_shelf_forget(journal->shelf);
	if (journal->writer.running) {
		(void)tocsin_mailbox_stop(&journal->writer.mailbox, 0);
		pthread_join(journal->writer.thread, NULL);
	}
	release(journal);
}
