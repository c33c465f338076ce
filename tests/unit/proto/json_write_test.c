/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Tocsin JSON out, and back in: exact texts, and messages filled at random by
 * their descriptors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/enum_name.h"
#include "proto/json.h"
#include "proto/json_field.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/incident.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

enum { CEILING = 4 << 20, ROUNDS = 300, JSON_FIELDS = 64 };

static const ProtobufCMessageDescriptor *const types[] = {
	&tocsin__v1__incident__descriptor,
	&tocsin__v1__alert__descriptor,
	&tocsin__v1__receipt__descriptor,
	&tocsin__v1__digest__descriptor,
	&tocsin__v1__replay_request__descriptor,
	&tocsin__v1__replay_end__descriptor,
};

static int setup(void **state)
{
	*state = tocsin_arena_create(CEILING, &tocsin_heap);
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	tocsin_arena_destroy(*state);
	return 0;
}

static void assert_written(
	struct tocsin_arena *arena, const ProtobufCMessage *message, const char *wanted)
{
	char *text = NULL;
	size_t length = 0;
	assert_int_equal(tocsin_json_write(message, arena, &text, &length), TOCSIN_OK);
	assert_string_equal(text, wanted);
	assert_int_equal(length, strlen(wanted));
}

static void test_empty(void **state)
{
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	assert_written(*state, &incident.base, "{}");
}

static void test_fields(void **state)
{
	Google__Protobuf__Timestamp sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	sent.seconds = 1723055400;
	Tocsin__V1__CasualtyClaim zero = TOCSIN__V1__CASUALTY_CLAIM__INIT;
	zero.kind = TOCSIN__V1__CLAIM_KIND__CLAIM_KIND_KILLED;
	zero.low_presence_case = TOCSIN__V1__CASUALTY_CLAIM__LOW_PRESENCE_LOW;
	zero.official = 1;
	Tocsin__V1__CasualtyClaim nothing = TOCSIN__V1__CASUALTY_CLAIM__INIT;
	nothing.not_reported = 1;
	Tocsin__V1__CasualtyClaim *claims[] = {&zero, &nothing};
	Tocsin__V1__Need needs[] = {TOCSIN__V1__NEED__NEED_FOOD, TOCSIN__V1__NEED__NEED_UNSPECIFIED};
	Tocsin__V1__Event event = TOCSIN__V1__EVENT__INIT;
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	char id[] = "x";
	incident.id = id;
	incident.severity = TOCSIN__V1__SEVERITY__SEVERITY_SEVERE;
	incident.sent = &sent;
	incident.event = &event;
	incident.casualty_claims = claims;
	incident.n_casualty_claims = 2;
	incident.needs = needs;
	incident.n_needs = 2;
	/* A false bool, an empty text and an unset oneof are absent; a zero that was
	 * claimed and a message that was set are not. */
	assert_written(*state, &incident.base,
		"{\"id\":\"x\",\"sent\":\"2024-08-07T18:30:00Z\",\"event\":{},\"severity\":\"severe\","
		"\"casualty_claims\":[{\"kind\":\"killed\",\"low\":0,\"official\":true},"
		"{\"not_reported\":true}],\"needs\":[\"food\",\"unspecified\"]}");
}

static void test_escapes(void **state)
{
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	char text[] = "\"\\/\b\f\n\r\t\x01\x1f\x7f \xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x94\x94";
	incident.headline = text;
	assert_written(*state, &incident.base,
		"{\"headline\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f \xc3\xa9 \xe2\x80\xa8 "
		"\xf0\x9f\x94\x94\"}");
}

static void test_numbers(void **state)
{
	static const struct {
		double number;
		const char *text;
	} cases[] = {
		{0, "0"},
		{-0.0, "-0.0"},
		{5, "5"},
		{0.1, "0.1"},
		{14.2222, "14.2222"},
		{-4.4933, "-4.4933"},
		{1.0 / 3, "0.3333333333333333"},
		{5e-324, "4.94065645841247e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{9007199254740993.0, "9007199254740992"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Tocsin__V1__Point point = TOCSIN__V1__POINT__INIT;
		char wanted[64];
		point.latitude_presence_case = TOCSIN__V1__POINT__LATITUDE_PRESENCE_LATITUDE;
		point.latitude = cases[i].number;
		(void)snprintf(wanted, sizeof wanted, "{\"latitude\":%s}", cases[i].text);
		assert_written(*state, &point.base, wanted);
	}
	Tocsin__V1__ReplayEnd end = TOCSIN__V1__REPLAY_END__INIT;
	end.count = UINT32_MAX;
	end.last_sequence = UINT64_MAX;
	assert_written(
		*state, &end.base, "{\"count\":4294967295,\"last_sequence\":18446744073709551615}");
}

static void test_unwritable(void **state)
{
	char *text = NULL;
	size_t length = 7;
	Tocsin__V1__Point point = TOCSIN__V1__POINT__INIT;
	point.longitude_presence_case = TOCSIN__V1__POINT__LONGITUDE_PRESENCE_LONGITUDE;
	point.longitude = (double)NAN;
	assert_int_equal(tocsin_json_write(&point.base, *state, &text, &length), TOCSIN_INVALID);
	point.longitude = (double)INFINITY;
	assert_int_equal(tocsin_json_write(&point.base, *state, &text, &length), TOCSIN_INVALID);
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	char broken[] = "\xc3(";
	incident.headline = broken;
	assert_int_equal(tocsin_json_write(&incident.base, *state, &text, &length), TOCSIN_INVALID);
	Google__Protobuf__Timestamp sent = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	sent.nanos = -1;
	Tocsin__V1__Incident late = TOCSIN__V1__INCIDENT__INIT;
	late.sent = &sent;
	assert_int_equal(tocsin_json_write(&late.base, *state, &text, &length), TOCSIN_INVALID);
	assert_null(text);
	assert_int_equal(length, 7);
}

static void test_unknown_enum(void **state)
{
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	incident.severity = (Tocsin__V1__Severity)99;
	assert_written(*state, &incident.base, "{\"severity\":99}");
}

static void test_no_memory(void **state)
{
	(void)state;
	char long_text[5000];
	memset(long_text, 'a', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	Tocsin__V1__Incident incident = TOCSIN__V1__INCIDENT__INIT;
	incident.description = long_text;
	struct tocsin_arena *arena = tocsin_arena_create(4096, &tocsin_heap);
	assert_non_null(arena);
	char *text = NULL;
	size_t length = 0;
	assert_int_equal(tocsin_json_write(&incident.base, arena, &text, &length), TOCSIN_NO_MEMORY);
	assert_null(text);
	tocsin_arena_destroy(arena);
}

/* Small and repeatable; the tests need variety, not quality. */
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void fill(const ProtobufCMessageDescriptor *type, ProtobufCMessage *message,
	struct tocsin_arena *arena, uint32_t *seed);

static void fill_value(
	const ProtobufCFieldDescriptor *field, void *member, struct tocsin_arena *arena, uint32_t *seed)
{
	static const char *const texts[] = {"a", "\xc3\xa9\"\\", "two\nlines\t", "\xf0\x9f\x94\x94"};
	static const uint32_t numbers[] = {1, 0, UINT32_MAX, 129825};
	static const double doubles[] = {0, 14.2222, -1.0 / 3, 4.9};
	uint32_t pick = next(seed) % 4;
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		*(char **)member = tocsin_arena_text(arena, texts[pick], strlen(texts[pick]));
		return;
	case PROTOBUF_C_TYPE_ENUM: {
		const ProtobufCEnumDescriptor *values = field->descriptor;
		*(int *)member = values->values[next(seed) % values->n_values].value;
		return;
	}
	case PROTOBUF_C_TYPE_BOOL:
		*(protobuf_c_boolean *)member = pick % 2 == 0;
		return;
	case PROTOBUF_C_TYPE_UINT32:
		*(uint32_t *)member = numbers[pick];
		return;
	case PROTOBUF_C_TYPE_UINT64:
		*(uint64_t *)member = (uint64_t)numbers[pick] << (next(seed) % 32);
		return;
	case PROTOBUF_C_TYPE_DOUBLE:
		*(double *)member = doubles[pick];
		return;
	default: {
		const ProtobufCMessageDescriptor *inner = field->descriptor;
		ProtobufCMessage *made = tocsin_arena_zero(arena, 1, inner->sizeof_message);
		assert_non_null(made);
		protobuf_c_message_init(inner, made);
		if (tocsin_json_is_time(field)) {
			Google__Protobuf__Timestamp *time = (Google__Protobuf__Timestamp *)made;
			time->seconds = (int64_t)next(seed) * (pick % 2 == 0 ? 200 : -200);
			time->nanos = pick == 0 ? 0 : (int32_t)(next(seed) % 1000) * 1000000 + (int32_t)pick;
		} else {
			fill(inner, made, arena, seed);
		}
		*(ProtobufCMessage **)member = made;
	}
	}
}

static void fill(const ProtobufCMessageDescriptor *type, ProtobufCMessage *message,
	struct tocsin_arena *arena, uint32_t *seed)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		char *member = (char *)message + field->offset;
		char *quantifier = (char *)message + field->quantifier_offset;
		if (next(seed) % 3 == 0) {
			continue;
		}
		if (field->label != PROTOBUF_C_LABEL_REPEATED) {
			fill_value(field, member, arena, seed);
			if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
				*(uint32_t *)(void *)quantifier = field->id;
			}
			continue;
		}
		size_t count = next(seed) % 4;
		size_t size = tocsin_json_value_size(field);
		char *items = tocsin_arena_zero(arena, count + 1, size);
		assert_non_null(items);
		for (size_t n = 0; n < count; n++) {
			fill_value(field, items + n * size, arena, seed);
		}
		*(size_t *)(void *)quantifier = count;
		*(void **)(void *)member = items;
	}
}

static void assert_same_bytes(
	const ProtobufCMessage *a, const ProtobufCMessage *b, struct tocsin_arena *arena)
{
	size_t size = protobuf_c_message_get_packed_size(a);
	assert_int_equal(size, protobuf_c_message_get_packed_size(b));
	uint8_t *bytes_a = tocsin_arena_alloc(arena, size + 1);
	uint8_t *bytes_b = tocsin_arena_alloc(arena, size + 1);
	assert_true(bytes_a != NULL && bytes_b != NULL);
	(void)protobuf_c_message_pack(a, bytes_a);
	(void)protobuf_c_message_pack(b, bytes_b);
	assert_memory_equal(bytes_a, bytes_b, size);
}

static void round_trip(
	const ProtobufCMessageDescriptor *type, struct tocsin_arena *arena, uint32_t *seed)
{
	ProtobufCMessage *message = tocsin_arena_zero(arena, 1, type->sizeof_message);
	assert_non_null(message);
	protobuf_c_message_init(type, message);
	fill(type, message, arena, seed);
	char *text = NULL;
	size_t length = 0;
	assert_int_equal(tocsin_json_write(message, arena, &text, &length), TOCSIN_OK);
	struct tocsin_violations violations;
	tocsin_violations_init(&violations, arena);
	ProtobufCMessage *back = NULL;
	enum tocsin_status status = tocsin_json_read(type, text, length, arena, &violations, &back);
	if (status != TOCSIN_OK) {
		fail_msg("%s: %s at %s\n%s", type->short_name, violations.items[0].id,
			violations.items[0].field, text);
	}
	assert_same_bytes(message, back, arena);
	char *again = NULL;
	assert_int_equal(tocsin_json_write(back, arena, &again, &length), TOCSIN_OK);
	assert_string_equal(text, again);
}

static void test_round_trips(void **state)
{
	uint32_t seed = 20240807;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		for (int n = 0; n < ROUNDS; n++) {
			tocsin_arena_reset(*state);
			round_trip(types[i], *state, &seed);
		}
	}
}

/* The lowerCamelCase form of a name finds the same field, its other mixtures none. */
static void assert_camel(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	char camel[64];
	size_t length = 0;
	for (const char *at = field->name; *at != '\0'; at++) {
		bool capital = *at == '_';
		at += capital;
		camel[length++] = (char)(capital && *at >= 'a' ? *at - 'a' + 'A' : *at);
	}
	camel[length] = '\0';
	assert_ptr_equal(tocsin_json_field(type, camel), field);
	camel[0] = (char)(camel[0] - 'a' + 'A');
	assert_null(tocsin_json_field(type, camel));
	camel[0] = (char)(camel[0] - 'A' + 'a');
	camel[length] = 'x';
	camel[length + 1] = '\0';
	assert_null(tocsin_json_field(type, camel));
	camel[length - 1] = '\0';
	assert_ptr_not_equal(tocsin_json_field(type, camel), field);
}

/* What the reader and writer take for granted about every message. */
static void assert_supported(const ProtobufCMessageDescriptor *type, int depth)
{
	assert_true(depth < TOCSIN_MAX_DEPTH);
	assert_true(type->n_fields <= JSON_FIELDS);
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		assert_true(tocsin_json_name_is_plain(field->name) || strpbrk(field->name, "0123456789"));
		assert_ptr_equal(tocsin_json_field(type, field->name), field);
		assert_camel(type, field);
		switch (field->type) {
		case PROTOBUF_C_TYPE_STRING:
		case PROTOBUF_C_TYPE_BOOL:
		case PROTOBUF_C_TYPE_UINT32:
		case PROTOBUF_C_TYPE_UINT64:
		case PROTOBUF_C_TYPE_DOUBLE:
			break;
		case PROTOBUF_C_TYPE_ENUM: {
			const ProtobufCEnumDescriptor *values = field->descriptor;
			for (unsigned n = 0; n < values->n_values; n++) {
				assert_non_null(tocsin_enum_name(values, values->values[n].value));
				assert_true(values->values[n].value >= 0);
			}
			break;
		}
		case PROTOBUF_C_TYPE_MESSAGE:
			if (!tocsin_json_is_time(field)) {
				assert_supported(field->descriptor, depth + 1);
			}
			break;
		default:
			fail_msg("%s.%s has a type that Tocsin JSON does not know", type->name, field->name);
		}
	}
}

static void test_supported(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		assert_supported(types[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(test_escapes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unwritable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_enum, setup, teardown),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test_setup_teardown(test_round_trips, setup, teardown),
		cmocka_unit_test(test_supported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
