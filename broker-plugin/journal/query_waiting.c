/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_waiting.h"

enum { MAX_MEMORY = 32 << 20 };

/* What the engine remembers of a chain stands in one of its rows: in the first one's of
 * most. */
static const char memory[] =
	"SELECT coalesce((SELECT memory FROM incident WHERE incident_id = ?1 AND chain = ?1"
	" AND memory IS NOT NULL LIMIT 1), (SELECT memory FROM incident WHERE chain = ?1"
	" AND chain <> incident_id AND memory IS NOT NULL ORDER BY journal_id DESC LIMIT 1))";
static const char bytes[] = "SELECT bytes FROM incident WHERE journal_id = ?1";

int tocsin_query_waiting_init(
	struct tocsin_query_waiting *waiting, sqlite3 *journal, const struct tocsin_allocator *heap)
{
	waiting->memory = NULL;
	waiting->bytes = NULL;
	waiting->arena = tocsin_arena_create(MAX_MEMORY, heap);
	int result = waiting->arena ? SQLITE_OK : SQLITE_NOMEM;

	if (result == SQLITE_OK) {
		result = sqlite3_prepare_v2(journal, memory, -1, &waiting->memory, NULL);
	}
	if (result == SQLITE_OK) {
		result = sqlite3_prepare_v2(journal, bytes, -1, &waiting->bytes, NULL);
	}
	return result;
}

void tocsin_query_waiting_finish(struct tocsin_query_waiting *waiting)
{
	sqlite3_finalize(waiting->memory);
	sqlite3_finalize(waiting->bytes);
	tocsin_arena_destroy(waiting->arena);
	waiting->memory = NULL;
	waiting->bytes = NULL;
	waiting->arena = NULL;
}

/* Bytes that cannot be read, which we did not write, wait for nobody. */
static int code_of(enum tocsin_status status)
{
	return status == TOCSIN_NO_MEMORY ? SQLITE_NOMEM : SQLITE_OK;
}

static int find(struct tocsin_query_waiting *waiting, const struct tocsin_query_row *row)
{
	sqlite3_bind_text(waiting->memory, 1, row->chain, -1, SQLITE_STATIC);
	int result = sqlite3_step(waiting->memory);

	if (result == SQLITE_ROW) {
		const struct tocsin_review_kept kept = {
			.id = row->incident_id,
			.journal_id = (uint64_t)row->row,
			.memory = sqlite3_column_blob(waiting->memory, 0),
			.memory_size = (size_t)sqlite3_column_bytes(waiting->memory, 0),
		};
		result = kept.memory ? code_of(tocsin_review_find(&kept, &waiting->readers, waiting->now_ms,
								   waiting->arena, &waiting->found))
							 : SQLITE_OK;
	}
	sqlite3_reset(waiting->memory);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int read_texts(
	struct tocsin_query_waiting *waiting, const struct tocsin_query_row *row, bool *unread)
{
	sqlite3_bind_int64(waiting->bytes, 1, row->row);
	int result = sqlite3_step(waiting->bytes);

	if (result == SQLITE_ROW) {
		const uint8_t *published = sqlite3_column_blob(waiting->bytes, 0);
		const size_t size = (size_t)sqlite3_column_bytes(waiting->bytes, 0);

		result = published ? code_of(tocsin_review_is_unread(&waiting->found, row->form, published,
								 size, waiting->arena, unread))
						   : SQLITE_OK;
	}
	sqlite3_reset(waiting->bytes);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

int tocsin_query_waiting_pick(void *ctx, const struct tocsin_query_row *row, bool *picked)
{
	struct tocsin_query_waiting *waiting = ctx;

	*picked = false;
	waiting->found = (struct tocsin_review_waiting){0};
	tocsin_arena_reset(waiting->arena);
	if (row->verdict != TOCSIN__V1__VERDICT__VERDICT_ACCEPTED || !row->has_bytes ||
		waiting->readers.count == 0) {
		return SQLITE_OK;
	}
	const int result = find(waiting, row);
	return result == SQLITE_OK && waiting->found.audience_count > 0
		? read_texts(waiting, row, picked)
		: result;
}
