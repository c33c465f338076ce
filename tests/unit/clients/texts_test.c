/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "clients/base/texts.h"

static void equal_texts_are_one(void **state)
{
	struct tocsin_texts *texts = tocsin_texts_create();
	char copy[] = "one";
	(void)state;
	assert_non_null(texts);
	assert_int_equal(tocsin_texts_find(texts, "one"), TOCSIN_NO_TEXT);
	assert_int_equal(tocsin_texts_add(texts, copy), 0);
	copy[0] = 'X';
	assert_int_equal(tocsin_texts_add(texts, ""), 1);
	assert_int_equal(tocsin_texts_add(texts, "one"), 0);
	assert_string_equal(tocsin_texts_at(texts, 0), "one");
	assert_string_equal(tocsin_texts_at(texts, 1), "");
	assert_int_equal(tocsin_texts_count(texts), 2);
	tocsin_texts_destroy(texts);
	tocsin_texts_destroy(NULL);
}

static void many_keep_their_numbers(void **state)
{
	enum { MANY = 5000 };
	struct tocsin_texts *texts = tocsin_texts_create();
	char text[16];
	(void)state;
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "text %u", (unsigned)i);
		assert_int_equal(tocsin_texts_add(texts, text), i);
	}
	const char *first = tocsin_texts_at(texts, 0);
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "text %u", (unsigned)i);
		assert_int_equal(tocsin_texts_find(texts, text), i);
	}
	assert_ptr_equal(tocsin_texts_at(texts, 0), first);
	assert_int_equal(tocsin_texts_count(texts), MANY);
	tocsin_texts_destroy(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_are_one),
		cmocka_unit_test(many_keep_their_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
