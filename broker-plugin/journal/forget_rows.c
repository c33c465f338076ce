/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/forget_rows.h"

#include <stdio.h>

#include "journal/catalogue.h"

/* MOST_ROWS and MOST_ALERTS: of one step, few enough that its commit takes milliseconds
 * on an SD card, too. */
enum { MOST_ROWS = 50, MOST_ALERTS = 500, ORDINAL_BITS = 16, MAX_CHAIN = 64 };

/* By the catalogue, and those that are not in it yet. */
static const char next_of_sender[] =
	"SELECT journal_id, chain FROM incident WHERE journal_id = coalesce("
	"(SELECT journal_id FROM catalogue WHERE sender = ?1 LIMIT 1),"
	" (SELECT journal_id FROM incident WHERE journal_id > " TOCSIN_CATALOGUED
	" AND sender = ?1 LIMIT 1))";
static const char count_of_sender[] =
	"SELECT (SELECT count(*) FROM catalogue WHERE sender = ?1)"
	" + (SELECT count(*) FROM incident WHERE journal_id > " TOCSIN_CATALOGUED " AND sender = ?1)";

/* Whoever has no sender is forgotten already. */
#define BY_INCIDENT "(incident_id = ?1 OR (chain = ?1 AND chain <> incident_id)) AND sender <> ''"

static const char *asked(const struct tocsin_forget_rows *rows)
{
	return rows->what.sender ? rows->what.sender : rows->what.incident;
}

static int prepare(sqlite3 *file, const char *sql, const char *text, sqlite3_stmt **statement)
{
	const int result = sqlite3_prepare_v2(file, sql, -1, statement, NULL);

	return result == SQLITE_OK && text ? sqlite3_bind_text(*statement, 1, text, -1, SQLITE_STATIC)
									   : result;
}

/* The number that a statement gives. */
static int count(sqlite3 *file, const char *sql, const char *text, uint64_t *number)
{
	sqlite3_stmt *statement = NULL;
	int result = prepare(file, sql, text, &statement);

	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
	}
	if (result == SQLITE_ROW) {
		*number = (uint64_t)sqlite3_column_int64(statement, 0);
		result = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return result;
}

/* Runs a statement and adds the rows that it changed. */
static int change(sqlite3 *file, sqlite3_stmt *statement, uint64_t *changed)
{
	const int result = sqlite3_step(statement);

	sqlite3_reset(statement);
	if (result != SQLITE_DONE) {
		return result;
	}
	*changed += (uint64_t)sqlite3_changes(file);
	return SQLITE_OK;
}

int tocsin_forget_count_accepted(
	const struct tocsin_forget_rows *rows, struct tocsin_forgotten *counted)
{
	const char *sender = rows->what.sender;
	int result = count(rows->journal,
		sender ? count_of_sender : "SELECT count(*) FROM incident WHERE " BY_INCIDENT, asked(rows),
		&counted->incidents);

	if (result == SQLITE_OK && sender) {
		result = count(rows->journal, "SELECT count(*) FROM rules WHERE instr(text, ?1)", sender,
			&counted->rule_texts);
	}
	if (result == SQLITE_OK && sender) {
		result = count(rows->journal, "SELECT count(*) FROM silence WHERE instr(text, ?1)", sender,
			&counted->silences);
	}
	return result;
}

int tocsin_forget_count_refused(
	const struct tocsin_forget_rows *rows, struct tocsin_forgotten *counted)
{
	return count(rows->quarantine,
		rows->what.sender ? "SELECT count(*) FROM refusal WHERE sender = ?1"
						  : "SELECT count(*) FROM refusal WHERE incident_id IN (?1, upper(?1))",
		asked(rows), &counted->refusals);
}

/* What is done to one incident, in this order. */
struct changes {
	sqlite3_stmt *incident, *catalogue, *chain, *alerts, *reviews, *hold;
};

static int prepare_changes(sqlite3 *journal, struct changes *changes)
{
	int result = prepare(journal,
		"UPDATE incident SET bytes = NULL, sender = '', relay = NULL WHERE journal_id = ?1", NULL,
		&changes->incident);

	if (result == SQLITE_OK) {
		result = prepare(journal, "UPDATE catalogue SET sender = '' WHERE journal_id = ?1", NULL,
			&changes->catalogue);
	}
	/* The picture of a chain has its first sender's name and texts of any version. What the
	 * engine does not know any more it does not clear: the broker does, when it expires. */
	if (result == SQLITE_OK) {
		result = prepare(journal,
			"UPDATE incident SET memory = NULL, open_until_ms = NULL"
			" WHERE (incident_id = ?1 OR (chain = ?1 AND chain <> incident_id))"
			" AND (memory IS NOT NULL OR open_until_ms IS NOT NULL)",
			NULL, &changes->chain);
	}
	if (result == SQLITE_OK) {
		result = prepare(journal,
			"UPDATE alert SET bytes = NULL WHERE row BETWEEN ?1 AND ?2 AND bytes IS NOT NULL", NULL,
			&changes->alerts);
	}
	/* An operator's review, which alone goes out by no rule, repeats texts of the version. */
	if (result == SQLITE_OK) {
		result = prepare(journal,
			"UPDATE alert SET bytes = NULL WHERE bytes IS NOT NULL AND row IN"
			" (SELECT row FROM incident JOIN alert ON row BETWEEN journal_id << 16"
			" AND (journal_id << 16 | 65535) WHERE chain = ?1 AND chain <> incident_id"
			" AND msg_type = 2 AND routing = 1 AND rules = '')",
			NULL, &changes->reviews);
	}
	/* It has a hash of the sender's name, which guessing undoes. */
	if (result == SQLITE_OK) {
		result = prepare(journal, "DELETE FROM hold WHERE journal_id = ?1", NULL, &changes->hold);
	}
	return result;
}

static void finish_changes(struct changes *changes)
{
	sqlite3_finalize(changes->incident);
	sqlite3_finalize(changes->catalogue);
	sqlite3_finalize(changes->chain);
	sqlite3_finalize(changes->alerts);
	sqlite3_finalize(changes->reviews);
	sqlite3_finalize(changes->hold);
}

static int forget_incident(sqlite3 *journal, const struct changes *changes, int64_t journal_id,
	const char *chain, struct tocsin_forgotten *result)
{
	uint64_t chains = 0;
	uint64_t entries = 0;

	sqlite3_bind_text(changes->chain, 1, chain, -1, SQLITE_STATIC);
	int code = change(journal, changes->chain, &chains);
	sqlite3_bind_int64(changes->incident, 1, journal_id);
	if (code == SQLITE_OK) {
		code = change(journal, changes->incident, &result->incidents);
	}
	sqlite3_bind_int64(changes->catalogue, 1, journal_id);
	if (code == SQLITE_OK) {
		code = change(journal, changes->catalogue, &entries);
	}
	sqlite3_bind_int64(changes->alerts, 1, journal_id << ORDINAL_BITS);
	sqlite3_bind_int64(
		changes->alerts, 2, (journal_id << ORDINAL_BITS) | ((1 << ORDINAL_BITS) - 1));
	if (code == SQLITE_OK) {
		code = change(journal, changes->alerts, &result->alerts);
	}
	sqlite3_bind_text(changes->reviews, 1, chain, -1, SQLITE_STATIC);
	if (code == SQLITE_OK) {
		code = change(journal, changes->reviews, &result->alerts);
	}
	sqlite3_bind_int64(changes->hold, 1, journal_id);
	if (code == SQLITE_OK) {
		code = change(journal, changes->hold, &result->holds);
	}
	return code;
}

/* The first that is left; its id is 0 where there is none. Looked for anew each time,
 * since a row that is changed leaves the index that a longer look would be reading. */
static int find_next(sqlite3_stmt *next, int64_t *journal_id, char chain[MAX_CHAIN])
{
	const int code = sqlite3_step(next);
	const bool found = code == SQLITE_ROW;

	*journal_id = found ? sqlite3_column_int64(next, 0) : 0;
	snprintf(chain, MAX_CHAIN, "%s", found ? (const char *)sqlite3_column_text(next, 1) : "");
	sqlite3_reset(next);
	return found || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int prepare_next(const struct tocsin_forget_rows *rows, sqlite3_stmt **next)
{
	return prepare(rows->journal,
		rows->what.sender ? next_of_sender
						  : "SELECT journal_id, chain FROM incident WHERE " BY_INCIDENT " LIMIT 1",
		asked(rows), next);
}

int tocsin_forget_incidents(
	struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left)
{
	sqlite3_stmt *next = NULL;
	struct changes changes = {0};
	const uint64_t most_alerts = result->alerts + MOST_ALERTS;
	int code = prepare_next(rows, &next);

	if (code == SQLITE_OK) {
		code = prepare_changes(rows->journal, &changes);
	}
	*left = true;
	for (int i = 0; i < MOST_ROWS && result->alerts < most_alerts && code == SQLITE_OK; i++) {
		char chain[MAX_CHAIN];
		int64_t journal_id;

		code = find_next(next, &journal_id, chain);
		if (code != SQLITE_OK || journal_id == 0) {
			*left = false;
			break;
		}
		code = forget_incident(rows->journal, &changes, journal_id, chain, result);
	}
	finish_changes(&changes);
	sqlite3_finalize(next);
	return code;
}

int tocsin_forget_refusals(
	struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left)
{
	sqlite3_stmt *statement = NULL;
	const uint64_t before = result->refusals;
	int code = prepare(rows->quarantine,
		rows->what.sender ? "DELETE FROM refusal WHERE row IN"
							" (SELECT row FROM refusal WHERE sender = ?1 LIMIT ?2)"
						  : "DELETE FROM refusal WHERE row IN (SELECT row FROM refusal"
							" WHERE incident_id IN (?1, upper(?1)) LIMIT ?2)",
		asked(rows), &statement);

	if (code == SQLITE_OK) {
		sqlite3_bind_int(statement, 2, MOST_ROWS);
		code = change(rows->quarantine, statement, &result->refusals);
	}
	*left = result->refusals - before == MOST_ROWS;
	sqlite3_finalize(statement);
	return code;
}
