/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/limits.h"
#include "proto/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void judges_texts(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		enum tocsin_text_fault fault;
		size_t code_points;
	} rows[] = {
		{"", 0, TOCSIN_TEXT_FINE, 0},
		{"Kouakourou", 10, TOCSIN_TEXT_FINE, 10},
		{"Djenn\xc3\xa9", 7, TOCSIN_TEXT_FINE, 6},
		{"line\nand\ttab", 12, TOCSIN_TEXT_FINE, 12},
		{"\xf0\x9f\x94\x94", 4, TOCSIN_TEXT_FINE, 1},
		{"\xf4\x8f\xbf\xbf", 4, TOCSIN_TEXT_FINE, 1},
		{"\xed\x9f\xbf\xee\x80\x80", 6, TOCSIN_TEXT_FINE, 2},
		{"\xc2\xa0", 2, TOCSIN_TEXT_FINE, 1},
		{"a\0b", 3, TOCSIN_TEXT_CONTROL, 3},
		{"\r", 1, TOCSIN_TEXT_CONTROL, 1},
		{"\x1f", 1, TOCSIN_TEXT_CONTROL, 1},
		{"\x7f", 1, TOCSIN_TEXT_CONTROL, 1},
		{"~", 1, TOCSIN_TEXT_FINE, 1},
		{"\xc2\x80", 2, TOCSIN_TEXT_CONTROL, 1},
		{"\xc2\x9f", 2, TOCSIN_TEXT_CONTROL, 1},
		{"eight by\x7fte", 11, TOCSIN_TEXT_CONTROL, 11},
		{"\x80", 1, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xff", 1, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xc3", 1, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xc3\x28", 2, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xc0\x80", 2, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xc1\xbf", 2, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xe0\x9f\xbf", 3, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xf0\x8f\xbf\xbf", 4, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xed\xa0\x80", 3, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xed\xbf\xbf", 3, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xf4\x90\x80\x80", 4, TOCSIN_TEXT_BAD_UTF8, 0},
		{"\xf8\x88\x80\x80\x80", 5, TOCSIN_TEXT_BAD_UTF8, 0},
		{"control \x01 first, then bad \xff", 29, TOCSIN_TEXT_BAD_UTF8, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t code_points = 0;
		const enum tocsin_text_fault fault =
			tocsin_text_check(rows[i].text, rows[i].length, &code_points);

		if (fault != rows[i].fault || code_points != rows[i].code_points) {
			fail_msg("row %zu: fault %d, %zu code points", i, (int)fault, code_points);
		}
	}
}

/* The fast path looks at eight bytes at once: every byte at every place must be
 * judged as it is alone. */
static void judges_each_byte_everywhere(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		const char alone = (char)byte;
		size_t count = 0;
		const enum tocsin_text_fault expected = tocsin_text_check(&alone, 1, &count);

		for (size_t place = 0; place < 16; place++) {
			char text[16];

			memset(text, 'a', sizeof(text));
			text[place] = alone;
			assert_int_equal(tocsin_text_check(text, sizeof(text), &count), expected);
		}
	}
}

static void reads_code_points(void **state)
{
	static const struct {
		const char *text;
		size_t left, length;
		uint32_t point;
	} rows[] = {
		{"a", 1, 1, 'a'},
		{"", 1, 1, 0},
		{"\xc3\xa9z", 3, 2, 0xE9},
		{"\xe2\x82\xac", 3, 3, 0x20AC},
		{"\xf0\x9f\x94\x94", 4, 4, 0x1F514},
		{"\xc3\xa9", 1, 0, 7},
		{"\xed\xa0\x80", 3, 0, 7},
		{"\xc0\x80", 2, 0, 7},
		{"\xf4\x90\x80\x80", 4, 0, 7},
		{"\x80", 1, 0, 7},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t point = 7;
		assert_int_equal(tocsin_text_point(rows[i].text, rows[i].left, &point), rows[i].length);
		assert_int_equal(point, rows[i].point);
	}
}

static void cuts_between_code_points(void **state)
{
	(void)state;
	assert_int_equal(tocsin_text_prefix("Djenn\xc3\xa9s", 8, 5), 5);
	assert_int_equal(tocsin_text_prefix("Djenn\xc3\xa9s", 8, 6), 7);
	assert_int_equal(tocsin_text_prefix("Djenn\xc3\xa9s", 8, 7), 8);
	assert_int_equal(tocsin_text_prefix("Djenn\xc3\xa9s", 8, 70), 8);
	assert_int_equal(tocsin_text_prefix("abc", 3, 0), 0);
	assert_int_equal(tocsin_text_prefix("", 0, 3), 0);
}

static void folds_names(void **state)
{
	static const struct {
		const char *text, *folded;
	} rows[] = {
		{"Djenné", "djenne"},
		{"DJENNE", "djenne"},
		{"Djenne\xcc\x81", "djenne"},
		{"Tin-Essako", "tin essako"},
		{"Tin  Essako", "tin essako"},
		{" - Tin\u2019Essako' ", "tin essako"},
		{"Côte d'Ivoire", "cote d ivoire"},
		{"àâäçèéêëîïôöùûüÿñ", "aaaceeeeiioouuuyn"},
		{"ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŸÑ", "aaaceeeeiioouuuyn"},
		{"Łódź Šibenik", "lodz sibenik"},
		{"œuvre ÆØß", "oeuvre aeoss"},
		{"Ɓamako ɗ ɛ ɔ ɲ ŋ", "bamako d e o n n"},
		{"Nguyễn ẞ", "nguyen ss"},
		{"Хартум", "Хартум"},
		{"×÷", "×÷"},
		{"", ""},
		{"\xcc\x81", ""},
		{"a \xcc\x81", "a"},
		{"a \xcc\x81 b", "a b"},
		{"St. Marc (2)", "st. marc (2)"},
	};
	char folded[64];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(tocsin_text_fold(rows[i].text, strlen(rows[i].text), folded, sizeof(folded)));
		assert_string_equal(folded, rows[i].folded);
	}
	assert_true(tocsin_text_fold("Mopti", 5, folded, 6));
	assert_false(tocsin_text_fold("Mopti", 5, folded, 5));
	assert_false(tocsin_text_fold("", 0, folded, 0));
	assert_true(tocsin_text_fold("", 0, folded, 1));
	assert_false(tocsin_text_fold("\xff", 1, folded, sizeof(folded)));
}

static void knows_levels(void **state)
{
	char longest[TOCSIN_MAX_LEVEL_NAME + 1];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	assert_true(tocsin_text_is_level("mopti-17", 8));
	assert_true(tocsin_text_is_level("A_z-9", 5));
	assert_true(tocsin_text_is_level(longest, TOCSIN_MAX_LEVEL_NAME));
	assert_false(tocsin_text_is_level(longest, TOCSIN_MAX_LEVEL_NAME + 1));
	assert_false(tocsin_text_is_level("", 0));
	assert_false(tocsin_text_is_level("a.b", 3));
	assert_false(tocsin_text_is_level("a/b", 3));
	assert_false(tocsin_text_is_level("a b", 3));
	assert_false(tocsin_text_is_level("a+", 2));
	assert_false(tocsin_text_is_level("#", 1));
	assert_false(tocsin_text_is_level("\xc3\xa9", 2));
	assert_false(tocsin_text_is_level("a\0b", 3));
}

static void knows_pcodes(void **state)
{
	(void)state;
	assert_true(tocsin_text_is_pcode("ML0503", 6));
	assert_true(tocsin_text_is_pcode("ML", 2));
	assert_true(tocsin_text_is_pcode("A2345678901234567890", 20));
	assert_false(tocsin_text_is_pcode("A23456789012345678901", 21));
	assert_false(tocsin_text_is_pcode("", 0));
	assert_false(tocsin_text_is_pcode("ML-5", 4));
	assert_false(tocsin_text_is_pcode("ml05", 4));
	assert_false(tocsin_text_is_pcode("ML 05", 5));
	assert_false(tocsin_text_is_pcode("ML05\n", 5));
}

static void knows_uuids(void **state)
{
	static const char *const refused[] = {
		"",
		"0f8fad5b-d9cb-469f-a165-70867728950",   /* one short */
		"0f8fad5b-d9cb-469f-a165-70867728950e0", /* one long */
		"0F8FAD5B-D9CB-469F-A165-70867728950E",  /* upper case */
		"0f8fad5b-d9cb-169f-a165-70867728950e",  /* version 1 */
		"0f8fad5b-d9cb-769f-a165-70867728950e",  /* version 7 */
		"0f8fad5b-d9cb-469f-7165-70867728950e",  /* variant */
		"0f8fad5b-d9cb-469f-c165-70867728950e",  /* variant */
		"0f8fad5bd-9cb-469f-a165-70867728950e",  /* hyphen */
		"0f8fad5b-d9cb-469f-a165-70867728950g",  /* no digit */
		"{f8fad5b-d9cb-469f-a165-70867728950}",
		"00000000-0000-0000-0000-000000000000",
	};
	static const char *const taken[] = {
		"0f8fad5b-d9cb-469f-a165-70867728950e",
		"00000000-0000-4000-8000-000000000000",
		"ffffffff-ffff-4fff-bfff-ffffffffffff",
		"9f8fad5b-d9cb-469f-9165-70867728950e",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		if (tocsin_text_is_uuid4(refused[i], strlen(refused[i]))) {
			fail_msg("taken: %s", refused[i]);
		}
	}
	for (size_t i = 0; i < COUNT(taken); i++) {
		if (!tocsin_text_is_uuid4(taken[i], strlen(taken[i]))) {
			fail_msg("refused: %s", taken[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_texts),
		cmocka_unit_test(judges_each_byte_everywhere),
		cmocka_unit_test(reads_code_points),
		cmocka_unit_test(cuts_between_code_points),
		cmocka_unit_test(folds_names),
		cmocka_unit_test(knows_levels),
		cmocka_unit_test(knows_pcodes),
		cmocka_unit_test(knows_uuids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
