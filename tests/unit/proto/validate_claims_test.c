/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CLAIM(fields) "{\"casualty_claims\": [{\"kind\": \"killed\"" fields "}]}"

static void claims(void **state)
{
	static const struct sample_row rows[] = {
		{CLAIM(""), ""},
		{CLAIM(", \"low\": 0, \"high\": 0"), ""},
		{CLAIM(", \"low\": 84"), ""},
		{CLAIM(", \"high\": 84"), ""},
		{CLAIM(", \"low\": 46, \"high\": 84"), ""},
		{CLAIM(", \"low\": 84, \"high\": 83"),
			"error casualty_claims.order @casualty_claims[0].low"},
		{CLAIM(", \"low\": 1, \"high\": 0"), "error casualty_claims.order @casualty_claims[0].low"},
		{CLAIM(", \"not_reported\": true"), ""},
		{CLAIM(", \"not_reported\": false, \"low\": 3"), ""},
		{CLAIM(", \"not_reported\": true, \"low\": 0"),
			"error casualty_claims.not_reported @casualty_claims[0].not_reported"},
		{CLAIM(", \"not_reported\": true, \"high\": 3"),
			"error casualty_claims.not_reported @casualty_claims[0].not_reported"},
		{"{\"casualty_claims\": [{}, {\"low\": 2, \"high\": 1, \"not_reported\": true}]}",
			"error casualty_claims.order @casualty_claims[1].low;"
			" error casualty_claims.not_reported @casualty_claims[1].not_reported"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
