/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 5000, OLDEST_QUARANTINE = 3, NEWEST_QUARANTINE = 3 };

static enum tocsin_status check_version(
	sqlite3 *file, int oldest, int newest, char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3_stmt *statement = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(file, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW) {
		version = sqlite3_column_int(statement, 0);
	}
	sqlite3_finalize(statement);
	if (version < 0) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "%s", sqlite3_errmsg(file));
		return sqlite3_errcode(file) == SQLITE_NOTADB ? TOCSIN_INVALID : TOCSIN_IO;
	}
	if (version == 0) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "is not the journal of a hub");
	} else if (version > newest) {
		snprintf(error, TOCSIN_JOURNAL_ERROR,
			"was written by a newer Tocsin (schema %d, this one knows %d)", version, newest);
	} else if (version < oldest) {
		snprintf(error, TOCSIN_JOURNAL_ERROR,
			"was written by an older Tocsin (schema %d): a hub that starts on it brings it up to "
			"date",
			version);
	}
	return version >= oldest && version <= newest ? TOCSIN_OK : TOCSIN_INVALID;
}

static enum tocsin_status open_file(
	const char *path, int oldest, int newest, sqlite3 **file, char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3 *made = NULL;
	enum tocsin_status status = TOCSIN_IO;

	if (access(path, R_OK) != 0) {
		const int reason = errno;
		snprintf(error, TOCSIN_JOURNAL_ERROR, "%s", strerror(reason));
		return reason == ENOENT ? TOCSIN_NOT_FOUND : TOCSIN_IO;
	}
	if (sqlite3_open_v2(path, &made, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
			SQLITE_OK ||
		sqlite3_busy_timeout(made, BUSY_MS) != SQLITE_OK ||
		sqlite3_exec(made, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL) != SQLITE_OK) {
		snprintf(
			error, TOCSIN_JOURNAL_ERROR, "%s", made ? sqlite3_errmsg(made) : "is out of memory");
	} else {
		status = check_version(made, oldest, newest, error);
	}
	if (status != TOCSIN_OK) {
		sqlite3_close(made);
		return status;
	}
	*file = made;
	return TOCSIN_OK;
}

enum tocsin_status tocsin_query_open(
	const char *path, int oldest, sqlite3 **journal, char error[TOCSIN_JOURNAL_ERROR])
{
	return open_file(path, oldest, TOCSIN_JOURNAL_SCHEMA, journal, error);
}

enum tocsin_status tocsin_query_open_quarantine(
	const char *path, sqlite3 **quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	char name[PATH_MAX];
	sqlite3 *made = NULL;

	if (snprintf(name, sizeof(name), "%s.quarantine", path) >= (int)sizeof(name)) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "has too long a path");
		return TOCSIN_INVALID;
	}
	enum tocsin_status status = open_file(name, OLDEST_QUARANTINE, NEWEST_QUARANTINE, &made, error);
	if (status == TOCSIN_OK || status == TOCSIN_NOT_FOUND) {
		*quarantine = made;
		return TOCSIN_OK;
	}
	return status;
}
