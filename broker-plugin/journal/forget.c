/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/forget.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "journal/forget_rows.h"
#include "journal/scrub.h"

/* For a lock that the hub has: looked for more often than SQLite does by itself, since a
 * hub under load leaves it for microseconds. A second in all. */
enum { LOOK_NS = 200000, MOST_LOOKS = 5000 };

enum phase {
	INCIDENTS,
	FIGURES,
	REFUSALS,
	SCRUB_JOURNAL,
	SCRUB_QUARANTINE,
	DONE,
};

struct tocsin_forget {
	struct tocsin_forget_rows rows;
	struct tocsin_forgotten result;
	struct tocsin_scrub journal, quarantine;
	enum phase phase;
	char path[PATH_MAX], quarantine_path[PATH_MAX + 16];
};

static enum tocsin_status explain(sqlite3 *file, int result, char error[TOCSIN_JOURNAL_ERROR])
{
	if (result == SQLITE_OK) {
		return TOCSIN_OK;
	}
	snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s (%d)", sqlite3_errmsg(file), result);
	switch (result & 0xff) {
	case SQLITE_BUSY:
		return TOCSIN_LIMIT;
	case SQLITE_NOMEM:
		return TOCSIN_NO_MEMORY;
	default:
		return TOCSIN_IO;
	}
}

static int look_again(void *ctx, int looks)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};

	(void)ctx;
	nanosleep(&pause, NULL);
	return looks < MOST_LOOKS;
}

/* A file that was checked for reading, opened for writing. secure_delete has what is
 * deleted overwritten; without a checkpoint of its own the log is moved over at the end. */
static enum tocsin_status open_file(
	const char *path, sqlite3 **file, char error[TOCSIN_JOURNAL_ERROR])
{
	static const char pragmas[] = "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;"
								  "PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF;"
								  "PRAGMA temp_store = MEMORY;";
	int result = sqlite3_open_v2(
		path, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);

	if (result == SQLITE_OK) {
		sqlite3_busy_handler(*file, look_again, NULL);
		result = sqlite3_exec(*file, pragmas, NULL, NULL, NULL);
	}
	return explain(*file, result, error);
}

/* Whether both are ours and of a schema that is known. */
static enum tocsin_status check(
	const char *path, bool *has_quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3 *journal = NULL;
	sqlite3 *quarantine = NULL;
	enum tocsin_status status = tocsin_query_open(path, TOCSIN_JOURNAL_SCHEMA, &journal, error);

	if (status == TOCSIN_OK) {
		status = tocsin_query_open_quarantine(path, &quarantine, error);
	}
	*has_quarantine = quarantine != NULL;
	sqlite3_close(journal);
	sqlite3_close(quarantine);
	return status;
}

enum tocsin_status tocsin_forget_open(const char *path, const struct tocsin_forget_what *what,
	struct tocsin_forget **forget, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_forget *made = calloc(1, sizeof(*made));
	bool has_quarantine = false;

	error[0] = '\0';
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	made->rows.what = *what;
	if (snprintf(made->path, sizeof(made->path), "%s", path) >= (int)sizeof(made->path)) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "has too long a path");
		tocsin_forget_close(made);
		return TOCSIN_INVALID;
	}
	snprintf(made->quarantine_path, sizeof(made->quarantine_path), "%s.quarantine", path);
	enum tocsin_status status = check(path, &has_quarantine, error);
	if (status == TOCSIN_OK) {
		status = open_file(made->path, &made->rows.journal, error);
	}
	if (status == TOCSIN_OK && has_quarantine) {
		status = open_file(made->quarantine_path, &made->rows.quarantine, error);
	}
	if (status != TOCSIN_OK) {
		tocsin_forget_close(made);
		return status;
	}
	*forget = made;
	return TOCSIN_OK;
}

/* The scrubs' descriptors go last: to close one takes away the locks that SQLite has on
 * the file in this process (sqlite.org/howtocorrupt.html, 2.2). */
void tocsin_forget_close(struct tocsin_forget *forget)
{
	if (!forget) {
		return;
	}
	sqlite3_close(forget->rows.journal);
	sqlite3_close(forget->rows.quarantine);
	tocsin_scrub_finish(&forget->journal);
	tocsin_scrub_finish(&forget->quarantine);
	free(forget);
}

enum tocsin_status tocsin_forget_count(
	struct tocsin_forget *forget, struct tocsin_forgotten *count, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_forgotten counted = {0};
	sqlite3 *file = forget->rows.journal;
	int result = tocsin_forget_count_accepted(&forget->rows, &counted);

	if (result == SQLITE_OK && forget->rows.quarantine) {
		file = forget->rows.quarantine;
		result = tocsin_forget_count_refused(&forget->rows, &counted);
	}
	if (result == SQLITE_OK) {
		*count = counted;
	}
	return explain(file, result, error);
}

/* One transaction of some rows. *left: there are more. */
static enum tocsin_status some_rows(struct tocsin_forget *forget, sqlite3 *file,
	int (*some)(struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left),
	bool *left, char error[TOCSIN_JOURNAL_ERROR])
{
	const struct tocsin_forget_rows rows_before = forget->rows;
	const struct tocsin_forgotten before = forget->result;
	int code = sqlite3_exec(file, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (code == SQLITE_OK) {
		code = some(&forget->rows, &forget->result, left);
	}
	if (code == SQLITE_OK) {
		code = sqlite3_exec(file, "COMMIT", NULL, NULL, NULL);
	}
	const enum tocsin_status status = explain(file, code, error);
	if (!sqlite3_get_autocommit(file)) {
		(void)sqlite3_exec(file, "ROLLBACK", NULL, NULL, NULL);
	}
	if (status != TOCSIN_OK) {
		forget->rows = rows_before;
		forget->result = before;
	}
	return status;
}

static enum tocsin_status work(
	struct tocsin_forget *forget, bool *left, char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3 *journal = forget->rows.journal;
	sqlite3 *quarantine = forget->rows.quarantine;

	*left = false;
	switch (forget->phase) {
	case INCIDENTS:
		return some_rows(forget, journal, tocsin_forget_incidents, left, error);
	case FIGURES:
		return some_rows(forget, journal, tocsin_forget_figures, left, error);
	case REFUSALS:
		return quarantine ? some_rows(forget, quarantine, tocsin_forget_refusals, left, error)
						  : TOCSIN_OK;
	case SCRUB_JOURNAL:
		return tocsin_scrub_step(&forget->journal, journal, forget->path, left, error);
	case SCRUB_QUARANTINE:
		return quarantine ? tocsin_scrub_step(&forget->quarantine, quarantine,
								forget->quarantine_path, left, error)
						  : TOCSIN_OK;
	case DONE:
		break;
	}
	return TOCSIN_OK;
}

enum tocsin_status tocsin_forget_step(
	struct tocsin_forget *forget, bool *done, char error[TOCSIN_JOURNAL_ERROR])
{
	bool left = false;
	enum tocsin_status status = work(forget, &left, error);

	if (status == TOCSIN_OK && !left && forget->phase != DONE) {
		forget->phase++;
	}
	*done = status == TOCSIN_OK && forget->phase == DONE;
	return status;
}

const struct tocsin_forgotten *tocsin_forget_result(const struct tocsin_forget *forget)
{
	return &forget->result;
}
