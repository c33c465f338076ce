/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/language.h"

static void takes_tags(void **state)
{
	/* Most are the examples of RFC 5646, appendix A. */
	static const char *const rows[] = {"fr", "fr-ML", "bm", "FR", "de", "zh-Hant", "sr-Cyrl",
		"zh-cmn-Hans-CN", "cmn-Hans-CN", "zh-yue-HK", "sr-Latn-RS", "sl-rozaj-biske", "de-CH-1901",
		"sl-IT-nedis", "hy-Latn-IT-arevela", "es-419", "de-CH-x-phonebk", "az-Arab-x-AZE-derbend",
		"x-whatever", "qaa-Qaaa-QM-x-southern", "en-US-u-islamcal", "zh-CN-a-myext-x-private",
		"en-a-myext-b-another", "i-klingon", "I-KLINGON", "en-GB-oed", "art-lojban", "zh-min-nan",
		"ffm", "abcde", "en-a-aa-bb-cc"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!tocsin_language_is_tag(rows[i], strlen(rows[i]))) {
			fail_msg("refused: %s", rows[i]);
		}
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const rows[] = {"", "f", "fr_ML", "fr-", "-fr", "fr--ML", "french language",
		"abcdefghi", "fr-abcdefghi", "de-419-DE", "a-DE", "x", "x-", "en-a", "en-a-x", "en-a-b",
		"fr-ML-FR", "fr-Latn-Latn", "fra-aaa-bbb-ccc-ddd", "abcd-aaa", "12", "f1", "fr-ML\n",
		"fr-M\xc3\xa9", "i-unknown", "de-1", "fr-ML-abcd", "fr-x-", "fr-x"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (tocsin_language_is_tag(rows[i], strlen(rows[i]))) {
			fail_msg("taken: %s", rows[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_tags),
		cmocka_unit_test(refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
