/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/quarantine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const steps[] = {
	"CREATE TABLE refusal("
	" row INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT NOT NULL, incident_id TEXT NOT NULL,"
	" form INTEGER NOT NULL, received_ms INTEGER NOT NULL, hash BLOB NOT NULL,"
	" bytes BLOB NOT NULL, receipt BLOB NOT NULL);"
	"CREATE INDEX refusal_by_sender ON refusal(sender, row);",
	/* For queries; row is the order of arrival, which a clock set back leaves. */
	"CREATE INDEX refusal_by_received ON refusal(received_ms);"
	"CREATE INDEX refusal_by_sender_received ON refusal(sender, received_ms);"
	"CREATE INDEX refusal_by_incident ON refusal(incident_id);",
	/* The user who spoke for the sender; NULL: itself. */
	"ALTER TABLE refusal ADD COLUMN relay TEXT;",
};

/* The sender has been told already, so a power cut may cost the last entries. */
static const struct tocsin_schema schema = {
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
	.pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
			   "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;",
};

struct tocsin_quarantine {
	char *path;
	struct tocsin_inodes inodes; /* as they were opened */
	sqlite3 *database;
	sqlite3_stmt *insert, *size_of_oldest, *drop_oldest, *excess_of_sender, *drop_of_sender;
	sqlite3_stmt *drop_row, *version;
	int64_t bytes;    /* of all entries, unless others have been at it since */
	int64_t measured; /* the version that bytes is of; -1: none */
};

static int prepare(struct tocsin_quarantine *quarantine)
{
	const struct {
		sqlite3_stmt **statement;
		const char *sql;
	} all[] = {
		{&quarantine->insert, "INSERT INTO refusal VALUES(NULL,?,?,?,?,?,?,?,?)"},
		{&quarantine->size_of_oldest,
			"SELECT length(bytes) + length(receipt) FROM refusal ORDER BY row LIMIT 1"},
		{&quarantine->drop_oldest,
			"DELETE FROM refusal WHERE row = (SELECT min(row) FROM refusal)"},
		/* The row from which on a sender has exactly as many as it may. */
		{&quarantine->excess_of_sender,
			"SELECT row FROM refusal WHERE sender = ?1 ORDER BY row DESC LIMIT 1 OFFSET ?2"},
		{&quarantine->drop_of_sender,
			"DELETE FROM refusal WHERE sender = ?1 AND row <= ?2"
			" RETURNING length(bytes) + length(receipt)"},
		{&quarantine->drop_row,
			"DELETE FROM refusal WHERE row = ? RETURNING length(bytes) + length(receipt)"},
		/* Another one where another connection has changed the file. */
		{&quarantine->version, "PRAGMA data_version"},
	};
	int result = SQLITE_OK;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && result == SQLITE_OK; i++) {
		result = sqlite3_prepare_v3(quarantine->database, all[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
			all[i].statement, NULL);
	}
	return result;
}

static int measure(struct tocsin_quarantine *quarantine)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(quarantine->database,
		"SELECT coalesce(sum(length(bytes) + length(receipt)), 0) FROM refusal", -1, &statement,
		NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		quarantine->bytes = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? SQLITE_OK : result;
}

/* Who forgets takes entries out beside us. */
static int measure_changed(struct tocsin_quarantine *quarantine)
{
	int result = sqlite3_step(quarantine->version);
	const int64_t version = result == SQLITE_ROW ? sqlite3_column_int64(quarantine->version, 0) : 0;

	sqlite3_reset(quarantine->version);
	if (result != SQLITE_ROW || version == quarantine->measured) {
		return result == SQLITE_ROW ? SQLITE_OK : result;
	}
	result = measure(quarantine);
	if (result == SQLITE_OK) {
		quarantine->measured = version;
	}
	return result;
}

enum tocsin_status tocsin_quarantine_open(
	const char *path, struct tocsin_quarantine **quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct tocsin_quarantine *made = calloc(1, sizeof(*made));

	if (made) {
		made->path = strdup(path);
	}
	if (!made || !made->path) {
		free(made);
		snprintf(error, TOCSIN_JOURNAL_ERROR, "cannot be opened: there is not enough memory");
		return TOCSIN_NO_MEMORY;
	}
	made->measured = -1;
	enum tocsin_status status = tocsin_database_open(path, &schema, &made->database, error);
	tocsin_database_inodes(path, &made->inodes);
	if (status == TOCSIN_OK && (prepare(made) != SQLITE_OK || measure_changed(made) != SQLITE_OK)) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s", sqlite3_errmsg(made->database));
		status = TOCSIN_IO;
	}
	if (status != TOCSIN_OK) {
		tocsin_quarantine_close(made);
		return status;
	}
	*quarantine = made;
	return TOCSIN_OK;
}

void tocsin_quarantine_close(struct tocsin_quarantine *quarantine)
{
	if (!quarantine) {
		return;
	}
	sqlite3_finalize(quarantine->insert);
	sqlite3_finalize(quarantine->size_of_oldest);
	sqlite3_finalize(quarantine->drop_oldest);
	sqlite3_finalize(quarantine->excess_of_sender);
	sqlite3_finalize(quarantine->drop_of_sender);
	sqlite3_finalize(quarantine->drop_row);
	sqlite3_finalize(quarantine->version);
	sqlite3_close(quarantine->database);
	free(quarantine->path);
	free(quarantine);
}

bool tocsin_quarantine_in_place(const struct tocsin_quarantine *quarantine)
{
	struct tocsin_inodes now;

	tocsin_database_inodes(quarantine->path, &now);
	return tocsin_inode_same(&now.main, &quarantine->inodes.main);
}

static int insert(struct tocsin_quarantine *quarantine, const struct tocsin_refusal *refusal)
{
	sqlite3_stmt *to = quarantine->insert;

	sqlite3_bind_text(to, 1, refusal->sender, -1, SQLITE_STATIC);
	sqlite3_bind_text(to, 2, refusal->incident_id, -1, SQLITE_STATIC);
	sqlite3_bind_int(to, 3, (int)refusal->form);
	sqlite3_bind_int64(to, 4, refusal->received_ms);
	sqlite3_bind_blob(to, 5, refusal->hash, sizeof(refusal->hash), SQLITE_STATIC);
	sqlite3_bind_blob64(to, 6, refusal->size > 0 ? refusal->bytes : (const uint8_t *)"",
		refusal->size, SQLITE_STATIC);
	sqlite3_bind_blob64(to, 7, refusal->receipt_size > 0 ? refusal->receipt : (const uint8_t *)"",
		refusal->receipt_size, SQLITE_STATIC);
	sqlite3_bind_text(to, 8, refusal->relay, -1, SQLITE_STATIC);
	const int result = sqlite3_step(to);
	sqlite3_reset(to);
	quarantine->bytes += (int64_t)(refusal->size + refusal->receipt_size);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int trim_sender(struct tocsin_quarantine *quarantine, const char *sender)
{
	sqlite3_stmt *excess = quarantine->excess_of_sender;
	sqlite3_stmt *drop = quarantine->drop_of_sender;

	sqlite3_bind_text(excess, 1, sender, -1, SQLITE_STATIC);
	sqlite3_bind_int(excess, 2, TOCSIN_QUARANTINE_OF_SENDER);
	int result = sqlite3_step(excess);
	const sqlite3_int64 row = result == SQLITE_ROW ? sqlite3_column_int64(excess, 0) : 0;
	sqlite3_reset(excess);
	if (result != SQLITE_ROW) {
		return result == SQLITE_DONE ? SQLITE_OK : result;
	}
	sqlite3_bind_text(drop, 1, sender, -1, SQLITE_STATIC);
	sqlite3_bind_int64(drop, 2, row);
	while ((result = sqlite3_step(drop)) == SQLITE_ROW) {
		quarantine->bytes -= sqlite3_column_int64(drop, 0);
	}
	sqlite3_reset(drop);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int trim_bytes(struct tocsin_quarantine *quarantine)
{
	int result = SQLITE_OK;

	while (quarantine->bytes > TOCSIN_QUARANTINE_BYTES && result == SQLITE_OK) {
		sqlite3_stmt *size = quarantine->size_of_oldest;
		int64_t gone = 0;

		result = sqlite3_step(size);
		if (result == SQLITE_ROW) {
			gone = sqlite3_column_int64(size, 0);
		}
		sqlite3_reset(size);
		if (result != SQLITE_ROW) {
			return result == SQLITE_DONE ? SQLITE_OK : result;
		}
		result = sqlite3_step(quarantine->drop_oldest);
		sqlite3_reset(quarantine->drop_oldest);
		result = result == SQLITE_DONE ? SQLITE_OK : result;
		quarantine->bytes -= gone;
	}
	return result;
}

enum tocsin_status tocsin_quarantine_add(struct tocsin_quarantine *quarantine,
	const struct tocsin_refusal *const *refusals, size_t count)
{
	int result = sqlite3_exec(quarantine->database, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (result == SQLITE_OK) {
		result = measure_changed(quarantine);
	}
	const int64_t bytes_before = quarantine->bytes;
	for (size_t i = 0; i < count && result == SQLITE_OK; i++) {
		result = insert(quarantine, refusals[i]);
		if (result == SQLITE_OK) {
			result = trim_sender(quarantine, refusals[i]->sender);
		}
	}
	if (result == SQLITE_OK) {
		result = trim_bytes(quarantine);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_exec(quarantine->database, "COMMIT", NULL, NULL, NULL);
	}
	if (result == SQLITE_OK) {
		return TOCSIN_OK;
	}
	quarantine->bytes = bytes_before;
	if (!sqlite3_get_autocommit(quarantine->database)) {
		(void)sqlite3_exec(quarantine->database, "ROLLBACK", NULL, NULL, NULL);
	}
	return TOCSIN_IO;
}

int tocsin_quarantine_drop(struct tocsin_quarantine *quarantine, int64_t row)
{
	sqlite3_stmt *drop = quarantine->drop_row;
	int result;

	sqlite3_bind_int64(drop, 1, row);
	while ((result = sqlite3_step(drop)) == SQLITE_ROW) {
		quarantine->bytes -= sqlite3_column_int64(drop, 0);
	}
	sqlite3_reset(drop);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static const void *append(char **at, const void *data, size_t size)
{
	char *to = *at;

	if (size > 0) {
		memcpy(to, data, size);
	}
	*at += size;
	return to;
}

struct tocsin_refusal *tocsin_refusal_copy(const struct tocsin_refusal *refusal)
{
	const size_t id_size = strlen(refusal->incident_id) + 1;
	const size_t sender_size = strlen(refusal->sender) + 1;
	const size_t relay_size = refusal->relay ? strlen(refusal->relay) + 1 : 0;
	struct tocsin_refusal *copy = malloc(
		sizeof(*copy) + id_size + sender_size + relay_size + refusal->size + refusal->receipt_size);

	if (!copy) {
		return NULL;
	}
	char *at = (char *)(copy + 1);
	*copy = *refusal;
	copy->incident_id = append(&at, refusal->incident_id, id_size);
	copy->sender = append(&at, refusal->sender, sender_size);
	copy->relay = refusal->relay ? append(&at, refusal->relay, relay_size) : NULL;
	copy->bytes = append(&at, refusal->bytes, refusal->size);
	copy->receipt = append(&at, refusal->receipt, refusal->receipt_size);
	return copy;
}
