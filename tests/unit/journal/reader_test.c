/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The reader's thread on real files: what it is asked comes back in order, it can be
 * interrupted, and it finds the files again that were moved aside. */
#include "journal/reader.h"

#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal/stored.h"

enum { PATIENCE_S = 20 };

struct rig {
	struct stored stored;
	struct tocsin_reader *reader;
	sem_t done;
};

static void post(void *ctx)
{
	sem_post(ctx);
}

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	stored_open(&rig->stored);
	assert_int_equal(sem_init(&rig->done, 0, 0), 0);
	rig->reader = tocsin_reader_start(rig->stored.folder.journal, post, &rig->done);
	assert_non_null(rig->reader);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	assert_true(tocsin_reader_stop(rig->reader, PATIENCE_S * 1000));
	sem_destroy(&rig->done);
	stored_close(&rig->stored);
	free(rig);
	return 0;
}

/* A job that runs one statement whose result is a number. */
struct number {
	struct tocsin_reader_job job;
	const char *sql;
	bool of_quarantine;
	enum tocsin_status status; /* to be returned where the statement succeeds */
	int64_t got;
	sem_t *begun; /* to be told; NULL: nobody */
	bool ran, finished;
};

static enum tocsin_status read_number(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct number *number = ctx;
	sqlite3 *file = number->of_quarantine ? quarantine : journal;
	sqlite3_stmt *statement = NULL;

	number->ran = true;
	if (number->begun) {
		sem_post(number->begun);
	}
	if (!file) {
		number->got = -1;
		return TOCSIN_OK;
	}
	int result = sqlite3_prepare_v2(file, number->sql, -1, &statement, NULL);
	result = result == SQLITE_OK ? sqlite3_step(statement) : result;
	number->got = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	if (result != SQLITE_ROW) {
		snprintf(error, TOCSIN_JOURNAL_ERROR, "%s", sqlite3_errmsg(file));
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? number->status : TOCSIN_IO;
}

static void finish_number(struct tocsin_reader_job *job)
{
	((struct number *)job->ctx)->finished = true;
}

static struct number *make(struct number *number, const char *sql)
{
	*number = (struct number){
		.job = {.run = read_number, .finish = finish_number, .ctx = number}, .sql = sql};
	return number;
}

static struct tocsin_reader_job *collect(struct rig *rig)
{
	const struct timespec until = {.tv_sec = time(NULL) + PATIENCE_S};
	struct tocsin_reader_job *job;

	while (!(job = tocsin_reader_collect(rig->reader))) {
		assert_int_equal(sem_timedwait(&rig->done, &until), 0);
	}
	return job;
}

static struct number *ask(struct rig *rig, struct number *number)
{
	assert_true(tocsin_reader_submit(rig->reader, &number->job));
	assert_ptr_equal(collect(rig), &number->job);
	return number;
}

static const char count_sql[] = "SELECT count(*) FROM incident";
static const char endless_sql[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
								  " SELECT count(*) FROM n";

static void test_in_order(void **state)
{
	struct rig *rig = *state;
	const struct stored_incident one = {.row = 5};
	struct number numbers[8];
	char sql[8][48];

	stored_incident(&rig->stored, &one);
	assert_null(tocsin_reader_collect(rig->reader));
	for (int i = 0; i < 8; i++) {
		snprintf(sql[i], sizeof(sql[i]), "SELECT count(*) + %d FROM incident", i);
		assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[i], sql[i])->job));
	}
	for (int i = 0; i < 8; i++) {
		assert_ptr_equal(collect(rig), &numbers[i].job);
		assert_int_equal(numbers[i].job.status, TOCSIN_OK);
		assert_string_equal(numbers[i].job.error, "");
		assert_false(numbers[i].job.cancelled);
		assert_int_equal(numbers[i].got, i + 1);
	}
	assert_null(tocsin_reader_collect(rig->reader));
}

static void test_reads_only(void **state)
{
	struct number number;

	ask(*state, make(&number, "DELETE FROM incident"));
	assert_int_equal(number.job.status, TOCSIN_IO);
	assert_string_equal(number.job.error, "attempt to write a readonly database");
}

static enum tocsin_status look_at_mask(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	sigset_t mask;

	(void)journal;
	(void)quarantine;
	(void)error;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	*(bool *)ctx = sigismember(&mask, SIGTERM) && sigismember(&mask, SIGHUP) &&
		sigismember(&mask, SIGUSR1) && sigismember(&mask, SIGRTMIN);
	return TOCSIN_OK;
}

static void test_signals_are_the_brokers(void **state)
{
	struct rig *rig = *state;
	bool blocked = false;
	struct tocsin_reader_job job = {.run = look_at_mask, .ctx = &blocked};
	sigset_t mask;

	assert_true(tocsin_reader_submit(rig->reader, &job));
	assert_ptr_equal(collect(rig), &job);
	assert_true(blocked);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	assert_false(sigismember(&mask, SIGTERM));
}

/* A job that ends when told. */
struct gate {
	struct tocsin_reader_job job;
	sem_t begun, go_on;
	bool finished;
};

static enum tocsin_status wait_at_gate(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct gate *gate = ctx;

	(void)journal;
	(void)quarantine;
	(void)error;
	sem_post(&gate->begun);
	sem_wait(&gate->go_on);
	return TOCSIN_OK;
}

static void finish_gate(struct tocsin_reader_job *job)
{
	((struct gate *)job->ctx)->finished = true;
}

static void hold_up(struct rig *rig, struct gate *gate)
{
	*gate = (struct gate){.job = {.run = wait_at_gate, .finish = finish_gate, .ctx = gate}};
	sem_init(&gate->begun, 0, 0);
	sem_init(&gate->go_on, 0, 0);
	assert_true(tocsin_reader_submit(rig->reader, &gate->job));
	sem_wait(&gate->begun);
}

static void test_bounded(void **state)
{
	struct rig *rig = *state;
	struct number numbers[TOCSIN_READER_JOBS];
	struct gate gate;

	hold_up(rig, &gate);
	for (int i = 0; i < TOCSIN_READER_JOBS - 1; i++) {
		assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[i], count_sql)->job));
	}
	struct number *last = make(&numbers[TOCSIN_READER_JOBS - 1], count_sql);
	assert_false(tocsin_reader_submit(rig->reader, &last->job));
	sem_post(&gate.go_on);
	assert_ptr_equal(collect(rig), &gate.job);
	assert_true(tocsin_reader_submit(rig->reader, &last->job));
	for (int i = 0; i < TOCSIN_READER_JOBS; i++) {
		assert_ptr_equal(collect(rig), &numbers[i].job);
		assert_true(numbers[i].ran);
	}
	sem_destroy(&gate.begun);
	sem_destroy(&gate.go_on);
}

static void test_cancel(void **state)
{
	struct rig *rig = *state;
	struct number numbers[3];
	struct gate gate;

	hold_up(rig, &gate);
	assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[0], count_sql)->job));
	assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[1], endless_sql)->job));
	assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[2], count_sql)->job));
	tocsin_reader_cancel(rig->reader, &numbers[0].job);
	sem_post(&gate.go_on);
	assert_ptr_equal(collect(rig), &gate.job);
	assert_false(gate.job.cancelled);
	assert_ptr_equal(collect(rig), &numbers[0].job);
	assert_true(numbers[0].job.cancelled);
	assert_false(numbers[0].ran);
	/* It runs now, or is about to. */
	tocsin_reader_cancel(rig->reader, &numbers[1].job);
	assert_ptr_equal(collect(rig), &numbers[1].job);
	assert_true(numbers[1].job.cancelled);
	assert_int_equal(numbers[1].job.status, TOCSIN_IO);
	assert_ptr_equal(collect(rig), &numbers[2].job);
	assert_false(numbers[2].job.cancelled);
	assert_int_equal(numbers[2].job.status, TOCSIN_OK);
	sem_destroy(&gate.begun);
	sem_destroy(&gate.go_on);
}

static void test_stop(void **state)
{
	struct rig *rig = *state;
	struct number numbers[3];
	sem_t begun;

	sem_init(&begun, 0, 0);
	assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[0], count_sql)->job));
	make(&numbers[1], endless_sql)->begun = &begun;
	assert_true(tocsin_reader_submit(rig->reader, &numbers[1].job));
	assert_true(tocsin_reader_submit(rig->reader, &make(&numbers[2], count_sql)->job));
	sem_wait(&begun);
	assert_true(tocsin_reader_stop(rig->reader, PATIENCE_S * 1000));
	rig->reader = NULL;
	assert_true(numbers[0].finished);
	assert_true(numbers[0].ran);
	assert_true(numbers[1].finished);
	assert_true(numbers[1].job.cancelled);
	assert_true(numbers[2].finished);
	assert_true(numbers[2].job.cancelled);
	assert_false(numbers[2].ran);
	sem_destroy(&begun);
	assert_true(tocsin_reader_stop(NULL, 0));
}

struct held {
	struct tocsin_reader_job job;
	sem_t begun, released;
	bool finished;
};

/* As a disk that does not answer: it cannot be interrupted. */
static enum tocsin_status hold(
	void *ctx, sqlite3 *journal, sqlite3 *quarantine, char error[TOCSIN_JOURNAL_ERROR])
{
	struct held *held = ctx;

	(void)journal;
	(void)quarantine;
	(void)error;
	sem_post(&held->begun);
	sem_wait(&held->released);
	return TOCSIN_OK;
}

static void finish_held(struct tocsin_reader_job *job)
{
	((struct held *)job->ctx)->finished = true;
}

static void test_a_disk_that_holds_it(void **state)
{
	struct rig *rig = *state;
	struct held held = {.job = {.run = hold, .finish = finish_held, .ctx = &held}};

	sem_init(&held.begun, 0, 0);
	sem_init(&held.released, 0, 0);
	assert_true(tocsin_reader_submit(rig->reader, &held.job));
	sem_wait(&held.begun);
	assert_false(tocsin_reader_stop(rig->reader, 20));
	assert_false(held.finished);
	sem_post(&held.released);
	assert_true(tocsin_reader_stop(rig->reader, PATIENCE_S * 1000));
	assert_true(held.finished);
	rig->reader = NULL;
	sem_destroy(&held.begun);
	sem_destroy(&held.released);
}

static void test_no_file_yet(void **state)
{
	struct rig *rig = *state;
	struct number number;
	char aside[128];

	snprintf(aside, sizeof(aside), "%s.aside", rig->stored.folder.journal);
	assert_int_equal(rename(rig->stored.folder.journal, aside), 0);
	ask(rig, make(&number, count_sql));
	assert_int_equal(number.job.status, TOCSIN_IO);
	assert_string_equal(number.job.error, "No such file or directory");
	assert_false(number.ran);
	assert_int_equal(rename(aside, rig->stored.folder.journal), 0);
	ask(rig, make(&number, count_sql));
	assert_int_equal(number.job.status, TOCSIN_OK);
}

static void test_moved_aside(void **state)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	struct rig *rig = *state;
	struct stored other;
	const struct stored_incident one = {.row = 1};
	struct number number;

	stored_incident(&rig->stored, &one);
	ask(rig, make(&number, count_sql));
	assert_int_equal(number.got, 1);
	/* A new one takes its place, as after a corruption. */
	stored_open(&other);
	sqlite3_close(other.journal);
	other.journal = NULL;
	for (size_t i = 0; i < 3; i++) {
		char from[128];
		char to[128];

		snprintf(from, sizeof(from), "%s%s", rig->stored.folder.journal, endings[i]);
		snprintf(to, sizeof(to), "%s.corrupt-1%s", rig->stored.folder.journal, endings[i]);
		assert_int_equal(rename(from, to), 0);
	}
	assert_int_equal(rename(other.folder.journal, rig->stored.folder.journal), 0);
	ask(rig, make(&number, count_sql));
	assert_int_equal(number.job.status, TOCSIN_OK);
	assert_int_equal(number.got, 0);
	stored_close(&other);
}

static void test_quarantine_comes_later(void **state)
{
	struct rig *rig = *state;
	const struct stored_incident one = {.row = 9};
	struct number number;
	char path[128];
	char aside[128];

	stored_refusal(&rig->stored, &one);
	sqlite3_close(rig->stored.quarantine);
	rig->stored.quarantine = NULL;
	snprintf(path, sizeof(path), "%s.quarantine", rig->stored.folder.journal);
	snprintf(aside, sizeof(aside), "%s.aside", rig->stored.folder.journal);
	assert_int_equal(rename(path, aside), 0);
	make(&number, "SELECT row FROM refusal")->of_quarantine = true;
	assert_int_equal(ask(rig, &number)->got, -1);
	assert_int_equal(number.job.status, TOCSIN_OK);
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(ask(rig, &number)->got, 9);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ask(rig, &number)->got, -1);
	FILE *text = fopen(path, "w");
	assert_true(text && fputs("a text that is no database at all, and long enough", text) > 0);
	(void)fclose(text);
	ask(rig, &number);
	assert_int_equal(number.job.status, TOCSIN_IO);
	assert_string_equal(number.job.error, "the quarantine file beside it: file is not a database");
}

/* What a job sets on its connection is there for the next, unless that failed. */
static void test_opened_anew_after_an_error(void **state)
{
	struct rig *rig = *state;
	struct number number;

	make(&number, "PRAGMA busy_timeout = 7")->status = TOCSIN_NO_MEMORY;
	assert_int_equal(ask(rig, &number)->job.status, TOCSIN_NO_MEMORY);
	ask(rig, make(&number, "PRAGMA busy_timeout"));
	assert_int_equal(number.got, 7);
	make(&number, "PRAGMA busy_timeout")->status = TOCSIN_IO;
	ask(rig, &number);
	ask(rig, make(&number, "PRAGMA busy_timeout"));
	assert_int_equal(number.got, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reads_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signals_are_the_brokers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_disk_that_holds_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_file_yet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moved_aside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quarantine_comes_later, setup, teardown),
		cmocka_unit_test_setup_teardown(test_opened_anew_after_an_error, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
