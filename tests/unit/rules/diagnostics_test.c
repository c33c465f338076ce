/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/diagnostics.h"
#include "rules/limits.h"

static void check_printed(const struct tocsin_diagnostics *list, const char *expected)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	tocsin_diagnostics_print(list, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void sorts_by_place(void **state)
{
	(void)state;
	struct tocsin_diagnostics list;
	tocsin_diagnostics_init(&list);
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "b", 1, 1, "last");
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "a", 10, 2, "third");
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_WARNING, "a", 9, 30, "second");
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "a", 10, 11, "fourth %d", 4);
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "a", 0, 0, "first");
	tocsin_diagnostics_sort(&list);
	assert_int_equal(list.errors, 4);
	check_printed(&list,
		"a: error: first\na:9:30: warning: second\na:10:2: error: third\n"
		"a:10:11: error: fourth 4\nb:1:1: error: last\n");
	tocsin_diagnostics_finish(&list);
	assert_int_equal(list.count, 0);
	tocsin_diagnostics_finish(&list);
	tocsin_diagnostics_finish(NULL);
}

static void escapes_what_could_mislead(void **state)
{
	(void)state;
	struct tocsin_diagnostics list;
	tocsin_diagnostics_init(&list);
	tocsin_diagnostics_add(
		&list, TOCSIN_NOTE_ERROR, "f\n", 1, 1, "'%s'", "S\xC3\xA9gou\n\t\x1B[31m\xFF\xC3");
	check_printed(&list, "f\\x0A:1:1: error: 'S\xC3\xA9gou\\x0A\\x09\\x1B[31m\\xFF\\xC3'\n");
	tocsin_diagnostics_finish(&list);
	/* U+0085, a line end to some terminals, is a control character too. */
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "f", 1, 1, "\xC2\x85\xF0\x9F\x94\x94");
	check_printed(&list, "f:1:1: error: \\xC2\\x85\xF0\x9F\x94\x94\n");
	tocsin_diagnostics_finish(&list);
}

static void full_list_prefers_errors(void **state)
{
	(void)state;
	struct tocsin_diagnostics list;
	tocsin_diagnostics_init(&list);
	for (unsigned i = 1; i <= TOCSIN_MAX_DIAGNOSTICS; i++)
		tocsin_diagnostics_add(&list, TOCSIN_NOTE_WARNING, "f", i, 1, "warning");
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "f", 7, 1, "error");
	tocsin_diagnostics_add(&list, TOCSIN_NOTE_WARNING, "f", 8, 1, "one more warning");
	assert_int_equal(list.count, TOCSIN_MAX_DIAGNOSTICS);
	assert_int_equal(list.items[TOCSIN_MAX_DIAGNOSTICS - 1].kind, TOCSIN_NOTE_ERROR);
	for (unsigned i = 0; i < 2 * TOCSIN_MAX_DIAGNOSTICS; i++)
		tocsin_diagnostics_add(&list, TOCSIN_NOTE_ERROR, "f", i, 1, "error");
	assert_int_equal(list.count, TOCSIN_MAX_DIAGNOSTICS);
	assert_int_equal(list.errors, 2 * TOCSIN_MAX_DIAGNOSTICS + 1);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].kind, TOCSIN_NOTE_ERROR);
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	tocsin_diagnostics_print(&list, out);
	fclose(out);
	assert_non_null(strstr(text, "\nand 201 more errors\n"));
	free(text);
	tocsin_diagnostics_finish(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_by_place),
		cmocka_unit_test(escapes_what_could_mislead),
		cmocka_unit_test(full_list_prefers_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
