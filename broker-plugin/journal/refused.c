/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/refused.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/statement.h"
#include "tocsin/v1/receipt.pb-c.h"

/* Checks of identity and scope: an operator who lets an incident be judged again answers
 * for rules and gazetteer, not for who it is that speaks. */
static bool bars(const char *check)
{
	static const char *const checks[] = {"sender.name", "sender.unknown", "sender.region",
		"sender.event", "incident.id_taken", "references.sender"};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (strcmp(check, checks[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* A receipt that cannot be read might have said so. */
static bool is_barred(const void *bytes, size_t size)
{
	Tocsin__V1__Receipt *receipt = tocsin__v1__receipt__unpack(NULL, size, bytes);
	bool barred = !receipt;

	for (size_t i = 0; receipt && i < receipt->n_violations; i++) {
		barred = barred || bars(receipt->violations[i]->check);
	}
	if (receipt) {
		tocsin__v1__receipt__free_unpacked(receipt, NULL);
	}
	return barred;
}

static struct tocsin_refused *read_row(sqlite3_stmt *row)
{
	const char *sender = tocsin_column_text(row, 1);
	const char *id = tocsin_column_text(row, 2);
	const char *relay = tocsin_column_text(row, 6);
	const size_t sender_size = strlen(sender) + 1, id_size = strlen(id) + 1,
				 relay_size = strlen(relay) + 1;
	const size_t size = (size_t)sqlite3_column_bytes(row, 4);
	struct tocsin_refused *made = malloc(sizeof(*made) + sender_size + id_size + relay_size + size);

	if (!made) {
		return NULL;
	}
	char *at = (char *)(made + 1);
	*made = (struct tocsin_refused){
		.row = (uint64_t)sqlite3_column_int64(row, 0),
		.form = sqlite3_column_int(row, 3) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
															   : TOCSIN_FORM_PROTOBUF,
		.size = size,
		.barred = is_barred(sqlite3_column_blob(row, 5), (size_t)sqlite3_column_bytes(row, 5)),
	};
	made->sender = memcpy(at, sender, sender_size);
	at += sender_size;
	made->incident_id = memcpy(at, id, id_size);
	at += id_size;
	made->relay = memcpy(at, relay, relay_size);
	at += relay_size;
	made->bytes = (const uint8_t *)at;
	if (size > 0) {
		memcpy(at, sqlite3_column_blob(row, 4), size);
	}
	return made;
}

enum tocsin_status tocsin_refused_each(sqlite3 *quarantine,
	const struct tocsin_refused_wanted *wanted,
	enum tocsin_status (*take)(void *ctx, struct tocsin_refused *refused), void *ctx,
	char error[TOCSIN_JOURNAL_ERROR])
{
	sqlite3_stmt *rows = NULL;
	enum tocsin_status status = TOCSIN_OK;
	int result = sqlite3_prepare_v2(quarantine,
		"SELECT row, sender, incident_id, form, bytes, receipt, relay FROM refusal"
		" WHERE (?1 IS NULL OR sender = ?1) AND (?2 IS NULL OR incident_id = ?2) ORDER BY row",
		-1, &rows, NULL);

	if (result == SQLITE_OK) {
		tocsin_bind_text(rows, 1, wanted->sender);
		tocsin_bind_text(rows, 2, wanted->incident);
		result = sqlite3_step(rows);
	}
	while (result == SQLITE_ROW && status == TOCSIN_OK) {
		struct tocsin_refused *refused = read_row(rows);

		status = refused ? take(ctx, refused) : TOCSIN_NO_MEMORY;
		result = sqlite3_step(rows);
	}
	if (result != SQLITE_DONE && result != SQLITE_ROW) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "SQLite: %s", sqlite3_errmsg(quarantine));
		status = TOCSIN_IO;
	}
	sqlite3_finalize(rows);
	return status;
}
