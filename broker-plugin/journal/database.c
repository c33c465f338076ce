/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OWNER_ONLY = 0600, MOST_SET_ASIDE = 10000 };

bool tocsin_database_corrupt(int result)
{
	return (result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB;
}

/* Of a connection that is new: later on the system's reason may be that of another call. */
static void explain(sqlite3 *database, int result, char error[TOCSIN_JOURNAL_ERROR])
{
	const int kind = result & 0xff;
	const int reason =
		kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN ? sqlite3_system_errno(database) : 0;

	snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s (%d)%s%s",
		sqlite3_errcode(database) == SQLITE_OK ? sqlite3_errstr(result) : sqlite3_errmsg(database),
		result, reason != 0 ? ": " : "", reason != 0 ? strerror(reason) : "");
}

/* SQLite gives -wal and -shm the mode of the main file, so making that one first is
 * enough, whatever the umask. */
/* A file that is there must not be opened and closed beside SQLite: that drops the locks
 * of this process's other connections ("How To Corrupt An SQLite Database File", 2.2). */
static bool make_private(const char *path, char error[TOCSIN_JOURNAL_ERROR])
{
	const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, OWNER_ONLY);
	struct stat found;
	bool fine = file >= 0;

	if (fine) {
		close(file);
	} else if (errno == EEXIST && lstat(path, &found) == 0) {
		errno = S_ISDIR(found.st_mode) ? EISDIR : ELOOP;
		fine = S_ISREG(found.st_mode) && access(path, R_OK | W_OK) == 0;
	}
	if (fine && chmod(path, OWNER_ONLY) == 0) {
		return true;
	}
	const int reason = errno;
	snprintf(error, TOCSIN_JOURNAL_ERROR,
		"cannot be opened for reading and writing: %s; the folder must exist and belong to the "
		"user that runs the broker",
		strerror(reason));
	return false;
}

static int read_version(sqlite3 *database, int *version)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		*version = sqlite3_column_int(statement, 0);
		result = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return result;
}

static int migrate(sqlite3 *database, const struct tocsin_schema *schema, int version)
{
	int result = SQLITE_OK;

	for (int step = version; step < schema->version && result == SQLITE_OK; step++) {
		char mark[64];

		snprintf(mark, sizeof(mark), "PRAGMA user_version = %d; COMMIT", step + 1);
		result = sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		if (result == SQLITE_OK) {
			result = sqlite3_exec(database, schema->steps[step], NULL, NULL, NULL);
		}
		if (result == SQLITE_OK) {
			result = sqlite3_exec(database, mark, NULL, NULL, NULL);
		}
		if (result != SQLITE_OK) {
			(void)sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
		}
	}
	return result;
}

static void abandon(sqlite3 **database)
{
	/* A file that cannot be read is left as it was found, with its log. */
	(void)sqlite3_db_config(*database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(*database);
	*database = NULL;
}

/* Returns SQLite's result; SQLITE_MISMATCH for a newer schema. */
static int open_once(const char *path, const struct tocsin_schema *schema, sqlite3 **database,
	char error[TOCSIN_JOURNAL_ERROR])
{
	int version = 0;
	int result = sqlite3_open_v2(
		path, database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);

	/* SQLite makes do with reading where it may not write, and then for good. */
	if (result == SQLITE_OK && sqlite3_db_readonly(*database, "main") == 1) {
		result = SQLITE_READONLY;
	}
	if (result == SQLITE_OK) {
		sqlite3_extended_result_codes(*database, 1);
		sqlite3_busy_timeout(*database, 1000);
		result = read_version(*database, &version);
	}
	if (result == SQLITE_OK && version == 0 && schema->birth_pragmas) {
		result = sqlite3_exec(*database, schema->birth_pragmas, NULL, NULL, NULL);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_exec(*database, schema->pragmas, NULL, NULL, NULL);
	}
	if (result == SQLITE_OK && version > schema->version) {
		snprintf(error, TOCSIN_JOURNAL_ERROR,
			"was written by a newer Tocsin (schema %d, this one knows %d): install that version, "
			"or "
			"name another file",
			version, schema->version);
		result = SQLITE_MISMATCH;
	} else if (result == SQLITE_OK) {
		result = migrate(*database, schema, version);
	}
	if (result != SQLITE_OK && result != SQLITE_MISMATCH) {
		explain(*database, result, error);
	}
	if (result != SQLITE_OK) {
		abandon(database);
	}
	return result;
}

/* Exclusive locking keeps the log's index in memory: a full disk has no room for its
 * file. Nothing is written, not even in closing. */
static bool open_to_read(const char *path, const struct tocsin_schema *schema, sqlite3 **database)
{
	int version = 0;
	int result = sqlite3_open_v2(
		path, database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_exec(*database,
			"PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF",
			NULL, NULL, NULL);
	}
	if (result == SQLITE_OK) {
		(void)sqlite3_db_config(*database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		result = read_version(*database, &version);
	}
	if (result != SQLITE_OK || version != schema->version) {
		abandon(database);
		return false;
	}
	return true;
}

/* The main file is last: an end in the middle of it leaves a file that is found corrupted
 * again, not a log without its file, which SQLite would delete. */
static const char *const set_aside_endings[] = {"-wal", "-shm", ""};

enum { SET_ASIDE_ENDINGS = sizeof(set_aside_endings) / sizeof(set_aside_endings[0]) };

static bool is_free(const char *path, int number)
{
	for (size_t i = 0; i < SET_ASIDE_ENDINGS; i++) {
		char name[PATH_MAX];

		snprintf(name, sizeof(name), "%s.corrupt-%d%s", path, number, set_aside_endings[i]);
		if (access(name, F_OK) == 0) {
			return false;
		}
	}
	return true;
}

/* The first number that no earlier corrupted file has, 0 where there is none. */
static int free_number(const char *path)
{
	int number = 1;

	while (number < MOST_SET_ASIDE && !is_free(path, number)) {
		number++;
	}
	return number < MOST_SET_ASIDE ? number : 0;
}

enum tocsin_status tocsin_database_set_aside(const char *path, char error[TOCSIN_JOURNAL_ERROR])
{
	const int number = free_number(path);

	if (number == 0) {
		snprintf(error, TOCSIN_JOURNAL_ERROR,
			"is corrupted and cannot be moved aside: no name from .corrupt-1 on is free");
		return TOCSIN_IO;
	}
	for (size_t i = 0; i < SET_ASIDE_ENDINGS; i++) {
		char from[PATH_MAX];
		char to[PATH_MAX];

		snprintf(from, sizeof(from), "%s%s", path, set_aside_endings[i]);
		snprintf(to, sizeof(to), "%s.corrupt-%d%s", path, number, set_aside_endings[i]);
		if (rename(from, to) != 0 && errno != ENOENT) {
			const int reason = errno;
			snprintf(error, TOCSIN_JOURNAL_ERROR, "is corrupted and cannot be moved aside: %s",
				strerror(reason));
			return TOCSIN_IO;
		}
	}
	snprintf(error, TOCSIN_JOURNAL_ERROR,
		"WAS CORRUPTED. It is kept as %.300s.corrupt-%d; a new one was begun, which does not know "
		"what the old one held",
		path, number);
	return TOCSIN_OK;
}

enum tocsin_status tocsin_database_open(const char *path, const struct tocsin_schema *schema,
	sqlite3 **database, char error[TOCSIN_JOURNAL_ERROR])
{
	error[0] = '\0';
	if (!make_private(path, error)) {
		return TOCSIN_IO;
	}
	int result = open_once(path, schema, database, error);
	if (tocsin_database_corrupt(result)) {
		char again[TOCSIN_JOURNAL_ERROR] = "";

		if (tocsin_database_set_aside(path, error) != TOCSIN_OK || !make_private(path, error)) {
			return TOCSIN_IO;
		}
		result = open_once(path, schema, database, again);
		if (result != SQLITE_OK) {
			memcpy(error, again, sizeof(again));
		}
	}
	if (result == SQLITE_MISMATCH) {
		return TOCSIN_INVALID;
	}
	if (result != SQLITE_OK && schema->may_only_be_read && open_to_read(path, schema, database)) {
		char reason[TOCSIN_JOURNAL_ERROR];

		memcpy(reason, error, sizeof(reason));
		snprintf(error, TOCSIN_JOURNAL_ERROR, "can only be read for now. %.400s", reason);
		result = SQLITE_OK;
	}
	return result == SQLITE_OK ? TOCSIN_OK : TOCSIN_IO;
}

static struct tocsin_inode inode_of(const char *path, const char *ending)
{
	char name[PATH_MAX];
	struct stat status;

	snprintf(name, sizeof(name), "%s%s", path, ending);
	if (stat(name, &status) != 0) {
		return (struct tocsin_inode){0};
	}
	return (struct tocsin_inode){.device = status.st_dev, .number = status.st_ino};
}

void tocsin_database_inodes(const char *path, struct tocsin_inodes *inodes)
{
	inodes->main = inode_of(path, "");
	inodes->log = inode_of(path, "-wal");
	inodes->lock = inode_of(path, ".lock");
}

bool tocsin_inode_same(const struct tocsin_inode *one, const struct tocsin_inode *other)
{
	return one->device == other->device && one->number == other->number;
}

int tocsin_database_lock(const char *path, char error[TOCSIN_JOURNAL_ERROR])
{
	char name[PATH_MAX];

	error[0] = '\0';
	if (snprintf(name, sizeof(name), "%s.lock", path) >= (int)sizeof(name) - 64) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "has too long a path");
		return -1;
	}
	const int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, OWNER_ONLY);
	if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0) {
		return file;
	}
	const int reason = errno;
	if (file >= 0 && reason == EWOULDBLOCK) {
		snprintf(error, TOCSIN_JOURNAL_ERROR,
			"belongs to another running broker (its lock file is held): give each its own "
			"journal_file");
	} else {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "its lock file cannot be made: %s", strerror(reason));
	}
	if (file >= 0) {
		close(file);
	}
	return -1;
}

enum tocsin_status tocsin_database_lock_again(
	const char *path, int *lock, char error[TOCSIN_JOURNAL_ERROR])
{
	char name[PATH_MAX];
	struct stat there;
	struct stat held;

	snprintf(name, sizeof(name), "%s.lock", path);
	if (stat(name, &there) == 0 && fstat(*lock, &held) == 0 && there.st_dev == held.st_dev &&
		there.st_ino == held.st_ino) {
		return TOCSIN_OK;
	}
	const int other = tocsin_database_lock(path, error);
	if (other < 0) {
		return TOCSIN_IO;
	}
	close(*lock);
	*lock = other;
	return TOCSIN_OK;
}
