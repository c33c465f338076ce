/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/catalogue.h"
#include "journal/quarantine.h"
#include "journal/schema.h"
#include "rules/ruleset.h"
#include "tocsin/v1/receipt.pb-c.h"

enum { MAX_RECEIPT = 1024, MAX_NAME = 64 };

static void must(int result, sqlite3 *file)
{
	if (result != SQLITE_OK && result != SQLITE_DONE) {
		fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(file));
		abort();
	}
}

void stored_run(sqlite3 *file, const char *sql)
{
	must(sqlite3_exec(file, sql, NULL, NULL, NULL), file);
}

/* As a hub makes it, but for what a test need not survive. */
static sqlite3 *open_again(const char *path)
{
	sqlite3 *file = NULL;

	must(sqlite3_open(path, &file), file);
	stored_run(file, "PRAGMA synchronous = OFF");
	return file;
}

void stored_open(struct stored *stored)
{
	struct tocsin_quarantine *quarantine = NULL;
	sqlite3 *journal = NULL;
	char error[TOCSIN_JOURNAL_ERROR] = "";
	char path[128];

	folder_make(&stored->folder);
	snprintf(path, sizeof(path), "%s.quarantine", stored->folder.journal);
	if (tocsin_database_open(stored->folder.journal, &tocsin_journal_schema, &journal, error) !=
			TOCSIN_OK ||
		tocsin_quarantine_open(path, &quarantine, error) != TOCSIN_OK) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	sqlite3_close(journal);
	tocsin_quarantine_close(quarantine);
	stored->journal = open_again(stored->folder.journal);
	stored->quarantine = open_again(path);
}

void stored_close(struct stored *stored)
{
	sqlite3_close(stored->journal);
	sqlite3_close(stored->quarantine);
	folder_remove(&stored->folder);
}

void stored_enter(struct stored *stored)
{
	bool more = true;

	while (more) {
		must(tocsin_catalogue_step(stored->journal, &more), stored->journal);
	}
}

/* A receipt as the hub packs it: with a violation where it was refused. */
static size_t make_receipt(const struct stored_incident *incident, const char *id, bool refused,
	uint8_t bytes[MAX_RECEIPT])
{
	Tocsin__V1__Receipt receipt = TOCSIN__V1__RECEIPT__INIT;
	Tocsin__V1__Violation violation = TOCSIN__V1__VIOLATION__INIT;
	Tocsin__V1__Violation *violations[] = {&violation};
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)incident->row);
	violation.field = (char *)(uintptr_t) "severity";
	violation.check = (char *)(uintptr_t) "severity.required";
	violation.level = (char *)(uintptr_t) "error";
	violation.message = (char *)(uintptr_t) "is required";
	receipt.incident_id = (char *)(uintptr_t)id;
	receipt.verdict =
		refused ? TOCSIN__V1__VERDICT__VERDICT_REJECTED : TOCSIN__V1__VERDICT__VERDICT_ACCEPTED;
	if (refused) {
		receipt.violations = violations;
		receipt.n_violations = 1;
	} else {
		receipt.routing = TOCSIN__V1__ROUTING__ROUTING_ROUTED;
		receipt.durable = true;
		receipt.journal_id = number;
	}
	return tocsin__v1__receipt__pack(&receipt, bytes);
}

static void bind_text(sqlite3_stmt *to, int at, const char *text, const char *usual)
{
	sqlite3_bind_text(to, at, text ? text : usual, -1, SQLITE_TRANSIENT);
}

static sqlite3_stmt *begin_insert(sqlite3 *file, const char *sql)
{
	sqlite3_stmt *to = NULL;

	must(sqlite3_prepare_v2(file, sql, -1, &to, NULL), file);
	return to;
}

static void finish_insert(sqlite3 *file, sqlite3_stmt *to)
{
	must(sqlite3_step(to), file);
	sqlite3_finalize(to);
}

static void bind_common(
	sqlite3_stmt *to, const struct stored_incident *incident, const char *id, bool refused)
{
	const char *bytes = incident->bytes ? incident->bytes : "bytes";
	uint8_t receipt[MAX_RECEIPT];
	uint8_t hash[32];

	memset(hash, (int)(incident->row & 0xff), sizeof(hash));
	bind_text(to, 2, id, NULL);
	bind_text(to, 3, incident->sender, "mopti-17");
	sqlite3_bind_int64(to, 4, incident->received_ms);
	sqlite3_bind_blob(to, 5, hash, sizeof(hash), SQLITE_TRANSIENT);
	if (strcmp(bytes, "-") != 0) {
		sqlite3_bind_blob(to, 6, bytes, (int)strlen(bytes), SQLITE_TRANSIENT);
	}
	const size_t size = make_receipt(incident, id, refused, receipt);
	sqlite3_bind_blob(to, 7, receipt, (int)size, SQLITE_TRANSIENT);
}

static const char *id_of(const struct stored_incident *incident, char made[MAX_NAME])
{
	snprintf(made, MAX_NAME, "incident-%lld", (long long)incident->row);
	return incident->id ? incident->id : made;
}

void stored_incident(struct stored *stored, const struct stored_incident *incident)
{
	char made[MAX_NAME];
	const char *id = id_of(incident, made);
	sqlite3_stmt *to = begin_insert(stored->journal,
		"INSERT INTO incident(journal_id, incident_id, sender, received_ms, hash, bytes, receipt,"
		" chain, region, rules, revision, event, severity, status, msg_type, routing, form)"
		" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,1,1)");

	sqlite3_bind_int64(to, 1, incident->row);
	bind_common(to, incident, id, false);
	bind_text(to, 8, incident->chain, id);
	bind_text(to, 9, incident->region, "");
	bind_text(to, 10, incident->rules, "");
	sqlite3_bind_int(to, 11, incident->revision ? incident->revision : 1);
	sqlite3_bind_int(to, 12, incident->event ? incident->event : 1);
	sqlite3_bind_int(to, 13, incident->severity ? incident->severity : 4);
	sqlite3_bind_int(to, 14, incident->status ? incident->status : 1);
	sqlite3_bind_int(to, 15, incident->msg_type ? incident->msg_type : 1);
	finish_insert(stored->journal, to);
}

void stored_refusal(struct stored *stored, const struct stored_incident *incident)
{
	char made[MAX_NAME];
	const char *id = id_of(incident, made);
	sqlite3_stmt *to = begin_insert(stored->quarantine,
		"INSERT INTO refusal(row, incident_id, sender, received_ms, hash, bytes, receipt, form)"
		" VALUES(?1,?2,?3,?4,?5,?6,?7,1)");

	sqlite3_bind_int64(to, 1, incident->row);
	bind_common(to, incident, id, true);
	finish_insert(stored->quarantine, to);
}

void stored_alert(
	struct stored *stored, int64_t journal_id, int ordinal, const char *audience, uint64_t sequence)
{
	char text[MAX_NAME];
	sqlite3_stmt *to =
		begin_insert(stored->journal, "INSERT INTO alert VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");

	sqlite3_bind_int64(to, 1, (journal_id << 16) | ordinal);
	bind_text(to, 2, audience, NULL);
	sqlite3_bind_int64(to, 3, (int64_t)sequence);
	snprintf(text, sizeof(text), "to/%.32s/%d", audience, ordinal);
	bind_text(to, 4, text, NULL);
	sqlite3_bind_int64(to, 5, (int64_t)sequence + 1000);
	snprintf(text, sizeof(text), "id-%llu", (unsigned long long)sequence);
	bind_text(to, 6, text, NULL);
	sqlite3_bind_int64(to, 7, 99);
	sqlite3_bind_int(to, 8, 1);
	sqlite3_bind_int(to, 9, TOCSIN_FORMAT_PROTOBUF);
	snprintf(text, sizeof(text), "alert %llu", (unsigned long long)sequence);
	sqlite3_bind_blob(to, 10, text, (int)strlen(text), SQLITE_TRANSIENT);
	finish_insert(stored->journal, to);
}
