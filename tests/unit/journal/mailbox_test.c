/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What the broker's thread sees of a writer that is held, refused or ended. */
#include "journal/mailbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "journal/fixture.h"

enum { PATIENCE_MS = 20000, FOREVER_MS = 1000000 };

static int64_t steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void make(struct tocsin_mailbox *mailbox, int64_t retry_ms)
{
	const struct tocsin_journal_config config = {.queue_capacity = 2, .retry_ms = retry_ms};

	assert_int_equal(tocsin_mailbox_init(mailbox, &config), TOCSIN_OK);
}

static void wait_until_slow(struct tocsin_mailbox *mailbox)
{
	const int64_t until = steady_ms() + PATIENCE_MS;

	while (tocsin_mailbox_state(mailbox) != TOCSIN_JOURNAL_SLOW) {
		assert_true(steady_ms() < until);
	}
}

static void fail_one(struct tocsin_mailbox *mailbox, const char *error)
{
	struct tocsin_work work;
	bool failed = false;

	assert_true(tocsin_mailbox_push(mailbox, outcome_make(1, 10)));
	tocsin_mailbox_take(mailbox, FOREVER_MS, &work);
	tocsin_mailbox_failed(mailbox, &work.outcomes, error);
	outcomes_free(tocsin_mailbox_collect(mailbox, &failed));
	assert_true(failed);
}

static void test_a_batch_in_hand_for_long_is_slow(void **state)
{
	struct tocsin_mailbox mailbox;
	struct tocsin_work work;
	bool failed;

	(void)state;
	make(&mailbox, 0);
	assert_int_equal(mailbox.slow_ms, 1000);
	mailbox.slow_ms = 30;
	const int64_t began = steady_ms();
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(1, 10)));
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	wait_until_slow(&mailbox);
	assert_true(steady_ms() - began >= 30);
	/* Slow is not refused: there is still room. */
	assert_true(tocsin_mailbox_ready(&mailbox));
	tocsin_mailbox_done(&mailbox, &work.outcomes);
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_OK);
	outcomes_free(tocsin_mailbox_collect(&mailbox, &failed));
	assert_false(failed);
	tocsin_mailbox_finish(&mailbox);
}

/* The writer may be held elsewhere, in a checkpoint say. */
static void test_a_batch_not_taken_for_long_is_slow(void **state)
{
	struct tocsin_mailbox mailbox;
	struct tocsin_work work;
	bool failed;

	(void)state;
	make(&mailbox, 0);
	mailbox.slow_ms = 30;
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(1, 10)));
	wait_until_slow(&mailbox);
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	/* What came meanwhile waits from now on. */
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(2, 10)));
	mailbox.slow_ms = PATIENCE_MS;
	mailbox.waiting_since_ms -= 2 * PATIENCE_MS;
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_SLOW);
	tocsin_mailbox_done(&mailbox, &work.outcomes);
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_OK);
	mailbox.slow_ms = 30;
	wait_until_slow(&mailbox);
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	tocsin_mailbox_done(&mailbox, &work.outcomes);
	outcomes_free(tocsin_mailbox_collect(&mailbox, &failed));
	tocsin_mailbox_finish(&mailbox);
}

static void test_a_full_queue_is_slow_at_once(void **state)
{
	struct tocsin_mailbox mailbox;
	struct tocsin_work work;
	bool failed;

	(void)state;
	make(&mailbox, 0);
	mailbox.slow_ms = FOREVER_MS;
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(1, 10)));
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_OK);
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(2, 10)));
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_SLOW);
	assert_false(tocsin_mailbox_ready(&mailbox));
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	tocsin_mailbox_done(&mailbox, &work.outcomes);
	outcomes_free(tocsin_mailbox_collect(&mailbox, &failed));
	tocsin_mailbox_finish(&mailbox);
}

static struct tocsin_refusal *refusal(void)
{
	return calloc(1, sizeof(struct tocsin_refusal));
}

static void test_refusals_do_not_put_off_the_next_attempt(void **state)
{
	struct tocsin_mailbox mailbox;
	struct tocsin_work work = {0};
	const int64_t until = steady_ms() + PATIENCE_MS;

	(void)state;
	make(&mailbox, 30);
	const int64_t began = steady_ms();
	fail_one(&mailbox, "SQLite: disk I/O error");
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_FAILING);
	do {
		tocsin_mailbox_refuse(&mailbox, refusal());
		tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
		assert_int_equal(work.refusal_count, 1);
		free(work.refusals[0]);
	} while (!work.retry && steady_ms() < until);
	assert_true(work.retry);
	assert_true(steady_ms() - began >= 30);
	/* Not again before its time, and then without anything that comes. */
	tocsin_mailbox_refuse(&mailbox, refusal());
	mailbox.retry_at_ms += FOREVER_MS;
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	assert_false(work.retry);
	free(work.refusals[0]);
	mailbox.retry_at_ms -= FOREVER_MS;
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	assert_true(work.retry);
	tocsin_mailbox_healed(&mailbox);
	assert_int_equal(tocsin_mailbox_state(&mailbox), TOCSIN_JOURNAL_OK);
	assert_true(tocsin_mailbox_ready(&mailbox));
	tocsin_mailbox_finish(&mailbox);
}

static void test_errors_count_what_is_new(void **state)
{
	struct tocsin_mailbox mailbox;
	char error[TOCSIN_JOURNAL_ERROR];

	(void)state;
	make(&mailbox, 0);
	assert_int_equal(tocsin_mailbox_errors(&mailbox), 0);
	tocsin_mailbox_note(&mailbox, "");
	assert_int_equal(tocsin_mailbox_errors(&mailbox), 0);
	fail_one(&mailbox, "full");
	tocsin_mailbox_note(&mailbox, "full");
	assert_int_equal(tocsin_mailbox_errors(&mailbox), 1);
	tocsin_mailbox_note(&mailbox, "locked");
	assert_int_equal(tocsin_mailbox_errors(&mailbox), 2);
	tocsin_mailbox_error(&mailbox, error);
	assert_string_equal(error, "locked");
	tocsin_mailbox_finish(&mailbox);
}

static void test_a_writer_that_is_held_does_not_end(void **state)
{
	struct tocsin_mailbox mailbox;
	struct tocsin_work work;
	bool failed;

	(void)state;
	make(&mailbox, 0);
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(1, 10)));
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	assert_false(work.stop);
	const int64_t began = steady_ms();
	assert_false(tocsin_mailbox_stop(&mailbox, 30));
	assert_true(steady_ms() - began >= 30);
	assert_false(tocsin_mailbox_ready(&mailbox));
	assert_null(tocsin_mailbox_collect(&mailbox, &failed));
	tocsin_mailbox_done(&mailbox, &work.outcomes);
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	assert_true(work.stop);
	tocsin_mailbox_end(&mailbox);
	assert_true(tocsin_mailbox_stop(&mailbox, FOREVER_MS));
	outcomes_free(tocsin_mailbox_collect(&mailbox, &failed));
	assert_false(failed);
	tocsin_mailbox_finish(&mailbox);
}

static size_t push_and_take(struct tocsin_mailbox *mailbox, size_t count)
{
	struct tocsin_work work;
	bool failed;

	for (size_t i = 0; i < count; i++) {
		assert_true(tocsin_mailbox_push(mailbox, outcome_make(i + 1, 10)));
	}
	tocsin_mailbox_take(mailbox, FOREVER_MS, &work);
	const size_t taken = work.outcomes.count;
	tocsin_mailbox_done(mailbox, &work.outcomes);
	outcomes_free(tocsin_mailbox_collect(mailbox, &failed));
	return taken;
}

static void test_after_many_the_next_is_waited_for(void **state)
{
	const struct tocsin_journal_config config = {.queue_capacity = 2 * TOCSIN_GATHER_MANY};
	struct tocsin_mailbox mailbox;

	(void)state;
	assert_int_equal(tocsin_mailbox_init(&mailbox, &config), TOCSIN_OK);
	assert_int_equal(push_and_take(&mailbox, 1), 1);
	assert_int_equal(push_and_take(&mailbox, TOCSIN_GATHER_MANY), TOCSIN_GATHER_MANY);
	/* As if they had been taken just now, however slow this machine is. */
	mailbox.gather.last_us += (int64_t)FOREVER_MS * 1000;
	/* Not where the queue is full, nor where somebody waits for the commit. */
	assert_int_equal(push_and_take(&mailbox, config.queue_capacity), config.queue_capacity);
	mailbox.gather.last_us += (int64_t)FOREVER_MS * 1000;
	mailbox.hurry = true;
	assert_int_equal(push_and_take(&mailbox, TOCSIN_GATHER_MANY), TOCSIN_GATHER_MANY);
	mailbox.hurry = false;
	assert_int_equal(mailbox.gather.pause, 0);
	mailbox.gather.last_us += (int64_t)FOREVER_MS * 1000;
	const int64_t began = steady_ms();
	assert_int_equal(push_and_take(&mailbox, TOCSIN_GATHER_MANY), TOCSIN_GATHER_MANY);
	assert_true(steady_ms() - began >= TOCSIN_GATHER_WAIT_US / 1000);
	/* Nobody came. */
	assert_int_equal(mailbox.gather.pause, TOCSIN_GATHER_PAUSE);
	tocsin_mailbox_finish(&mailbox);
}

static void *wait_for_commit(void *mailbox)
{
	tocsin_mailbox_wait(mailbox, FOREVER_MS);
	return NULL;
}

static void test_who_waits_for_the_commit_is_in_a_hurry(void **state)
{
	struct tocsin_mailbox mailbox;
	struct tocsin_work work;
	pthread_t thread;
	bool failed;
	bool hurry = false;

	(void)state;
	make(&mailbox, 0);
	assert_true(tocsin_mailbox_push(&mailbox, outcome_make(1, 10)));
	assert_int_equal(pthread_create(&thread, NULL, wait_for_commit, &mailbox), 0);
	while (!hurry) {
		pthread_mutex_lock(&mailbox.lock);
		hurry = mailbox.hurry;
		pthread_mutex_unlock(&mailbox.lock);
	}
	tocsin_mailbox_take(&mailbox, FOREVER_MS, &work);
	tocsin_mailbox_done(&mailbox, &work.outcomes);
	pthread_join(thread, NULL);
	assert_false(mailbox.hurry);
	outcomes_free(tocsin_mailbox_collect(&mailbox, &failed));
	tocsin_mailbox_finish(&mailbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_batch_in_hand_for_long_is_slow),
		cmocka_unit_test(test_a_batch_not_taken_for_long_is_slow),
		cmocka_unit_test(test_a_full_queue_is_slow_at_once),
		cmocka_unit_test(test_refusals_do_not_put_off_the_next_attempt),
		cmocka_unit_test(test_errors_count_what_is_new),
		cmocka_unit_test(test_a_writer_that_is_held_does_not_end),
		cmocka_unit_test(test_after_many_the_next_is_waited_for),
		cmocka_unit_test(test_who_waits_for_the_commit_is_in_a_hurry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
