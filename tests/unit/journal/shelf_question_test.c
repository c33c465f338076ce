/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/shelf_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/shelf.h"
#include "journal/stored.h"

static const struct tocsin_archive *const archive = &tocsin_shelf_archive;

static enum tocsin_status ask_topic(struct tocsin_shelf *shelf, const char *topic)
{
	uint64_t sequence = 0;

	return archive->topic_sequence(shelf, topic, &sequence);
}

static enum tocsin_status ask_incident(struct tocsin_shelf *shelf, const char *id)
{
	struct tocsin_record record;

	return archive->incident(shelf, id, &record);
}

/* On the other thread, with its own connection. */
static void answer(struct stored *stored, const struct tocsin_shelf_asking *asking)
{
	struct tocsin_shelf *aside = tocsin_shelf_create("");

	tocsin_shelf_lend(aside, stored->journal);
	assert_int_equal(tocsin_shelf_answer(aside, &asking->question), TOCSIN_NOT_FOUND);
	tocsin_shelf_destroy(aside);
}

static void one_question_at_a_time(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_shelf_asking asking = {.count = 0};

	stored_open(&stored);
	struct tocsin_shelf *shelf = tocsin_shelf_create(stored.folder.journal);
	assert_int_equal(ask_incident(shelf, "a"), TOCSIN_NOT_FOUND);
	tocsin_shelf_ask(shelf, &asking);
	assert_int_equal(ask_incident(shelf, "a"), TOCSIN_IO);
	assert_int_equal(ask_topic(shelf, "b"), TOCSIN_IO);
	assert_true(asking.open);
	assert_int_equal(asking.question.subject, TOCSIN_SUBJECT_INCIDENT);
	assert_string_equal(asking.question.name, "a");
	answer(&stored, &asking);
	asking.open = false;
	assert_int_equal(ask_incident(shelf, "a"), TOCSIN_NOT_FOUND);
	assert_int_equal(ask_incident(shelf, "b"), TOCSIN_IO);
	asking.open = false;
	assert_int_equal(ask_topic(shelf, "b"), TOCSIN_IO);
	assert_int_equal(asking.question.subject, TOCSIN_SUBJECT_TOPIC);
	asking.open = false;
	assert_int_equal(ask_topic(shelf, "b"), TOCSIN_OK);
	assert_int_equal(asking.count, 3);
	tocsin_shelf_ask(shelf, NULL);
	assert_int_equal(ask_incident(shelf, "c"), TOCSIN_NOT_FOUND);
	tocsin_shelf_destroy(shelf);
	stored_close(&stored);
}

/* What has no room among the questions is read at once, and never asked for ever. */
static void there_are_so_many_questions(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_shelf_asking asking = {.count = 0};
	char name[TOCSIN_SHELF_QUESTION + 1];

	stored_open(&stored);
	struct tocsin_shelf *shelf = tocsin_shelf_create(stored.folder.journal);
	tocsin_shelf_ask(shelf, &asking);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(ask_incident(shelf, name), TOCSIN_NOT_FOUND);
	name[sizeof(name) - 2] = '\0';
	assert_int_equal(ask_incident(shelf, name), TOCSIN_IO);
	for (int i = 1; i < TOCSIN_SHELF_QUESTIONS; i++) {
		snprintf(name, sizeof(name), "%d", i);
		asking.open = false;
		assert_int_equal(ask_incident(shelf, name), TOCSIN_IO);
	}
	asking.open = false;
	assert_int_equal(ask_incident(shelf, "one more"), TOCSIN_NOT_FOUND);
	assert_false(asking.open);
	tocsin_shelf_destroy(shelf);
	stored_close(&stored);
}

/* A shelf that rests has no answer, now or later. */
static void nothing_is_asked_of_a_resting_shelf(void **state)
{
	(void)state;
	struct stored stored;
	struct tocsin_shelf_asking asking = {.count = 0};

	stored_open(&stored);
	struct tocsin_shelf *shelf = tocsin_shelf_create(stored.folder.journal);
	tocsin_shelf_ask(shelf, &asking);
	tocsin_shelf_rest(shelf, true);
	assert_int_equal(ask_incident(shelf, "a"), TOCSIN_IO);
	assert_false(asking.open);
	tocsin_shelf_destroy(shelf);
	stored_close(&stored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_question_at_a_time),
		cmocka_unit_test(there_are_so_many_questions),
		cmocka_unit_test(nothing_is_asked_of_a_resting_shelf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
