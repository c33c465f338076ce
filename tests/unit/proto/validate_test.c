/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Identity, required fields, references, content. */
#include "proto/sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OTHER "1f8fad5b-d9cb-469f-a165-70867728950e"
#define REFERENCE "[{\"sender\": \"mopti-17\", \"id\": \"" OTHER "\"}]"
#define CANCEL(fields) "{\"msg_type\": \"cancel\", \"references\": " REFERENCE fields "}"
#define BARE_CANCEL                                                                                \
	"\"msg_type\": \"cancel\", \"event\": null, \"severity\": null, \"certainty\": null,"          \
	" \"location\": null, \"sensitivity\": null"

static void required_fields(void **state)
{
	static const struct sample_row rows[] = {
		{"{}", ""},
		{"{\"id\": null}", "error id.required @id"},
		{"{\"id\": \"\"}", "error id.required @id"},
		{"{\"status\": null}", "error status.required @status"},
		{"{\"msg_type\": null}", "error msg_type.required @msg_type"},
		{"{\"sent\": null}", "error sent.required @sent"},
		{"{\"event\": null}", "error event.type.required @event.type"},
		{"{\"event\": {\"type\": null}}", "error event.type.required @event.type"},
		{"{\"event\": {\"type\": \"other\"}}", ""},
		{"{\"severity\": null}", "error severity.required @severity"},
		{"{\"severity\": 0}", "error severity.required @severity"},
		{"{\"severity\": \"unspecified\"}", "error severity.required @severity"},
		{"{\"severity\": \"minor\"}", ""},
		{"{\"severity\": \"unknown\"}", "warning severity.unknown @severity"},
		{"{\"certainty\": null}", "error certainty.required @certainty"},
		{"{\"certainty\": \"unknown\"}", ""},
		{"{\"location\": null}", "error location.required @location"},
		{"{\"location\": {\"country\": null, \"pcode\": null}}",
			"error location.required @location"},
		{"{\"location\": {\"country\": \"\", \"pcode\": \"\"}}",
			"error location.required @location"},
		{"{\"location\": {\"country\": null}}", ""},
		{"{\"location\": {\"pcode\": null}}", ""},
		{"{\"sensitivity\": null}", "warning sensitivity.missing @sensitivity"},
		{"{\"sensitivity\": \"severe\"}", ""},
		/* All of it, never the first alone. */
		{"{\"id\": null, \"status\": null, \"msg_type\": null, \"sent\": null, \"event\": null,"
		 " \"severity\": null, \"certainty\": null, \"location\": null, \"sensitivity\": null}",
			"error id.required @id; error status.required @status;"
			" error msg_type.required @msg_type; error sent.required @sent;"
			" error event.type.required @event.type; error severity.required @severity;"
			" error certainty.required @certainty; warning sensitivity.missing @sensitivity;"
			" error location.required @location"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

/* A weekly round has neither severity nor certainty. */
static void rounds(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"severity\": null, \"certainty\": null, \"event\": {\"type\": \"displacement\"},"
		 " \"displacement\": [{\"unit\": \"person\", \"figure\": 378363}]}",
			""},
		{"{\"severity\": null, \"certainty\": null, \"event\": {\"type\": \"food\"},"
		 " \"displacement\": [{}, {\"figure\": 0}]}",
			""},
		{"{\"severity\": null, \"certainty\": null, \"event\": {\"type\": \"displacement\"},"
		 " \"displacement\": [{\"unit\": \"person\"}]}",
			"error severity.required @severity; error certainty.required @certainty"},
		{"{\"severity\": null, \"event\": {\"type\": \"food\"}}",
			"error severity.required @severity"},
		{"{\"certainty\": null, \"event\": {\"type\": \"disaster\"},"
		 " \"displacement\": [{\"figure\": 5}]}",
			"error certainty.required @certainty"},
		{"{\"severity\": \"unknown\", \"event\": {\"type\": \"displacement\"},"
		 " \"displacement\": [{\"figure\": 5}]}",
			"warning severity.unknown @severity"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void identity(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"id\": \"0f8fad5b-d9cb-169f-a165-70867728950e\"}", "error id.form @id"},
		{"{\"id\": \"0F8FAD5B-D9CB-469F-A165-70867728950E\"}", "error id.form @id"},
		{"{\"id\": \"kouakourou\"}", "error id.form @id"},
		{"{\"status\": \"exercise\"}", ""},
		{"{\"status\": \"test\"}", ""},
		{"{\"status\": \"system\"}", "error status.intake @status"},
		{"{\"status\": \"draft\"}", "error status.intake @status"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void references(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"msg_type\": \"update\"}", "error references.required @references"},
		{"{\"msg_type\": \"update\", \"references\": []}", "error references.required @references"},
		{"{\"msg_type\": \"update\", \"references\": [{\"sender\": \"mopti-17\"}]}",
			"error references.required @references"},
		{"{\"msg_type\": \"update\", \"references\": " REFERENCE "}", ""},
		{"{\"msg_type\": \"update\", \"references\": [{\"id\": \"" OTHER "\"}, {}]}", ""},
		{"{\"msg_type\": \"alert\", \"references\": " REFERENCE "}", ""},
		{"{\"msg_type\": \"update\", \"references\":"
		 " [{\"id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\"}]}",
			"error references.self @references[0].id"},
		{"{\"msg_type\": \"update\", \"references\": [{\"id\": \"" OTHER "\"},"
		 " {\"id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\"}]}",
			"error references.self @references[1].id"},
		{"{\"msg_type\": \"update\", \"references\": [{\"id\": \"mopti,1,2024\"}]}",
			"error references.id.form @references[0].id"},
		{"{\"msg_type\": \"update\", \"references\":"
		 " [{\"sender\": \"mopti/17\", \"id\": \"" OTHER "\"}]}",
			"error references.sender.form @references[0].sender"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void cancels(void **state)
{
	static const struct sample_row rows[] = {
		{"{" BARE_CANCEL ", \"references\": " REFERENCE "}", ""},
		{"{" BARE_CANCEL "}", "error references.required @references"},
		{"{" BARE_CANCEL ", \"references\": " REFERENCE ", \"sent\": null, \"id\": null,"
		 " \"status\": null}",
			"error id.required @id; error status.required @status; error sent.required @sent"},
		{"{" BARE_CANCEL ", \"references\": " REFERENCE
		 ", \"close\": {\"cause\": \"resolved\", \"note\": \"back in the village\"}}",
			""},
		/* What it carries beyond need is judged by its form, */
		{"{\"msg_type\": \"cancel\", \"references\": " REFERENCE
		 ", \"location\": {\"country\": \"XX\", \"pcode\": \"ML-5\"}, \"severity\": \"unknown\"}",
			"error location.country.unknown @location.country;"
			" error location.pcode.form @location.pcode"},
		{CANCEL(", \"displacement\": [{\"pcode\": \"ML 09\", \"household_size\": 0.5}],"
				" \"location\": {\"point\": {\"latitude\": 91, \"longitude\": 0}}"),
			"error location.point.latitude.range @location.point.latitude;"
			" error displacement.pcode.form @displacement[0].pcode;"
			" error displacement.household_size.range @displacement[0].household_size"},
		/* never by a list or a clock that have gone on since. */
		{CANCEL(", \"location\": {\"pcode\": \"ML09\"}"), ""},
		{CANCEL(", \"location\": {\"pcode\": \"ML11\", \"pcode_version\": \"1999\"}"), ""},
		{CANCEL(", \"location\": {\"country\": null, \"pcode\": \"ML77\"}"), ""},
		{CANCEL(", \"location\": {\"pcode\": \"BF4903\"}"), ""},
		{CANCEL(", \"location\": {\"point\": {\"latitude\": -4, \"longitude\": 14}}"), ""},
		{CANCEL(", \"displacement\": [{\"pcode\": \"ML09\", \"origin_pcode\": \"ML77\"}]"), ""},
		{CANCEL(", \"expires\": \"2024-08-07T18:00:00Z\""), ""},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

static void language(void **state)
{
	static const struct sample_row rows[] = {
		{"{\"language\": \"fr-ML\"}", ""},
		{"{\"language\": \"\"}", ""},
		{"{\"language\": \"fr_ML\"}", "error language.form @language"},
		{"{\"language\": \"French\"}", ""},
		{"{\"language\": \"in French\"}", "error language.form @language"},
	};

	(void)state;
	sample_run(rows, COUNT(rows));
}

/* One that is there and says too little is told what would do. */
static void says_what_would_do(void **state)
{
	static const struct {
		const char *patch, *message;
	} rows[] = {
		{"{\"id\": null}", "is required"},
		{"{\"location\": null}", "is required: a country or a P-code"},
		{"{\"location\": {\"country\": null, \"pcode\": null, \"locality\": \"Kouakourou\"}}",
			"is required: a country or a P-code"},
		{"{\"location\": {\"country\": null, \"pcode\": \"ML77\"}}",
			"is not in the hub's gazetteer: state location.country too, and it is taken as that"
			" country's"},
		{"{\"msg_type\": \"update\", \"references\": [{\"sender\": \"mopti-17\"}]}",
			"is required: the id of the version that this one supersedes"},
		{"{\"displacement\": [{\"household_size\": 0.05}]}", "is out of range: 1 to 50 people"},
	};
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
		struct tocsin_violations list;

		tocsin_violations_init(&list, arena);
		tocsin_incident_validate(sample_read(rows[i].patch, arena), &places, SAMPLE_NOW_MS, &list);
		assert_int_equal(list.count, 1);
		assert_string_equal(list.items[0].message, rows[i].message);
		tocsin_arena_destroy(arena);
	}
}

/* A message names limits, never what the message said. */
static void says_no_values(void **state)
{
	const struct tocsin_places places = {&sample_find, sample_find, sample_box};
	struct tocsin_arena *arena = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, NULL);
	struct tocsin_violations list;

	(void)state;
	tocsin_violations_init(&list, arena);
	tocsin_incident_validate(
		sample_read("{\"id\": \"SECRET\", \"language\": \"SECRET!\", \"location\": {\"country\":"
					" \"SECRET\", \"pcode\": \"SECRET-1\"}, \"displacement\": [{\"pcode\": \"SECRET"
					"!\"}], \"references\": [{\"id\": \"SECRET\", \"sender\": \"SECRET/\"}]}",
			arena),
		&places, SAMPLE_NOW_MS, &list);
	assert_int_equal(list.count, 8);
	for (size_t i = 0; i < list.count; i++) {
		assert_null(strstr(list.items[i].message, "SECRET"));
		assert_null(strstr(list.items[i].field, "SECRET"));
		assert_null(strstr(list.items[i].id, "SECRET"));
	}
	tocsin_arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(required_fields),
		cmocka_unit_test(rounds),
		cmocka_unit_test(identity),
		cmocka_unit_test(references),
		cmocka_unit_test(cancels),
		cmocka_unit_test(language),
		cmocka_unit_test(says_what_would_do),
		cmocka_unit_test(says_no_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
