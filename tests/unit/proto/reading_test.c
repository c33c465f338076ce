/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/sample.h"

#include "proto/instant.h"
#include "proto/reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SENT_MS (SAMPLE_NOW_MS - 300000)
#define HOUR_MS 3600000LL

static void severity_and_certainty(void **state)
{
	static const struct {
		const char *patch;
		bool omit;
		int severity, certainty;
	} rows[] = {
		{"{}", false, 4, 5},
		{"{\"severity\": null, \"certainty\": null}", false, 0, 0},
		{"{\"severity\": null, \"certainty\": null, \"event\": {\"type\": \"displacement\"}}",
			false, 0, 0},
		{"{\"severity\": null, \"certainty\": null, \"event\": {\"type\": \"displacement\"},"
		 " \"displacement\": [{}, {\"figure\": 0}]}",
			true, 1, 1},
		{"{\"severity\": \"minor\", \"certainty\": null, \"event\": {\"type\": \"food\"},"
		 " \"displacement\": [{\"figure\": 7}]}",
			true, 2, 1},
		{"{\"severity\": null, \"event\": null, \"displacement\": [{\"figure\": 7}]}", false, 0, 5},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
		const Tocsin__V1__Incident *incident = sample_read(rows[i].patch, arena);

		assert_true(tocsin_incident_may_omit_severity(incident) == rows[i].omit);
		assert_int_equal(tocsin_incident_severity(incident), rows[i].severity);
		assert_int_equal(tocsin_incident_certainty(incident), rows[i].certainty);
		tocsin_arena_destroy(arena);
	}
}

static void sensitivity(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);

	(void)state;
	assert_int_equal(tocsin_incident_sensitivity(sample_read("{\"sensitivity\": null}", arena)),
		TOCSIN__V1__SENSITIVITY__SENSITIVITY_SEVERE);
	assert_int_equal(tocsin_incident_sensitivity(sample_read("{\"sensitivity\": \"low\"}", arena)),
		TOCSIN__V1__SENSITIVITY__SENSITIVITY_LOW);
	tocsin_arena_destroy(arena);
}

static void times(void **state)
{
	static const struct {
		const char *patch;
		int64_t expires_ms, start_ms;
	} rows[] = {
		{"{}", 0, SENT_MS},
		{"{\"occurred\": {}}", 0, SENT_MS},
		{"{\"occurred\": {\"start\": \"2024-08-07T18:30:00Z\"}}", 0, SENT_MS - 600000},
		{"{\"sent\": null}", 0, 0},
		{"{\"expires\": \"2024-08-07T18:45:00.001Z\"}", SAMPLE_NOW_MS + 1, SENT_MS},
		{"{\"expires\": \"2024-08-08T18:40:00Z\"}", SENT_MS + 24 * HOUR_MS, SENT_MS},
		/* Already past: the span counts from receipt. */
		{"{\"expires\": \"2024-08-07T18:45:00Z\"}", SAMPLE_NOW_MS + 300000, SENT_MS},
		{"{\"sent\": \"1970-01-01T00:00:00Z\", \"expires\": \"1970-01-02T00:00:00Z\"}",
			SAMPLE_NOW_MS + 24 * HOUR_MS, 0},
		{"{\"expires\": \"2024-08-07T18:40:00.000001Z\"}", SAMPLE_NOW_MS + 1, SENT_MS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
		const Tocsin__V1__Incident *incident = sample_read(rows[i].patch, arena);

		assert_int_equal(tocsin_incident_expires_ms(incident, SAMPLE_NOW_MS), rows[i].expires_ms);
		assert_int_equal(tocsin_incident_start_ms(incident), rows[i].start_ms);
		tocsin_arena_destroy(arena);
	}
}

static void counted_figures(void **state)
{
	static const struct {
		const char *entry;
		bool counted;
	} rows[] = {
		{"\"unit\": \"person\", \"figure\": 0, \"population\": \"idp\", \"flow_or_stock\": "
		 "\"flow\"",
			true},
		{"\"unit\": \"household\", \"figure\": 9, \"population\": \"idp\","
		 " \"flow_or_stock\": \"stock\", \"role\": \"recommended\"",
			true},
		{"\"unit\": \"person\", \"figure\": 9, \"population\": \"idp\","
		 " \"flow_or_stock\": \"stock\", \"role\": \"triangulation\"",
			false},
		{"\"figure\": 9, \"population\": \"idp\", \"flow_or_stock\": \"flow\"", false},
		{"\"unit\": \"person\", \"population\": \"idp\", \"flow_or_stock\": \"flow\"", false},
		{"\"unit\": \"person\", \"figure\": 9, \"flow_or_stock\": \"flow\"", false},
		{"\"unit\": \"person\", \"figure\": 9, \"population\": \"idp\"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
		char patch[512];

		(void)snprintf(patch, sizeof(patch), "{\"displacement\": [{%s}]}", rows[i].entry);
		const Tocsin__V1__Incident *incident = sample_read(patch, arena);
		assert_true(tocsin_displacement_counted(incident->displacement[0]) == rows[i].counted);
		tocsin_arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severity_and_certainty),
		cmocka_unit_test(sensitivity),
		cmocka_unit_test(times),
		cmocka_unit_test(counted_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
