/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Each filter and their combinations against the plain reading of all rows, in both
 * orders and page by page; and that no query walks through the table. */
#include "journal/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/query_plan.h"
#include "journal/stored.h"

static int setup(void **state)
{
	struct stored *stored = calloc(1, sizeof(*stored));

	stored_open(stored);
	*state = stored;
	return 0;
}

static int teardown(void **state)
{
	stored_close(*state);
	free(*state);
	return 0;
}

enum { MOST = 4096 };

/* What came, as "a12" for journal id 12 and "r3" for row 3 of the quarantine file. */
struct got {
	char names[MOST][16];
	size_t count, stop_after;
};

static enum tocsin_status take(void *ctx, const struct tocsin_query_row *row)
{
	struct got *got = ctx;

	assert_true(got->count < MOST);
	assert_non_null(row->receipt);
	snprintf(got->names[got->count++], sizeof(got->names[0]), "%c%lld",
		row->verdict == TOCSIN__V1__VERDICT__VERDICT_REJECTED ? 'r' : 'a', (long long)row->row);
	return got->stop_after && got->count == got->stop_after ? TOCSIN_LIMIT : TOCSIN_OK;
}

static struct tocsin_query_end ask(
	struct stored *stored, const struct tocsin_query *query, struct got *got)
{
	struct tocsin_query_end end = {0};
	char error[TOCSIN_JOURNAL_ERROR] = "unset";

	got->count = 0;
	const enum tocsin_status status =
		tocsin_query_run(stored->journal, stored->quarantine, query, take, got, &end, error);
	assert_string_equal(error, "");
	assert_int_equal(status, TOCSIN_OK);
	assert_int_equal(end.rows, got->count);
	return end;
}

/* "a1 a2 r1" */
static void assert_gives(
	struct stored *stored, const struct tocsin_query *query, const char *expected)
{
	static struct got got;
	char all[1024] = "";
	size_t used = 0;

	assert_false(ask(stored, query, &got).more);
	for (size_t i = 0; i < got.count; i++) {
		used +=
			(size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i ? " " : "", got.names[i]);
	}
	assert_string_equal(all, expected);
}

static void fill(struct stored *stored)
{
	static const struct stored_incident accepted[] = {
		{.row = 1, .received_ms = 100, .region = "/ML/ML05/ML0503/", .rules = "/mopti/big/"},
		{.row = 2, .received_ms = 200, .sender = "gao-2", .region = "/ML/ML07/", .rules = "/gao/"},
		{.row = 3, .received_ms = 300, .region = "/ML/ML05/", .rules = "/mopti/", .bytes = "-"},
		/* A clock that was set back. */
		{.row = 4,
			.received_ms = 250,
			.chain = "incident-1",
			.revision = 2,
			.msg_type = 2,
			.region = "/ML/",
			.rules = "/mopti-2/"},
		{.row = 5, .received_ms = 300, .sender = "gao-2", .region = "/NE/NE05/", .status = 2},
		{.row = 6, .received_ms = 600},
	};
	static const struct stored_incident refused[] = {
		{.row = 1, .received_ms = 150},
		{.row = 2, .received_ms = 300, .sender = "gao-2", .id = "incident-5"},
		{.row = 3, .received_ms = 300, .id = ""},
	};

	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		stored_incident(stored, &accepted[i]);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		stored_refusal(stored, &refused[i]);
	}
	stored_alert(stored, 1, 0, "partners", 1);
	stored_alert(stored, 1, 1, "public", 1);
	stored_alert(stored, 4, 0, "partners", 2);
}

#define ACCEPTED .verdict = TOCSIN__V1__VERDICT__VERDICT_ACCEPTED
#define REJECTED .verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED

static void test_filters(void **state)
{
	static const struct {
		struct tocsin_query query;
		const char *expected;
	} cases[] = {
		{{0}, "a6 r3 r2 a5 a3 a4 a2 r1 a1"},
		{{.oldest_first = true}, "a1 r1 a2 a4 a3 a5 r2 r3 a6"},
		{{ACCEPTED}, "a6 a5 a3 a4 a2 a1"},
		{{REJECTED}, "r3 r2 r1"},
		{{.from_ms = 200, .to_ms = 300}, "a4 a2"},
		{{.from_ms = 300}, "a6 r3 r2 a5 a3"},
		{{.to_ms = 150}, "a1"},
		{{.to_ms = 151, .oldest_first = true}, "a1 r1"},
		{{.sender = "gao-2"}, "r2 a5 a2"},
		{{.sender = "gao-2", .from_ms = 201, .oldest_first = true}, "a5 r2"},
		{{.sender = "gao"}, ""},
		{{.region = "ML05"}, "a3 a1"},
		{{.region = "ML"}, "a3 a4 a2 a1"},
		{{.region = "ML/ML05"}, "a3 a1"},
		{{.region = "ML05/ML0503", .oldest_first = true}, "a1"},
		{{.region = "ML0"}, ""},
		{{.region = "L05"}, ""},
		{{.region = "ML", .sender = "gao-2"}, "a2"},
		{{.region = "ML05", .rule = "big"}, "a1"},
		{{.rule = "mopti"}, "a3 a1"},
		{{.rule = "big"}, "a1"},
		{{.rule = "mopti-"}, ""},
		{{.rule = "mopti", .from_ms = 101}, "a3"},
		{{.status = TOCSIN__V1__STATUS__STATUS_EXERCISE}, "a5"},
		{{.incident = "incident-1"}, "a4 r1 a1"},
		{{.incident = "INCIDENT-1", ACCEPTED, .oldest_first = true}, "a1 a4"},
		{{.incident = "incident-4"}, "a4"},
		{{.incident = "incident-5"}, "r2 a5"},
		{{.incident = "incident-5", .sender = "mopti-17"}, ""},
		{{.incident = "incident-1", .region = "ML05"}, "a1"},
		{{.incident = "' OR 1=1 --"}, ""},
		{{.region = "ML05", REJECTED}, ""},
	};

	fill(*state);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_gives(*state, &cases[i].query, cases[i].expected);
	}
}

static enum tocsin_status take_first(void *ctx, const struct tocsin_query_row *row)
{
	(void)ctx;
	assert_int_equal(row->row, 1);
	assert_string_equal(row->incident_id, "incident-1");
	assert_string_equal(row->chain, "incident-1");
	assert_string_equal(row->sender, "mopti-17");
	assert_string_equal(row->region, "/ML/ML05/ML0503/");
	assert_string_equal(row->rules, "/mopti/big/");
	assert_int_equal(row->received_ms, 100);
	assert_int_equal(row->revision, 1);
	assert_int_equal(row->form, TOCSIN_FORM_JSON);
	assert_int_equal(row->verdict, TOCSIN__V1__VERDICT__VERDICT_ACCEPTED);
	assert_int_equal(row->routing, TOCSIN__V1__ROUTING__ROUTING_ROUTED);
	assert_int_equal(row->event, TOCSIN__V1__EVENT_TYPE__EVENT_TYPE_BATTLES);
	assert_int_equal(row->severity, TOCSIN__V1__SEVERITY__SEVERITY_SEVERE);
	assert_int_equal(row->status, TOCSIN__V1__STATUS__STATUS_ACTUAL);
	assert_int_equal(row->msg_type, TOCSIN__V1__MSG_TYPE__MSG_TYPE_ALERT);
	assert_string_equal(row->receipt->journal_id, "1");
	assert_int_equal(row->hash[31], 1);
	assert_true(row->has_bytes);
	assert_int_equal(row->size, 5);
	assert_int_equal(row->alert_count, 2);
	assert_string_equal(row->alerts[0].audience, "partners");
	assert_string_equal(row->alerts[1].audience, "public");
	assert_string_equal(row->alerts[1].topic, "to/public/1");
	assert_string_equal(row->alerts[1].alert_id, "id-1");
	assert_int_equal(row->alerts[1].sequence, 1);
	return TOCSIN_OK;
}

static enum tocsin_status take_gone(void *ctx, const struct tocsin_query_row *row)
{
	(void)ctx;
	assert_int_equal(row->row, 3);
	assert_false(row->has_bytes);
	assert_int_equal(row->size, 0);
	assert_int_equal(row->alert_count, 0);
	return TOCSIN_OK;
}

static enum tocsin_status take_refused(void *ctx, const struct tocsin_query_row *row)
{
	(void)ctx;
	assert_int_equal(row->row, 3);
	assert_string_equal(row->incident_id, "");
	assert_string_equal(row->chain, "");
	assert_int_equal(row->verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_int_equal(row->receipt->n_violations, 1);
	assert_string_equal(row->receipt->violations[0]->check, "severity.required");
	assert_true(row->has_bytes);
	return TOCSIN_OK;
}

static void test_row(void **state)
{
	struct stored *stored = *state;
	struct tocsin_query_end end;
	char error[TOCSIN_JOURNAL_ERROR];
	const struct {
		struct tocsin_query query;
		enum tocsin_status (*take)(void *ctx, const struct tocsin_query_row *row);
	} cases[] = {
		{{.to_ms = 101}, take_first},
		{{.region = "ML05", .from_ms = 300}, take_gone},
		{{REJECTED, .sender = "mopti-17", .from_ms = 300}, take_refused},
	};

	fill(stored);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(tocsin_query_run(stored->journal, stored->quarantine, &cases[i].query,
							 cases[i].take, NULL, &end, error),
			TOCSIN_OK);
		assert_int_equal(end.rows, 1);
	}
}

enum { ALERTS = 100 };

static enum tocsin_status take_alerts(void *ctx, const struct tocsin_query_row *row)
{
	(void)ctx;
	assert_int_equal(row->row, 7);
	assert_int_equal(row->alert_count, ALERTS);
	for (size_t i = 0; i < ALERTS; i++) {
		assert_string_equal(row->alerts[i].audience, i % 2 ? "public" : "partners");
		assert_int_equal(row->alerts[i].sequence, i / 2 + 1);
	}
	return TOCSIN_OK;
}

static void test_many_alerts(void **state)
{
	struct stored *stored = *state;
	struct tocsin_query_end end;
	char error[TOCSIN_JOURNAL_ERROR];
	const struct tocsin_query query = {.from_ms = 2, .to_ms = 3};

	for (int64_t row = 6; row <= 8; row++) {
		const struct stored_incident one = {.row = row, .received_ms = row - 5};

		stored_incident(stored, &one);
	}
	for (int i = 0; i < ALERTS; i++) {
		stored_alert(stored, 7, i, i % 2 ? "public" : "partners", (uint64_t)i / 2 + 1);
	}
	stored_alert(stored, 6, 65535, "partners", 90);
	stored_alert(stored, 8, 0, "partners", 91);
	assert_int_equal(
		tocsin_query_run(stored->journal, NULL, &query, take_alerts, NULL, &end, error), TOCSIN_OK);
	assert_int_equal(end.rows, 1);
}

static void test_stops_where_told(void **state)
{
	struct stored *stored = *state;
	struct got got = {.stop_after = 2};
	struct tocsin_query_end end;
	char error[TOCSIN_JOURNAL_ERROR];
	struct tocsin_query query = {0};

	fill(stored);
	assert_int_equal(
		tocsin_query_run(stored->journal, stored->quarantine, &query, take, &got, &end, error),
		TOCSIN_LIMIT);
	assert_int_equal(end.rows, 2);
	assert_true(end.more);
	query.after = end.after;
	assert_gives(stored, &query, "r2 a5 a3 a4 a2 r1 a1");
	/* Without a quarantine file. */
	query = (struct tocsin_query){0};
	got = (struct got){0};
	assert_int_equal(
		tocsin_query_run(stored->journal, NULL, &query, take, &got, &end, error), TOCSIN_OK);
	assert_int_equal(end.rows, 6);
}

static void test_refused(void **state)
{
	struct stored *stored = *state;
	char longest[TOCSIN_QUERY_MAX_TEXT + 1];
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	const struct {
		struct tocsin_query query;
		const char *why;
	} cases[] = {
		{{.sender = ""}, "a value that is asked for is empty or too long"},
		{{.region = longest}, "a value that is asked for is empty or too long"},
		{{.rule = longest}, "a value that is asked for is empty or too long"},
		{{.incident = longest}, "a value that is asked for is empty or too long"},
		{{.limit = TOCSIN_QUERY_MAX_ROWS + 1}, "no answer has more than 1000 rows"},
		{{.from_ms = 5, .to_ms = 5}, "the time asked for ends before it begins"},
		{{.verdict = TOCSIN__V1__VERDICT__VERDICT_DUPLICATE},
			"only what was accepted or rejected is kept"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct got got = {0};
		struct tocsin_query_end end = {.rows = 77};
		char error[TOCSIN_JOURNAL_ERROR] = "unset";

		assert_int_equal(tocsin_query_run(stored->journal, stored->quarantine, &cases[i].query,
							 take, &got, &end, error),
			TOCSIN_INVALID);
		assert_string_equal(error, cases[i].why);
		assert_int_equal(end.rows, 77);
	}
}

static void test_broken_file(void **state)
{
	struct stored *stored = *state;
	struct got got = {0};
	struct tocsin_query_end end = {.rows = 77};
	const struct tocsin_query query = {0};
	char error[TOCSIN_JOURNAL_ERROR] = "unset";

	stored_run(stored->quarantine, "DROP TABLE refusal");
	assert_int_equal(
		tocsin_query_run(stored->journal, stored->quarantine, &query, take, &got, &end, error),
		TOCSIN_IO);
	assert_string_equal(error, "the quarantine file beside it: SQLite: no such table: refusal (1)");
	stored_run(stored->journal, "DROP TABLE alert");
	assert_int_equal(
		tocsin_query_run(stored->journal, NULL, &query, take, &got, &end, error), TOCSIN_IO);
	assert_string_equal(error, "SQLite: no such table: alert (1)");
	assert_int_equal(end.rows, 77);
	assert_true(sqlite3_get_autocommit(stored->journal));
	assert_true(sqlite3_get_autocommit(stored->quarantine));
}

static void test_cursor(void **state)
{
	static const char *const bad[] = {"", "1", "1.1", "1.1.", "1.3.1", "1.0.1", " 1.1.1", "1.1.1 ",
		"1.1.+1", "01.1.1", "1.1.99999999999999999999", "1.1.1.1", "x.1.1", "1,1,1"};
	struct tocsin_query_cursor cursor = {-5, TOCSIN__V1__VERDICT__VERDICT_REJECTED, INT64_MAX};
	struct tocsin_query_cursor read = {0};
	char text[TOCSIN_QUERY_CURSOR];

	(void)state;
	tocsin_query_cursor_write(&cursor, text);
	assert_string_equal(text, "-5.2.9223372036854775807");
	assert_true(tocsin_query_cursor_read(text, &read));
	assert_int_equal(read.received_ms, -5);
	assert_int_equal(read.verdict, TOCSIN__V1__VERDICT__VERDICT_REJECTED);
	assert_true(read.row == INT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		read.row = 77;
		assert_false(tocsin_query_cursor_read(bad[i], &read));
		assert_int_equal(read.row, 77);
	}
}

static void test_path(void **state)
{
	(void)state;
	assert_true(tocsin_query_path_has("/ML/ML05/", "ML05"));
	assert_true(tocsin_query_path_has("/ML/ML05/", "ML"));
	assert_true(tocsin_query_path_has("/ML/ML05/", "ML/ML05"));
	assert_false(tocsin_query_path_has("/ML/ML05/", "ML0"));
	assert_false(tocsin_query_path_has("/ML/ML05/", "L"));
	assert_false(tocsin_query_path_has("/ML/ML05", "ML05"));
	assert_false(tocsin_query_path_has("", "ML"));
	assert_false(tocsin_query_path_has("/", "ML"));
}

/* Many rows, drawn from a few values, so that every way to find them is taken: more
 * rows in a time than are simply read, ties, a clock that jumps. */
enum { DRAWN = 3000 };

static const char *const senders[] = {"a", "b", "c"};
static const char *const regions[] = {
	"", "/ML/", "/ML/ML05/", "/ML/ML05/ML0503/", "/ML/ML07/", "/NE/NE01/"};
static const char *const rules[] = {"", "/x/", "/x/y/", "/y/", "/z/"};

static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

#define ONE_OF(list) list[draw(&seed, sizeof(list) / sizeof(*(list)))]

static void fill_drawn(struct stored *stored)
{
	uint32_t seed = 7;

	stored_run(stored->journal, "BEGIN");
	stored_run(stored->quarantine, "BEGIN");
	for (int64_t i = 1; i <= DRAWN; i++) {
		const int64_t at_ms = i + draw(&seed, 300);
		const struct stored_incident one = {.row = i,
			.received_ms = at_ms / 3 + 1,
			.sender = ONE_OF(senders),
			.region = ONE_OF(regions),
			.rules = ONE_OF(rules),
			.status = 1 + (int)draw(&seed, 3)};

		if (draw(&seed, 4) == 0) {
			stored_refusal(stored, &one);
		} else {
			stored_incident(stored, &one);
		}
	}
	stored_run(stored->journal, "COMMIT");
	stored_run(stored->quarantine, "COMMIT");
}

/* The catalogue as it is while incidents come: what follows is not in it yet. */
static void enter_up_to(struct stored *stored, int64_t journal_id)
{
	char sql[256];

	stored_enter(stored);
	snprintf(sql, sizeof(sql),
		"DELETE FROM catalogue WHERE journal_id > %lld;"
		"UPDATE meta SET value = %lld WHERE name = 'catalogued_through'",
		(long long)journal_id, (long long)journal_id);
	stored_run(stored->journal, sql);
}

/* The same by a plain statement over both tables. */
static void read_plainly(struct stored *stored, const struct tocsin_query *query, struct got *got)
{
	char sql[1024];
	sqlite3_stmt *rows = NULL;
	const char *way = query->oldest_first ? "ASC" : "DESC";

	snprintf(sql, sizeof(sql),
		"SELECT v, id FROM (SELECT 1 v, journal_id id, received_ms t, sender, region, rules, status"
		" FROM incident UNION ALL SELECT 2, row, received_ms, sender, '', '', 0 FROM q.refusal)"
		" WHERE t >= ?1 AND t < ?2 AND (?3 IS NULL OR sender = ?3)"
		" AND (?4 IS NULL OR instr(region, '/' || ?4 || '/'))"
		" AND (?5 IS NULL OR instr(rules, '/' || ?5 || '/'))"
		" AND (?6 = 0 OR status = ?6) AND (?7 = 0 OR v = ?7) ORDER BY t %s, v %s, id %s",
		way, way, way);
	assert_int_equal(sqlite3_prepare_v2(stored->journal, sql, -1, &rows, NULL), SQLITE_OK);
	sqlite3_bind_int64(rows, 1, query->from_ms);
	sqlite3_bind_int64(rows, 2, query->to_ms ? query->to_ms : INT64_MAX);
	sqlite3_bind_text(rows, 3, query->sender, -1, SQLITE_STATIC);
	sqlite3_bind_text(rows, 4, query->region, -1, SQLITE_STATIC);
	sqlite3_bind_text(rows, 5, query->rule, -1, SQLITE_STATIC);
	sqlite3_bind_int(rows, 6, (int)query->status);
	sqlite3_bind_int(rows, 7, (int)query->verdict);
	got->count = 0;
	while (sqlite3_step(rows) == SQLITE_ROW) {
		assert_true(got->count < MOST);
		snprintf(got->names[got->count++], sizeof(got->names[0]), "%c%d",
			sqlite3_column_int(rows, 0) == 2 ? 'r' : 'a', sqlite3_column_int(rows, 1));
	}
	sqlite3_finalize(rows);
}

static size_t compare_pages(
	struct stored *stored, struct tocsin_query query, const struct got *expected)
{
	static struct got page;
	size_t seen = 0;
	struct tocsin_query_end end;

	do {
		end = ask(stored, &query, &page);
		assert_true(seen + page.count <= expected->count);
		for (size_t i = 0; i < page.count; i++) {
			assert_string_equal(page.names[i], expected->names[seen + i]);
		}
		seen += page.count;
		query.after = end.after;
	} while (end.more);
	assert_int_equal(seen, expected->count);
	return seen;
}

static void test_like_reading_all(void **state)
{
	static const char *const asked_senders[] = {NULL, "b", "nobody"};
	static const char *const asked_regions[] = {NULL, "ML", "ML05", "NE01"};
	static const char *const asked_rules[] = {NULL, "x", "z"};
	static const int64_t times[][2] = {{0, 0}, {300, 0}, {0, 700}, {300, 310}, {300, 800}};
	static struct got expected;
	struct stored *stored = *state;
	char attach[160];
	uint32_t seed = 11;
	size_t rows = 0;

	fill_drawn(stored);
	snprintf(attach, sizeof(attach), "ATTACH '%s.quarantine' AS q", stored->folder.journal);
	stored_run(stored->journal, attach);
	for (int i = 0; i < 600; i++) {
		if (i % 200 == 0) {
			enter_up_to(stored, DRAWN * (i / 200) / 2);
		}
		const size_t time = draw(&seed, 5);
		const struct tocsin_query query = {
			.from_ms = times[time][0],
			.to_ms = times[time][1],
			.sender = ONE_OF(asked_senders),
			.region = ONE_OF(asked_regions),
			.rule = ONE_OF(asked_rules),
			.verdict = (Tocsin__V1__Verdict)draw(&seed, 3),
			.status = (Tocsin__V1__Status)(draw(&seed, 3) ? 0 : draw(&seed, 4)),
			.oldest_first = draw(&seed, 2) == 1,
			.limit = draw(&seed, 3) ? 1 + draw(&seed, 400) : 1,
		};

		read_plainly(stored, &query, &expected);
		if (query.limit > 1 || expected.count < 200) {
			rows += compare_pages(stored, query, &expected);
		}
	}
	assert_true(rows > 20000);
}

/* A file of more values than are worth finding is read by time: right all the same, and
 * so is an answer that ends at the most rows that one looks at. */
static void test_many_values(void **state)
{
	struct stored *stored = *state;
	struct got got = {0};
	struct tocsin_query query = {.region = "ML", .oldest_first = true, .rule = "none"};

	stored_run(stored->journal,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
		" INSERT INTO incident(journal_id, incident_id, sender, chain, revision, form, received_ms,"
		" hash, receipt, region, rules) SELECT i, 'i' || i, 's', 'i' || i, 1, 1, i, x'', x'',"
		" '/ML/ML' || i || '/', CASE i WHEN 19000 THEN '/none/' ELSE '/r' || i || '/' END FROM n");
	stored_enter(stored);
	struct tocsin_query_end end = ask(stored, &query, &got);
	size_t answers = 1;
	while (end.more) {
		assert_int_equal(got.count, 0);
		query.after = end.after;
		end = ask(stored, &query, &got);
		answers++;
	}
	assert_int_equal(answers, (20000 + TOCSIN_QUERY_MAX_LOOKS - 1) / TOCSIN_QUERY_MAX_LOOKS);
	assert_int_equal(got.count, 1);
	assert_string_equal(got.names[0], "a19000");
	query = (struct tocsin_query){.region = "ML19500"};
	while ((end = ask(stored, &query, &got)).more) {
		query.after = end.after;
	}
	assert_string_equal(got.names[0], "a19500");
}

/* Each statement that a query runs, as SQLite would run it. */
static int see_statement(unsigned kind, void *ctx, void *statement, void *text)
{
	sqlite3_stmt *plan = NULL;
	sqlite3 *file = sqlite3_db_handle(statement);
	const char *sql = sqlite3_sql(statement);
	char explain[2048];

	(void)kind;
	(void)text;
	if (strncmp(sql, "EXPLAIN", 7) == 0 || strncmp(sql, "BEGIN", 5) == 0 ||
		strncmp(sql, "ROLLBACK", 8) == 0) {
		return 0;
	}
	++*(size_t *)ctx;
	snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s", sql);
	assert_int_equal(sqlite3_prepare_v2(file, explain, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);
		const bool walks = strncmp(step, "SCAN ", 5) == 0 && strcmp(step, "SCAN v") != 0;
		/* Of one incident the rows are few. */
		const bool sorts = strstr(step, "TEMP B-TREE") && !strstr(sql, "incident_id = ?1") &&
			!strstr(sql, "chain = ?1");

		if (walks || sorts) {
			print_error("%s\n  %s\n", sql, step);
			fail();
		}
	}
	sqlite3_finalize(plan);
	return 0;
}

static void test_uses_indexes(void **state)
{
	struct stored *stored = *state;
	static const struct tocsin_query queries[] = {{0}, {.oldest_first = true}, {.sender = "a"},
		{.sender = "a", .oldest_first = true, .from_ms = 5, .to_ms = 900}, {.region = "ML05"},
		{.rule = "x", .oldest_first = true}, {.rule = "x", .region = "ML", .sender = "b"},
		{.incident = "incident-5"}, {.incident = "X", .oldest_first = true}, {REJECTED}};
	struct got got = {0};
	size_t statements = 0;

	fill_drawn(stored);
	enter_up_to(stored, DRAWN / 2);
	sqlite3_trace_v2(stored->journal, SQLITE_TRACE_STMT, see_statement, &statements);
	sqlite3_trace_v2(stored->quarantine, SQLITE_TRACE_STMT, see_statement, &statements);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		ask(stored, &queries[i], &got);
	}
	assert_true(statements > 100);
}

static void test_open(void **state)
{
	struct stored *stored = *state;
	sqlite3 *file = NULL;
	char error[TOCSIN_JOURNAL_ERROR];
	char path[128];

	assert_int_equal(tocsin_query_open(stored->folder.journal, 4, &file, error), TOCSIN_OK);
	assert_int_equal(sqlite3_exec(file, "DELETE FROM incident", NULL, NULL, NULL), SQLITE_READONLY);
	sqlite3_close(file);
	file = NULL;
	stored_run(stored->journal, "PRAGMA user_version = 1");
	assert_int_equal(tocsin_query_open(stored->folder.journal, 4, &file, error), TOCSIN_INVALID);
	assert_string_equal(error,
		"was written by an older Tocsin (schema 1): a hub that starts on it brings it up to date");
	assert_int_equal(tocsin_query_open(stored->folder.journal, 1, &file, error), TOCSIN_OK);
	sqlite3_close(file);
	file = NULL;
	stored_run(stored->journal, "PRAGMA user_version = 5");
	assert_int_equal(tocsin_query_open(stored->folder.journal, 4, &file, error), TOCSIN_INVALID);
	assert_string_equal(error, "was written by a newer Tocsin (schema 5, this one knows 4)");
	stored_run(stored->journal, "PRAGMA user_version = 0");
	assert_int_equal(tocsin_query_open(stored->folder.journal, 1, &file, error), TOCSIN_INVALID);
	assert_string_equal(error, "is not the journal of a hub");
	snprintf(path, sizeof(path), "%s/none", stored->folder.path);
	assert_int_equal(tocsin_query_open(path, 2, &file, error), TOCSIN_NOT_FOUND);
	assert_int_equal(tocsin_query_open(stored->folder.path, 2, &file, error), TOCSIN_IO);
	assert_null(file);
	FILE *text = fopen(path, "w");
	assert_true(text && fputs("a text that is no database at all, and long enough", text) > 0);
	(void)fclose(text);
	assert_int_equal(tocsin_query_open(path, 2, &file, error), TOCSIN_INVALID);
	assert_string_equal(error, "file is not a database");
	assert_null(file);
	assert_int_equal(tocsin_query_open_quarantine(stored->folder.journal, &file, error), TOCSIN_OK);
	assert_non_null(file);
	sqlite3_close(file);
	file = (sqlite3 *)1;
	assert_int_equal(tocsin_query_open_quarantine(path, &file, error), TOCSIN_OK);
	assert_null(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_filters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_row, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_alerts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stops_where_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cursor, setup, teardown),
		cmocka_unit_test_setup_teardown(test_path, setup, teardown),
		cmocka_unit_test_setup_teardown(test_like_reading_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_uses_indexes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
