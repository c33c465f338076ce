/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_row.h"

#include <string.h>

enum {
	MAX_ROW_MEMORY = 32 << 20,
	ORDINAL_BITS = 16, /* alert.row is journal_id << 16 | ordinal */
	FIRST_ALERTS = 16,
};

/* length() of a blob does not load it; of NULL it is NULL. */
static const char accepted[] =
	"SELECT incident_id, sender, received_ms, form, hash, receipt, length(bytes), relay, chain,"
	" region, rules, revision, routing, event, severity, status, msg_type"
	" FROM incident WHERE journal_id = ?1";
static const char refused[] =
	"SELECT incident_id, sender, received_ms, form, hash, receipt, length(bytes), relay"
	" FROM refusal WHERE row = ?1";
static const char alerts[] = "SELECT audience, topic, alert_id, sequence FROM alert"
							 " WHERE row BETWEEN ?1 AND ?2 ORDER BY row";

enum {
	INCIDENT_ID,
	SENDER,
	RECEIVED_MS,
	FORM,
	HASH,
	RECEIPT,
	SIZE,
	RELAY,
	CHAIN,
	REGION,
	RULES,
	REVISION,
	ROUTING,
	EVENT,
	SEVERITY,
	STATUS,
	MSG_TYPE,
};

int tocsin_query_reader_init(
	struct tocsin_query_reader *reader, sqlite3 *journal, sqlite3 *quarantine)
{
	*reader =
		(struct tocsin_query_reader){.arena = tocsin_arena_create(MAX_ROW_MEMORY, &tocsin_heap)};
	int result = reader->arena ? SQLITE_OK : SQLITE_NOMEM;

	if (result == SQLITE_OK) {
		result = sqlite3_prepare_v2(journal, accepted, -1, &reader->accepted, NULL);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_prepare_v2(journal, alerts, -1, &reader->alerts, NULL);
	}
	if (result == SQLITE_OK && quarantine) {
		result = sqlite3_prepare_v2(quarantine, refused, -1, &reader->refused, NULL);
	}
	return result;
}

void tocsin_query_reader_finish(struct tocsin_query_reader *reader)
{
	sqlite3_finalize(reader->accepted);
	sqlite3_finalize(reader->alerts);
	sqlite3_finalize(reader->refused);
	tocsin_arena_destroy(reader->arena);
}

static const char *text_of(sqlite3_stmt *from, int column)
{
	const unsigned char *text = sqlite3_column_text(from, column);

	return text ? (const char *)text : "";
}

/* A receipt that cannot be read, by bytes that we did not write, counts as empty. */
static const Tocsin__V1__Receipt *receipt_of(struct tocsin_arena *arena, sqlite3_stmt *from)
{
	static const Tocsin__V1__Receipt none = TOCSIN__V1__RECEIPT__INIT;
	const uint8_t *bytes = sqlite3_column_blob(from, RECEIPT);
	const Tocsin__V1__Receipt *receipt = tocsin__v1__receipt__unpack(
		tocsin_arena_protobuf(arena), (size_t)sqlite3_column_bytes(from, RECEIPT), bytes);

	return receipt ? receipt : &none;
}

static void read_common(
	struct tocsin_query_reader *reader, sqlite3_stmt *from, struct tocsin_query_row *row)
{
	row->incident_id = text_of(from, INCIDENT_ID);
	row->sender = text_of(from, SENDER);
	row->received_ms = sqlite3_column_int64(from, RECEIVED_MS);
	row->form = sqlite3_column_int(from, FORM) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
																   : TOCSIN_FORM_PROTOBUF;
	if ((size_t)sqlite3_column_bytes(from, HASH) == sizeof(row->hash)) {
		memcpy(row->hash, sqlite3_column_blob(from, HASH), sizeof(row->hash));
	}
	row->receipt = receipt_of(reader->arena, from);
	row->has_bytes = sqlite3_column_type(from, SIZE) != SQLITE_NULL;
	row->size = (size_t)sqlite3_column_int64(from, SIZE);
	row->relay = text_of(from, RELAY);
	row->chain = "";
	row->region = "";
	row->rules = "";
}

static void read_accepted(sqlite3_stmt *from, struct tocsin_query_row *row)
{
	row->chain = text_of(from, CHAIN);
	row->region = text_of(from, REGION);
	row->rules = text_of(from, RULES);
	row->revision = (uint32_t)sqlite3_column_int64(from, REVISION);
	row->routing = (Tocsin__V1__Routing)sqlite3_column_int(from, ROUTING);
	row->event = (Tocsin__V1__EventType)sqlite3_column_int(from, EVENT);
	row->severity = (Tocsin__V1__Severity)sqlite3_column_int(from, SEVERITY);
	row->status = (Tocsin__V1__Status)sqlite3_column_int(from, STATUS);
	row->msg_type = (Tocsin__V1__MsgType)sqlite3_column_int(from, MSG_TYPE);
}

int tocsin_query_reader_read(struct tocsin_query_reader *reader, Tocsin__V1__Verdict verdict,
	int64_t at, struct tocsin_query_row *row)
{
	const bool was_refused = verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED;
	sqlite3_stmt *from = was_refused ? reader->refused : reader->accepted;

	tocsin_arena_reset(reader->arena);
	sqlite3_reset(from);
	sqlite3_bind_int64(from, 1, at);
	const int result = sqlite3_step(from);
	if (result != SQLITE_ROW) {
		return result;
	}
	*row = (struct tocsin_query_row){.row = at, .verdict = verdict};
	read_common(reader, from, row);
	if (!was_refused) {
		read_accepted(from, row);
	}
	return tocsin_arena_full(reader->arena) ? SQLITE_NOMEM : result;
}

static const char *copy_of(struct tocsin_arena *arena, sqlite3_stmt *from, int column)
{
	return tocsin_arena_text(
		arena, text_of(from, column), (size_t)sqlite3_column_bytes(from, column));
}

/* The list grows by copying: few incidents have more than FIRST_ALERTS. */
static struct tocsin_query_alert *make_room(
	struct tocsin_arena *arena, struct tocsin_query_alert *list, size_t count)
{
	if (count != 0 && (count < FIRST_ALERTS || (count & (count - 1)) != 0)) {
		return list;
	}
	const size_t capacity = count ? 2 * count : FIRST_ALERTS;
	struct tocsin_query_alert *grown = tocsin_arena_zero(arena, capacity, sizeof(*grown));
	if (grown && count > 0) {
		memcpy(grown, list, count * sizeof(*grown));
	}
	return grown;
}

int tocsin_query_reader_alerts(struct tocsin_query_reader *reader, struct tocsin_query_row *row)
{
	struct tocsin_query_alert *list = NULL;
	size_t count = 0;
	int result;

	if (row->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED) {
		return SQLITE_OK;
	}
	sqlite3_bind_int64(reader->alerts, 1, row->row << ORDINAL_BITS);
	sqlite3_bind_int64(reader->alerts, 2, (row->row << ORDINAL_BITS) | ((1 << ORDINAL_BITS) - 1));
	while ((result = sqlite3_step(reader->alerts)) == SQLITE_ROW) {
		list = make_room(reader->arena, list, count);
		if (!list) {
			break;
		}
		list[count++] = (struct tocsin_query_alert){copy_of(reader->arena, reader->alerts, 0),
			copy_of(reader->arena, reader->alerts, 1), copy_of(reader->arena, reader->alerts, 2),
			(uint64_t)sqlite3_column_int64(reader->alerts, 3)};
	}
	sqlite3_reset(reader->alerts);
	if (tocsin_arena_full(reader->arena)) {
		return SQLITE_NOMEM;
	}
	row->alerts = list;
	row->alert_count = count;
	return result == SQLITE_DONE ? SQLITE_OK : result;
}
