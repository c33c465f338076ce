/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/shelf_pages.h"

#include "journal/statement.h"
#include "journal/store_write.h"

enum tocsin_status tocsin_shelf_first_since(
	struct tocsin_shelf *shelf, int64_t since_ms, uint64_t *journal_id)
{
	sqlite3 *database = tocsin_shelf_database(shelf);
	sqlite3_stmt *row = NULL;

	if (!database) {
		return TOCSIN_IO;
	}
	int result = sqlite3_prepare_v2(database,
		"SELECT coalesce((SELECT min(first) FROM commit_time WHERE at_ms >= ?1),"
		" (SELECT max(journal_id) + 1 FROM incident), 1)",
		-1, &row, NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(row, 1, since_ms - TOCSIN_COMMIT_TIME_MS);
		result = sqlite3_step(row);
	}
	if (result == SQLITE_ROW) {
		*journal_id = (uint64_t)sqlite3_column_int64(row, 0);
	}
	sqlite3_finalize(row);
	return result == SQLITE_ROW ? TOCSIN_OK : tocsin_shelf_fail(shelf, result);
}

enum tocsin_status tocsin_shelf_recent(struct tocsin_shelf *shelf, size_t count,
	void (*take)(void *ctx, const struct tocsin_record *record), void *ctx)
{
	sqlite3 *database = tocsin_shelf_database(shelf);
	sqlite3_stmt *rows = NULL;

	if (!database) {
		return TOCSIN_IO;
	}
	int result = sqlite3_prepare_v2(database,
		"SELECT sender, form, received_ms, bytes FROM (SELECT journal_id, sender, form,"
		" received_ms, bytes FROM incident WHERE bytes IS NOT NULL ORDER BY journal_id DESC"
		" LIMIT ?1) ORDER BY journal_id",
		-1, &rows, NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(rows, 1, (sqlite3_int64)count);
		result = sqlite3_step(rows);
	}
	while (result == SQLITE_ROW) {
		const struct tocsin_record record = {
			.sender = tocsin_column_text(rows, 0),
			.form = sqlite3_column_int(rows, 1) == TOCSIN_FORM_JSON ? TOCSIN_FORM_JSON
																	: TOCSIN_FORM_PROTOBUF,
			.received_ms = sqlite3_column_int64(rows, 2),
			.bytes = sqlite3_column_blob(rows, 3),
			.size = (size_t)sqlite3_column_bytes(rows, 3),
		};

		take(ctx, &record);
		result = sqlite3_step(rows);
	}
	sqlite3_finalize(rows);
	return result == SQLITE_DONE ? TOCSIN_OK : tocsin_shelf_fail(shelf, result);
}

/* Gives each row to one, and moves the cursor to its first column. */
static enum tocsin_status each(struct tocsin_shelf *shelf, struct tocsin_shelf_page *page,
	sqlite3_stmt *rows,
	void (*one)(const struct tocsin_shelf_page *page, void *take, sqlite3_stmt *row), void *take,
	size_t *taken)
{
	int result = sqlite3_step(rows);

	*taken = 0;
	while (result == SQLITE_ROW) {
		page->cursor = (uint64_t)sqlite3_column_int64(rows, 0);
		one(page, take, rows);
		++*taken;
		result = sqlite3_step(rows);
	}
	sqlite3_reset(rows);
	return result == SQLITE_DONE ? TOCSIN_OK : tocsin_shelf_fail(shelf, result);
}

/* The cursor, what bounds the page, and its length. */
static sqlite3_stmt *begin(struct tocsin_shelf *shelf, const struct tocsin_shelf_page *page,
	enum tocsin_shelf_statement which, int64_t bound)
{
	sqlite3_stmt *rows = tocsin_shelf_statement(shelf, which);

	if (rows) {
		sqlite3_bind_int64(rows, 1, (sqlite3_int64)page->cursor);
		sqlite3_bind_int64(rows, 2, bound);
		sqlite3_bind_int64(rows, 3, (sqlite3_int64)page->count);
	}
	return rows;
}

struct alert_taker {
	void (*take)(void *ctx, const struct tocsin_record_alert *alert);
};

static void one_alert(const struct tocsin_shelf_page *page, void *taker, sqlite3_stmt *row)
{
	const struct tocsin_record_alert alert = {
		.audience = tocsin_column_text(row, 1),
		.sequence = (uint64_t)sqlite3_column_int64(row, 2),
		.topic = tocsin_column_text(row, 3),
		.topic_sequence = (uint64_t)sqlite3_column_int64(row, 4),
		.alert_id = tocsin_column_text(row, 5),
		.expires_ms = sqlite3_column_int64(row, 6),
		.qos = (uint8_t)sqlite3_column_int(row, 7),
		.formats = (uint8_t)sqlite3_column_int(row, 8),
		.bytes = sqlite3_column_blob(row, 9),
		.size = (size_t)sqlite3_column_bytes(row, 9),
	};

	((struct alert_taker *)taker)->take(page->ctx, &alert);
}

enum tocsin_status tocsin_shelf_page_alerts(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page,
	void (*take)(void *ctx, const struct tocsin_record_alert *alert), size_t *taken)
{
	sqlite3_stmt *rows = tocsin_shelf_statement(shelf, TOCSIN_SHELF_PAGE_ALERTS);
	struct alert_taker taker = {take};

	if (!rows) {
		return TOCSIN_IO;
	}
	sqlite3_bind_int64(rows, 1, (sqlite3_int64)page->cursor);
	sqlite3_bind_int64(rows, 2, (sqlite3_int64)page->count);
	return each(shelf, page, rows, one_alert, &taker, taken);
}

struct figure_taker {
	void (*take)(void *ctx, const struct tocsin_record_figure *figure);
};

static void one_figure(const struct tocsin_shelf_page *page, void *taker, sqlite3_stmt *row)
{
	const struct tocsin_record_figure figure = {
		.topic = tocsin_column_text(row, 1),
		.chain = tocsin_column_text(row, 2),
		.sequence = (uint64_t)sqlite3_column_int64(row, 3),
		.as_of_ms = sqlite3_column_int64(row, 4),
		.received_ms = sqlite3_column_int64(row, 5),
		.formats = (uint8_t)sqlite3_column_int(row, 6),
		.qos = (uint8_t)sqlite3_column_int(row, 7),
		.bytes = sqlite3_column_blob(row, 8),
		.size = (size_t)sqlite3_column_bytes(row, 8),
	};

	((struct figure_taker *)taker)->take(page->ctx, &figure);
}

enum tocsin_status tocsin_shelf_page_figures(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, int64_t since_ms,
	void (*take)(void *ctx, const struct tocsin_record_figure *figure), size_t *taken)
{
	sqlite3_stmt *rows = begin(shelf, page, TOCSIN_SHELF_PAGE_FIGURES, since_ms);
	struct figure_taker taker = {take};

	return rows ? each(shelf, page, rows, one_figure, &taker, taken) : TOCSIN_IO;
}

struct digest_taker {
	void (*take)(void *ctx, const struct tocsin_record_digest *digest);
};

static void one_digest(const struct tocsin_shelf_page *page, void *taker, sqlite3_stmt *row)
{
	const struct tocsin_record_digest digest = {
		.audience = tocsin_column_text(row, 1),
		.bytes = sqlite3_column_blob(row, 2),
		.size = (size_t)sqlite3_column_bytes(row, 2),
	};

	((struct digest_taker *)taker)->take(page->ctx, &digest);
}

enum tocsin_status tocsin_shelf_page_digests(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, int64_t since_ms,
	void (*take)(void *ctx, const struct tocsin_record_digest *digest), size_t *taken)
{
	sqlite3_stmt *rows = begin(shelf, page, TOCSIN_SHELF_PAGE_DIGESTS, since_ms);
	struct digest_taker taker = {take};

	return rows ? each(shelf, page, rows, one_digest, &taker, taken) : TOCSIN_IO;
}

struct clear_taker {
	void (*take)(void *ctx, const struct tocsin_record_clear *clear);
};

static void one_clear(const struct tocsin_shelf_page *page, void *taker, sqlite3_stmt *row)
{
	const struct tocsin_record_clear clear = {
		.topic = tocsin_column_text(row, 1),
		.formats = (uint8_t)sqlite3_column_int(row, 2),
	};

	((struct clear_taker *)taker)->take(page->ctx, &clear);
}

enum tocsin_status tocsin_shelf_page_clears(struct tocsin_shelf *shelf,
	struct tocsin_shelf_page *page, int64_t since_ms,
	void (*take)(void *ctx, const struct tocsin_record_clear *clear), size_t *taken)
{
	sqlite3_stmt *rows = begin(shelf, page, TOCSIN_SHELF_PAGE_CLEARS, since_ms);
	struct clear_taker taker = {take};

	return rows ? each(shelf, page, rows, one_clear, &taker, taken) : TOCSIN_IO;
}

enum tocsin_status tocsin_shelf_touch_chain(struct tocsin_shelf *shelf, const char *key)
{
	struct tocsin_record record;
	const enum tocsin_status status = tocsin_shelf_archive.chain(shelf, key, &record);
	sqlite3_stmt *rows =
		status == TOCSIN_IO ? NULL : tocsin_shelf_statement(shelf, TOCSIN_SHELF_CHAIN_ALERTS);

	if (!rows) {
		return TOCSIN_IO;
	}
	sqlite3_bind_text(rows, 1, key, -1, SQLITE_TRANSIENT);
	int result = sqlite3_step(rows);
	while (result == SQLITE_ROW) {
		(void)sqlite3_column_blob(rows, 0);
		result = sqlite3_step(rows);
	}
	sqlite3_reset(rows);
	return result == SQLITE_DONE ? TOCSIN_OK : tocsin_shelf_fail(shelf, result);
}
