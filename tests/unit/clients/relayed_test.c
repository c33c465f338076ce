/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "folder_rig.h"

#include <errno.h>
#include <sys/stat.h>

#include "clients/watch/relayed.h"

static struct tocsin_relayed *open_ok(const char *path)
{
	struct tocsin_relayed *relayed = NULL;
	assert_int_equal(tocsin_relayed_open(path, &relayed), TOCSIN_OK);
	assert_non_null(relayed);
	return relayed;
}

static void add_ok(struct tocsin_relayed *relayed, const char *reference, const char *topic)
{
	assert_int_equal(tocsin_relayed_add(relayed, reference, topic), TOCSIN_OK);
}

#define ONE "hub,a1,2024-08-07T10:00:00-00:00"
#define TWO "hub,a2,2024-08-07T11:00:00-00:00"

static void check_both(const struct tocsin_relayed *relayed)
{
	assert_true(tocsin_relayed_has(relayed, "a1", "p/x"));
	assert_true(tocsin_relayed_has(relayed, "a1", "p/y"));
	assert_true(tocsin_relayed_has(relayed, "a2", "p/x"));
	assert_false(tocsin_relayed_has(relayed, "a2", "p/y"));
	assert_false(tocsin_relayed_has(relayed, "a", "p/x"));
	assert_false(tocsin_relayed_has(relayed, "hub", "p/x"));
	assert_string_equal(tocsin_relayed_reference(relayed, "a1"), ONE);
	assert_string_equal(tocsin_relayed_reference(relayed, "a2"), TWO);
	assert_null(tocsin_relayed_reference(relayed, "a3"));
	assert_null(tocsin_relayed_reference(relayed, ""));
}

static void it_remembers_alert_and_topic(void **state)
{
	struct tocsin_relayed *relayed = open_ok(NULL);
	(void)state;
	assert_null(tocsin_relayed_reference(relayed, "a1"));
	add_ok(relayed, ONE, "p/x");
	add_ok(relayed, ONE, "p/y");
	add_ok(relayed, TWO, "p/x");
	check_both(relayed);
	tocsin_relayed_close(relayed);
	tocsin_relayed_close(NULL);
}

static void note_down(void *ctx, const char *reference, const char *topic)
{
	char *text = ctx;
	snprintf(text + strlen(text), 200 - strlen(text), "%s %s\n", reference, topic);
}

static void all_of_it_oldest_first(void **state)
{
	struct tocsin_relayed *relayed = open_ok(NULL);
	char text[200] = "";
	(void)state;
	tocsin_relayed_each(relayed, note_down, text);
	assert_string_equal(text, "");
	add_ok(relayed, TWO, "p/x");
	add_ok(relayed, ONE, "p/y");
	tocsin_relayed_each(relayed, note_down, text);
	assert_string_equal(text, TWO " p/x\n" ONE " p/y\n");
	tocsin_relayed_close(relayed);
}

static void it_outlives_the_relay(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	struct stat file;
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/relayed", folder);
	struct tocsin_relayed *relayed = open_ok(path);
	add_ok(relayed, ONE, "p/x");
	add_ok(relayed, ONE, "p/y");
	tocsin_relayed_close(relayed);
	relayed = open_ok(path);
	add_ok(relayed, TWO, "p/x");
	tocsin_relayed_close(relayed);
	relayed = open_ok(path);
	check_both(relayed);
	tocsin_relayed_close(relayed);
	/* It names topics and times: nobody else's to read. */
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	assert_int_equal(rig_folder_remove(folder), 1);
}

static void what_is_no_line_is_passed_over(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/relayed", folder);
	rig_write(path,
		"\n \nno\nhub,a1 p/x\nhub,,2024 p/x\n,a9,2024 p/x\nhub,a9, p/x\nhub,a9,2024 \n"
		"hub,a9,2024 p/x p\n" ONE " p/x\n" ONE " p/y\n" TWO " p/x\nhub,a3,2024-08");
	struct tocsin_relayed *relayed = open_ok(path);
	check_both(relayed);
	assert_null(tocsin_relayed_reference(relayed, "a9"));
	/* The last line was cut short, and does not swallow what follows. */
	add_ok(relayed, "hub,a4,2024", "p/x");
	tocsin_relayed_close(relayed);
	relayed = open_ok(path);
	check_both(relayed);
	assert_true(tocsin_relayed_has(relayed, "a4", "p/x"));
	tocsin_relayed_close(relayed);
	assert_int_equal(rig_folder_remove(folder), 1);
}

static void what_would_be_no_line_is_refused(void **state)
{
	static const char *const wrong[][2] = {{"hub", "p"}, {"hub,a", "p"}, {"hub,a,t", ""},
		{"hub,a,t", "p q"}, {"hub,a b,t", "p"}, {"hub,a,t\n", "p"}, {"", "p"}, {"hub,a,t", "p\nq"}};
	struct tocsin_relayed *relayed = open_ok(NULL);
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (tocsin_relayed_add(relayed, wrong[i][0], wrong[i][1]) != TOCSIN_INVALID)
			fail_msg("taken: %s %s", wrong[i][0], wrong[i][1]);
	assert_null(tocsin_relayed_reference(relayed, "a"));
	tocsin_relayed_close(relayed);
}

static void two_relays_do_not_share_a_file(void **state)
{
	char folder[RIG_PATH], path[2 * RIG_PATH];
	struct tocsin_relayed *other = NULL;
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/relayed", folder);
	struct tocsin_relayed *relayed = open_ok(path);
	assert_int_equal(tocsin_relayed_open(path, &other), TOCSIN_LIMIT);
	assert_null(other);
	tocsin_relayed_close(relayed);
	tocsin_relayed_close(open_ok(path));
	assert_int_equal(rig_folder_remove(folder), 1);
	assert_int_equal(tocsin_relayed_open(path, &other), TOCSIN_IO);
	assert_int_equal(errno, ENOENT);
}

static void add_many(struct tocsin_relayed *relayed, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		char reference[64], topic[256];
		snprintf(reference, sizeof(reference), "hub,id-%zu,2024-08-07T10:00:00-00:00", i);
		snprintf(topic, sizeof(topic), "p/%0200zu", i);
		add_ok(relayed, reference, topic);
	}
}

static void the_newest_are_kept(void **state)
{
	enum { MANY = 3 * TOCSIN_MAX_RELAYED };
	char folder[RIG_PATH], path[2 * RIG_PATH], id[32];
	struct stat file;
	(void)state;
	rig_folder(folder);
	snprintf(path, sizeof(path), "%s/relayed", folder);
	struct tocsin_relayed *relayed = open_ok(path);
	add_many(relayed, 0, MANY);
	for (size_t i = MANY - TOCSIN_MAX_RELAYED; i < MANY; i++) {
		snprintf(id, sizeof(id), "id-%zu", i);
		assert_non_null(tocsin_relayed_reference(relayed, id));
	}
	assert_null(tocsin_relayed_reference(relayed, "id-0"));
	/* The file was shortened on the way, and is still locked. */
	struct tocsin_relayed *other = NULL;
	assert_int_equal(tocsin_relayed_open(path, &other), TOCSIN_LIMIT);
	tocsin_relayed_close(relayed);
	assert_int_equal(stat(path, &file), 0);
	assert_true(file.st_size <= 8 << 20);
	relayed = open_ok(path);
	snprintf(id, sizeof(id), "id-%d", MANY - 1);
	assert_non_null(tocsin_relayed_reference(relayed, id));
	snprintf(id, sizeof(id), "id-%d", MANY - 10000);
	assert_non_null(tocsin_relayed_reference(relayed, id));
	tocsin_relayed_close(relayed);
	assert_int_equal(rig_folder_remove(folder), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_remembers_alert_and_topic),
		cmocka_unit_test(all_of_it_oldest_first),
		cmocka_unit_test(it_outlives_the_relay),
		cmocka_unit_test(what_is_no_line_is_passed_over),
		cmocka_unit_test(what_would_be_no_line_is_refused),
		cmocka_unit_test(two_relays_do_not_share_a_file),
		cmocka_unit_test(the_newest_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
