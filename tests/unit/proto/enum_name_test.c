/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/enum_name.h"
#include "tocsin/v1/enums.pb-c.h"

static int read(const ProtobufCEnumDescriptor *type, const char *text)
{
	int value = -1;

	return tocsin_enum_read(type, text, strlen(text), &value) ? value : -1;
}

static void spells(void **state)
{
	const ProtobufCEnumDescriptor *severity = &tocsin__v1__severity__descriptor;

	(void)state;
	assert_string_equal(tocsin_enum_name(severity, 4), "severe");
	assert_string_equal(tocsin_enum_name(severity, 0), "unspecified");
	assert_null(tocsin_enum_name(severity, 6));
	assert_null(tocsin_enum_name(severity, -1));
	assert_null(tocsin_enum_name(severity, 1 << 30));
	assert_string_equal(
		tocsin_enum_name(&tocsin__v1__event_type__descriptor, 2), "explosions_remote_violence");
	assert_string_equal(tocsin_enum_name(&tocsin__v1__msg_type__descriptor, 3), "cancel");
	assert_string_equal(tocsin_enum_name(&tocsin__v1__credibility__descriptor, 6), "6");
	assert_string_equal(tocsin_enum_name(&tocsin__v1__term__descriptor, 13), "multiple_or_other");
	assert_string_equal(tocsin_enum_name(&tocsin__v1__source_kind__descriptor, 2), "un");
}

static void reads(void **state)
{
	const ProtobufCEnumDescriptor *severity = &tocsin__v1__severity__descriptor;

	(void)state;
	assert_int_equal(read(severity, "severe"), 4);
	assert_int_equal(read(severity, "SeVeRe"), 4);
	assert_int_equal(read(severity, "SEVERITY_SEVERE"), 4);
	assert_int_equal(read(severity, "unspecified"), 0);
	assert_int_equal(read(severity, "sever"), -1);
	assert_int_equal(read(severity, "severely"), -1);
	assert_int_equal(read(severity, ""), -1);
	assert_int_equal(read(severity, "battles"), -1);
	assert_int_equal(read(&tocsin__v1__credibility__descriptor, "6"), 6);
	assert_int_equal(read(&tocsin__v1__reliability__descriptor, "b"), 2);
}

/* All but the first, the last of them whole. */
static void lists(const ProtobufCEnumDescriptor *type)
{
	char text[TOCSIN_ENUM_LIST];
	const char *last = tocsin_enum_name(type, (int)type->n_values - 1);
	unsigned commas = 0;

	tocsin_enum_list(type, text);
	const size_t length = strlen(text);
	assert_string_equal(text + length - strlen(last), last);
	assert_null(strstr(text, "unspecified"));
	for (size_t i = 0; i < length; i++) {
		commas += text[i] == ',';
	}
	assert_int_equal(commas, type->n_values - 2);
}

/* Every value of every enum, against the names that protoc put down. */
static void knows_every_value(void **state)
{
	static const ProtobufCEnumDescriptor *const types[] = {&tocsin__v1__status__descriptor,
		&tocsin__v1__msg_type__descriptor, &tocsin__v1__severity__descriptor,
		&tocsin__v1__certainty__descriptor, &tocsin__v1__urgency__descriptor,
		&tocsin__v1__event_type__descriptor, &tocsin__v1__category__descriptor,
		&tocsin__v1__cause__descriptor, &tocsin__v1__sensitivity__descriptor,
		&tocsin__v1__close_cause__descriptor, &tocsin__v1__verdict__descriptor,
		&tocsin__v1__routing__descriptor, &tocsin__v1__claim_kind__descriptor,
		&tocsin__v1__claim_group__descriptor, &tocsin__v1__actor_class__descriptor,
		&tocsin__v1__actor_role__descriptor, &tocsin__v1__source_kind__descriptor,
		&tocsin__v1__displacement_unit__descriptor, &tocsin__v1__qualifier__descriptor,
		&tocsin__v1__figure_role__descriptor, &tocsin__v1__flow_or_stock__descriptor,
		&tocsin__v1__population__descriptor, &tocsin__v1__assessment__descriptor,
		&tocsin__v1__term__descriptor, &tocsin__v1__need__descriptor,
		&tocsin__v1__impact__descriptor, &tocsin__v1__time_precision__descriptor,
		&tocsin__v1__geo_precision__descriptor, &tocsin__v1__reliability__descriptor,
		&tocsin__v1__credibility__descriptor};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (unsigned j = 0; j < types[i]->n_values; j++) {
			const ProtobufCEnumValue *value = &types[i]->values[j];
			const char *name = tocsin_enum_name(types[i], value->value);

			assert_non_null(name);
			const size_t prefix = strlen(value->name) - strlen(name);
			assert_int_equal(value->name[prefix - 1], '_');
			for (size_t k = 0; name[k]; k++) {
				const char upper = value->name[prefix + k];

				assert_int_equal(name[k], upper >= 'A' && upper <= 'Z' ? upper + 32 : upper);
			}
			assert_int_equal(read(types[i], name), value->value);
			assert_int_equal(read(types[i], value->name), value->value);
		}
		assert_null(tocsin_enum_name(types[i], (int)types[i]->n_values));
		lists(types[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spells),
		cmocka_unit_test(reads),
		cmocka_unit_test(knows_every_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
