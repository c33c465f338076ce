/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/topics_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "journal/stored.h"

enum { TOPICS = 300, ALERTS = 900 };

static void what_is_in_the_file_is_known(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_topics_seen seen;
	char topic[32];
	int unknown = 0;

	stored_open(&stored);
	for (int i = 0; i < ALERTS; ++i) {
		stored_alert(&stored, 1 + i, i % TOPICS, "partners", (uint64_t)i + 1);
	}
	stored_run(stored.journal, "INSERT INTO counter VALUES('topic/gone', 7), ('audience/x', 9)");
	tocsin_topics_seen_init(&seen);
	assert_true(tocsin_topics_seen_ask(&seen, "before/it/is/read"));
	assert_int_equal(tocsin_topics_seen_read(&seen, stored.journal), SQLITE_OK);
	for (int i = 0; i < TOPICS; ++i) {
		snprintf(topic, sizeof(topic), "to/partners/%d", i);
		assert_true(tocsin_topics_seen_ask(&seen, topic));
		snprintf(topic, sizeof(topic), "to/partners/new/%d", i);
		unknown += !tocsin_topics_seen_ask(&seen, topic);
		assert_true(tocsin_topics_seen_ask(&seen, topic));
	}
	assert_true(unknown > TOPICS - 10);
	assert_true(tocsin_topics_seen_ask(&seen, "gone"));
	tocsin_topics_seen_finish(&seen);
	stored_close(&stored);
}

static void an_empty_file_has_none(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_topics_seen seen;

	stored_open(&stored);
	tocsin_topics_seen_init(&seen);
	assert_int_equal(tocsin_topics_seen_read(&seen, stored.journal), SQLITE_OK);
	assert_false(tocsin_topics_seen_ask(&seen, "to/partners/1"));
	tocsin_topics_seen_finish(&seen);
	stored_close(&stored);
}

static void what_cannot_be_read_may_have_all(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_topics_seen seen;

	stored_open(&stored);
	stored_run(stored.journal, "DROP TABLE alert");
	tocsin_topics_seen_init(&seen);
	assert_int_not_equal(tocsin_topics_seen_read(&seen, stored.journal), SQLITE_OK);
	assert_true(tocsin_topics_seen_ask(&seen, "to/partners/1"));
	tocsin_topics_seen_finish(&seen);
	stored_close(&stored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_in_the_file_is_known),
		cmocka_unit_test(an_empty_file_has_none),
		cmocka_unit_test(what_cannot_be_read_may_have_all),
	};

	return cmocka_run_group_tests_name("journal/topics_seen", tests, NULL, NULL);
}
