/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The journal on a disk in trouble (tests/broker/faults/disk.c is linked in): what was
 * refused is not in the file, then or later; what was taken is; and it heals. */
#include "journal/journal.h"
#include "journal/writer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "journal/fixture.h"

enum { PATIENCE_MS = 20000, RETRY_MS = 10 };

static int64_t steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Only the file that the shim is told of. */
static int setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	char control[128];

	folder_make(folder);
	snprintf(control, sizeof(control), "%s/faults", folder->path);
	setenv("TOCSIN_FAULTS", control, 1);
	setenv("TOCSIN_FAULTS_ON", folder->journal, 1);
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

static void fault(const struct folder *folder, const char *lines)
{
	char fresh[128];
	char control[128];

	snprintf(fresh, sizeof(fresh), "%s/fresh", folder->path);
	snprintf(control, sizeof(control), "%s/faults", folder->path);
	FILE *file = fopen(fresh, "w");
	assert_non_null(file);
	fputs(lines, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(fresh, control), 0);
}

static void path_of(const struct folder *folder, const char *ending, char path[128])
{
	snprintf(path, 128, "%s%s", folder->journal, ending);
}

static int rows_of(const char *path, const char *table)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *statement = NULL;
	char sql[64];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int rows = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	return rows;
}

static int records_of(const char *path)
{
	return rows_of(path, "incident");
}

static struct tocsin_journal *open_it(const struct folder *folder, size_t *records)
{
	const struct tocsin_journal_config config = {.path = folder->journal, .retry_ms = RETRY_MS};
	struct tocsin_journal *journal = NULL;
	char error[512];

	*records = 0;
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	*records = (size_t)records_of(folder->journal);
	return journal;
}

/* True where it was committed. */
static bool put(struct tocsin_journal *journal, uint64_t id)
{
	bool failed = false;

	assert_true(tocsin_journal_push(journal, outcome_make(id, 600)));
	tocsin_journal_flush(journal, PATIENCE_MS);
	struct tocsin_outcome *done = tocsin_journal_collect(journal, &failed);
	assert_non_null(done);
	outcomes_free(done);
	return !failed;
}

static void wait_until_well(struct tocsin_journal *journal)
{
	const int64_t until = steady_ms() + PATIENCE_MS;

	while (!tocsin_journal_ready(journal)) {
		assert_true(steady_ms() < until);
		usleep(1000);
	}
}

static void wait_until_said(struct tocsin_journal *journal, const char *words)
{
	const int64_t until = steady_ms() + PATIENCE_MS;

	while (!strstr(tocsin_journal_error(journal), words)) {
		if (steady_ms() >= until) {
			fail_msg("it says: %s", tocsin_journal_error(journal));
		}
		usleep(1000);
	}
}

static size_t left_in(const struct folder *folder)
{
	size_t records;

	tocsin_journal_close(open_it(folder, &records));
	return records;
}

/* Each refuses one commit and is gone: the next takes its number. */
static void test_each_fault_is_refused_and_heals(void **state)
{
	static const struct {
		const char *lines, *error;
	} faults[] = {
		{"sync EIO\n", "disk I/O error"},
		{"write EIO\n", "disk I/O error"},
		{"write ENOSPC\n", "database or disk is full"},
		{"write EDQUOT\n", "disk I/O error"},
		{"write EROFS\n", "disk I/O error"},
		{"write EROFS\nopen EROFS\n", "disk I/O error"},
	};
	struct folder *folder = *state;
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);
	uint64_t id = 0;

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		assert_true(put(journal, ++id));
		fault(folder, faults[i].lines);
		assert_false(put(journal, id + 1));
		assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_FAILING);
		assert_false(tocsin_journal_ready(journal));
		assert_non_null(strstr(tocsin_journal_error(journal), faults[i].error));
		fault(folder, "");
		wait_until_well(journal);
		assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_OK);
		assert_true(put(journal, ++id));
	}
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), id);
}

/* A transaction whose sync failed stands complete in the log. Told that it is not on
 * disk, its sender may be told the same after a kill. */
static void test_what_a_failed_sync_left_does_not_come_alive(void **state)
{
	struct folder *folder = *state;
	size_t records;
	const pid_t pid = fork();

	if (pid == 0) {
		struct tocsin_journal *journal = open_it(folder, &records);
		if (!put(journal, 1)) {
			_exit(1);
		}
		fault(folder, "sync EIO\n");
		_exit(put(journal, 2) ? 2 : 0);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	fault(folder, "");
	assert_int_equal(left_in(folder), 1);
}

/* Many attempts while the disk refuses, each of which could leave something. */
static void refuse_for_long(struct folder *folder, const char *lines, const char *error)
{
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);

	assert_true(put(journal, records + 1));
	fault(folder, lines);
	assert_false(put(journal, records + 2));
	const int64_t until = steady_ms() + 20 * RETRY_MS;
	while (steady_ms() < until) {
		assert_false(tocsin_journal_ready(journal));
		assert_non_null(strstr(tocsin_journal_error(journal), error));
		usleep(1000);
	}
	/* Not even where the broker ends meanwhile. */
	tocsin_journal_close(journal);
	fault(folder, "");
	assert_int_equal(left_in(folder), records + 1);
}

static void test_a_long_refusal_leaves_nothing(void **state)
{
	refuse_for_long(*state, "sync EIO\n", "disk I/O error");
	refuse_for_long(*state, "write ENOSPC\n", "database or disk is full");
}

/* SQLite would open the file for reading alone, and keep to it. */
static void test_a_file_that_could_not_be_opened_to_write(void **state)
{
	struct folder *folder = *state;
	char away[128];
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);

	assert_true(put(journal, 1));
	path_of(folder, ".away", away);
	assert_int_equal(rename(folder->journal, away), 0);
	fault(folder, "open EROFS\n");
	assert_false(put(journal, 2));
	wait_until_said(journal, "Read-only file system");
	assert_int_equal(rename(away, folder->journal), 0);
	wait_until_said(journal, "attempt to write a readonly database");
	fault(folder, "");
	wait_until_well(journal);
	assert_true(put(journal, 2));
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 2);
}

/* A broker that was killed starts where the disk has no room left. */
static void test_a_start_on_a_full_disk(void **state)
{
	struct folder *folder = *state;
	size_t records;
	const pid_t pid = fork();

	if (pid == 0) {
		_exit(put(open_it(folder, &records), 1) ? 0 : 1);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	fault(folder, "write ENOSPC\n");
	const struct tocsin_journal_config config = {.path = folder->journal, .retry_ms = RETRY_MS};
	struct tocsin_journal *journal = NULL;
	char error[512];

	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_non_null(strstr(error, "can only be read for now. SQLite: "));
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_FAILING);
	assert_false(tocsin_journal_ready(journal));
	assert_int_equal(tocsin_journal_next_id(journal), 2);
	fault(folder, "");
	wait_until_well(journal);
	/* Others get in, as ever. */
	assert_int_equal(records_of(folder->journal), 1);
	assert_true(put(journal, 2));
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 2);
}

static void test_the_main_file_alone_refuses(void **state)
{
	struct folder *folder = *state;
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);

	fault(folder, "write EIO journal.db\n");
	assert_true(put(journal, 1));
	wait_until_said(journal, "safe in its -wal");
	assert_true(put(journal, 2));
	assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_OK);
	fault(folder, "");
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 2);
}

static void test_a_hung_disk_does_not_hold_the_end(void **state)
{
	struct folder *folder = *state;
	bool failed;
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);

	assert_true(put(journal, 1));
	fault(folder, "sync hang\n");
	assert_true(tocsin_journal_push(journal, outcome_make(2, 600)));
	assert_false(tocsin_journal_stop(journal, 100));
	assert_null(tocsin_journal_collect(journal, &failed));
	fault(folder, "");
	assert_true(tocsin_journal_stop(journal, PATIENCE_MS));
	outcomes_free(tocsin_journal_collect(journal, &failed));
	assert_false(failed);
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 2);
}

/* Nor does one that hangs only where the closed file is tidied up. */
static void test_a_disk_that_hangs_in_the_last_checkpoint(void **state)
{
	struct folder *folder = *state;
	bool failed = true;
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);

	fault(folder, "write hang journal.db\n");
	assert_true(tocsin_journal_push(journal, outcome_make(1, 600)));
	assert_false(tocsin_journal_stop(journal, 100));
	tocsin_journal_flush(journal, PATIENCE_MS);
	outcomes_free(tocsin_journal_collect(journal, &failed));
	assert_false(failed);
	fault(folder, "");
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 1);
}

static void test_a_file_that_went_and_came_back(void **state)
{
	static const char *const endings[] = {"", "-wal", ".lock"};
	struct folder *folder = *state;
	char from[128];
	char to[128];
	size_t records;
	uint64_t id = 0;
	struct tocsin_journal *journal = open_it(folder, &records);

	/* Its folder: nothing can be opened until it is there again. */
	char away[80];
	snprintf(away, sizeof(away), "%s-away", folder->path);
	assert_true(put(journal, ++id));
	assert_int_equal(rename(folder->path, away), 0);
	assert_false(put(journal, id + 1));
	assert_non_null(strstr(tocsin_journal_error(journal), "no longer the file"));
	wait_until_said(journal, "No such file or directory");
	assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_FAILING);
	assert_int_equal(rename(away, folder->path), 0);
	wait_until_well(journal);
	assert_true(put(journal, ++id));
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), id);

	/* One of its files deleted: opened anew, with all that was in it. */
	for (size_t i = 1; i < 3; i++) {
		journal = open_it(folder, &records);
		assert_true(put(journal, ++id));
		path_of(folder, endings[i], from);
		assert_int_equal(unlink(from), 0);
		assert_false(put(journal, id + 1));
		wait_until_well(journal);
		assert_true(put(journal, ++id));
		tocsin_journal_close(journal);
		assert_int_equal(left_in(folder), id);
	}

	/* The file itself renamed: a new one goes on with the numbers. */
	journal = open_it(folder, &records);
	path_of(folder, "", from);
	path_of(folder, ".old", to);
	assert_int_equal(rename(from, to), 0);
	assert_false(put(journal, id + 1));
	wait_until_well(journal);
	assert_true(put(journal, ++id));
	tocsin_journal_close(journal);
	assert_int_equal(records_of(to), id - 1);
	assert_int_equal(left_in(folder), 1);
	journal = open_it(folder, &records);
	assert_int_equal(tocsin_journal_next_id(journal), id + 1);
	tocsin_journal_close(journal);
}

/* A volume was mounted over the folder, with a journal of its own. */
static void test_a_file_with_numbers_of_another_is_not_written(void **state)
{
	struct folder *folder = *state;
	struct folder other;
	char from[128];
	size_t records;
	struct tocsin_journal *journal;

	folder_make(&other);
	journal = open_it(&other, &records);
	for (uint64_t id = 1; id <= 5; id++) {
		assert_true(put(journal, id));
	}
	tocsin_journal_close(journal);
	journal = open_it(folder, &records);
	assert_true(put(journal, 1));
	assert_int_equal(rename(other.journal, folder->journal), 0);
	assert_false(put(journal, 2));
	wait_until_said(journal, "goes on to number 5, which this broker, having come to 1,");
	assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_FAILING);
	/* With its own gone as well, a new one is begun. */
	path_of(folder, "", from);
	assert_int_equal(unlink(from), 0);
	wait_until_well(journal);
	assert_true(put(journal, 2));
	tocsin_journal_close(journal);
	folder_remove(&other);
}

/* Another owner at the new place of the path. */
static void test_a_path_that_another_broker_owns_by_now(void **state)
{
	struct folder *folder = *state;
	char lock[128];
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);

	assert_true(put(journal, 1));
	path_of(folder, ".lock", lock);
	assert_int_equal(unlink(lock), 0);
	struct tocsin_journal *other = open_it(folder, &records);
	assert_int_equal(records, 1);
	assert_false(put(journal, 2));
	wait_until_said(journal, "belongs to another running broker");
	assert_true(put(other, 2));
	assert_false(tocsin_journal_ready(journal));
	tocsin_journal_close(other);
	wait_until_said(journal, "goes on to number 2");
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 2);
}

static void spoil(const char *path, off_t first_page)
{
	char rubbish[4096];
	const int file = open(path, O_WRONLY);

	memset(rubbish, 0xff, sizeof(rubbish));
	assert_true(file >= 0);
	for (off_t at = first_page; at < 64; at++) {
		assert_int_equal(
			pwrite(file, rubbish, sizeof(rubbish), at * (off_t)sizeof(rubbish)), sizeof(rubbish));
	}
	close(file);
}

/* Makes the writer read the file anew: the log may hold all that it needs, and as long
 * as nobody else writes, it knows its pages. */
static void write_beside(const struct folder *folder)
{
	sqlite3 *database = NULL;

	assert_int_equal(sqlite3_open(folder->journal, &database), SQLITE_OK);
	/* The writer may be at something of its own. */
	sqlite3_busy_timeout(database, PATIENCE_MS);
	assert_int_equal(
		sqlite3_exec(database, "PRAGMA wal_checkpoint(TRUNCATE); UPDATE probe SET at = at + 1",
			NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(database);
}

static void test_corrupted_while_it_runs(void **state)
{
	struct folder *folder = *state;
	char name[128];
	size_t records;
	struct tocsin_journal *journal = open_it(folder, &records);
	uint64_t id = 0;

	for (int round = 1; round <= 2; round++) {
		assert_true(put(journal, ++id));
		write_beside(folder);
		/* Once the whole file, once behind what is read in opening it. */
		spoil(folder->journal, round - 1);
		assert_false(put(journal, id + 1));
		wait_until_well(journal);
		char words[128];
		snprintf(words, sizeof(words), "journal.db.corrupt-%d; a new one was begun", round);
		assert_non_null(strstr(tocsin_journal_error(journal), "WAS CORRUPTED"));
		assert_non_null(strstr(tocsin_journal_error(journal), words));
		snprintf(name, sizeof(name), "%s.corrupt-%d", folder->journal, round);
		assert_int_equal(access(name, F_OK), 0);
		assert_true(put(journal, ++id));
	}
	tocsin_journal_close(journal);
	assert_int_equal(left_in(folder), 1);
}

/* All pages of a table or an index. */
static void spoil_tree(const char *path, const char *name)
{
	enum { PAGE = 8192, MOST = 64 };
	static char rubbish[PAGE];
	off_t pages[MOST];
	size_t count = 0;
	sqlite3 *database = NULL;
	sqlite3_stmt *rows = NULL;

	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(database, "SELECT pageno FROM dbstat WHERE name = ?", -1, &rows, NULL),
		SQLITE_OK);
	sqlite3_bind_text(rows, 1, name, -1, SQLITE_STATIC);
	while (sqlite3_step(rows) == SQLITE_ROW && count < MOST) {
		pages[count++] = sqlite3_column_int(rows, 0);
	}
	sqlite3_finalize(rows);
	sqlite3_close(database);
	assert_in_range(count, 1, MOST - 1);
	memset(rubbish, 0xff, sizeof(rubbish));
	const int file = open(path, O_WRONLY | O_CLOEXEC);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(pwrite(file, rubbish, PAGE, (pages[i] - 1) * PAGE), PAGE);
	}
	close(file);
}

static const char *const numbers[] = {"incident", "sqlite_autoindex_counter_1"};

/* What is opened anew need not be what was written last. */
static void test_broken_where_no_commit_came_to(void **state)
{
	struct folder *folder = *state;
	char name[128];
	size_t records;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct tocsin_journal *journal = open_it(folder, &records);
		const uint64_t id = tocsin_journal_next_id(journal);

		assert_true(put(journal, id));
		write_beside(folder);
		spoil_tree(folder->journal, numbers[i]);
		path_of(folder, ".lock", name);
		assert_int_equal(unlink(name), 0);
		assert_false(put(journal, id + 1));
		wait_until_well(journal);
		assert_non_null(strstr(tocsin_journal_error(journal), "WAS CORRUPTED"));
		assert_true(put(journal, id + 1));
		tocsin_journal_close(journal);
		assert_int_equal(left_in(folder), 1);
	}
}

/* Its numbers come to be given to nothing else. */
static void test_broken_numbers_at_the_start(void **state)
{
	struct folder *folder = *state;
	struct tocsin_journal_config config = {.path = folder->journal};
	struct tocsin_journal *journal = NULL;
	char error[512];
	size_t records;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		journal = open_it(folder, &records);
		const uint64_t id = tocsin_journal_next_id(journal);
		assert_true(put(journal, id));
		tocsin_journal_close(journal);
		spoil_tree(folder->journal, numbers[i]);
		assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
		assert_string_equal(error, "");
		assert_true(tocsin_journal_next_id(journal) > id + 1);
		tocsin_journal_close(journal);
		assert_int_equal(unlink(folder->journal), 0);
	}
}

/* An engine asks how far audiences have counted before anything is restored. */
static void test_a_broken_count_at_the_start(void **state)
{
	struct folder *folder = *state;
	struct tocsin_journal_config config = {.path = folder->journal};
	char error[512];
	size_t records;
	uint64_t sequence = 0;
	struct tocsin_journal *journal = open_it(folder, &records);

	assert_true(put(journal, 1));
	tocsin_journal_close(journal);
	spoil_tree(folder->journal, "alert_by_sequence");
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	/* Nothing is wrong yet. */
	assert_int_equal(tocsin_journal_mend(journal), TOCSIN_NO_MEMORY);
	const struct tocsin_archive *archive = tocsin_journal_archive(journal);
	assert_int_equal(archive->audience_sequence(archive->ctx, "partners", &sequence), TOCSIN_IO);
	assert_int_equal(tocsin_journal_mend(journal), TOCSIN_OK);
	assert_non_null(strstr(tocsin_journal_error(journal), "journal.db.corrupt-1; a new one"));
	assert_int_equal(archive->audience_sequence(archive->ctx, "partners", &sequence), TOCSIN_OK);
	assert_int_equal(sequence, 0);
	assert_int_equal(tocsin_journal_next_id(journal), 2);
	tocsin_journal_close(journal);
}

/* Where nobody reads it, somebody is to know that it was broken; and what is refused goes
 * where the next start looks for it. */
static void test_a_quarantine_that_broke_or_went(void **state)
{
	struct folder *folder = *state;
	struct tocsin_journal_config config = {.path = folder->journal};
	const struct tocsin_refusal refusal = {
		.incident_id = "", .sender = "mopti-17", .receipt = (const uint8_t *)"", .hash = {0}};
	struct tocsin_journal *journal = NULL;
	char error[512];
	char name[128];

	path_of(folder, ".quarantine", name);
	FILE *file = fopen(name, "w");
	for (int i = 0; i < 1000; i++) {
		fputs("this is no database ", file);
	}
	fclose(file);
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_non_null(strstr(error, "the quarantine file beside it WAS CORRUPTED"));
	assert_null(strstr(error, "cannot be kept"));
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	assert_int_equal(unlink(name), 0);
	tocsin_journal_quarantine(journal, &refusal);
	assert_true(put(journal, 1));
	tocsin_journal_close(journal);
	assert_int_equal(access(name, F_OK), 0);
	assert_int_equal(rows_of(name, "refusal"), 1);
}

/* Of an earlier one only the log may be left: it is not overwritten. */
static void test_no_name_is_taken_twice(void **state)
{
	struct folder *folder = *state;
	char name[128];
	char kept[16] = "";

	path_of(folder, ".corrupt-1-wal", name);
	FILE *file = fopen(name, "w");
	fputs("precious", file);
	fclose(file);
	file = fopen(folder->journal, "w");
	for (int i = 0; i < 1000; i++) {
		fputs("this is no database ", file);
	}
	fclose(file);
	assert_int_equal(left_in(folder), 0);
	file = fopen(name, "r");
	assert_non_null(fgets(kept, sizeof(kept), file));
	fclose(file);
	assert_string_equal(kept, "precious");
	path_of(folder, ".corrupt-2", name);
	assert_int_equal(access(name, F_OK), 0);
}

/* A card that takes 10 MB a second gets a shorter one than a disk. */
static void test_a_log_is_as_long_as_its_disk_is_fast(void **state)
{
	const int64_t mib = 1 << 20;

	(void)state;
	assert_int_equal(tocsin_writer_longest_log(64 * mib, 6400), 64 * mib);
	assert_int_equal(tocsin_writer_longest_log(64 * mib, 250), 128 * mib);
	assert_int_equal(tocsin_writer_longest_log(64 * mib, 60), 256 * mib);
	assert_int_equal(tocsin_writer_longest_log(5 * mib, 0), 256 * mib);
}

/* A log that fills the disk before it is moved over leaves the main file no room. */
static void test_a_log_never_outgrows_what_is_free(void **state)
{
	(void)state;
	assert_true(tocsin_writer_log_is_large((64 << 20) + 1, 64 << 20, UINT64_MAX));
	assert_false(tocsin_writer_log_is_large(64 << 20, 64 << 20, UINT64_MAX));
	assert_true(tocsin_writer_log_is_large(8 << 20, 64 << 20, (8 << 20) - 1));
	assert_false(tocsin_writer_log_is_large(8 << 20, 64 << 20, 8 << 20));
	assert_false(tocsin_writer_log_is_large(4 << 20, 64 << 20, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_fault_is_refused_and_heals, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_a_failed_sync_left_does_not_come_alive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_long_refusal_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_file_that_could_not_be_opened_to_write, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_start_on_a_full_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_main_file_alone_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_hung_disk_does_not_hold_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_disk_that_hangs_in_the_last_checkpoint, setup, teardown),
		cmocka_unit_test(test_a_log_never_outgrows_what_is_free),
		cmocka_unit_test(test_a_log_is_as_long_as_its_disk_is_fast),
		cmocka_unit_test_setup_teardown(test_a_file_that_went_and_came_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_file_with_numbers_of_another_is_not_written, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_path_that_another_broker_owns_by_now, setup, teardown),
		cmocka_unit_test_setup_teardown(test_corrupted_while_it_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_where_no_commit_came_to, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken_numbers_at_the_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_broken_count_at_the_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_quarantine_that_broke_or_went, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_name_is_taken_twice, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
