/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* STEP_PAGES: looked at in one step; of those at most MOST_OVERWRITTEN are overwritten
 * while the lock is held. TRIES: to find the log empty beside a hub that writes. */
enum { STEP_PAGES = 1024, MOST_OVERWRITTEN = 256, TRIES = 50, LEAST_PAGE = 512, KEPT_BACK_AT = 20 };

static enum tocsin_status explain(sqlite3 *database, int result, char error[TOCSIN_JOURNAL_ERROR])
{
	if (result == SQLITE_OK) {
		return TOCSIN_OK;
	}
	snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s (%d)", sqlite3_errmsg(database), result);
	return (result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED ? TOCSIN_LIMIT
																			  : TOCSIN_IO;
}

static enum tocsin_status fail(const char *what, char error[TOCSIN_JOURNAL_ERROR])
{
	const int reason = errno;

	snprintf(error, TOCSIN_JOURNAL_ERROR, "%s: %s", what, strerror(reason));
	return TOCSIN_IO;
}

static enum tocsin_status pragma(
	sqlite3 *database, const char *sql, int *value, char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		*value = sqlite3_column_int(statement, 0);
		result = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return explain(database, result, error);
}

/* Bytes of each page that are kept back for others, which hubs do not: where maps stand
 * depends on them. They stand in the file's header. */
static bool keeps_none_back(int file)
{
	uint8_t kept = 1;

	return pread(file, &kept, 1, KEPT_BACK_AT) == 1 && kept == 0;
}

static enum tocsin_status begin(struct tocsin_scrub *scrub, sqlite3 *database, const char *path,
	char error[TOCSIN_JOURNAL_ERROR])
{
	int page_bytes = 0;
	int vacuum = 0;
	enum tocsin_status status = pragma(database, "PRAGMA page_size", &page_bytes, error);

	if (status == TOCSIN_OK) {
		status = pragma(database, "PRAGMA auto_vacuum", &vacuum, error);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	if (!scrub->file) {
		const int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

		if (file < 0) {
			return fail("cannot be opened", error);
		}
		scrub->file = file + 1;
	}
	if (page_bytes < LEAST_PAGE || !keeps_none_back(scrub->file - 1)) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "is laid out as no hub does");
		return TOCSIN_INVALID;
	}
	scrub->page_bytes = (uint32_t)page_bytes;
	scrub->next = 1;
	scrub->moves = vacuum != 0;
	scrub->pages = malloc((size_t)STEP_PAGES * scrub->page_bytes);
	return scrub->pages ? TOCSIN_OK : TOCSIN_NO_MEMORY;
}

/* Reads pages from next on. *count: those that are whole; 0 at the file's end. */
static enum tocsin_status read_pages(
	struct tocsin_scrub *scrub, uint32_t *count, char error[TOCSIN_JOURNAL_ERROR])
{
	const ssize_t got = pread(scrub->file - 1, scrub->pages, (size_t)STEP_PAGES * scrub->page_bytes,
		(off_t)(scrub->next - 1) * scrub->page_bytes);

	if (got < 0) {
		return fail("cannot be read", error);
	}
	*count = (uint32_t)((size_t)got / scrub->page_bytes);
	return TOCSIN_OK;
}

static bool find_gap(const struct tocsin_scrub *scrub, uint32_t at, uint32_t *from, uint32_t *to)
{
	const uint32_t number = scrub->next + at;

	return !(scrub->moves && tocsin_scrub_is_map(number, scrub->page_bytes)) &&
		tocsin_scrub_gap(scrub->pages + (size_t)at * scrub->page_bytes, scrub->page_bytes,
			number == 1, from, to);
}

/* How many of the pages read can be done in one go: up to the last that is overwritten. */
static uint32_t fit(const struct tocsin_scrub *scrub, uint32_t count, uint32_t *dirty)
{
	uint32_t from;
	uint32_t to;

	*dirty = 0;
	for (uint32_t at = 0; at < count; at++) {
		if (find_gap(scrub, at, &from, &to) && ++*dirty == MOST_OVERWRITTEN) {
			return at + 1;
		}
	}
	return count;
}

/* The gap alone is written: whatever happens to it, nothing that is used is touched. */
static enum tocsin_status overwrite(
	struct tocsin_scrub *scrub, uint32_t count, char error[TOCSIN_JOURNAL_ERROR])
{
	static const uint8_t zeros[65536];
	uint32_t from;
	uint32_t to;

	for (uint32_t at = 0; at < count; at++) {
		if (!find_gap(scrub, at, &from, &to)) {
			continue;
		}
		const off_t place = (off_t)(scrub->next - 1 + at) * scrub->page_bytes + from;
		if (pwrite(scrub->file - 1, zeros, to - from, place) != (ssize_t)(to - from)) {
			return fail("cannot be written", error);
		}
		scrub->overwritten++;
	}
	return TOCSIN_OK;
}

/* The log holds no page that somebody might still move over. */
static bool log_is_empty(const char *path)
{
	char name[PATH_MAX];
	struct stat log;

	snprintf(name, sizeof(name), "%s-wal", path);
	return stat(name, &log) != 0 || log.st_size == 0;
}

static enum tocsin_status empty_log(sqlite3 *database, char error[TOCSIN_JOURNAL_ERROR])
{
	/* First without holding anybody up, then what is left. */
	int result = sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	}
	return explain(database, result, error);
}

static void unlock(sqlite3 *database)
{
	if (!sqlite3_get_autocommit(database)) {
		(void)sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
	}
}

/* Under the write lock and with an empty log nobody writes to the file: neither a
 * commit nor a checkpoint. A hub may commit between the two. */
static enum tocsin_status lock(
	sqlite3 *database, const char *path, char error[TOCSIN_JOURNAL_ERROR])
{
	enum tocsin_status status = TOCSIN_OK;

	for (int i = 0; i < TRIES && status == TOCSIN_OK; i++) {
		status = empty_log(database, error);
		if (status == TOCSIN_OK) {
			status = explain(
				database, sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL), error);
		}
		if (status == TOCSIN_OK && log_is_empty(path)) {
			return TOCSIN_OK;
		}
		unlock(database);
	}
	if (status == TOCSIN_OK) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "the hub writes all the time");
	}
	return status == TOCSIN_OK ? TOCSIN_LIMIT : status;
}

/* At the end the version is written as it is: other connections throw away the pages
 * that they remember only where the database has changed, and would else write an old
 * one back, gap and all. */
static enum tocsin_status overwrite_locked(
	struct tocsin_scrub *scrub, sqlite3 *database, uint32_t count, char error[TOCSIN_JOURNAL_ERROR])
{
	char touch[64];
	int version = 0;
	uint32_t again = 0;
	enum tocsin_status status = pragma(database, "PRAGMA user_version", &version, error);

	if (status == TOCSIN_OK) {
		status = read_pages(scrub, &again, error);
	}
	if (status == TOCSIN_OK) {
		status = overwrite(scrub, again < count ? again : count, error);
	}
	snprintf(touch, sizeof(touch), "PRAGMA user_version = %d; COMMIT", version);
	if (status == TOCSIN_OK) {
		status = explain(database, sqlite3_exec(database, touch, NULL, NULL, NULL), error);
	}
	unlock(database);
	return status;
}

static enum tocsin_status end(
	struct tocsin_scrub *scrub, sqlite3 *database, char error[TOCSIN_JOURNAL_ERROR])
{
	if (fsync(scrub->file - 1) != 0) {
		return fail("cannot be written", error);
	}
	return empty_log(database, error);
}

enum tocsin_status tocsin_scrub_step(struct tocsin_scrub *scrub, sqlite3 *database,
	const char *path, bool *left, char error[TOCSIN_JOURNAL_ERROR])
{
	uint32_t count = 0;
	uint32_t dirty = 0;
	enum tocsin_status status = TOCSIN_OK;

	if (!scrub->pages) {
		/* What is looked at is the file; what is in the log goes there first. */
		status = empty_log(database, error);
		if (status == TOCSIN_OK) {
			status = begin(scrub, database, path, error);
		}
	}
	if (status == TOCSIN_OK) {
		status = read_pages(scrub, &count, error);
	}
	if (status != TOCSIN_OK) {
		return status;
	}
	if (count == 0 && scrub->moves && !scrub->again) {
		scrub->again = true;
		scrub->next = 1;
		*left = true;
		return TOCSIN_OK;
	}
	if (count == 0) {
		*left = false;
		return end(scrub, database, error);
	}
	count = fit(scrub, count, &dirty);
	if (dirty > 0) {
		status = lock(database, path, error);
		if (status == TOCSIN_OK) {
			status = overwrite_locked(scrub, database, count, error);
		}
	}
	if (status == TOCSIN_OK) {
		scrub->next += count;
	}
	*left = true;
	return status;
}

void tocsin_scrub_finish(struct tocsin_scrub *scrub)
{
	if (scrub->file) {
		close(scrub->file - 1);
	}
	free(scrub->pages);
}
