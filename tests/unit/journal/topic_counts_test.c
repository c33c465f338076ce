/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/topic_counts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "journal/stored.h"

enum { TOPICS = 300, ALERTS = 900, NEW = 3000 };

static uint64_t taken(struct tocsin_topic_counts *counts, const char *topic)
{
	uint64_t sequence = 12345;

	return tocsin_topic_counts_take(counts, topic, &sequence) ? sequence : UINT64_MAX;
}

static void what_is_in_the_file_is_known_once(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_topic_counts counts;
	char topic[32];

	stored_open(&stored);
	for (int i = 0; i < ALERTS; ++i) {
		stored_alert(&stored, 1 + i, i % TOPICS, "partners", (uint64_t)i + 1);
	}
	stored_run(stored.journal,
		"INSERT INTO counter VALUES('topic/gone', 7), ('topic/to/partners/0', 5000),"
		" ('audience/x', 9)");
	tocsin_topic_counts_init(&counts);
	assert_int_equal(taken(&counts, "before/it/is/read"), UINT64_MAX);
	assert_int_equal(tocsin_topic_counts_read(&counts, stored.journal), SQLITE_OK);
	assert_int_equal(taken(&counts, "to/partners/0"), 5000);
	for (int i = 1; i < TOPICS; ++i) {
		snprintf(topic, sizeof(topic), "to/partners/%d", i);
		assert_int_equal(taken(&counts, topic), ALERTS - TOPICS + i + 1 + 1000);
		assert_int_equal(taken(&counts, topic), UINT64_MAX);
	}
	for (int i = 0; i < NEW; ++i) {
		snprintf(topic, sizeof(topic), "to/partners/new/%d", i);
		assert_int_equal(taken(&counts, topic), 0);
		assert_int_equal(taken(&counts, topic), UINT64_MAX);
	}
	assert_int_equal(taken(&counts, "gone"), 7);
	assert_int_equal(taken(&counts, "x"), 0);
	tocsin_topic_counts_finish(&counts);
	stored_close(&stored);
}

static void an_empty_file_has_none(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_topic_counts counts;

	stored_open(&stored);
	tocsin_topic_counts_init(&counts);
	assert_int_equal(tocsin_topic_counts_read(&counts, stored.journal), SQLITE_OK);
	assert_int_equal(taken(&counts, "to/partners/1"), 0);
	tocsin_topic_counts_finish(&counts);
	stored_close(&stored);
}

static void what_cannot_be_read_has_to_be_asked_about(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_topic_counts counts;

	stored_open(&stored);
	stored_alert(&stored, 1, 1, "partners", 1);
	tocsin_topic_counts_init(&counts);
	assert_int_equal(tocsin_topic_counts_read(&counts, stored.journal), SQLITE_OK);
	stored_run(stored.journal, "DROP TABLE alert");
	assert_int_not_equal(tocsin_topic_counts_read(&counts, stored.journal), SQLITE_OK);
	assert_int_equal(taken(&counts, "to/partners/1"), UINT64_MAX);
	tocsin_topic_counts_finish(&counts);
	stored_close(&stored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_in_the_file_is_known_once),
		cmocka_unit_test(an_empty_file_has_none),
		cmocka_unit_test(what_cannot_be_read_has_to_be_asked_about),
	};

	return cmocka_run_group_tests_name("journal/topics_seen", tests, NULL, NULL);
}
