/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* How long a query takes on a big journal. Its argument is the number of incidents;
 * the figures of broker-plugin/README.md are those of 1000000. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "journal/catalogue.h"
#include "journal/query.h"
#include "journal/query_alerts.h"
#include "journal/stored.h"

enum { INCIDENTS = 20000, RUNS = 5, MOST_MS = 50, FIRST_MS = 1000000 };

static const char incidents[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
	" INSERT INTO incident(journal_id, incident_id, sender, chain, revision, form, received_ms,"
	" hash, bytes, receipt, region, event, severity, status, msg_type, routing, rules)"
	" SELECT i, printf('%08x-d9cb-469f-a165-70867728850e', i), 's' || ((i * 7919) % 500),"
	" printf('%08x-d9cb-469f-a165-70867728850e', i - (i % 10 = 0)), 1, 0, ?2 + i * 60, "
	"zeroblob(32),"
	" zeroblob(600), ?3,"
	" printf('/C%d/C%dA%d/C%dA%dD%02d/', i % 8, i % 8, (i / 8) % 12, i % 8, (i / 8) % 12,"
	" (i * 31) % 40), i % 12 + 1, i % 5 + 1, 1, 1, 1,"
	" printf('/rule-%d/rule-%d/', (i * 13) % 97, 100 + (i * 17) % 53) FROM n";

static const char alerts[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
	" INSERT INTO alert SELECT i << 16, 'partners', i, "
	"'tocsin/v1/to/partners/alert/severe/battles/C'"
	" || (i % 8) || '/C' || (i % 8) || 'A' || ((i / 8) % 12), i / 96, printf('%032x', i), 0, 1, 1,"
	" zeroblob(400) FROM n";

static const char refusals[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
	" INSERT INTO refusal(sender, incident_id, form, received_ms, hash, bytes, receipt)"
	" SELECT 's' || ((i * 7919) % 500), 'r' || i, 0, ?2 + i * 600, zeroblob(32), zeroblob(300), ?3"
	" FROM n";

static void insert(sqlite3 *file, const char *sql, int64_t count)
{
	static const uint8_t receipt[] = {0x10, 1, 0x18, 1, 0x2a, 4, 'r', 'u', 'l', 'e'};
	sqlite3_stmt *statement = NULL;

	assert_int_equal(sqlite3_prepare_v2(file, sql, -1, &statement, NULL), SQLITE_OK);
	sqlite3_bind_int64(statement, 1, count);
	sqlite3_bind_int64(statement, 2, FIRST_MS);
	sqlite3_bind_blob(statement, 3, receipt, sizeof(receipt), SQLITE_STATIC);
	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	sqlite3_finalize(statement);
}

/* Of this thread's own work: what else the machine does is not the query's doing. */
static double now_ms(void)
{
	struct timespec at;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
	return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static enum tocsin_status take(void *ctx, const struct tocsin_query_row *row)
{
	(void)row;
	++*(size_t *)ctx;
	return TOCSIN_OK;
}

static enum tocsin_status take_alert(void *ctx, const struct tocsin_sent_alert *alert)
{
	(void)alert;
	++*(size_t *)ctx;
	return TOCSIN_OK;
}

/* The best of some runs: how long it takes when nothing else does. */
static void measure_query(
	sqlite3 *journal, sqlite3 *quarantine, const char *name, const struct tocsin_query *query)
{
	struct tocsin_query_end end = {0};
	char error[TOCSIN_JOURNAL_ERROR];
	double best = 1e9;
	double first = 0;

	for (int run = 0; run < RUNS; run++) {
		const double began = now_ms();
		size_t seen = 0;

		assert_int_equal(
			tocsin_query_run(journal, quarantine, query, take, &seen, &end, error), TOCSIN_OK);
		const double took = now_ms() - began;
		first = run == 0 ? took : first;
		best = took < best ? took : best;
	}
	printf("%-44s %5zu rows%s %8.2f ms (first %.2f)\n", name, end.rows,
		end.more ? ", more" : "      ", best, first);
	assert_true(best < MOST_MS);
}

static void measure_queries(sqlite3 *journal, sqlite3 *quarantine, int64_t count)
{
	const int64_t end_ms = FIRST_MS + count * 60;
	const int64_t middle_ms = FIRST_MS + count * 30;
	char id[64];
	snprintf(id, sizeof(id), "%08" PRIx64 "-d9cb-469f-a165-70867728850e", (uint64_t)count / 2);
	const struct {
		const char *name;
		struct tocsin_query query;
	} all[] = {
		{"newest", {0}},
		{"oldest", {.oldest_first = true}},
		{"time", {.from_ms = middle_ms, .to_ms = middle_ms + 60000}},
		{"before a time, 1000 rows", {.to_ms = middle_ms, .limit = 1000}},
		{"incident", {.incident = id}},
		{"incident that is not there", {.incident = "0f8fad5b-d9cb-469f-a165-70867728850e"}},
		{"sender", {.sender = "s17"}},
		{"sender, 1000 rows", {.sender = "s17", .limit = 1000}},
		{"sender that is not there", {.sender = "nobody"}},
		{"sender in a time", {.sender = "s17", .from_ms = middle_ms, .to_ms = end_ms}},
		{"region: country", {.region = "C3"}},
		{"region: country, 1000 rows", {.region = "C3", .limit = 1000}},
		{"region: admin-1, oldest", {.region = "C3A7", .oldest_first = true}},
		{"region: admin-2", {.region = "C3A7D05"}},
		{"region that is not there", {.region = "XX"}},
		{"region in a time", {.region = "C3A7", .from_ms = middle_ms, .to_ms = middle_ms + 600000}},
		{"rule", {.rule = "rule-42"}},
		{"rule, 1000 rows, oldest", {.rule = "rule-42", .limit = 1000, .oldest_first = true}},
		{"rule that is not there", {.rule = "none"}},
		{"rule and region", {.rule = "rule-42", .region = "C3A7"}},
		{"sender and region", {.sender = "s17", .region = "C5"}},
		{"sender and region, never together", {.sender = "s17", .region = "XX"}},
		{"rule, region and sender", {.rule = "rule-101", .region = "C1", .sender = "s33"}},
		{"status that hardly any has", {.status = TOCSIN__V1__STATUS__STATUS_TEST}},
		{"rejected", {.verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED}},
		{"rejected of a sender",
			{.verdict = TOCSIN__V1__VERDICT__VERDICT_REJECTED, .sender = "s17"}},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		measure_query(journal, quarantine, all[i].name, &all[i].query);
	}
}

/* To find where a time begins and ends takes a pass over the index on it: the figure is
 * told, and bounded only by what is read. */
static void measure_replay(sqlite3 *journal, int64_t count)
{
	struct tocsin_alert_range range = tocsin_alert_range_after("partners", (uint64_t)count / 2);
	char error[TOCSIN_JOURNAL_ERROR];
	size_t seen = 0;
	size_t given = 0;

	double began = now_ms();
	assert_int_equal(
		tocsin_query_alerts(journal, &range, 900, take_alert, &seen, &given, error), TOCSIN_OK);
	printf("%-44s %5zu rows       %8.2f ms\n", "alerts after a sequence", given, now_ms() - began);
	began = now_ms();
	assert_int_equal(tocsin_alert_range_of_time(journal, "partners", FIRST_MS + count * 15,
						 FIRST_MS + count * 45, &range, error),
		TOCSIN_OK);
	printf("%-44s                  %8.2f ms\n", "sequences of half of all time", now_ms() - began);
	assert_int_equal(range.last - range.after, count / 2);
}

/* All but as many as a hub may leave for later while incidents come. */
static void enter(struct stored *stored)
{
	char sql[256];

	stored_enter(stored);
	snprintf(sql, sizeof(sql),
		"UPDATE meta SET value = value - %d WHERE name = 'catalogued_through';"
		"DELETE FROM catalogue WHERE journal_id >"
		" (SELECT value FROM meta WHERE name = 'catalogued_through')",
		TOCSIN_CATALOGUE_BEHIND + TOCSIN_CATALOGUE_STEP);
	stored_run(stored->journal, sql);
}

int main(int argc, char **argv)
{
	const int64_t count = argc > 1 ? strtoll(argv[1], NULL, 10) : INCIDENTS;
	struct stored stored;
	sqlite3 *journal = NULL;
	sqlite3 *quarantine = NULL;
	char error[TOCSIN_JOURNAL_ERROR];

	stored_open(&stored);
	insert(stored.journal, incidents, count);
	insert(stored.journal, alerts, count);
	insert(stored.quarantine, refusals, count / 10);
	enter(&stored);
	assert_int_equal(tocsin_query_open(stored.folder.journal, 4, &journal, error), TOCSIN_OK);
	assert_int_equal(
		tocsin_query_open_quarantine(stored.folder.journal, &quarantine, error), TOCSIN_OK);
	printf("%" PRId64 " incidents\n", count);
	measure_queries(journal, quarantine, count);
	measure_replay(journal, count);
	sqlite3_close(journal);
	sqlite3_close(quarantine);
	stored_close(&stored);
	return 0;
}
