/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/shelf_restore.h"

#include <stdlib.h>

#include "engine/limits.h"
#include "engine/restore.h"
#include "journal/statement.h"
#include "journal/store_write.h"

struct restoring {
	struct tocsin_shelf *shelf;
	struct tocsin_engine *engine;
	int64_t now_ms;
	size_t left_out;
	uint64_t *untold;
	size_t untold_count, untold_room;
};

/* Calls take with each row. What a row's taker finds wrong is left out; only memory ends
 * it. */
static enum tocsin_status each(struct restoring *restoring, const char *sql, int64_t bound,
	enum tocsin_status (*take)(struct restoring *restoring, sqlite3_stmt *row))
{
	sqlite3 *database = tocsin_shelf_database(restoring->shelf);
	sqlite3_stmt *rows = NULL;
	enum tocsin_status status = TOCSIN_OK;

	if (!database) {
		return TOCSIN_IO;
	}
	int result = sqlite3_prepare_v2(database, sql, -1, &rows, NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(rows, 1, bound);
		result = sqlite3_step(rows);
	}
	while (result == SQLITE_ROW && status != TOCSIN_NO_MEMORY) {
		status = take(restoring, rows);
		restoring->left_out += status != TOCSIN_OK;
		result = sqlite3_step(rows);
	}
	sqlite3_finalize(rows);
	if (result != SQLITE_DONE && result != SQLITE_ROW) {
		return tocsin_shelf_fail(restoring->shelf, result);
	}
	return status == TOCSIN_NO_MEMORY ? status : TOCSIN_OK;
}

static enum tocsin_status take_id(struct restoring *restoring, sqlite3_stmt *row)
{
	tocsin_engine_restore_id(restoring->engine, tocsin_column_text(row, 0));
	return TOCSIN_OK;
}

static enum tocsin_status take_figure(struct restoring *restoring, sqlite3_stmt *row)
{
	const struct tocsin_record_figure figure = {
		.topic = tocsin_column_text(row, 0),
		.chain = tocsin_column_text(row, 1),
		.sequence = (uint64_t)sqlite3_column_int64(row, 2),
		.as_of_ms = sqlite3_column_int64(row, 3),
		.received_ms = sqlite3_column_int64(row, 4),
		.formats = (uint8_t)sqlite3_column_int(row, 5),
	};

	return tocsin_engine_restore_figure(restoring->engine, &figure);
}

static enum tocsin_status take_awaited(struct restoring *restoring, sqlite3_stmt *row)
{
	const struct tocsin_record_awaited awaited = {
		.id = tocsin_column_text(row, 0),
		.cancelled = sqlite3_column_int(row, 2) != 0,
	};

	return tocsin_engine_restore_awaited(restoring->engine, tocsin_column_text(row, 1), &awaited);
}

static enum tocsin_status take_silence(struct restoring *restoring, sqlite3_stmt *row)
{
	const struct tocsin_record_silence silence = {
		.number = (uint64_t)sqlite3_column_int64(row, 0),
		.added_ms = sqlite3_column_int64(row, 1),
		.told_ms = sqlite3_column_int64(row, 2),
		.ended_ms = sqlite3_column_int64(row, 3),
		.held = (uint32_t)sqlite3_column_int64(row, 4),
		.through = (uint64_t)sqlite3_column_int64(row, 5),
		.over = sqlite3_column_int(row, 6) != 0,
		.text = tocsin_column_text(row, 7),
	};

	return tocsin_engine_restore_silence(restoring->engine, &silence);
}

static enum tocsin_status take_tally(struct restoring *restoring, sqlite3_stmt *row)
{
	if (restoring->untold_count == restoring->untold_room) {
		const size_t room = restoring->untold_room ? 2 * restoring->untold_room : 64;
		uint64_t *grown = realloc(restoring->untold, room * sizeof(*grown));

		if (!grown) {
			return TOCSIN_NO_MEMORY;
		}
		restoring->untold = grown;
		restoring->untold_room = room;
	}
	restoring->untold[restoring->untold_count++] = (uint64_t)sqlite3_column_int64(row, 0);
	return TOCSIN_OK;
}

static enum tocsin_status take_hold(struct restoring *restoring, sqlite3_stmt *row)
{
	const struct tocsin_held held = {
		.journal_id = (uint64_t)sqlite3_column_int64(row, 0),
		.received_ms = sqlite3_column_int64(row, 1),
		.hold = sqlite3_column_blob(row, 2),
		.hold_size = (size_t)sqlite3_column_bytes(row, 2),
	};

	return tocsin_engine_restore_hold(
		restoring->engine, &held, restoring->untold, restoring->untold_count);
}

static enum tocsin_status take_record(struct restoring *restoring, sqlite3_stmt *row)
{
	struct tocsin_record record;

	tocsin_shelf_read_record(row, &record);
	return tocsin_engine_restore(restoring->engine, &record, restoring->now_ms);
}

/* One broken part does not take the others with it. */
static bool goes_on(const struct tocsin_shelf *shelf, enum tocsin_status status)
{
	return status == TOCSIN_OK ||
		(status == TOCSIN_IO && tocsin_database_corrupt(tocsin_shelf_result(shelf)));
}

/* What stands before the break, in the order of the table itself: nothing is sorted, so
 * that each row counts which can be read. */
static void salvage(struct restoring *restoring)
{
	(void)each(restoring,
		"SELECT " TOCSIN_SHELF_COLUMNS " FROM incident WHERE journal_id > ?1 ORDER BY journal_id",
		0, take_record);
}

enum tocsin_status tocsin_shelf_restore(
	struct tocsin_shelf *shelf, struct tocsin_engine *engine, int64_t now_ms, size_t *left_out)
{
	const struct {
		const char *sql;
		int64_t bound;
		enum tocsin_status (*take)(struct restoring *restoring, sqlite3_stmt *row);
	} parts[] = {
		{"SELECT incident_id FROM incident INDEXED BY incident_by_id", 0, take_id},
		{"SELECT topic, chain, sequence, as_of_ms, received_ms, formats FROM figure"
		 " ORDER BY received_ms",
			0, take_figure},
		{"SELECT id, chain, cancelled FROM (SELECT rowid, id, chain, cancelled FROM awaited"
		 " ORDER BY rowid DESC LIMIT ?1) ORDER BY rowid",
			TOCSIN_MAX_AWAITED, take_awaited},
		{"SELECT id, added_ms, told_ms, ended_ms, held, through, over, text FROM silence"
		 " WHERE NOT over OR id = (SELECT max(id) FROM silence) ORDER BY id",
			0, take_silence},
		{"SELECT id FROM tally ORDER BY id", 0, take_tally},
		/* Those within the longest window, those whose tally no digest told, and those
		 * that a silence does not count yet. */
		{"SELECT journal_id, received_ms, bytes FROM hold WHERE journal_id >= min("
		 " coalesce((SELECT min(first) FROM commit_time WHERE at_ms >= ?1), 1 << 62),"
		 " coalesce((SELECT min(id) >> 16 FROM tally), 1 << 62),"
		 " coalesce((SELECT min(through) + 1 FROM silence WHERE NOT over), 1 << 62))"
		 " ORDER BY journal_id",
			now_ms - tocsin_engine_hold_span_ms(engine) - TOCSIN_COMMIT_TIME_MS, take_hold},
		/* In the order in which they came, as memory had them. */
		{"SELECT " TOCSIN_SHELF_COLUMNS " FROM incident WHERE open_until_ms > ?1"
		 /* Closed before its date: the broker, which goes by that, may have lost it. */
		 " OR open_until_ms = 1"
		 " OR journal_id > (SELECT max(journal_id) FROM incident) - " TOCSIN_RESTORE_NEWEST
		 " ORDER BY journal_id",
			now_ms, take_record},
	};
	struct restoring restoring = {.shelf = shelf, .engine = engine, .now_ms = now_ms};
	/* First, since each open chain asks how far its topics have counted. */
	const int learned = tocsin_shelf_learn_topics(shelf);
	enum tocsin_status status =
		learned == SQLITE_OK ? TOCSIN_OK : tocsin_shelf_fail(shelf, learned);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && goes_on(shelf, status); i++) {
		const enum tocsin_status one =
			each(&restoring, parts[i].sql, parts[i].bound, parts[i].take);

		status = one == TOCSIN_OK ? status : one;
	}
	if (status == TOCSIN_IO && goes_on(shelf, status)) {
		const int result = tocsin_shelf_result(shelf);

		salvage(&restoring);
		(void)tocsin_shelf_fail(shelf, result);
	}
	free(restoring.untold);
	*left_out = restoring.left_out;
	return status;
}
