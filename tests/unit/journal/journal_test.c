/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The journal on real files: what it says is on disk is there after a kill, what
 * the disk refuses comes back whole and in order, and it heals by itself. */
#include "journal/journal.h"

#include <fcntl.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "journal/fixture.h"
#include "journal/schema.h"

enum { PATIENCE_MS = 20000 };

static int setup(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	folder_make(folder);
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

/* What the file holds. */
struct seen {
	uint64_t ids[4096];
	size_t count, alerts;
};

static void look(const char *path, struct seen *seen)
{
	sqlite3 *database = NULL;
	sqlite3_stmt *rows = NULL;

	memset(seen, 0, sizeof(*seen));
	assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database,
						 "SELECT journal_id, (SELECT count(*) FROM alert WHERE row >> 16 ="
						 " incident.journal_id) FROM incident ORDER BY journal_id",
						 -1, &rows, NULL),
		SQLITE_OK);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		assert_true(seen->count < 4096);
		seen->ids[seen->count++] = (uint64_t)sqlite3_column_int64(rows, 0);
		seen->alerts += (size_t)sqlite3_column_int64(rows, 1);
	}
	sqlite3_finalize(rows);
	sqlite3_close(database);
}

static struct tocsin_journal *open_at(const char *path, size_t capacity, struct seen *seen)
{
	struct tocsin_journal_config config = {
		.path = path, .queue_capacity = capacity, .retry_ms = 10};
	struct tocsin_journal *journal = NULL;
	char error[256] = "unset";

	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_string_equal(error, "");
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	look(path, seen);
	return journal;
}

/* Everything that was pushed, in order, whatever its fate. */
static struct tocsin_outcome *collect_all(struct tocsin_journal *journal, bool *failed)
{
	tocsin_journal_flush(journal, PATIENCE_MS);
	return tocsin_journal_collect(journal, failed);
}

static void test_written_is_read_back(void **state)
{
	struct folder *folder = *state;
	struct seen seen = {0};
	bool failed = true;
	struct tocsin_journal *journal = open_at(folder->journal, 0, &seen);

	assert_int_equal(tocsin_journal_next_id(journal), 1);
	for (uint64_t id = 1; id <= 100; id++) {
		assert_true(tocsin_journal_push(journal, outcome_make(id, 600)));
	}
	struct tocsin_outcome *done = collect_all(journal, &failed);
	assert_false(failed);
	uint64_t expected = 1;
	for (struct tocsin_outcome *one = done; one; one = one->next) {
		assert_int_equal(one->record->journal_id, expected++);
	}
	assert_int_equal(expected, 101);
	outcomes_free(done);
	tocsin_journal_close(journal);

	journal = open_at(folder->journal, 0, &seen);
	assert_int_equal(seen.count, 100);
	assert_int_equal(seen.alerts, 200);
	assert_int_equal(seen.ids[99], 100);
	assert_int_equal(tocsin_journal_next_id(journal), 101);
	tocsin_journal_close(journal);
}

static void compare(const struct tocsin_archive *archive, uint64_t journal_id)
{
	struct tocsin_outcome *made = outcome_make(journal_id, 600);
	const struct tocsin_record *wanted = made->record;
	struct tocsin_record record;
	const uint8_t *bytes = NULL;
	size_t size = 0;
	uint64_t sequence = 0;

	assert_int_equal(archive->incident(archive->ctx, wanted->incident_id, &record), TOCSIN_OK);
	assert_int_equal(record.journal_id, journal_id);
	assert_string_equal(record.incident_id, wanted->incident_id);
	assert_string_equal(record.sender, wanted->sender);
	assert_string_equal(record.chain, wanted->chain);
	assert_int_equal(record.revision, wanted->revision);
	assert_int_equal(record.form, wanted->form);
	assert_int_equal(record.received_ms, wanted->received_ms);
	assert_memory_equal(record.hash, wanted->hash, sizeof(wanted->hash));
	assert_int_equal(record.receipt_size, wanted->receipt_size);
	assert_memory_equal(record.receipt, wanted->receipt, wanted->receipt_size);
	for (size_t i = 0; i < 2; i++) {
		const struct tocsin_record_alert *alert = &wanted->alerts[i];

		assert_int_equal(
			archive->alert(archive->ctx, tocsin_alert_row(journal_id, i), &bytes, &size),
			TOCSIN_OK);
		assert_int_equal(size, alert->size);
		assert_memory_equal(bytes, alert->bytes, size);
		assert_int_equal(
			archive->audience_sequence(archive->ctx, alert->audience, &sequence), TOCSIN_OK);
		assert_int_equal(sequence, 3);
		assert_int_equal(archive->topic_sequence(archive->ctx, alert->topic, &sequence), TOCSIN_OK);
		assert_int_equal(sequence, 3);
	}
	assert_int_equal(archive->alert(archive->ctx, tocsin_alert_row(journal_id, 2), &bytes, &size),
		TOCSIN_NOT_FOUND);
	outcome_free(made);
}

static void test_every_column_survives(void **state)
{
	struct folder *folder = *state;
	struct seen seen = {0};
	bool failed = true;
	struct tocsin_journal *journal = open_at(folder->journal, 0, &seen);

	for (uint64_t id = 1; id <= 3; id++) {
		assert_true(tocsin_journal_push(journal, outcome_make(id, 600)));
	}
	outcomes_free(collect_all(journal, &failed));
	tocsin_journal_close(journal);
	struct tocsin_journal_config config = {.path = folder->journal};
	char error[256];
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	for (uint64_t id = 1; id <= 3; id++) {
		compare(tocsin_journal_archive(journal), id);
	}
	struct tocsin_record record;
	const struct tocsin_archive *archive = tocsin_journal_archive(journal);
	assert_int_equal(archive->incident(archive->ctx, "no such id", &record), TOCSIN_NOT_FOUND);
	tocsin_journal_close(journal);
}

static void test_files_are_private(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm", ".lock", ".quarantine"};
	struct folder *folder = *state;
	struct seen seen = {0};
	bool failed;
	const mode_t before = umask(0);
	struct tocsin_journal *journal = open_at(folder->journal, 0, &seen);

	assert_true(tocsin_journal_push(journal, outcome_make(1, 10)));
	outcomes_free(collect_all(journal, &failed));
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		struct stat status;
		char path[128];
		snprintf(path, sizeof(path), "%s%s", folder->journal, endings[i]);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
	}
	umask(before);
	tocsin_journal_close(journal);
}

/* True where another process may not take the file for itself, and so not its log away. */
static bool held_against_others(const char *path)
{
	int status = 0;
	const pid_t other = fork();

	if (other == 0) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		const int file = open(path, O_RDWR);

		_exit(file < 0 || fcntl(file, F_GETLK, &lock) != 0 ? 2 : lock.l_type == F_UNLCK);
	}
	assert_true(other > 0 && waitpid(other, &status, 0) == other);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 0;
}

static void test_opened_anew_drops_no_lock(void **state)
{
	struct folder *folder = *state;
	sqlite3 *first = NULL, *second = NULL;
	char error[TOCSIN_JOURNAL_ERROR];

	assert_int_equal(
		tocsin_database_open(folder->journal, &tocsin_journal_schema, &first, error), TOCSIN_OK);
	assert_true(held_against_others(folder->journal));
	assert_int_equal(
		tocsin_database_open(folder->journal, &tocsin_journal_schema, &second, error), TOCSIN_OK);
	assert_true(held_against_others(folder->journal));
	sqlite3_close(second);
	sqlite3_close(first);
	assert_false(held_against_others(folder->journal));
}

static void assert_refused(const char *path, enum tocsin_status wanted, const char *words)
{
	struct tocsin_journal_config config = {.path = path};
	struct tocsin_journal *journal = NULL;
	char error[512] = "";

	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), wanted);
	assert_null(journal);
	assert_non_null(strstr(error, words));
}

static void test_links_are_not_followed(void **state)
{
	struct folder *folder = *state;
	char aside[128];

	snprintf(aside, sizeof(aside), "%s/elsewhere", folder->path);
	assert_int_equal(symlink(aside, folder->journal), 0);
	assert_refused(folder->journal, TOCSIN_IO, "symbolic links");
	assert_int_equal(access(aside, F_OK), -1);
}

static void test_a_second_owner_is_refused(void **state)
{
	struct folder *folder = *state;
	struct seen seen = {0};
	struct tocsin_journal *journal = open_at(folder->journal, 0, &seen);

	assert_refused(folder->journal, TOCSIN_IO, "belongs to another running broker");
	tocsin_journal_close(journal);
	tocsin_journal_close(open_at(folder->journal, 0, &seen));
}

static void test_a_missing_folder_is_refused(void **state)
{
	(void)state;
	assert_refused("/nonexistent/journal.db", TOCSIN_IO, "No such file or directory");
}

static void test_a_newer_schema_is_refused(void **state)
{
	struct folder *folder = *state;
	sqlite3 *database = NULL;

	assert_int_equal(sqlite3_open(folder->journal, &database), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(database, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
	assert_refused(folder->journal, TOCSIN_INVALID, "newer Tocsin (schema 99");
}

static void test_garbage_is_moved_aside(void **state)
{
	struct folder *folder = *state;
	struct tocsin_journal_config config = {.path = folder->journal};
	struct tocsin_journal *journal = NULL;
	struct seen seen = {0};
	char error[512] = "";
	FILE *file = fopen(folder->journal, "w");

	for (int i = 0; i < 1000; i++) {
		fputs("this is no database ", file);
	}
	fclose(file);
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_non_null(strstr(error, "WAS CORRUPTED"));
	assert_non_null(strstr(error, ".corrupt-"));
	look(folder->journal, &seen);
	assert_int_equal(seen.count, 0);
	tocsin_journal_close(journal);
}

static void test_a_full_queue_takes_no_more(void **state)
{
	struct folder *folder = *state;
	struct seen seen = {0};
	bool failed;
	struct tocsin_journal *journal = open_at(folder->journal, 2, &seen);
	sqlite3 *holder = NULL;

	/* A writer of another process holds the file, so that nothing moves on. */
	assert_int_equal(sqlite3_open(folder->journal, &holder), SQLITE_OK);
	assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	struct tocsin_outcome *third = outcome_make(3, 10);
	assert_true(tocsin_journal_push(journal, outcome_make(1, 10)));
	assert_true(tocsin_journal_push(journal, outcome_make(2, 10)));
	assert_false(tocsin_journal_ready(journal));
	assert_false(tocsin_journal_push(journal, third));
	assert_int_equal(sqlite3_exec(holder, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(holder);
	outcomes_free(collect_all(journal, &failed));
	outcome_free(third);
	tocsin_journal_close(journal);
}

static void post(void *ctx)
{
	assert_int_equal(sem_post(ctx), 0);
}

/* Pushes one, and takes what came of it as soon as the writer says so. */
static struct tocsin_outcome *push_and_hear(
	struct tocsin_journal *journal, uint64_t id, sem_t *told, bool *failed)
{
	struct timespec patience;

	assert_true(tocsin_journal_push(journal, outcome_make(id, 10)));
	clock_gettime(CLOCK_REALTIME, &patience);
	patience.tv_sec += PATIENCE_MS / 1000;
	assert_int_equal(sem_timedwait(told, &patience), 0);
	struct tocsin_outcome *done = tocsin_journal_collect(journal, failed);
	assert_non_null(done);
	assert_int_equal(done->record->journal_id, id);
	return done;
}

/* Whatever is decided, for or against, is told when it can be collected. */
static void test_what_is_decided_is_told(void **state)
{
	struct folder *folder = *state;
	sem_t told;
	struct tocsin_journal_config config = {
		.path = folder->journal, .decided = post, .decided_ctx = &told};
	struct tocsin_journal *journal = NULL;
	char error[256] = "unset", away[128];
	bool failed = true;

	assert_int_equal(sem_init(&told, 0, 0), 0);
	assert_int_equal(tocsin_journal_open(&config, &journal, error, sizeof(error)), TOCSIN_OK);
	assert_int_equal(tocsin_journal_start(journal), TOCSIN_OK);
	outcomes_free(push_and_hear(journal, 1, &told, &failed));
	assert_false(failed);
	snprintf(away, sizeof(away), "%s.away", folder->journal);
	assert_int_equal(rename(folder->journal, away), 0);
	outcomes_free(push_and_hear(journal, 2, &told, &failed));
	assert_true(failed);
	assert_int_equal(rename(away, folder->journal), 0);
	tocsin_journal_close(journal);
	sem_destroy(&told);
}

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit = {bytes, RLIM_INFINITY};

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The file may not grow: the kernel refuses as a full volume does. */
static void test_a_full_disk_fails_whole_and_heals(void **state)
{
	struct folder *folder = *state;
	struct seen seen = {0};
	bool failed = false;
	struct tocsin_journal *journal = open_at(folder->journal, 0, &seen);

	signal(SIGXFSZ, SIG_IGN);
	limit_file_size(64 * 1024);
	for (uint64_t id = 1; id <= 8; id++) {
		struct tocsin_outcome *outcome = outcome_make(id, 60000);
		const bool pushed = tocsin_journal_push(journal, outcome);
		/* The writer may have failed before the later ones come. */
		assert_true(pushed || id > 1);
		if (!pushed) {
			outcome_free(outcome);
		}
	}
	tocsin_journal_flush(journal, PATIENCE_MS);
	assert_int_equal(tocsin_journal_state(journal), TOCSIN_JOURNAL_FAILING);
	assert_true(strlen(tocsin_journal_error(journal)) > 0);
	assert_false(tocsin_journal_ready(journal));
	struct tocsin_outcome *back = tocsin_journal_collect(journal, &failed);
	assert_true(failed);
	for (const struct tocsin_outcome *one = back; one->next; one = one->next) {
		assert_true(one->record->journal_id < one->next->record->journal_id);
	}
	assert_int_equal(back->record->journal_id, 1);
	outcomes_free(back);

	limit_file_size(RLIM_INFINITY);
	struct tocsin_outcome *again = outcome_make(1, 60000);
	while (!tocsin_journal_ready(journal)) {
		usleep(1000);
	}
	assert_true(tocsin_journal_push(journal, again));
	outcomes_free(collect_all(journal, &failed));
	assert_false(failed);
	tocsin_journal_close(journal);
	look(folder->journal, &seen);
	assert_int_equal(seen.count, 1);
}

/* The child tells over a pipe what it was told is on disk, and is killed. */
static void child(const char *path, int out)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	struct tocsin_journal *journal = open_at(path, 64, seen);
	uint64_t id = tocsin_journal_next_id(journal);

	for (;;) {
		bool failed = false;
		struct tocsin_outcome *outcome = outcome_make(id, 600);
		if (tocsin_journal_push(journal, outcome)) {
			id++;
		} else {
			outcome_free(outcome);
		}
		struct tocsin_outcome *done = tocsin_journal_collect(journal, &failed);
		for (struct tocsin_outcome *one = done; one && !failed; one = one->next) {
			if (write(out, &one->record->journal_id, sizeof(uint64_t)) < 0) {
				_exit(1);
			}
		}
		outcomes_free(done);
	}
}

static void test_killed_in_a_burst_nothing_told_is_lost(void **state)
{
	struct folder *folder = *state;
	uint64_t last = 0;

	for (int round = 0; round < 5; round++) {
		int ends[2];
		uint64_t id;
		assert_int_equal(pipe(ends), 0);
		const pid_t pid = fork();
		if (pid == 0) {
			close(ends[0]);
			child(folder->journal, ends[1]);
		}
		close(ends[1]);
		for (int i = 0; i < 200; i++) {
			assert_int_equal(read(ends[0], &id, sizeof(id)), sizeof(id));
			assert_int_equal(id, ++last);
		}
		kill(pid, SIGKILL);
		while (read(ends[0], &id, sizeof(id)) == sizeof(id)) {
			assert_int_equal(id, ++last);
		}
		waitpid(pid, NULL, 0);
		close(ends[0]);
		struct seen *seen = calloc(1, sizeof(*seen));
		struct tocsin_journal *journal = open_at(folder->journal, 0, seen);
		assert_true(seen->count >= last);
		for (size_t i = 0; i < seen->count; i++) {
			assert_int_equal(seen->ids[i], i + 1);
		}
		last = seen->count;
		tocsin_journal_close(journal);
		free(seen);
	}
}

static void test_closing_writes_what_waits(void **state)
{
	struct folder *folder = *state;
	struct seen seen = {0};
	struct tocsin_outcome *outcomes[50];
	struct tocsin_journal *journal = open_at(folder->journal, 0, &seen);

	for (uint64_t id = 1; id <= 50; id++) {
		outcomes[id - 1] = outcome_make(id, 600);
		assert_true(tocsin_journal_push(journal, outcomes[id - 1]));
	}
	tocsin_journal_close(journal);
	for (size_t i = 0; i < 50; i++) {
		outcome_free(outcomes[i]);
	}
	tocsin_journal_close(open_at(folder->journal, 0, &seen));
	assert_int_equal(seen.count, 50);
	tocsin_journal_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_written_is_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_column_survives, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files_are_private, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opened_anew_drops_no_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links_are_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_second_owner_is_refused, setup, teardown),
		cmocka_unit_test(test_a_missing_folder_is_refused),
		cmocka_unit_test_setup_teardown(test_a_newer_schema_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_garbage_is_moved_aside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_full_queue_takes_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_decided_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_full_disk_fails_whole_and_heals, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_killed_in_a_burst_nothing_told_is_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_closing_writes_what_waits, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
