/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/catalogue.h"
#include "journal/shelf_inner.h"

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
