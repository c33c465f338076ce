/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <math.h>

#include "proto/sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOCATION(fields) "{\"location\": {" fields "}}"
#define POINT(fields) LOCATION("\"point\": {" fields "}")

static void countries(void **state)
{
	static const struct sample_row rows[] = {
		{LOCATION("\"country\": \"ML\""), ""},
		{LOCATION("\"country\": \"ml\", \"pcode\": null"),
			"error location.country.unknown @location.country"},
		{LOCATION("\"country\": \"MLI\", \"pcode\": null"),
			"error location.country.unknown @location.country"},
		{LOCATION("\"country\": \"XX\", \"pcode\": null"),
			"error location.country.unknown @location.country"},
		{LOCATION("\"country\": \"NO\", \"pcode\": null"), ""},
		/* A code of the list is enough to know where it lies. */
		{LOCATION("\"country\": \"XX\""), "error location.country.unknown @location.country"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void pcodes(void **state)
{
	static const struct sample_row rows[] = {
		{LOCATION("\"pcode\": \"ML-5\""), "error location.pcode.form @location.pcode"},
		{LOCATION("\"pcode\": \"ml05\""), "error location.pcode.form @location.pcode"},
		{LOCATION("\"pcode\": \"ML0503 \""), "error location.pcode.form @location.pcode"},
		{LOCATION("\"pcode\": \"ML1234567890123456789\""),
			"error location.pcode.form @location.pcode"},
		{LOCATION("\"pcode\": \"ML123456789012345678\""),
			"warning location.pcode.unknown @location.pcode"},
		{LOCATION("\"pcode\": \"ML77\""), "warning location.pcode.unknown @location.pcode"},
		{LOCATION("\"pcode\": \"ML77\", \"country\": null"),
			"error location.pcode.unplaced @location.pcode"},
		{LOCATION("\"pcode\": \"ML77\", \"country\": \"XX\""),
			"error location.country.unknown @location.country;"
			" error location.pcode.unplaced @location.pcode"},
		{LOCATION("\"pcode\": \"BF4903\""), "error location.pcode.country @location.pcode"},
		{LOCATION("\"pcode\": \"BF4903\", \"country\": \"BF\""), ""},
		{LOCATION("\"pcode\": \"BF4903\", \"country\": null"), ""},
		{LOCATION("\"pcode\": \"ML09\""), "error location.pcode.ambiguous @location.pcode"},
		{LOCATION("\"pcode\": \"ML09\", \"country\": null"),
			"error location.pcode.ambiguous @location.pcode"},
		{LOCATION("\"pcode\": \"ML09\", \"pcode_version\": \"2021-12-20\""), ""},
		{LOCATION("\"pcode\": \"ML09\", \"pcode_version\": \"2021\""), ""},
		{LOCATION("\"pcode\": \"ML09\", \"pcode_version\": \"1999\""),
			"error location.pcode.ambiguous @location.pcode"},
		{LOCATION("\"pcode\": \"ML05\", \"pcode_version\": \"1999\""),
			"warning location.pcode.version @location.pcode"},
		{LOCATION("\"pcode\": \"ML11\""), "warning location.pcode.split @location.pcode"},
		{LOCATION("\"pcode\": \"ML11\", \"country\": \"BF\""),
			"warning location.pcode.split @location.pcode;"
			" error location.pcode.country @location.pcode"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void points(void **state)
{
	static const struct sample_row rows[] = {
		{POINT("\"latitude\": 14.2222, \"longitude\": -4.4933"), ""},
		{POINT("\"latitude\": -4.4933, \"longitude\": 14.2222"),
			"warning location.point.outside @location.point"},
		{POINT("\"latitude\": 10.1, \"longitude\": -12.3"), ""},
		{POINT("\"latitude\": 10.09, \"longitude\": -12.3"),
			"warning location.point.outside @location.point"},
		{POINT("\"latitude\": 25.1, \"longitude\": 4.3"), ""},
		{POINT("\"latitude\": 25.1, \"longitude\": 4.31"),
			"warning location.point.outside @location.point"},
		{POINT("\"latitude\": 0, \"longitude\": 0"),
			"warning location.point.outside @location.point"},
		{POINT("\"latitude\": 90, \"longitude\": 180"),
			"warning location.point.outside @location.point"},
		{POINT("\"latitude\": 90.001, \"longitude\": 0"),
			"error location.point.latitude.range @location.point.latitude"},
		{POINT("\"latitude\": -90.001, \"longitude\": 180.001"),
			"error location.point.latitude.range @location.point.latitude;"
			" error location.point.longitude.range @location.point.longitude"},
		{POINT("\"latitude\": 14.2222"), "warning location.point.incomplete @location.point"},
		{POINT(""), "warning location.point.incomplete @location.point"},
		{POINT("\"longitude\": -181"),
			"error location.point.longitude.range @location.point.longitude;"
			" warning location.point.incomplete @location.point"},
		/* The code's country where none is stated; no box, no check. */
		{LOCATION("\"country\": null, \"point\": {\"latitude\": 0, \"longitude\": 0}"),
			"warning location.point.outside @location.point"},
		{LOCATION("\"country\": \"NO\", \"pcode\": null,"
				  " \"point\": {\"latitude\": 0, \"longitude\": 0}"),
			""},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void numbers_that_are_none(void **state)
{
	static const double values[] = {NAN, INFINITY, -INFINITY};
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
		struct tocsin_violations list;
		char text[4096];

		tocsin_violations_init(&list, arena);
		Tocsin__V1__Incident *incident =
			sample_read("{\"location\": {\"point\": {\"latitude\": 1, \"longitude\": 1}},"
						" \"displacement\": [{\"household_size\": 5}]}",
				arena);
		incident->location->point->latitude = values[i];
		incident->location->point->longitude = values[i];
		incident->displacement[0]->household_size = values[i];
		tocsin_incident_validate(incident, &places, SAMPLE_NOW_MS, &list);
		sample_write(&list, text, sizeof(text));
		assert_string_equal(text,
			"error location.point.latitude.range @location.point.latitude;"
			" error location.point.longitude.range @location.point.longitude;"
			" error displacement.household_size.range @displacement[0].household_size");
		tocsin_arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(countries),
		cmocka_unit_test(pcodes),
		cmocka_unit_test(points),
		cmocka_unit_test(numbers_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
