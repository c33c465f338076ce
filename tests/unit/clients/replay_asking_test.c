/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/watch/replay_asking.h"

#define NOW_MS INT64_C(1000000)

static struct tocsin_replay_asking ask_after(uint64_t sequence)
{
	struct tocsin_replay_asking asking = {.wish.after = sequence};
	tocsin_replay_asked(&asking, 1, NOW_MS);
	return asking;
}

static enum tocsin_replay_next end(struct tocsin_replay_asking *asking, uint32_t count,
	uint64_t last_sequence, bool complete, const char *reason)
{
	Tocsin__V1__ReplayEnd said = TOCSIN__V1__REPLAY_END__INIT;
	said.count = count;
	said.last_sequence = last_sequence;
	said.complete = complete;
	said.reason = (char *)(uintptr_t)reason;
	return tocsin_replay_ended(asking, &said, NOW_MS);
}

static void part_by_part(void **state)
{
	struct tocsin_replay_asking asking = ask_after(7);
	(void)state;
	assert_false(tocsin_replay_is_due(&asking, NOW_MS));
	tocsin_replay_came(&asking, 8, NOW_MS);
	tocsin_replay_came(&asking, 9, NOW_MS);
	/* The filter left out what came after it. */
	assert_int_equal(end(&asking, 2, 12, false, ""), TOCSIN_REPLAY_GO_ON);
	assert_int_equal(asking.wish.after, 12);
	assert_true(tocsin_replay_is_due(&asking, NOW_MS));
	tocsin_replay_asked(&asking, 2, NOW_MS);
	tocsin_replay_came(&asking, 13, NOW_MS);
	assert_int_equal(end(&asking, 1, 13, true, ""), TOCSIN_REPLAY_OVER);
	assert_int_equal(asking.came, 3);
	assert_false(asking.partial);
}

static void a_time_is_gone_on_with_by_sequence(void **state)
{
	struct tocsin_replay_asking asking = {.wish = {.by_time = true, .from_ms = 1}};
	(void)state;
	tocsin_replay_asked(&asking, 1, NOW_MS);
	assert_int_equal(end(&asking, 0, 4999, false, ""), TOCSIN_REPLAY_GO_ON);
	assert_false(asking.wish.by_time);
	assert_int_equal(asking.wish.after, 4999);
}

/* What is gone is passed over, and remembered to be gone. */
static void what_the_hub_has_no_more(void **state)
{
	struct tocsin_replay_asking asking = ask_after(0);
	(void)state;
	assert_int_equal(end(&asking, 0, 4999, false, "replay.partial"), TOCSIN_REPLAY_GO_ON);
	tocsin_replay_asked(&asking, 2, NOW_MS);
	tocsin_replay_came(&asking, 5001, NOW_MS);
	assert_int_equal(end(&asking, 1, 5001, true, ""), TOCSIN_REPLAY_OVER);
	assert_true(asking.partial);
	/* All of it gone is no refusal. */
	asking = ask_after(0);
	assert_int_equal(end(&asking, 0, 3, true, "replay.partial"), TOCSIN_REPLAY_OVER);
	assert_true(asking.partial);
}

static void refusals(void **state)
{
	static const char *const reasons[] = {
		"replay.forbidden", "replay.malformed", "replay.unavailable", "replay.of_tomorrow"};
	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		struct tocsin_replay_asking asking = ask_after(3);
		assert_int_equal(end(&asking, 0, 0, false, reasons[i]), TOCSIN_REPLAY_REFUSED);
		assert_string_equal(asking.reason, reasons[i]);
		assert_int_equal(asking.wish.after, 3);
		assert_int_equal(tocsin_replay_reason(reasons[i]) != NULL, i < 3);
	}
	/* What the disk gave before it failed is taken, and the rest asked for. */
	struct tocsin_replay_asking asking = ask_after(3);
	tocsin_replay_came(&asking, 4, NOW_MS);
	assert_int_equal(end(&asking, 1, 4, false, "replay.unavailable"), TOCSIN_REPLAY_GO_ON);
	/* Whatever it is, a terminal is not told it. */
	asking = ask_after(3);
	assert_int_equal(end(&asking, 0, 0, false, "replay.\x1b[2J"), TOCSIN_REPLAY_REFUSED);
	assert_string_equal(asking.reason, "replay.????");
}

/* Its alerts until then were those of an earlier request, some of which got lost. */
static void a_busy_hub_is_asked_the_same_later(void **state)
{
	struct tocsin_replay_asking asking = ask_after(300);
	(void)state;
	tocsin_replay_came(&asking, 401, NOW_MS);
	assert_int_equal(end(&asking, 0, 0, false, "replay.busy"), TOCSIN_REPLAY_AGAIN);
	assert_int_equal(asking.wish.after, 300);
	assert_int_equal(asking.came, 0);
	assert_false(tocsin_replay_is_due(&asking, NOW_MS));
	assert_true(tocsin_replay_is_due(&asking, NOW_MS + 5000));
	for (int i = 0; i < 29; i++) {
		tocsin_replay_asked(&asking, 2, NOW_MS);
		assert_int_equal(end(&asking, 0, 0, false, "replay.busy"), TOCSIN_REPLAY_AGAIN);
	}
	tocsin_replay_asked(&asking, 3, NOW_MS);
	assert_int_equal(end(&asking, 0, 0, false, "replay.busy"), TOCSIN_REPLAY_REFUSED);
	assert_non_null(tocsin_replay_reason(asking.reason));
}

/* The answer to this is still to come. */
static void what_an_earlier_request_is_answered(void **state)
{
	struct tocsin_replay_asking asking = ask_after(500);
	(void)state;
	for (uint64_t sequence = 400; sequence <= 500; sequence++)
		tocsin_replay_came(&asking, sequence, NOW_MS);
	assert_int_equal(end(&asking, 101, 500, false, ""), TOCSIN_REPLAY_AGAIN);
	assert_int_equal(end(&asking, 0, 450, true, "replay.partial"), TOCSIN_REPLAY_AGAIN);
	assert_true(asking.asked);
	assert_false(asking.partial);
	assert_int_equal(asking.came, 0);
	tocsin_replay_came(&asking, 501, NOW_MS);
	assert_int_equal(end(&asking, 1, 501, true, ""), TOCSIN_REPLAY_OVER);
	assert_int_equal(asking.came, 1);
}

static void an_answer_with_holes_counts_for_nothing(void **state)
{
	struct tocsin_replay_asking asking = {.wish = {.by_time = true, .from_ms = 1}};
	(void)state;
	for (int i = 0; i < 3; i++) {
		tocsin_replay_asked(&asking, 1, NOW_MS);
		tocsin_replay_came(&asking, 500, NOW_MS);
		assert_int_equal(end(&asking, 400, 500, true, ""), TOCSIN_REPLAY_AGAIN);
		assert_true(asking.wish.by_time);
		assert_int_equal(asking.wish.after, 0);
		assert_true(tocsin_replay_is_due(&asking, NOW_MS));
	}
	tocsin_replay_asked(&asking, 1, NOW_MS);
	tocsin_replay_came(&asking, 500, NOW_MS);
	assert_int_equal(end(&asking, 400, 500, true, ""), TOCSIN_REPLAY_REFUSED);
	assert_string_equal(asking.reason, "replay.lost");
	assert_non_null(tocsin_replay_reason(asking.reason));
}

static void silence(void **state)
{
	struct tocsin_replay_asking asking = ask_after(0);
	(void)state;
	tocsin_replay_came(&asking, 1, NOW_MS + 20000);
	assert_false(tocsin_replay_is_silent(&asking, NOW_MS + 50000));
	assert_true(tocsin_replay_is_silent(&asking, NOW_MS + 50001));
	/* What could not be sent has no answer. */
	tocsin_replay_asked(&asking, -1, NOW_MS);
	assert_false(asking.asked);
	assert_true(tocsin_replay_is_due(&asking, NOW_MS));
	/* An answer that neither ends nor goes on would be asked for without an end. */
	asking = ask_after(5);
	assert_int_equal(end(&asking, 0, 5, false, ""), TOCSIN_REPLAY_OVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(part_by_part),
		cmocka_unit_test(a_time_is_gone_on_with_by_sequence),
		cmocka_unit_test(what_the_hub_has_no_more),
		cmocka_unit_test(refusals),
		cmocka_unit_test(a_busy_hub_is_asked_the_same_later),
		cmocka_unit_test(what_an_earlier_request_is_answered),
		cmocka_unit_test(an_answer_with_holes_counts_for_nothing),
		cmocka_unit_test(silence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
