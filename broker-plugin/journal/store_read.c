/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/store_read.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The alerts of one incident while it is read; their texts are SQLite's until the
 * next step, so they are copied. */
struct reading {
	sqlite3_stmt *incidents, *alerts;
	bool has_alert; /* alerts stands on a row not yet taken */
	struct tocsin_record_alert *list;
	size_t count, capacity;
	int result;
};

static char *copy_column(sqlite3_stmt *from, int column)
{
	const size_t size = (size_t)sqlite3_column_bytes(from, column);
	const void *bytes = sqlite3_column_blob(from, column);
	char *copy = malloc(size + 1);

	if (copy) {
		if (size > 0) {
			memcpy(copy, bytes, size);
		}
		copy[size] = '\0';
	}
	return copy;
}

static void forget_alerts(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		free((void *)(uintptr_t)reading->list[i].audience);
		free((void *)(uintptr_t)reading->list[i].topic);
		free((void *)(uintptr_t)reading->list[i].alert_id);
		free((void *)(uintptr_t)reading->list[i].bytes);
	}
	reading->count = 0;
}

static void step_alerts(struct reading *reading)
{
	const int result = sqlite3_step(reading->alerts);

	reading->has_alert = result == SQLITE_ROW;
	if (result != SQLITE_ROW && result != SQLITE_DONE) {
		reading->result = result;
	}
}

static bool keep_alert(struct reading *reading)
{
	if (reading->count == reading->capacity) {
		const size_t capacity = reading->capacity == 0 ? 8 : 2 * reading->capacity;
		void *list = realloc(reading->list, capacity * sizeof(*reading->list));
		if (!list) {
			return false;
		}
		reading->list = list;
		reading->capacity = capacity;
	}
	sqlite3_stmt *from = reading->alerts;
	struct tocsin_record_alert *alert = &reading->list[reading->count++];
	*alert = (struct tocsin_record_alert){
		.audience = copy_column(from, 1),
		.sequence = (uint64_t)sqlite3_column_int64(from, 2),
		.topic = copy_column(from, 3),
		.topic_sequence = (uint64_t)sqlite3_column_int64(from, 4),
		.alert_id = copy_column(from, 5),
		.expires_ms = sqlite3_column_int64(from, 6),
		.open = sqlite3_column_int(from, 7) != 0,
		.bytes = (const uint8_t *)copy_column(from, 8),
		.size = (size_t)sqlite3_column_bytes(from, 8),
	};
	return alert->audience && alert->topic && alert->alert_id && alert->bytes;
}

/* Both lists rise by journal id, so one pass over each is enough. */
static bool gather_alerts(struct reading *reading, sqlite3_int64 journal_id)
{
	forget_alerts(reading);
	while (reading->has_alert && sqlite3_column_int64(reading->alerts, 0) <= journal_id) {
		if (sqlite3_column_int64(reading->alerts, 0) == journal_id && !keep_alert(reading)) {
			return false;
		}
		step_alerts(reading);
	}
	return true;
}

static const char *text_of(sqlite3_stmt *from, int column)
{
	const unsigned char *text = sqlite3_column_text(from, column);

	return text ? (const char *)text : "";
}

static enum tocsin_status take_row(struct reading *reading,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_record *record), void *ctx)
{
	sqlite3_stmt *from = reading->incidents;
	struct tocsin_record record = {
		.journal_id = (uint64_t)sqlite3_column_int64(from, 0),
		.incident_id = text_of(from, 1),
		.sender = text_of(from, 2),
		.chain = text_of(from, 3),
		.revision = (uint32_t)sqlite3_column_int64(from, 4),
		.form = sqlite3_column_int(from, 5) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
																: TOCSIN_FORM_PROTOBUF,
		.received_ms = sqlite3_column_int64(from, 6),
		.bytes = sqlite3_column_blob(from, 8),
		.size = (size_t)sqlite3_column_bytes(from, 8),
		.receipt = sqlite3_column_blob(from, 9),
		.receipt_size = (size_t)sqlite3_column_bytes(from, 9),
	};
	if ((size_t)sqlite3_column_bytes(from, 7) == sizeof(record.hash)) {
		memcpy(record.hash, sqlite3_column_blob(from, 7), sizeof(record.hash));
	}
	if (!gather_alerts(reading, (sqlite3_int64)record.journal_id)) {
		return TOCSIN_NO_MEMORY;
	}
	record.alerts = reading->list;
	record.alert_count = reading->count;
	return take(ctx, &record);
}

enum tocsin_status tocsin_store_read(sqlite3 *database,
	enum tocsin_status (*take)(void *ctx, const struct tocsin_record *record), void *ctx,
	int *result)
{
	struct reading reading = {0};
	enum tocsin_status status = TOCSIN_OK;

	reading.result = sqlite3_prepare_v2(database,
		"SELECT journal_id, incident_id, sender, chain, revision, form, received_ms, hash, bytes,"
		" receipt FROM incident ORDER BY journal_id",
		-1, &reading.incidents, NULL);
	if (reading.result == SQLITE_OK) {
		reading.result = sqlite3_prepare_v2(database,
			"SELECT journal_id, audience, sequence, topic, topic_sequence, alert_id, expires_ms,"
			" open, bytes FROM alert ORDER BY row",
			-1, &reading.alerts, NULL);
	}
	if (reading.result == SQLITE_OK) {
		step_alerts(&reading);
	}
	while (reading.result == SQLITE_OK && status == TOCSIN_OK) {
		const int stepped = sqlite3_step(reading.incidents);
		if (stepped == SQLITE_ROW) {
			status = take_row(&reading, take, ctx);
		} else {
			reading.result = stepped;
		}
	}
	if (status == TOCSIN_OK && reading.result != SQLITE_DONE) {
		*result = reading.result;
		status = TOCSIN_IO;
	}
	forget_alerts(&reading);
	free(reading.list);
	sqlite3_finalize(reading.incidents);
	sqlite3_finalize(reading.alerts);
	return status;
}
