/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/store_write.h"

#include <stdlib.h>

#include "journal/statement.h"

enum statement {
	INSERT_INCIDENT,
	FORGET_MEMORY,
	INSERT_ALERT,
	SET_FIGURE,
	INSERT_AWAITED,
	SET_CLEARED,
	INSERT_HOLD,
	INSERT_TALLY,
	DROP_TALLY,
	INSERT_DIGEST,
	SET_SILENCE,
	SET_COMMIT_TIME,
	STATEMENTS
};

static const char *const texts[STATEMENTS] = {
	[INSERT_INCIDENT] = "INSERT INTO incident(journal_id, incident_id, sender, chain, revision,"
						" form, received_ms, hash, bytes, receipt, region, event, severity, status,"
						" msg_type, routing, rules, open_until_ms, memory, relay)"
						" VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[FORGET_MEMORY] =
		"UPDATE incident SET open_until_ms = NULL, memory = NULL WHERE journal_id = ?",
	[INSERT_ALERT] = "INSERT INTO alert(row, audience, sequence, topic, topic_sequence, alert_id,"
					 " expires_ms, qos, formats, bytes) VALUES(?,?,?,?,?,?,?,?,?,?)",
	[SET_FIGURE] = "INSERT OR REPLACE INTO figure(topic, chain, sequence, as_of_ms, received_ms,"
				   " formats, qos, changed_ms, bytes) VALUES(?,?,?,?,?,?,?,?,?)",
	[INSERT_AWAITED] = "INSERT OR REPLACE INTO awaited(id, chain, cancelled) VALUES(?,?,?)",
	[SET_CLEARED] = "INSERT OR REPLACE INTO cleared(topic, formats, at_ms) VALUES(?,?,?)",
	[INSERT_HOLD] = "INSERT INTO hold(journal_id, received_ms, bytes) VALUES(?,?,?)",
	[INSERT_TALLY] = "INSERT INTO tally(id) VALUES(?)",
	[DROP_TALLY] = "DELETE FROM tally WHERE id = ?",
	[INSERT_DIGEST] = "INSERT INTO digest(at_ms, audience, bytes) VALUES(?,?,?)",
	[SET_SILENCE] = "INSERT OR REPLACE INTO silence(id, added_ms, told_ms, ended_ms, held,"
					" through, over, text) VALUES(?,?,?,?,?,?,?,?)",
	[SET_COMMIT_TIME] = "INSERT OR REPLACE INTO commit_time(first, at_ms) VALUES(?,?)",
};

struct tocsin_writing {
	sqlite3_stmt *all[STATEMENTS];
};

struct tocsin_writing *tocsin_writing_create(sqlite3 *database)
{
	struct tocsin_writing *made = calloc(1, sizeof(*made));

	for (size_t i = 0; made && i < STATEMENTS; i++) {
		if (sqlite3_prepare_v3(database, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &made->all[i],
				NULL) != SQLITE_OK) {
			tocsin_writing_destroy(made);
			return NULL;
		}
	}
	return made;
}

void tocsin_writing_destroy(struct tocsin_writing *writing)
{
	if (!writing) {
		return;
	}
	for (size_t i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(writing->all[i]);
	}
	free(writing);
}

static int write_incident(struct tocsin_writing *writing, const struct tocsin_record *record)
{
	sqlite3_stmt *to = writing->all[INSERT_INCIDENT];

	sqlite3_bind_int64(to, 1, (sqlite3_int64)record->journal_id);
	tocsin_bind_text(to, 2, record->incident_id);
	tocsin_bind_text(to, 3, record->sender);
	tocsin_bind_text(to, 4, record->chain);
	sqlite3_bind_int64(to, 5, record->revision);
	sqlite3_bind_int(to, 6, (int)record->form);
	sqlite3_bind_int64(to, 7, record->received_ms);
	tocsin_bind_bytes(to, 8, record->hash, sizeof(record->hash));
	tocsin_bind_bytes(to, 9, record->bytes, record->size);
	tocsin_bind_bytes(to, 10, record->receipt, record->receipt_size);
	tocsin_bind_text(to, 11, record->region ? record->region : "");
	sqlite3_bind_int(to, 12, (int)record->event);
	sqlite3_bind_int(to, 13, (int)record->severity);
	sqlite3_bind_int(to, 14, (int)record->status);
	sqlite3_bind_int(to, 15, (int)record->msg_type);
	sqlite3_bind_int(to, 16, (int)record->routing);
	tocsin_bind_text(to, 17, record->rules ? record->rules : "");
	if (record->open_until_ms > 0) {
		sqlite3_bind_int64(to, 18, record->open_until_ms);
	} else {
		sqlite3_bind_null(to, 18);
	}
	tocsin_bind_bytes(to, 19, record->memory, record->memory_size);
	tocsin_bind_text(to, 20, record->relay);
	return tocsin_statement_run(to);
}

static int forget_previous(struct tocsin_writing *writing, const struct tocsin_record *record)
{
	sqlite3_stmt *to = writing->all[FORGET_MEMORY];

	if (record->previous_id == 0) {
		return SQLITE_OK;
	}
	sqlite3_bind_int64(to, 1, (sqlite3_int64)record->previous_id);
	return tocsin_statement_run(to);
}

static int write_alert(
	struct tocsin_writing *writing, uint64_t row, const struct tocsin_record_alert *alert)
{
	sqlite3_stmt *to = writing->all[INSERT_ALERT];

	sqlite3_bind_int64(to, 1, (sqlite3_int64)row);
	tocsin_bind_text(to, 2, alert->audience);
	sqlite3_bind_int64(to, 3, (sqlite3_int64)alert->sequence);
	tocsin_bind_text(to, 4, alert->topic);
	sqlite3_bind_int64(to, 5, (sqlite3_int64)alert->topic_sequence);
	tocsin_bind_text(to, 6, alert->alert_id);
	sqlite3_bind_int64(to, 7, alert->expires_ms);
	sqlite3_bind_int(to, 8, alert->qos);
	sqlite3_bind_int(to, 9, alert->formats);
	tocsin_bind_bytes(to, 10, alert->bytes, alert->size);
	return tocsin_statement_run(to);
}

static int write_figure(
	struct tocsin_writing *writing, const struct tocsin_record_figure *figure, int64_t now_ms)
{
	sqlite3_stmt *to = writing->all[SET_FIGURE];

	tocsin_bind_text(to, 1, figure->topic);
	tocsin_bind_text(to, 2, figure->chain);
	sqlite3_bind_int64(to, 3, (sqlite3_int64)figure->sequence);
	sqlite3_bind_int64(to, 4, figure->as_of_ms);
	sqlite3_bind_int64(to, 5, figure->received_ms);
	sqlite3_bind_int(to, 6, figure->formats);
	sqlite3_bind_int(to, 7, figure->qos);
	sqlite3_bind_int64(to, 8, now_ms);
	tocsin_bind_bytes(to, 9, figure->bytes, figure->size);
	return tocsin_statement_run(to);
}

static int write_clear(
	struct tocsin_writing *writing, const struct tocsin_record_clear *clear, int64_t now_ms)
{
	sqlite3_stmt *to = writing->all[SET_CLEARED];

	tocsin_bind_text(to, 1, clear->topic);
	sqlite3_bind_int(to, 2, clear->formats);
	sqlite3_bind_int64(to, 3, now_ms);
	return tocsin_statement_run(to);
}

static int write_awaited(
	struct tocsin_writing *writing, const char *chain, const struct tocsin_record_awaited *awaited)
{
	sqlite3_stmt *to = writing->all[INSERT_AWAITED];

	tocsin_bind_text(to, 1, awaited->id);
	tocsin_bind_text(to, 2, chain);
	sqlite3_bind_int(to, 3, awaited->cancelled);
	return tocsin_statement_run(to);
}

static int write_number(struct tocsin_writing *writing, enum statement statement, uint64_t number)
{
	sqlite3_bind_int64(writing->all[statement], 1, (sqlite3_int64)number);
	return tocsin_statement_run(writing->all[statement]);
}

static int write_hold(struct tocsin_writing *writing, const struct tocsin_record *record)
{
	sqlite3_stmt *to = writing->all[INSERT_HOLD];
	int result = SQLITE_OK;

	if (record->hold) {
		sqlite3_bind_int64(to, 1, (sqlite3_int64)record->journal_id);
		sqlite3_bind_int64(to, 2, record->received_ms);
		tocsin_bind_bytes(to, 3, record->hold, record->hold_size);
		result = tocsin_statement_run(to);
	}
	for (size_t i = 0; result == SQLITE_OK && i < record->tally_count; i++) {
		result = write_number(writing, INSERT_TALLY, record->tallies[i]);
	}
	return result;
}

int tocsin_write_record(
	struct tocsin_writing *writing, const struct tocsin_record *record, int64_t now_ms)
{
	int result = write_incident(writing, record);

	if (result == SQLITE_OK) {
		result = forget_previous(writing, record);
	}
	for (size_t i = 0; result == SQLITE_OK && i < record->alert_count; i++) {
		result = write_alert(writing, tocsin_alert_row(record->journal_id, i), &record->alerts[i]);
	}
	for (size_t i = 0; result == SQLITE_OK && i < record->figure_count; i++) {
		result = write_figure(writing, &record->figures[i], now_ms);
	}
	for (size_t i = 0; result == SQLITE_OK && i < record->clear_count; i++) {
		result = write_clear(writing, &record->clears[i], now_ms);
	}
	for (size_t i = 0; result == SQLITE_OK && i < record->awaited_count; i++) {
		result = write_awaited(writing, record->chain, &record->awaited[i]);
	}
	return result == SQLITE_OK ? write_hold(writing, record) : result;
}

static int write_silence(
	struct tocsin_writing *writing, const struct tocsin_record_silence *silence)
{
	sqlite3_stmt *to = writing->all[SET_SILENCE];

	sqlite3_bind_int64(to, 1, (sqlite3_int64)silence->number);
	sqlite3_bind_int64(to, 2, silence->added_ms);
	sqlite3_bind_int64(to, 3, silence->told_ms);
	sqlite3_bind_int64(to, 4, silence->ended_ms);
	sqlite3_bind_int64(to, 5, silence->held);
	sqlite3_bind_int64(to, 6, (sqlite3_int64)silence->through);
	sqlite3_bind_int(to, 7, silence->over);
	tocsin_bind_text(to, 8, silence->text);
	return tocsin_statement_run(to);
}

int tocsin_write_upkeep(struct tocsin_writing *writing, const struct tocsin_upkeep *upkeep)
{
	sqlite3_stmt *to = writing->all[INSERT_DIGEST];
	int result = SQLITE_OK;

	for (size_t i = 0; result == SQLITE_OK && i < upkeep->silence_count; i++) {
		result = write_silence(writing, &upkeep->silences[i]);
	}
	for (size_t i = 0; result == SQLITE_OK && i < upkeep->digest_count; i++) {
		sqlite3_bind_int64(to, 1, upkeep->at_ms);
		tocsin_bind_text(to, 2, upkeep->digests[i].audience);
		tocsin_bind_bytes(to, 3, upkeep->digests[i].bytes, upkeep->digests[i].size);
		result = tocsin_statement_run(to);
	}
	for (size_t i = 0; result == SQLITE_OK && i < upkeep->told_count; i++) {
		result = write_number(writing, DROP_TALLY, upkeep->told[i]);
	}
	return result;
}

int tocsin_write_commit_time(struct tocsin_writing *writing, uint64_t first, int64_t now_ms)
{
	sqlite3_stmt *to = writing->all[SET_COMMIT_TIME];

	sqlite3_bind_int64(to, 1, (sqlite3_int64)first);
	sqlite3_bind_int64(to, 2, now_ms);
	return tocsin_statement_run(to);
}
