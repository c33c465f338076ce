/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* One row, by what the engine asks for. */
#include <stdlib.h>
#include <string.h>

#include "journal/shelf_inner.h"
#include "journal/statement.h"

/* Where nothing can be read there is nothing to ask. */
static bool asks(
	struct tocsin_shelf *shelf, enum tocsin_shelf_subject subject, uint64_t row, const char *name)
{
	return !shelf->resting && tocsin_shelf_asks(shelf->asking, subject, row, name);
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
