/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ENTRY(fields) "{\"displacement\": [{" fields "}]}"
#define HOUSEHOLDS "\"unit\": \"household\", \"household_size\": 5, \"figure\": 100"
#define PERSONS "\"unit\": \"person\", \"figure\": 99"
#define PAIR(households, persons)                                                                  \
	"{\"displacement\": [{" HOUSEHOLDS households "}, {" PERSONS persons "}]}"
#define EXCEED "error displacement.figure.households @displacement[0].figure"

static void codes(void **state)
{
	static const struct sample_row rows[] = {
		{ENTRY("\"pcode\": \"ML05\""), ""},
		{ENTRY("\"pcode\": \"BF4903\""), ""},
		{ENTRY("\"pcode\": \"ML-5\""), "error displacement.pcode.form @displacement[0].pcode"},
		{ENTRY("\"origin_pcode\": \"ML 5\", \"destination_pcode\": \"ml5\""),
			"error displacement.origin_pcode.form @displacement[0].origin_pcode;"
			" error displacement.destination_pcode.form @displacement[0].destination_pcode"},
		{ENTRY("\"pcode\": \"ML09\""), "error displacement.pcode.ambiguous @displacement[0].pcode"},
		{"{\"location\": {\"pcode_version\": \"2021-12-20\"},"
		 " \"displacement\": [{\"pcode\": \"ML09\"}]}",
			""},
		{ENTRY("\"origin_pcode\": \"ML77\", \"destination_pcode\": \"ML11\""),
			"warning displacement.origin_pcode.unknown @displacement[0].origin_pcode;"
			" warning displacement.destination_pcode.split @displacement[0].destination_pcode"},
		{"{\"location\": null, \"displacement\": [{\"pcode\": \"ML09\"}]}",
			"error location.required @location;"
			" error displacement.pcode.ambiguous @displacement[0].pcode"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void household_sizes(void **state)
{
	static const struct sample_row rows[] = {
		{ENTRY(""), ""},
		{ENTRY("\"unit\": \"person\", \"figure\": 530"), ""},
		{ENTRY("\"unit\": \"household\", \"figure\": 76"),
			"warning displacement.household_size.missing @displacement[0].household_size"},
		{ENTRY("\"unit\": \"household\", \"figure\": 76, \"household_size\": 6.97"), ""},
		{ENTRY("\"unit\": \"household\", \"figure\": 76, \"household_size\": 0"),
			"error displacement.household_size.range @displacement[0].household_size"},
		{ENTRY("\"household_size\": -1"),
			"error displacement.household_size.range @displacement[0].household_size"},
		{ENTRY("\"household_size\": 0.99"),
			"error displacement.household_size.range @displacement[0].household_size"},
		{ENTRY("\"household_size\": 1"), ""},
		{ENTRY("\"household_size\": 50"), ""},
		{ENTRY("\"household_size\": 50.01"),
			"error displacement.household_size.range @displacement[0].household_size"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

/* Households above individuals contradict only where all else agrees. */
static void households_and_persons(void **state)
{
	static const struct sample_row rows[] = {
		{PAIR("", ""), EXCEED},
		{"{\"displacement\": [{" HOUSEHOLDS "}, {\"unit\": \"person\", \"figure\": 100}]}", ""},
		{"{\"displacement\": [{\"unit\": \"household\", \"household_size\": 5, \"figure\": 0},"
		 " {\"unit\": \"person\", \"figure\": 0}]}",
			""},
		{PAIR(", \"term\": \"displaced\"", ""), ""},
		{PAIR(", \"term\": \"displaced\"", ", \"term\": \"evacuated\""), ""},
		{PAIR(", \"term\": \"displaced\"", ", \"term\": \"displaced\""), EXCEED},
		{PAIR(", \"flow_or_stock\": \"flow\"", ", \"flow_or_stock\": \"stock\""), ""},
		{PAIR(", \"flow_or_stock\": \"flow\"", ", \"flow_or_stock\": \"flow\""), EXCEED},
		{PAIR(", \"population\": \"idp\"", ", \"population\": \"returnee\""), ""},
		{PAIR(", \"population\": \"idp\"", ", \"population\": \"idp\""), EXCEED},
		{PAIR(", \"role\": \"recommended\"", ", \"role\": \"triangulation\""), ""},
		{PAIR(", \"role\": \"recommended\"", ""), ""},
		{PAIR(", \"as_of\": \"2024-09-30T00:00:00Z\"", ""), ""},
		{PAIR(", \"as_of\": \"2024-09-30T00:00:00Z\"", ", \"as_of\": \"2024-10-01T00:00:00Z\""),
			""},
		{PAIR(", \"as_of\": \"2024-09-30T00:00:00Z\"", ", \"as_of\": \"2024-09-30T00:00:00Z\""),
			EXCEED},
		{PAIR(", \"pcode\": \"ML05\"", ""), ""},
		{PAIR(", \"pcode\": \"ML05\"", ", \"pcode\": \"BF4903\""), ""},
		{PAIR(", \"pcode\": \"ML05\"", ", \"pcode\": \"ML05\""), EXCEED},
		{PAIR(", \"pcode\": \"ML0503\"", ""), EXCEED},
		{PAIR("", ", \"pcode\": \"ML0503\""), EXCEED},
		/* These may differ. */
		{PAIR(", \"operation\": \"Mali\", \"round\": 3, \"qualifier\": \"exact\"",
			 ", \"operation\": \"Sudan\", \"round\": 4, \"qualifier\": \"more_than\""),
			EXCEED},
		/* In either order, and each household entry once. */
		{"{\"displacement\": [{" PERSONS "}, {" PERSONS "}, {" HOUSEHOLDS "}, {" HOUSEHOLDS "}]}",
			"error displacement.figure.households @displacement[2].figure;"
			" error displacement.figure.households @displacement[3].figure"},
		{"{\"displacement\": [{\"unit\": \"household\", \"household_size\": 5}, {" PERSONS "}]}",
			""},
		{"{\"displacement\": [{" HOUSEHOLDS "}, {\"unit\": \"person\"}]}", ""},
		{"{\"displacement\": [{" HOUSEHOLDS "}, {\"figure\": 99}]}", ""},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes),
		cmocka_unit_test(household_sizes),
		cmocka_unit_test(households_and_persons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
