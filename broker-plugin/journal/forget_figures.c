/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "journal/forget_rows.h"
#include "proto/arena.h"
#include "tocsin/v1/alert.pb-c.h"

enum { MOST_FIGURES = 100, MAX_FIGURE_MEMORY = 8 << 20 };

/* Figures of a chain of which a version was forgotten. */
static const char next_sql[] =
	"SELECT topic, bytes, EXISTS(SELECT 1 FROM incident WHERE sender = ''"
	" AND (incident_id = figure.chain OR (incident.chain = figure.chain AND incident.chain <>"
	" incident_id))) FROM figure WHERE topic > ?1 ORDER BY topic LIMIT ?2";

/* A figure without who said it and in what words: how many, of whom, where, since when.
 * What is not named here is left behind. */
static void strip(const Tocsin__V1__Alert *from, Tocsin__V1__Alert *to, Tocsin__V1__Area *area)
{
	to->id = from->id;
	to->incident_id = from->incident_id;
	to->revision = from->revision;
	to->msg_type = from->msg_type;
	to->status = from->status;
	to->hub = from->hub;
	to->sent = from->sent;
	to->occurred = from->occurred;
	to->event = from->event;
	to->severity = from->severity;
	to->certainty = from->certainty;
	to->n_displacement = from->n_displacement;
	to->displacement = from->displacement;
	to->n_rules = from->n_rules;
	to->rules = from->rules;
	to->rules_version = from->rules_version;
	to->audience = from->audience;
	to->redaction = from->redaction;
	to->sequence = from->sequence;
	to->topic_sequence = from->topic_sequence;
	for (size_t i = 0; i < from->n_displacement; i++) {
		from->displacement[i]->reason = (char *)(uintptr_t)protobuf_c_empty_string;
	}
	if (to->event) {
		to->event->sub_type = (char *)(uintptr_t)protobuf_c_empty_string;
	}
	if (from->area) {
		area->country = from->area->country;
		area->n_pcodes = from->area->n_pcodes;
		area->pcodes = from->area->pcodes;
		area->name = from->area->name;
		to->area = area;
	}
}

/* Bytes that are no alert are taken away whole. */
static int bind_stripped(
	struct tocsin_arena *arena, const void *bytes, size_t size, sqlite3_stmt *update)
{
	Tocsin__V1__Alert stripped = TOCSIN__V1__ALERT__INIT;
	Tocsin__V1__Area area = TOCSIN__V1__AREA__INIT;

	tocsin_arena_reset(arena);
	Tocsin__V1__Alert *alert = tocsin__v1__alert__unpack(tocsin_arena_protobuf(arena), size, bytes);
	if (!alert) {
		return tocsin_arena_full(arena) ? SQLITE_NOMEM : sqlite3_bind_null(update, 1);
	}
	strip(alert, &stripped, &area);
	const size_t packed = tocsin__v1__alert__get_packed_size(&stripped);
	uint8_t *to = tocsin_arena_alloc(arena, packed);
	if (!to) {
		return SQLITE_NOMEM;
	}
	tocsin__v1__alert__pack(&stripped, to);
	return sqlite3_bind_blob64(update, 1, to, packed, SQLITE_TRANSIENT);
}

static int forget_figure(struct tocsin_forget_rows *rows, struct tocsin_arena *arena,
	sqlite3_stmt *figure, sqlite3_stmt *update, struct tocsin_forgotten *result)
{
	int code = bind_stripped(
		arena, sqlite3_column_blob(figure, 1), (size_t)sqlite3_column_bytes(figure, 1), update);

	sqlite3_bind_text(update, 2, rows->after, -1, SQLITE_STATIC);
	if (code == SQLITE_OK) {
		code = sqlite3_step(update);
	}
	sqlite3_reset(update);
	if (code == SQLITE_DONE) {
		result->figures += (uint64_t)sqlite3_changes(rows->journal);
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int prepare(struct tocsin_forget_rows *rows, sqlite3_stmt **figures, sqlite3_stmt **update)
{
	int code = sqlite3_prepare_v2(rows->journal, next_sql, -1, figures, NULL);

	if (code == SQLITE_OK) {
		code = sqlite3_prepare_v2(rows->journal,
			"UPDATE figure SET bytes = ?1 WHERE topic = ?2 AND bytes IS NOT ?1", -1, update, NULL);
	}
	return code;
}

/* By topic, which an update does not move. */
int tocsin_forget_figures(
	struct tocsin_forget_rows *rows, struct tocsin_forgotten *result, bool *left)
{
	struct tocsin_arena *arena = tocsin_arena_create(MAX_FIGURE_MEMORY, &tocsin_heap);
	sqlite3_stmt *figures = NULL;
	sqlite3_stmt *update = NULL;
	char after[sizeof(rows->after)];
	int code = arena ? prepare(rows, &figures, &update) : SQLITE_NOMEM;

	memcpy(after, rows->after, sizeof(after));
	sqlite3_bind_text(figures, 1, after, -1, SQLITE_STATIC);
	sqlite3_bind_int(figures, 2, MOST_FIGURES);
	*left = false;
	while (code == SQLITE_OK && (code = sqlite3_step(figures)) == SQLITE_ROW) {
		snprintf(rows->after, sizeof(rows->after), "%s", sqlite3_column_text(figures, 0));
		*left = true;
		code = SQLITE_OK;
		if (sqlite3_column_int(figures, 2) && sqlite3_column_type(figures, 1) != SQLITE_NULL) {
			code = forget_figure(rows, arena, figures, update, result);
		}
	}
	sqlite3_finalize(figures);
	sqlite3_finalize(update);
	tocsin_arena_destroy(arena);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}
