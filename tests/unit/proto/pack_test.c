/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Random messages of every type: the same bytes as protobuf-c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/pack.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

enum { CEILING = 8 << 20, ROUNDS = 3000, LONG_TEXT = 3000 };

/* xorshift64*: the same messages on every machine. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * UINT64_C(2685821657736338717);
}

static uint64_t below(uint64_t *seed, uint64_t limit)
{
	return (next_random(seed) >> 33) % limit;
}

/* Of every length that a varint can have; often the default. */
static uint64_t random_number(uint64_t *seed)
{
	return below(seed, 3) == 0 ? 0 : next_random(seed) >> below(seed, 64);
}

static char *random_text(uint64_t *seed, struct tocsin_arena *arena)
{
	const size_t length = below(seed, 20) == 0 ? below(seed, LONG_TEXT) : below(seed, 4);
	char *text = tocsin_arena_zero(arena, length + 1, 1);

	assert_non_null(text);
	memset(text, 'x', length);
	return text;
}

static ProtobufCMessage *random_message(
	uint64_t *seed, const ProtobufCMessageDescriptor *type, struct tocsin_arena *arena);

static size_t put_random(
	uint64_t *seed, const ProtobufCFieldDescriptor *field, void *value, struct tocsin_arena *arena)
{
	const uint64_t number = random_number(seed);
	const double fraction = (double)number / 3;
	const protobuf_c_boolean truth = number & 1;
	const ProtobufCBinaryData bytes = {number % 40, (uint8_t *)random_text(seed, arena)};
	const void *pointer = NULL;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		pointer = below(seed, 9) == 0 ? NULL : random_text(seed, arena);
		memcpy(value, &pointer, sizeof(pointer));
		return sizeof(pointer);
	case PROTOBUF_C_TYPE_MESSAGE:
		pointer = random_message(seed, field->descriptor, arena);
		memcpy(value, &pointer, sizeof(pointer));
		return sizeof(pointer);
	case PROTOBUF_C_TYPE_BYTES:
		memcpy(value, &bytes, sizeof(bytes));
		return sizeof(bytes);
	case PROTOBUF_C_TYPE_BOOL:
		memcpy(value, &truth, sizeof(truth));
		return sizeof(truth);
	case PROTOBUF_C_TYPE_DOUBLE:
		memcpy(value, &fraction, sizeof(fraction));
		return sizeof(fraction);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		memcpy(value, &number, sizeof(number));
		return sizeof(number);
	default:
		memcpy(value, &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
		return sizeof(uint32_t);
	}
}

static void put_list(uint64_t *seed, const ProtobufCFieldDescriptor *field,
	ProtobufCMessage *message, struct tocsin_arena *arena)
{
	const size_t count = below(seed, 4);
	uint8_t *items = tocsin_arena_zero(arena, count + 1, sizeof(ProtobufCBinaryData));
	size_t at = 0;

	assert_non_null(items);
	for (size_t i = 0; i < count; i++) {
		at += put_random(seed, field, items + at, arena);
		/* A list has no place that is empty. */
		const void *last = NULL;
		if (field->type == PROTOBUF_C_TYPE_STRING) {
			memcpy(&last, items + at - sizeof(last), sizeof(last));
			at -= last ? 0 : sizeof(last);
			i -= last ? 0 : 1;
		}
	}
	memcpy((uint8_t *)message + field->offset, &items, sizeof(items));
	memcpy((uint8_t *)message + field->quantifier_offset, &count, sizeof(count));
}

static ProtobufCMessage *random_message(
	uint64_t *seed, const ProtobufCMessageDescriptor *type, struct tocsin_arena *arena)
{
	ProtobufCMessage *message = tocsin_arena_zero(arena, 1, type->sizeof_message);

	assert_non_null(message);
	protobuf_c_message_init(type, message);
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (below(seed, 3) == 0) {
			continue;
		}
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			put_list(seed, field, message, arena);
			continue;
		}
		(void)put_random(seed, field, (uint8_t *)message + field->offset, arena);
		if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
			memcpy((uint8_t *)message + field->quantifier_offset, &field->id, sizeof(field->id));
		}
	}
	return message;
}

static void as_protobuf_c_does(void **state)
{
	static const ProtobufCMessageDescriptor *const types[] = {&tocsin__v1__incident__descriptor,
		&tocsin__v1__alert__descriptor, &tocsin__v1__receipt__descriptor,
		&tocsin__v1__digest__descriptor, &tocsin__v1__replay_request__descriptor};
	struct tocsin_arena *arena = tocsin_arena_create(CEILING, NULL);
	uint64_t seed = 7;

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < ROUNDS; i++) {
		tocsin_arena_reset(arena);
		const ProtobufCMessage *message =
			random_message(&seed, types[i % (sizeof(types) / sizeof(types[0]))], arena);
		const size_t wanted = protobuf_c_message_get_packed_size(message);
		uint8_t *expected = malloc(wanted + 1);
		size_t size;

		assert_non_null(expected);
		(void)protobuf_c_message_pack(message, expected);
		const uint8_t *packed = tocsin_pack(message, arena, &size);
		assert_non_null(packed);
		assert_int_equal(size, wanted);
		assert_memory_equal(packed, expected, size);
		free(expected);
	}
	tocsin_arena_destroy(arena);
}

static void nothing_is_no_bytes(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(CEILING, NULL);
	const Tocsin__V1__Alert alert = TOCSIN__V1__ALERT__INIT;
	size_t size = 1;

	(void)state;
	assert_non_null(tocsin_pack(&alert.base, arena, &size));
	assert_int_equal(size, 0);
	tocsin_arena_destroy(arena);
}

static void a_ceiling_is_told(void **state)
{
	struct tocsin_arena *arena = tocsin_arena_create(8192, NULL);
	Tocsin__V1__Alert alert = TOCSIN__V1__ALERT__INIT;
	char text[8001];
	size_t size = 1;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	alert.description = text;
	assert_null(tocsin_pack(&alert.base, arena, &size));
	assert_int_equal(size, 1);
	assert_true(tocsin_arena_full(arena));
	tocsin_arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_protobuf_c_does),
		cmocka_unit_test(nothing_is_no_bytes),
		cmocka_unit_test(a_ceiling_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
