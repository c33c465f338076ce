/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "folder_rig.h"

#include <poll.h>
#include <signal.h>

#include "clients/watch/hook.h"

/* How those so far ended, one word each. */
struct ends {
	char text[4096];
};

static void note(void *ctx, const struct tocsin_hook_end *end)
{
	struct ends *ends = ctx;
	size_t used = strlen(ends->text);
	snprintf(ends->text + used, sizeof(ends->text) - used, "%s:%d/%d/%d ", end->label, end->status,
		end->signal, end->error);
}

static uint64_t add(struct tocsin_hook *hook, const char *label, const char *input)
{
	char name[100];
	snprintf(name, sizeof(name), "LABEL=%s", label);
	const struct tocsin_hook_about about = {{name}};
	return tocsin_hook_add(hook, label, input, strlen(input), &about);
}

static void run_all(struct tocsin_hook *hook)
{
	tocsin_hook_turn(hook);
	while (tocsin_hook_count(hook) > 0) {
		struct pollfd end = {.fd = tocsin_hook_descriptor(hook), .events = POLLIN};
		(void)poll(&end, 1, 1000);
		tocsin_hook_turn(hook);
	}
}

static void in_order_with_data_apart(void **state)
{
	char folder[RIG_PATH], command[2 * RIG_PATH];
	struct ends ends = {""};
	(void)state;
	rig_folder(folder);
	snprintf(command, sizeof(command), "echo \"$LABEL $(cat)\" >> %s/out", folder);
	struct tocsin_hook *hook = tocsin_hook_create(command, note, &ends);
	assert_int_equal(add(hook, "a", "one"), 1);
	assert_int_equal(add(hook, "$(exit 9); exit 8", "`exit 7`"), 2);
	assert_int_equal(add(hook, "c", ""), 3);
	assert_int_equal(tocsin_hook_done(hook), 0);
	run_all(hook);
	assert_int_equal(tocsin_hook_done(hook), 3);
	assert_int_equal(tocsin_hook_descriptor(hook), -1);
	assert_string_equal(ends.text, "a:0/0/0 $(exit 9); exit 8:0/0/0 c:0/0/0 ");
	snprintf(command, sizeof(command), "%s/out", folder);
	char *text = rig_read(command);
	assert_string_equal(text, "a one\n$(exit 9); exit 8 `exit 7`\nc \n");
	free(text);
	tocsin_hook_destroy(hook);
	rig_folder_remove(folder);
}

static void how_they_end(void **state)
{
	struct ends ends = {""};
	(void)state;
	struct tocsin_hook *hook = tocsin_hook_create(
		"case $LABEL in a) exit 3;; b) kill -TERM $$;; c) no-such-command-here;; esac 2>/dev/null",
		note, &ends);
	add(hook, "a", "");
	add(hook, "b", "");
	add(hook, "c", "");
	add(hook, "d", "");
	run_all(hook);
	assert_string_equal(ends.text, "a:3/0/0 b:0/15/0 c:127/0/0 d:0/0/0 ");
	tocsin_hook_destroy(hook);
	tocsin_hook_destroy(NULL);
}

static void what_nobody_reads_holds_nothing_up(void **state)
{
	struct ends ends = {""};
	(void)state;
	char *input = test_calloc(1, 1 << 20);
	memset(input, 'x', (1 << 20) - 1);
	struct tocsin_hook *hook = tocsin_hook_create("true", note, &ends);
	add(hook, "a", input);
	run_all(hook);
	assert_string_equal(ends.text, "a:0/0/0 ");
	tocsin_hook_destroy(hook);
	test_free(input);
}

static void it_is_bounded(void **state)
{
	struct ends ends = {""};
	(void)state;
	struct tocsin_hook *hook = tocsin_hook_create("sleep 100", note, &ends);
	for (int i = 0; i < TOCSIN_MAX_HOOK_QUEUE; i++)
		assert_int_equal(add(hook, "a", "x"), i + 1);
	assert_int_equal(add(hook, "b", "x"), 0);
	tocsin_hook_turn(hook);
	assert_int_equal(tocsin_hook_cut(hook), TOCSIN_MAX_HOOK_QUEUE - 1);
	assert_int_equal(tocsin_hook_count(hook), 1);
	tocsin_hook_kill(hook);
	run_all(hook);
	assert_string_equal(ends.text, "a:0/9/0 ");
	/* There is room again. */
	assert_int_equal(add(hook, "c", "x"), TOCSIN_MAX_HOOK_QUEUE + 1);
	assert_int_equal(tocsin_hook_cut(hook), 1);
	tocsin_hook_destroy(hook);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_with_data_apart),
		cmocka_unit_test(how_they_end),
		cmocka_unit_test(what_nobody_reads_holds_nothing_up),
		cmocka_unit_test(it_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
