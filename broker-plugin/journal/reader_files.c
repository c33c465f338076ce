/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/reader_files.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

enum { STEPS_BETWEEN_LOOKS = 1000 };

static void close_file(struct tocsin_reader_file *file)
{
	sqlite3_close(file->database);
	*file = (struct tocsin_reader_file){0};
}

/* stat, and no descriptor of our own: to close one on a database takes SQLite's locks
 * away, in the whole process (sqlite.org/howtocorrupt.html, 2.2). */
static bool is_same(const struct tocsin_reader_file *file, const char *path, struct stat *now)
{
	return stat(path, now) == 0 && file->database && now->st_dev == file->device &&
		now->st_ino == file->number;
}

static void take(
	struct tocsin_reader_files *files, struct tocsin_reader_file *file, const struct stat *now)
{
	if (file->database) {
		file->device = now->st_dev;
		file->number = now->st_ino;
		sqlite3_progress_handler(
			file->database, STEPS_BETWEEN_LOOKS, files->interrupted, files->ctx);
	}
}

static enum tocsin_status open_journal(
	struct tocsin_reader_files *files, char error[TOCSIN_JOURNAL_ERROR])
{
	struct stat now = {0};
	enum tocsin_status status = TOCSIN_OK;

	if (!is_same(&files->journal, files->path, &now)) {
		close_file(&files->journal);
		status =
			tocsin_query_open(files->path, TOCSIN_JOURNAL_SCHEMA, &files->journal.database, error);
		take(files, &files->journal, &now);
	}
	return status;
}

static enum tocsin_status open_quarantine(
	struct tocsin_reader_files *files, char error[TOCSIN_JOURNAL_ERROR])
{
	char path[PATH_MAX];
	char why[TOCSIN_JOURNAL_ERROR];
	struct stat now = {0};
	enum tocsin_status status = TOCSIN_OK;

	snprintf(path, sizeof(path), "%s.quarantine", files->path);
	if (!is_same(&files->quarantine, path, &now)) {
		close_file(&files->quarantine);
		status = tocsin_query_open_quarantine(files->path, &files->quarantine.database, why);
		take(files, &files->quarantine, &now);
	}
	if (status != TOCSIN_OK) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "the quarantine file beside it: %.450s", why);
	}
	return status;
}

enum tocsin_status tocsin_reader_files_open(
	struct tocsin_reader_files *files, char error[TOCSIN_JOURNAL_ERROR])
{
	enum tocsin_status status = open_journal(files, error);

	if (status == TOCSIN_OK) {
		status = open_quarantine(files, error);
	}
	return status == TOCSIN_OK ? status : TOCSIN_IO;
}

void tocsin_reader_files_close(struct tocsin_reader_files *files)
{
	close_file(&files->journal);
	close_file(&files->quarantine);
}
