/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/catalogue.h"
#include "journal/statement.h"
#include "journal/topic_counts.h"

struct tocsin_shelf {
	char *path;
	sqlite3 *database; /* NULL: to be opened */
	bool lent;         /* it is another's */
	bool resting;
	struct tocsin_topic_counts topics;
	struct tocsin_shelf_asking *asking; /* NULL: everything is read at once */
	sqlite3_stmt *all[TOCSIN_SHELF_STATEMENTS];
	/* The last answer: kept here, since a statement that stands on its row keeps a
	 * snapshot open, which is soon old and holds the write-ahead log. */
	char *answer;
	size_t answer_room;
	int result;
	char error[TOCSIN_JOURNAL_ERROR];
};

static const char *const texts[TOCSIN_SHELF_STATEMENTS] = {
	[TOCSIN_SHELF_INCIDENT] = "SELECT " TOCSIN_SHELF_COLUMNS
							  " FROM incident WHERE incident_id = ? ORDER BY journal_id LIMIT 1",
	/* A chain is named by its first incident, whose own row is the newest of most. */
	[TOCSIN_SHELF_CHAIN_FIRST] =
		"SELECT " TOCSIN_SHELF_COLUMNS " FROM incident"
		" WHERE incident_id = ?1 AND chain = ?1 AND memory IS NOT NULL LIMIT 1",
	[TOCSIN_SHELF_CHAIN_REST] =
		"SELECT " TOCSIN_SHELF_COLUMNS " FROM incident WHERE chain = ?1"
		" AND chain <> incident_id AND memory IS NOT NULL ORDER BY journal_id DESC LIMIT 1",
	[TOCSIN_SHELF_PUBLISHED] = "SELECT bytes, form FROM incident WHERE incident_id = ?"
							   " AND bytes IS NOT NULL ORDER BY journal_id LIMIT 1",
	[TOCSIN_SHELF_ALERT] = "SELECT bytes FROM alert WHERE row = ? AND bytes IS NOT NULL",
	[TOCSIN_SHELF_CHAIN_ALERTS] =
		"SELECT bytes FROM (SELECT journal_id FROM incident WHERE incident_id = ?1 UNION ALL"
		" SELECT journal_id FROM incident WHERE chain = ?1 AND chain <> incident_id) CROSS JOIN"
		" alert ON row BETWEEN journal_id << 16 AND (journal_id << 16) + 65535",
	/* Of those that the counters do not know yet. */
	[TOCSIN_SHELF_TOPIC] = "SELECT max(topic_sequence) FROM alert WHERE row >= (" TOCSIN_CATALOGUED
						   " + 1) << 16 AND topic = ?",
	[TOCSIN_SHELF_AUDIENCE] = "SELECT max(sequence) FROM alert WHERE audience = ?",
	[TOCSIN_SHELF_COUNTER] = "SELECT sequence FROM counter WHERE name = ?1 || ?2",
	[TOCSIN_SHELF_PAGE_ALERTS] =
		"SELECT row, audience, sequence, topic, topic_sequence, alert_id, expires_ms, qos, formats,"
		" bytes FROM alert WHERE row > ?1 ORDER BY row LIMIT ?2",
	[TOCSIN_SHELF_PAGE_FIGURES] =
		"SELECT rowid, topic, chain, sequence, as_of_ms, received_ms, formats, qos, bytes"
		" FROM figure WHERE rowid > ?1 AND (formats <> 0 OR changed_ms >= ?2)"
		" ORDER BY rowid LIMIT ?3",
	[TOCSIN_SHELF_PAGE_DIGESTS] = "SELECT row, audience, bytes FROM digest WHERE row > ?1 AND"
								  " at_ms >= ?2 ORDER BY row LIMIT ?3",
	[TOCSIN_SHELF_PAGE_CLEARS] = "SELECT rowid, topic, formats FROM cleared WHERE rowid > ?1 AND"
								 " at_ms >= ?2 ORDER BY rowid LIMIT ?3",
};

struct tocsin_shelf *tocsin_shelf_create(const char *path)
{
	struct tocsin_shelf *shelf = calloc(1, sizeof(*shelf));

	if (shelf) {
		shelf->path = strdup(path);
	}
	if (shelf && !shelf->path) {
		free(shelf);
		return NULL;
	}
	if (shelf) {
		tocsin_topic_counts_init(&shelf->topics);
	}
	return shelf;
}

void tocsin_shelf_forget(struct tocsin_shelf *shelf)
{
	for (size_t i = 0; i < TOCSIN_SHELF_STATEMENTS; i++) {
		sqlite3_finalize(shelf->all[i]);
		shelf->all[i] = NULL;
	}
	if (!shelf->lent) {
		sqlite3_close_v2(shelf->database);
	}
	shelf->database = NULL;
	shelf->lent = false;
}

void tocsin_shelf_lend(struct tocsin_shelf *shelf, sqlite3 *database)
{
	tocsin_shelf_forget(shelf);
	shelf->database = database;
	shelf->lent = true;
}

void tocsin_shelf_destroy(struct tocsin_shelf *shelf)
{
	if (!shelf) {
		return;
	}
	tocsin_shelf_forget(shelf);
	tocsin_topic_counts_finish(&shelf->topics);
	free(shelf->answer);
	free(shelf->path);
	free(shelf);
}

int tocsin_shelf_result(const struct tocsin_shelf *shelf)
{
	return shelf->result;
}

void tocsin_shelf_clear(struct tocsin_shelf *shelf)
{
	shelf->result = SQLITE_OK;
}

const char *tocsin_shelf_error(const struct tocsin_shelf *shelf)
{
	return shelf->error;
}

enum tocsin_status tocsin_shelf_fail(struct tocsin_shelf *shelf, int result)
{
	shelf->result = result;
	snprintf(shelf->error, sizeof(shelf->error), "SQLite: %s (%d)",
		shelf->database ? sqlite3_errmsg(shelf->database) : sqlite3_errstr(result), result);
	tocsin_shelf_forget(shelf);
	return TOCSIN_IO;
}

void tocsin_shelf_rest(struct tocsin_shelf *shelf, bool resting)
{
	shelf->resting = resting;
}

void tocsin_shelf_ask(struct tocsin_shelf *shelf, struct tocsin_shelf_asking *asking)
{
	shelf->asking = asking;
}

/* Where nothing can be read there is nothing to ask. */
static bool asks(
	struct tocsin_shelf *shelf, enum tocsin_shelf_subject subject, uint64_t row, const char *name)
{
	return !shelf->resting && tocsin_shelf_asks(shelf->asking, subject, row, name);
}

int tocsin_shelf_learn_topics(struct tocsin_shelf *shelf)
{
	sqlite3 *database = tocsin_shelf_database(shelf);

	return database ? tocsin_topic_counts_read(&shelf->topics, database) : SQLITE_CANTOPEN;
}

sqlite3 *tocsin_shelf_database(struct tocsin_shelf *shelf)
{
	if (shelf->resting) {
		shelf->result = SQLITE_BUSY;
		snprintf(shelf->error, sizeof(shelf->error), "the disk does not answer now");
		return NULL;
	}
	if (shelf->database) {
		return shelf->database;
	}
	int result = sqlite3_open_v2(shelf->path, &shelf->database,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
	if (result == SQLITE_OK) {
		sqlite3_extended_result_codes(shelf->database, 1);
		result = sqlite3_exec(shelf->database, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
	}
	if (result != SQLITE_OK) {
		(void)tocsin_shelf_fail(shelf, result);
	}
	return shelf->database;
}

sqlite3_stmt *tocsin_shelf_statement(
	struct tocsin_shelf *shelf, enum tocsin_shelf_statement statement)
{
	sqlite3 *database = tocsin_shelf_database(shelf);

	if (!database) {
		return NULL;
	}
	if (!shelf->all[statement]) {
		const int result = sqlite3_prepare_v3(database, texts[statement], -1,
			SQLITE_PREPARE_PERSISTENT, &shelf->all[statement], NULL);

		if (result != SQLITE_OK) {
			(void)tocsin_shelf_fail(shelf, result);
		}
	}
	if (shelf->all[statement]) {
		sqlite3_reset(shelf->all[statement]);
	}
	return shelf->all[statement];
}

void tocsin_shelf_read_record(sqlite3_stmt *from, struct tocsin_record *record)
{
	*record = (struct tocsin_record){
		.journal_id = (uint64_t)sqlite3_column_int64(from, 0),
		.incident_id = tocsin_column_text(from, 1),
		.sender = tocsin_column_text(from, 2),
		.chain = tocsin_column_text(from, 3),
		.revision = (uint32_t)sqlite3_column_int64(from, 4),
		.form = sqlite3_column_int(from, 5) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
																: TOCSIN_FORM_PROTOBUF,
		.received_ms = sqlite3_column_int64(from, 6),
		.receipt = sqlite3_column_blob(from, 8),
		.receipt_size = (size_t)sqlite3_column_bytes(from, 8),
		.memory = sqlite3_column_blob(from, 9),
		.memory_size = (size_t)sqlite3_column_bytes(from, 9),
		.open_until_ms = sqlite3_column_int64(from, 10),
	};
	if ((size_t)sqlite3_column_bytes(from, 7) == sizeof(record->hash)) {
		memcpy(record->hash, sqlite3_column_blob(from, 7), sizeof(record->hash));
	}
}

static bool answer_begin(struct tocsin_shelf *shelf, size_t size)
{
	if (size <= shelf->answer_room) {
		return true;
	}
	char *grown = realloc(shelf->answer, size);
	if (grown) {
		shelf->answer = grown;
		shelf->answer_room = size;
	}
	return grown != NULL;
}

/* Moves what a pointer borrows into the answer. */
static const void *answer_add(char **at, const void *bytes, size_t size)
{
	char *copy = *at;

	if (!bytes) {
		return NULL;
	}
	memcpy(copy, bytes, size);
	*at += size;
	return copy;
}

static enum tocsin_status keep_record(struct tocsin_shelf *shelf, struct tocsin_record *record)
{
	const size_t id = strlen(record->incident_id) + 1, sender = strlen(record->sender) + 1,
				 chain = strlen(record->chain) + 1;

	if (!answer_begin(shelf, id + sender + chain + record->receipt_size + record->memory_size)) {
		return TOCSIN_NO_MEMORY;
	}
	char *at = shelf->answer;
	record->incident_id = answer_add(&at, record->incident_id, id);
	record->sender = answer_add(&at, record->sender, sender);
	record->chain = answer_add(&at, record->chain, chain);
	record->receipt = answer_add(&at, record->receipt, record->receipt_size);
	record->memory = answer_add(&at, record->memory, record->memory_size);
	return TOCSIN_OK;
}

/* Steps to the one row of a statement. */
static enum tocsin_status find(struct tocsin_shelf *shelf, sqlite3_stmt *statement)
{
	const int result = sqlite3_step(statement);

	if (result == SQLITE_ROW) {
		return TOCSIN_OK;
	}
	return result == SQLITE_DONE ? TOCSIN_NOT_FOUND : tocsin_shelf_fail(shelf, result);
}

/* After a failure the statement is gone with its connection. */
static void let_go(sqlite3_stmt *statement, enum tocsin_status status)
{
	if (status != TOCSIN_IO) {
		sqlite3_reset(statement);
	}
}

static enum tocsin_status find_record(struct tocsin_shelf *shelf, enum tocsin_shelf_statement which,
	const char *id, struct tocsin_record *record)
{
	sqlite3_stmt *statement = tocsin_shelf_statement(shelf, which);

	if (!statement) {
		return TOCSIN_IO;
	}
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_TRANSIENT);
	enum tocsin_status status = find(shelf, statement);
	if (status == TOCSIN_OK) {
		tocsin_shelf_read_record(statement, record);
		status = keep_record(shelf, record);
	}
	let_go(statement, status);
	return status;
}

static enum tocsin_status find_incident(void *ctx, const char *id, struct tocsin_record *record)
{
	return asks(ctx, TOCSIN_SUBJECT_INCIDENT, 0, id)
		? TOCSIN_IO
		: find_record(ctx, TOCSIN_SHELF_INCIDENT, id, record);
}

static enum tocsin_status find_chain(void *ctx, const char *key, struct tocsin_record *record)
{
	if (asks(ctx, TOCSIN_SUBJECT_CHAIN, 0, key)) {
		return TOCSIN_IO;
	}
	const enum tocsin_status status = find_record(ctx, TOCSIN_SHELF_CHAIN_FIRST, key, record);

	return status == TOCSIN_NOT_FOUND ? find_record(ctx, TOCSIN_SHELF_CHAIN_REST, key, record)
									  : status;
}

/* The first column of the row that a statement is about to find. */
static enum tocsin_status find_bytes(
	struct tocsin_shelf *shelf, sqlite3_stmt *statement, const uint8_t **bytes, size_t *size)
{
	enum tocsin_status status = find(shelf, statement);

	if (status == TOCSIN_OK) {
		const size_t length = (size_t)sqlite3_column_bytes(statement, 0);

		status = answer_begin(shelf, length + 1) ? TOCSIN_OK : TOCSIN_NO_MEMORY;
		if (status == TOCSIN_OK) {
			char *at = shelf->answer;

			*size = length;
			*bytes = answer_add(&at, length > 0 ? sqlite3_column_blob(statement, 0) : "", length);
		}
	}
	return status;
}

static enum tocsin_status find_published(
	void *ctx, const char *id, enum tocsin_form *form, const uint8_t **bytes, size_t *size)
{
	struct tocsin_shelf *shelf = ctx;
	sqlite3_stmt *statement = tocsin_shelf_statement(shelf, TOCSIN_SHELF_PUBLISHED);

	if (!statement) {
		return TOCSIN_IO;
	}
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_TRANSIENT);
	const enum tocsin_status status = find_bytes(shelf, statement, bytes, size);
	if (status == TOCSIN_OK) {
		*form = sqlite3_column_int(statement, 1) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
																	 : TOCSIN_FORM_PROTOBUF;
	}
	let_go(statement, status);
	return status;
}

static enum tocsin_status find_alert(void *ctx, uint64_t row, const uint8_t **bytes, size_t *size)
{
	struct tocsin_shelf *shelf = ctx;
	sqlite3_stmt *statement = asks(shelf, TOCSIN_SUBJECT_ALERT, row, "")
		? NULL
		: tocsin_shelf_statement(shelf, TOCSIN_SHELF_ALERT);

	if (!statement) {
		return TOCSIN_IO;
	}
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)row);
	const enum tocsin_status status = find_bytes(shelf, statement, bytes, size);
	let_go(statement, status);
	return status;
}

/* The greatest of what the rows say and of what is remembered of others. The rows come first:
 * what is remembered in between is then seen twice rather than not at all. */
static enum tocsin_status find_sequence(struct tocsin_shelf *shelf,
	enum tocsin_shelf_statement which, const char *kind, const char *name, uint64_t *sequence)
{
	sqlite3_stmt *rows = tocsin_shelf_statement(shelf, which);
	sqlite3_stmt *counter = rows ? tocsin_shelf_statement(shelf, TOCSIN_SHELF_COUNTER) : NULL;
	uint64_t found = 0;

	if (!rows || !counter) {
		return TOCSIN_IO;
	}
	sqlite3_bind_text(rows, 1, name, -1, SQLITE_TRANSIENT);
	enum tocsin_status status = find(shelf, rows);
	if (status != TOCSIN_OK) {
		return status;
	}
	found = (uint64_t)sqlite3_column_int64(rows, 0);
	sqlite3_reset(rows);
	sqlite3_bind_text(counter, 1, kind, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(counter, 2, name, -1, SQLITE_TRANSIENT);
	status = find(shelf, counter);
	if (status == TOCSIN_OK && (uint64_t)sqlite3_column_int64(counter, 0) > found) {
		found = (uint64_t)sqlite3_column_int64(counter, 0);
	}
	let_go(counter, status);
	if (status == TOCSIN_IO) {
		return status;
	}
	*sequence = found;
	return TOCSIN_OK;
}

static enum tocsin_status find_topic(void *ctx, const char *topic, uint64_t *sequence)
{
	struct tocsin_shelf *shelf = ctx;

	if (tocsin_topic_counts_take(&shelf->topics, topic, sequence)) {
		return *sequence > 0 ? TOCSIN_OK : TOCSIN_NOT_FOUND;
	}
	return asks(shelf, TOCSIN_SUBJECT_TOPIC, 0, topic)
		? TOCSIN_IO
		: find_sequence(shelf, TOCSIN_SHELF_TOPIC, "topic/", topic, sequence);
}

static enum tocsin_status find_audience(void *ctx, const char *audience, uint64_t *sequence)
{
	return find_sequence(ctx, TOCSIN_SHELF_AUDIENCE, "audience/", audience, sequence);
}

const struct tocsin_archive tocsin_shelf_archive = {
	.incident = find_incident,
	.chain = find_chain,
	.published = find_published,
	.alert = find_alert,
	.topic_sequence = find_topic,
	.audience_sequence = find_audience,
};
