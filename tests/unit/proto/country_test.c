/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/country.h"

static void finds_countries(void **state)
{
	(void)state;
	assert_string_equal(tocsin_country_by_alpha2("ML")->name, "Mali");
	assert_string_equal(tocsin_country_by_alpha3("MLI")->alpha2, "ML");
	assert_string_equal(tocsin_country_by_alpha2("NO")->alpha3, "NOR");
	assert_string_equal(tocsin_country_by_alpha3("COD")->alpha2, "CD");
	assert_string_equal(tocsin_country_by_alpha2("CI")->name, "Côte d'Ivoire");
	assert_null(tocsin_country_by_alpha2(""));
	assert_null(tocsin_country_by_alpha2("ml"));
	assert_null(tocsin_country_by_alpha2("MLI"));
	assert_null(tocsin_country_by_alpha2("M"));
	assert_null(tocsin_country_by_alpha2("XX"));
	assert_null(tocsin_country_by_alpha2("UK"));
	assert_null(tocsin_country_by_alpha3("ML"));
	assert_null(tocsin_country_by_alpha3("XXX"));
}

static void holds_all_in_order(void **state)
{
	size_t count = 0;
	const struct tocsin_country *countries = tocsin_countries(&count);

	(void)state;
	assert_true(count >= 249);
	for (size_t i = 0; i < count; i++) {
		assert_true(i == 0 || strcmp(countries[i - 1].alpha2, countries[i].alpha2) < 0);
		assert_int_equal(strlen(countries[i].alpha2), 2);
		assert_int_equal(strlen(countries[i].alpha3), 3);
		assert_true(countries[i].name[0] != '\0');
		assert_ptr_equal(tocsin_country_by_alpha2(countries[i].alpha2), &countries[i]);
		assert_ptr_equal(tocsin_country_by_alpha3(countries[i].alpha3), &countries[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_countries),
		cmocka_unit_test(holds_all_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
