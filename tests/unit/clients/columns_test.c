/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/base/columns.h"

static void texts_fill_their_columns(void **state)
{
	static const struct {
		const char *text;
		size_t width;
		bool unicode;
		const char *put;
	} cases[] = {
		{"Gao", 5, true, "Gao  "},
		{"Gao", 3, true, "Gao"},
		{"Djenné", 6, true, "Djenné"},
		{"Djenné", 5, true, "Djen…"},
		{"Djenné", 5, false, "Djen~"},
		{"éééé", 3, true, "éé…"},
		{"", 2, true, "  "},
		{"Gao", 1, false, "~"},
		{"Gao", 0, true, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct page page;
		page_open(&page);
		tocsin_columns_put(page.out, cases[i].text, cases[i].width, cases[i].unicode);
		assert_string_equal(page_text(&page), cases[i].put);
		page_close(&page);
	}
	assert_int_equal(tocsin_columns_count("Djenné · █"), 10);
}

static void lines_break_at_spaces(void **state)
{
	static const struct {
		const char *text;
		size_t indent, width;
		const char *put;
	} cases[] = {
		{"one two three", 0, 8, "one two\nthree\n"},
		{"one two three", 2, 16, "  one two three\n"},
		{"one two three", 2, 12, "  one two\n  three\n"},
		{"a word:sixteencharacters b", 0, 10, "a\nword:sixte\nencharacte\nrs b\n"},
		{"é é é é é é", 0, 8, "é é é é\né é\n"},
		{"narrow enough", 4, 3, "    narrow\n    enough\n"},
		{"", 2, 10, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct page page;
		page_open(&page);
		tocsin_columns_wrap(page.out, cases[i].text, cases[i].indent, cases[i].width);
		assert_string_equal(page_text(&page), cases[i].put);
		page_close(&page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_fill_their_columns),
		cmocka_unit_test(lines_break_at_spaces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
