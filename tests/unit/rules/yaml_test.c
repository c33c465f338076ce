/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/limits.h"
#include "rules/yaml.h"

/* Reads a text and compares what is said of it. */
static void check(const char *text, size_t length, enum tocsin_status wanted, const char *expected)
{
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_yaml document;
	enum tocsin_status status = tocsin_yaml_read("f", text, length, &diagnostics, &document);
	char *shown;
	size_t size;
	FILE *out = open_memstream(&shown, &size);
	tocsin_diagnostics_print(&diagnostics, out);
	fclose(out);
	assert_string_equal(shown, expected);
	assert_int_equal(status, wanted);
	free(shown);
	tocsin_yaml_finish(&document);
	tocsin_diagnostics_finish(&diagnostics);
}

#define REFUSES(text, expected) check(text, sizeof(text) - 1, TOCSIN_INVALID, expected)

static void keeps_texts_and_places(void **state)
{
	(void)state;
	static const char text[] = "a: NO\nb: [on, '1', \"x\\ny\"]\n\xC3\xA9: {c: }\n";
	struct tocsin_diagnostics diagnostics;
	tocsin_diagnostics_init(&diagnostics);
	struct tocsin_yaml document;
	assert_int_equal(
		tocsin_yaml_read("f", text, sizeof(text) - 1, &diagnostics, &document), TOCSIN_OK);
	const struct tocsin_yaml_node *root = &document.nodes[0];
	assert_int_equal(root->kind, TOCSIN_YAML_MAPPING);
	assert_int_equal(root->size, 6);
	const struct tocsin_yaml_node *a = tocsin_yaml_node(&document, root->first);
	const struct tocsin_yaml_node *no = tocsin_yaml_node(&document, a->next);
	assert_string_equal(tocsin_yaml_text(&document, no), "NO");
	assert_true(no->plain);
	assert_int_equal(no->line, 1);
	assert_int_equal(no->column, 4);
	const struct tocsin_yaml_node *b = tocsin_yaml_node(&document, no->next);
	const struct tocsin_yaml_node *list = tocsin_yaml_node(&document, b->next);
	assert_int_equal(list->kind, TOCSIN_YAML_LIST);
	assert_int_equal(list->size, 3);
	const struct tocsin_yaml_node *on = tocsin_yaml_node(&document, list->first);
	const struct tocsin_yaml_node *one = tocsin_yaml_node(&document, on->next);
	const struct tocsin_yaml_node *xy = tocsin_yaml_node(&document, one->next);
	assert_string_equal(tocsin_yaml_text(&document, one), "1");
	assert_false(one->plain);
	assert_string_equal(tocsin_yaml_text(&document, xy), "x\ny");
	assert_null(tocsin_yaml_node(&document, xy->next));
	const struct tocsin_yaml_node *accent = tocsin_yaml_node(&document, list->next);
	const struct tocsin_yaml_node *mapping = tocsin_yaml_node(&document, accent->next);
	assert_int_equal(mapping->column, 4); /* code points, not bytes */
	assert_false(mapping->cut);
	tocsin_yaml_finish(&document);
	tocsin_diagnostics_finish(&diagnostics);
}

static void refuses_what_can_surprise(void **state)
{
	(void)state;
	REFUSES("a: &x 1\nb: *x\n",
		"f:1:4: error: anchors are not allowed\nf:2:4: error: aliases are not allowed\n");
	REFUSES("a: !!int 1\nb: !x [c]\nc: ! d\n",
		"f:1:4: error: tags are not allowed\n"
		"f:2:4: error: tags are not allowed\n"
		"f:3:4: error: tags are not allowed\n");
	REFUSES("a: {<<: {b: 1}}\n", "f:1:5: error: merge keys are not allowed\n");
	REFUSES("? {a: b}\n: c\n", "f:1:3: error: a key is plain text\n");
	REFUSES("a: 1\n---\nb: 2\n", "f:2:1: error: the file holds more than one document\n");
	REFUSES("", "f:1:1: error: the file is empty\n");
	REFUSES("# nothing\n", "f:1:1: error: the file is empty\n");
	REFUSES("a: \"x\\0y\"\n", "f:1:4: error: the text has a control character\n");
	check("a: '<<'\n'<<': b\n", 16, TOCSIN_OK, "");
}

static void refuses_keys_that_stand_twice(void **state)
{
	(void)state;
	REFUSES("a: 1\nb: 2\na: 3\n'a': 4\n",
		"f:3:1: error: key 'a' stands twice, first in line 1\n"
		"f:4:1: error: key 'a' stands twice, first in line 1\n");
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	for (int i = 0; i < 50000; i++)
		fprintf(out, "k%d: x\n", i);
	fputs("k7: y\n", out);
	fclose(out);
	check(
		text, length, TOCSIN_INVALID, "f:50001:1: error: key 'k7' stands twice, first in line 8\n");
	free(text);
}

static void reports_what_came_before_a_syntax_error(void **state)
{
	(void)state;
	REFUSES("a: 1\na: 2\nb: [c\nd: e\n",
		"f:4:2: error: while parsing a flow sequence, did not find expected ',' or ']'\n"
		"f:2:1: error: key 'a' stands twice, first in line 1\n");
	REFUSES("a: \x01\n", "f:1:4: error: control characters are not allowed\n");
}

/* The place is that of the first byte that is wrong, in code points. */
static void refuses_other_encodings(void **state)
{
	(void)state;
#define NOT_UTF8 "not UTF-8 here: save the file as UTF-8 (it looks like Latin-1 or UTF-16)\n"
	REFUSES("a: \xFF\n", "f:1:4: error: " NOT_UTF8);
	REFUSES("a: 1\nb: Tombouctou\nc: Dj\xE9nn\xE9\n", "f:3:6: error: " NOT_UTF8);
	REFUSES("a: \xC3\xA9\nb: \xC3\xA9 Mal\xE9\n", "f:2:9: error: " NOT_UTF8);
	REFUSES("a: Mal\xE9", "f:1:7: error: " NOT_UTF8);          /* at the very end */
	REFUSES("a: \x93quoted\x94\n", "f:1:4: error: " NOT_UTF8); /* cp1252 */
	REFUSES("a: \xED\xA0\x80\n", "f:1:4: error: " NOT_UTF8);   /* a surrogate */
	REFUSES("\xFF\xFE"
			"a\0:\0 \0001\0\n\0",
		"f:1:1: error: " NOT_UTF8);
	REFUSES("a\0:\0 \0001\0\n\0", "f:1:2: error: " NOT_UTF8);
	/* A control character that comes first is one, whatever follows. */
	REFUSES("a: \x01 \xE9\n", "f:1:4: error: control characters are not allowed\n");
}

static void holds_its_ceilings(void **state)
{
	(void)state;
	char deep[256] = "a: ";
	memset(deep + 3, '[', TOCSIN_MAX_YAML_DEPTH);
	check(deep, strlen(deep), TOCSIN_INVALID, "f:1:19: error: nested too deeply\n");
	char *text = malloc(TOCSIN_MAX_SCALAR + 4);
	memset(text, 'x', TOCSIN_MAX_SCALAR + 4);
	memcpy(text, "a: ", 3);
	check(text, TOCSIN_MAX_SCALAR + 3, TOCSIN_OK, "");
	check(text, TOCSIN_MAX_SCALAR + 4, TOCSIN_INVALID, "f:1:4: error: the text is too long\n");
	/* Millions of brackets are refused at the seventeenth. */
	size_t length = 8u << 20;
	char *brackets = malloc(length);
	memset(brackets, '{', length);
	check(brackets, length, TOCSIN_INVALID, "f:1:17: error: nested too deeply\n");
	free(brackets);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_texts_and_places),
		cmocka_unit_test(refuses_what_can_surprise),
		cmocka_unit_test(refuses_keys_that_stand_twice),
		cmocka_unit_test(reports_what_came_before_a_syntax_error),
		cmocka_unit_test(refuses_other_encodings),
		cmocka_unit_test(holds_its_ceilings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
