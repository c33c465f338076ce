/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a topic is to Tocsin. */
#include "engine/rig.h"

static void topics_are_read(void **state)
{
	(void)state;
	const struct {
		const char *topic;
		enum tocsin_intake kind;
		enum tocsin_form form;
		const char *sender;
	} cases[] = {
		{"tocsin/v1/from/a/incident", TOCSIN_INTAKE_INCIDENT, TOCSIN_FORM_PROTOBUF, "a"},
		{"tocsin/v1/from/a/incident-json", TOCSIN_INTAKE_INCIDENT, TOCSIN_FORM_JSON, "a"},
		{"tocsin/v1/from/j.d x/incident", TOCSIN_INTAKE_INCIDENT, TOCSIN_FORM_PROTOBUF, "j.d x"},
		{"tocsin/v1/from/a/replay", TOCSIN_INTAKE_REPLAY, TOCSIN_FORM_PROTOBUF, "a"},
		{"tocsin/v1/from/a/replay-json", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from/a/incidents", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from/a/incident/x", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from/a/incident/", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from/a/receipt", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from/a", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from//incident", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/from", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/to/partners/alert/x", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/ops/x", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1/", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v1", TOCSIN_INTAKE_RESERVED, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin/v10/from/a/incident", TOCSIN_INTAKE_FOREIGN, TOCSIN_FORM_PROTOBUF, NULL},
		{"tocsin", TOCSIN_INTAKE_FOREIGN, TOCSIN_FORM_PROTOBUF, NULL},
		{"x/tocsin/v1/from/a/incident", TOCSIN_INTAKE_FOREIGN, TOCSIN_FORM_PROTOBUF, NULL},
		{"", TOCSIN_INTAKE_FOREIGN, TOCSIN_FORM_PROTOBUF, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		const struct tocsin_intake_topic read = tocsin_intake_read(RIG_ROOT, cases[i].topic);

		assert_int_equal(read.kind, cases[i].kind);
		assert_int_equal(read.form, cases[i].form);
		if (cases[i].sender) {
			assert_int_equal(read.sender_length, strlen(cases[i].sender));
			assert_memory_equal(read.sender, cases[i].sender, read.sender_length);
		} else {
			assert_null(read.sender);
		}
	}
	assert_int_equal(tocsin_intake_read("hub", "hub/from/a/incident").kind, TOCSIN_INTAKE_INCIDENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(topics_are_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
