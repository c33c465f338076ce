/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/instant.h"
#include "proto/sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The hub's clock stands at 2024-08-07T18:45:00Z. */
static void sent(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"sent\": \"2024-08-07T18:45:00Z\"}", ""},
		{"{\"sent\": \"2024-08-07T18:50:00Z\"}", ""},
		{"{\"sent\": \"2024-08-07T18:50:00.001Z\"}", "warning sent.clock @sent"},
		{"{\"sent\": \"2024-08-08T18:45:00Z\"}", "warning sent.clock @sent"},
		{"{\"sent\": \"2024-07-08T18:45:00Z\"}", ""},
		{"{\"sent\": \"2024-07-08T18:44:59.999Z\"}", "warning sent.clock @sent"},
		{"{\"sent\": \"1970-01-01T00:00:00Z\"}", "warning sent.clock @sent"},
		{"{\"sent\": \"0001-01-01T00:00:00Z\"}", "warning sent.clock @sent"},
		{"{\"sent\": \"9999-12-31T23:59:59Z\"}", "warning sent.clock @sent"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void occurred(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"occurred\": {}}", ""},
		{"{\"occurred\": {\"end\": \"2024-08-07T18:30:00Z\"}}", ""},
		{"{\"occurred\": {\"start\": \"2024-08-07T18:30:00Z\", \"end\": \"2024-08-07T18:30:00Z\"}}",
			""},
		{"{\"occurred\": {\"start\": \"2024-08-07T18:30:00.000000001Z\","
		 " \"end\": \"2024-08-07T18:30:00Z\"}}",
			"error occurred.order @occurred.end"},
		{"{\"occurred\": {\"start\": \"2024-08-07T18:30:00Z\", \"end\": \"2024-08-06T19:00:00Z\"}}",
			"error occurred.order @occurred.end"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void expires(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"expires\": \"2024-08-08T18:40:00Z\"}", ""},
		{"{\"expires\": \"2024-08-07T18:40:00Z\"}", "error expires.order @expires"},
		{"{\"expires\": \"2024-08-07T18:39:59Z\"}", "error expires.order @expires"},
		{"{\"expires\": \"2024-08-07T18:40:00.001Z\"}", "warning expires.past @expires"},
		{"{\"expires\": \"2024-08-07T18:45:00Z\"}", "warning expires.past @expires"},
		{"{\"expires\": \"2024-08-07T18:45:00.001Z\"}", ""},
		{"{\"sent\": \"1970-01-01T00:00:00Z\", \"expires\": \"1970-01-02T00:00:00Z\"}",
			"warning sent.clock @sent; warning expires.past @expires"},
		{"{\"sent\": null, \"expires\": \"2024-08-08T18:40:00Z\"}", "error sent.required @sent"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

/* Beyond the range of Timestamp, which JSON cannot even write. */
static void range(void **state)
{
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
	struct tocsin_violations list;
	char text[4096];

	(void)state;
	tocsin_violations_init(&list, arena);
	Tocsin__V1__Incident *incident =
		sample_read("{\"occurred\": {\"start\": \"2024-08-07T18:30:00Z\", \"end\":"
					" \"2024-08-07T18:30:00Z\"}, \"expires\": \"2024-08-08T18:40:00Z\","
					" \"references\": [{\"sent\": \"2024-08-07T18:30:00Z\"}], \"displacement\":"
					" [{}, {\"as_of\": \"2024-08-07T18:30:00Z\", \"cumulative_since\":"
					" \"2024-08-07T18:30:00Z\"}], \"sources\": [{\"published\":"
					" \"2024-08-07T18:30:00Z\"}]}",
			arena);
	incident->sent->nanos = 1000000000;
	incident->occurred->start->seconds = INT64_MAX;
	incident->occurred->end->seconds = INT64_MIN;
	incident->expires->nanos = -1;
	incident->references[0]->sent->seconds = 253402300800;
	incident->displacement[1]->as_of->seconds = -62135596801;
	incident->displacement[1]->cumulative_since->nanos = INT32_MIN;
	incident->sources[0]->published->seconds = INT64_MAX / 1000 + 1;
	tocsin_incident_validate(incident, &places, SAMPLE_NOW_MS, &list);
	sample_write(&list, text, sizeof(text));
	assert_string_equal(text,
		"error sent.time @sent; error occurred.start.time @occurred.start;"
		" error occurred.end.time @occurred.end; error expires.time @expires;"
		" error references.sent.time @references[0].sent;"
		" error displacement.cumulative_since.time @displacement[1].cumulative_since;"
		" error displacement.as_of.time @displacement[1].as_of;"
		" error sources.published.time @sources[0].published");
	tocsin_arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sent),
		cmocka_unit_test(occurred),
		cmocka_unit_test(expires),
		cmocka_unit_test(range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
