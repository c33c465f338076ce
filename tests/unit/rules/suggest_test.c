/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/suggest.h"

static const char *best(const char *written)
{
	static const char *const known[] = {
		"severity", "min_severity", "region", "event", "not", "ML", "ML0503", "violence"};
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, written, strlen(written));
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		tocsin_suggest_offer(&suggest, known[i]);
	return suggest.best ? suggest.best : "";
}

static void finds_slips(void **state)
{
	(void)state;
	static const char *const slips[][2] = {
		{"severty", "severity"},         /* one left out */
		{"severiity", "severity"},       /* one too many */
		{"sevarity", "severity"},        /* one wrong */
		{"sevreity", "severity"},        /* two swapped: one edit */
		{"min_severty", "min_severity"}, /* the longer word, not the shorter */
		{"REGION", "region"},            /* case alone */
		{"ml", "ML"},
		{"regoin", "region"},
		{"nto", "not"},
		{"ML053", "ML0503"},
		{"viloance", "violence"},
	};
	for (size_t i = 0; i < sizeof(slips) / sizeof(*slips); i++)
		assert_string_equal(best(slips[i][0]), slips[i][1]);
}

static void keeps_silent_when_far_off(void **state)
{
	(void)state;
	static const char *const far[] = {"", "x", "colour", "XX", "to", "seventy-seven", "evnt9999"};
	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++)
		assert_string_equal(best(far[i]), "");
	char endless[4096];
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_string_equal(best(endless), "");
}

static void of_equals_the_first_stays(void **state)
{
	(void)state;
	struct tocsin_suggest suggest;
	tocsin_suggest_init(&suggest, "cat", 3);
	tocsin_suggest_offer(&suggest, "bat");
	tocsin_suggest_offer(&suggest, "hat");
	assert_string_equal(suggest.best, "bat");
	assert_int_equal(suggest.distance, 1);
	tocsin_suggest_offer(&suggest, "CAT");
	assert_string_equal(suggest.best, "CAT");
	assert_int_equal(suggest.distance, 0);
}

static void compares_without_case(void **state)
{
	(void)state;
	assert_true(tocsin_suggest_same("Severe", "sEVERE"));
	assert_true(tocsin_suggest_same("", ""));
	assert_false(tocsin_suggest_same("severe", "sever"));
	assert_false(tocsin_suggest_same("sever", "severe"));
	assert_false(tocsin_suggest_same("\xC3\x89", "\xC3\xA9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_slips),
		cmocka_unit_test(keeps_silent_when_far_off),
		cmocka_unit_test(of_equals_the_first_stays),
		cmocka_unit_test(compares_without_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
