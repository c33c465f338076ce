/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include <errno.h>
#include <unistd.h>

#include "clients/base/pipe_signal.h"

static volatile sig_atomic_t came;

static void count(int number)
{
	(void)number;
	came++;
}

/* As a write to a line that has broken. */
static void write_to_nobody(void)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write(ends[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[1]);
}

static int start(void **state)
{
	(void)state;
	came = 0;
	return signal(SIGPIPE, count) == SIG_ERR;
}

static void dropped(void **state)
{
	struct tocsin_pipe_signal held;
	(void)state;
	tocsin_pipe_signal_hold(&held);
	write_to_nobody();
	write_to_nobody();
	errno = EDOM;
	tocsin_pipe_signal_drop(&held);
	assert_int_equal(errno, EDOM);
	assert_int_equal(came, 0);
	write_to_nobody();
	assert_int_equal(came, 1);
}

static void let_through(void **state)
{
	struct tocsin_pipe_signal held;
	(void)state;
	tocsin_pipe_signal_hold(&held);
	write_to_nobody();
	assert_int_equal(came, 0);
	tocsin_pipe_signal_let(&held);
	assert_int_equal(came, 1);
	tocsin_pipe_signal_hold(&held);
	tocsin_pipe_signal_drop(&held);
	tocsin_pipe_signal_hold(&held);
	tocsin_pipe_signal_let(&held);
	assert_int_equal(came, 1);
}

/* One that came before is not the network's. */
static void one_from_before_stays(void **state)
{
	struct tocsin_pipe_signal outer, inner;
	(void)state;
	tocsin_pipe_signal_hold(&outer);
	write_to_nobody();
	tocsin_pipe_signal_hold(&inner);
	tocsin_pipe_signal_drop(&inner);
	assert_int_equal(came, 0);
	tocsin_pipe_signal_let(&outer);
	assert_int_equal(came, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(dropped, start),
		cmocka_unit_test_setup(let_through, start),
		cmocka_unit_test_setup(one_from_before_stays, start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
