/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A journal as the hub writes it, read beside it. */
#include "rules/rig_rules.h"

#include <sqlite3.h>
#include <unistd.h>

#include "clients/hub/journal_file.h"
#include "engine/engine.h"
#include "journal/store.h"
#include "journal/stored.h"

struct journal {
	char folder[32], path[64];
	struct tocsin_store *store;
	struct tocsin_engine *engine;
};

static const char rules[] = "rules:\n"
							"  - id: battles\n"
							"    match: {region: ML, event: battles}\n"
							"    alert: [{audience: partners}]\n";

static void keep(struct journal *journal, const char *sender, const char *text)
{
	char error[TOCSIN_JOURNAL_ERROR];
	bool corrupt = false;
	const struct tocsin_submission submission = {
		.topic_sender = sender,
		.topic_sender_length = strlen(sender),
		.user = sender,
		.client_id = sender,
		.form = TOCSIN_FORM_JSON,
		.payload = (const uint8_t *)text,
		.payload_size = strlen(text),
	};
	struct tocsin_outcome *outcome = tocsin_engine_submit(journal->engine, &submission, RIG_NOW_MS);
	assert_non_null(outcome);
	assert_non_null(outcome->record);
	assert_int_equal(
		tocsin_store_commit(journal->store, outcome, outcome, 0, error, &corrupt), TOCSIN_OK);
	tocsin_engine_settle(journal->engine, outcome);
	tocsin_outcome_destroy(journal->engine, outcome);
}

static void open_journal(struct journal *journal)
{
	const struct tocsin_engine_config config = {.root = "tocsin/v1", .durable = true};
	char error[TOCSIN_JOURNAL_ERROR];
	*journal = (struct journal){.folder = "/tmp/tocsin-journal-XXXXXX"};
	assert_non_null(mkdtemp(journal->folder));
	(void)snprintf(journal->path, sizeof journal->path, "%s/journal", journal->folder);
	assert_int_equal(tocsin_store_open(journal->path, &journal->store, error), TOCSIN_OK);
	journal->engine = tocsin_engine_create(&config, rig_load(rules));
	assert_non_null(journal->engine);
}

static void close_journal(struct journal *journal)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[80];
	tocsin_store_close(journal->store);
	tocsin_engine_destroy(journal->engine);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		(void)snprintf(name, sizeof name, "%s%s", journal->path, suffixes[i]);
		(void)unlink(name);
	}
	(void)rmdir(journal->folder);
}

struct seen {
	size_t count;
	uint64_t journal_id;
	char sender[16];
	char text[2048];
};

static bool see(void *ctx, const struct tocsin_journal_entry *entry)
{
	struct seen *seen = ctx;
	assert_int_equal(entry->form, TOCSIN_FORM_JSON);
	assert_int_equal(entry->received_ms, RIG_NOW_MS);
	assert_true(entry->size < sizeof seen->text);
	seen->count++;
	seen->journal_id = entry->journal_id;
	(void)snprintf(seen->sender, sizeof seen->sender, "%s", entry->sender);
	memcpy(seen->text, entry->bytes, entry->size);
	seen->text[entry->size] = '\0';
	return true;
}

static void assert_found(
	const struct journal *journal, const char *id, uint64_t journal_id, const char *sender)
{
	struct seen seen = {0};
	assert_true(tocsin_journal_file_find("explain", journal->path, id, see, &seen));
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.journal_id, journal_id);
	assert_string_equal(seen.sender, sender);
}

static void assert_absent(const struct journal *journal, const char *id)
{
	struct seen seen = {0};
	assert_false(tocsin_journal_file_find("explain", journal->path, id, see, &seen));
	assert_int_equal(seen.count, 0);
}

/* While the hub has it open for writing. */
static void test_find(void **state)
{
	struct journal journal;
	struct seen seen = {0};
	char *other = strdup(rig_incident_json);
	(void)state;
	assert_non_null(other);
	strstr(other, "8950e")[1] = '8';
	open_journal(&journal);
	assert_absent(&journal, "last");
	keep(&journal, "a", rig_incident_json);
	keep(&journal, "b", other);
	assert_found(&journal, "1", 1, "a");
	assert_found(&journal, "002", 2, "b");
	assert_found(&journal, "last", 2, "b");
	assert_found(&journal, "0f8fad5b-d9cb-469f-a165-70867728850e", 2, "b");
	assert_found(&journal, "0F8FAD5B-D9CB-469F-A165-70867728850E", 2, "b");
	static const char *const none[] = {"0", "3", "-1", "1x", "", "lst", "999999999999999999",
		"99999999999999999999", "1 OR 1=1", "0f8fad5b-d9cb-469f-a165-708677288500"};
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_absent(&journal, none[i]);
	assert_true(tocsin_journal_file_find("explain", journal.path, "1", see, &seen));
	assert_string_equal(seen.text, rig_incident_json);
	seen.count = 0;
	assert_true(tocsin_journal_file_each("diff", journal.path, see, &seen));
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.text, other);
	free(other);
	close_journal(&journal);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *database = NULL;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void test_refused(void **state)
{
	struct journal journal;
	struct seen seen = {0};
	(void)state;
	open_journal(&journal);
	keep(&journal, "a", rig_incident_json);
	run_sql(journal.path, "PRAGMA user_version = 99");
	assert_absent(&journal, "1");
	assert_false(tocsin_journal_file_each("diff", journal.path, see, &seen));
	run_sql(journal.path, "PRAGMA user_version = 0");
	assert_absent(&journal, "1");
	run_sql(journal.path, "PRAGMA user_version = 1");
	assert_found(&journal, "1", 1, "a");
	assert_false(tocsin_journal_file_find("explain", journal.folder, "1", see, &seen));
	assert_false(tocsin_journal_file_find("explain", "/nowhere/journal", "1", see, &seen));
	assert_int_equal(seen.count, 0);
	close_journal(&journal);
}

static bool see_any(void *ctx, const struct tocsin_journal_entry *entry)
{
	(void)entry;
	++*(size_t *)ctx;
	return true;
}

/* Retention took the bytes of one. */
static void test_gone(void **state)
{
	struct stored stored;
	const struct stored_incident gone = {.row = 1, .bytes = "-"};
	const struct stored_incident kept = {.row = 2};
	size_t seen = 0;
	(void)state;
	stored_open(&stored);
	stored_incident(&stored, &gone);
	assert_false(tocsin_journal_file_find("explain", stored.folder.journal, "1", see_any, &seen));
	assert_true(tocsin_journal_file_each("diff", stored.folder.journal, see_any, &seen));
	assert_int_equal(seen, 0);
	stored_incident(&stored, &kept);
	assert_true(tocsin_journal_file_find("explain", stored.folder.journal, "2", see_any, &seen));
	assert_true(tocsin_journal_file_each("diff", stored.folder.journal, see_any, &seen));
	assert_int_equal(seen, 2);
	stored_close(&stored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
