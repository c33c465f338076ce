/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Bytes as a sender may put them, judged by the descriptors of Incident. Tags are
 * those of incident.proto. */
#include "proto/sample.h"

#include "proto/bytes.h"
#include "proto/wire.h"
#include "tocsin/v1/alert.pb-c.h"
#include "tocsin/v1/digest.pb-c.h"
#include "tocsin/v1/receipt.pb-c.h"
#include "tocsin/v1/replay.pb-c.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(literal) literal, sizeof(literal) - 1

enum {
	ID = 1,
	STATUS = 2,
	REFERENCES = 4,
	SENT = 5,
	EVENT = 7,
	SEVERITY = 9,
	LOCATION = 11,
	ACTORS = 12,
	CLAIMS = 13,
	DISPLACEMENT = 14,
	NEEDS = 15,
	SOURCES = 17,
	HEADLINE = 21,
	DESCRIPTION = 22,
	INSTRUCTION = 23,
	REPORTER_REF = 25,
	CLOSE = 26,
	UNKNOWN = 900,
};

/* Walks the bytes and compares what is said of them, and whether unpacking is
 * worth it. */
static void expect_type(const ProtobufCMessageDescriptor *type, const struct bytes *bytes,
	bool sound, const char *expected)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);
	struct tocsin_violations list;
	char text[8192];

	tocsin_violations_init(&list, arena);
	/* Of the exact size, so that a sanitizer sees one byte too far. */
	uint8_t *copy = malloc(bytes->size + 1);
	assert_non_null(copy);
	memcpy(copy, bytes->data, bytes->size);
	uint8_t *exact = realloc(copy, bytes->size > 0 ? bytes->size : 1);
	assert_non_null(exact);
	const bool walked = tocsin_wire_walk(type, exact, bytes->size, &list);
	free(exact);
	sample_write(&list, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_int_equal(walked, sound);
	tocsin_arena_destroy(arena);
}

static void expect(const struct bytes *bytes, bool sound, const char *expected)
{
	expect_type(&tocsin__v1__incident__descriptor, bytes, sound, expected);
}

static void raw_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		bool sound;
		const char *expected;
	} rows[] = {
		{TEXT(""), true, ""},
		{TEXT("\x10\x01"), true, ""},
		{TEXT("\x10"), false, "error payload.malformed @"},
		{TEXT("\x10\x81"), false, "error payload.malformed @"},
		{TEXT("\xff"), false, "error payload.malformed @"},
		/* A varint of ten bytes is the longest; its last holds one bit. */
		{TEXT("\x10\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"), true, ""},
		{TEXT("\x10\x81\x80\x80\x80\x80\x80\x80\x80\x80\x01"), true, "error status.enum @status"},
		{TEXT("\x10\x81\x80\x80\x80\x80\x80\x80\x80\x80\x02"), false, "error payload.malformed @"},
		{TEXT("\x10\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"), false,
			"error payload.malformed @"},
		/* Field number 0, and one beyond 2^29 - 1. */
		{TEXT("\x00\x01"), false, "error payload.malformed @"},
		{TEXT("\x02\x00"), false, "error payload.malformed @"},
		{TEXT("\xf8\xff\xff\xff\x0f\x01"), true, "warning payload.unknown_field @"},
		{TEXT("\xf8\xff\xff\xff\x1f\x01"), false, "error payload.malformed @"},
		{TEXT("\x90\x80\x80\x80\x80\x00\x01"), false, "error payload.malformed @"},
		/* Groups, and wire types that are none. */
		{TEXT("\x13\x14"), false, "error payload.malformed @"},
		{TEXT("\x14"), false, "error payload.malformed @"},
		{TEXT("\xbb\x38\xbc\x38"), false, "error payload.malformed @"},
		{TEXT("\x16\x01"), false, "error payload.malformed @"},
		{TEXT("\x17\x01"), false, "error payload.malformed @"},
		/* Lengths beyond the end, up to the largest there is. */
		{TEXT("\x0a\x01"), false, "error payload.malformed @"},
		{TEXT("\x0a\x05"
			  "abcd"),
			false, "error payload.malformed @"},
		{TEXT("\x0a\xff\xff\xff\xff\x0f"), false, "error payload.malformed @"},
		{TEXT("\x0a\xff\xff\xff\xff\xff\x01"), false, "error payload.malformed @"},
		/* Known fields in another wire type. */
		{TEXT("\x08\x01"), false, "error payload.malformed @id"},
		{TEXT("\x12\x01\x01"), false, "error payload.malformed @status"},
		{TEXT("\x11\x01\x02\x03\x04\x05\x06\x07\x08"), false, "error payload.malformed @status"},
		{TEXT("\x15\x01\x02\x03\x04"), false, "error payload.malformed @status"},
		{TEXT("\x28\x01"), false, "error payload.malformed @sent"},
		{TEXT("\x70\x01"), false, "error payload.malformed @displacement"},
		/* A known field that is well passed over lets the rest be judged. */
		{TEXT("\x08\x01\x10\x63"), false, "error payload.malformed @id; error status.enum @status"},
	};
	static struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bytes.size = 0;
		bytes_raw(&bytes, rows[i].bytes, rows[i].size);
		expect(&bytes, rows[i].sound, rows[i].expected);
	}
}

static void enums_on_the_raw_varint(void **state)
{
	static const struct {
		uint64_t number;
		bool known;
	} rows[] = {{0, true}, {5, true}, {6, false}, {(1ULL << 32) + 4, false}, {UINT32_MAX, false},
		{UINT64_MAX, false}, {1ULL << 63, false}};
	static struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bytes.size = 0;
		bytes_number(&bytes, SEVERITY, rows[i].number);
		expect(&bytes, true, rows[i].known ? "" : "error severity.enum @severity");
	}
}

static void repeated_enums(void **state)
{
	static struct bytes bytes;

	(void)state;
	bytes.size = 0;
	bytes_span(&bytes, NEEDS, "\x01\x02", 2);
	bytes_number(&bytes, NEEDS, 3);
	bytes_span(&bytes, NEEDS, "", 0);
	bytes_span(&bytes, NEEDS, "\x09\x84\x80\x80\x80\x10", 6);
	expect(&bytes, true, "error needs.enum @needs[3]; error needs.enum @needs[4]");
	bytes.size = 0;
	bytes_span(&bytes, NEEDS, "\x01\x82", 2);
	expect(&bytes, false, "error payload.malformed @needs");
	/* Sixteen, whether packed or not. */
	bytes.size = 0;
	bytes_span(&bytes, NEEDS, "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1", 15);
	bytes_number(&bytes, NEEDS, 1);
	expect(&bytes, true, "");
	bytes_number(&bytes, NEEDS, 1);
	expect(&bytes, false, "error needs.count @needs");
	bytes.size = 0;
	bytes_span(&bytes, NEEDS, "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1", 20);
	expect(&bytes, false, "error needs.count @needs");
}

static void numbers(void **state)
{
	static struct bytes bytes, entry;

	(void)state;
	entry.size = 0;
	bytes_number(&entry, 3, UINT32_MAX);
	bytes_number(&entry, 10, 1ULL << 32);
	bytes.size = 0;
	bytes_span(&bytes, DISPLACEMENT, "", 0);
	bytes_span(&bytes, DISPLACEMENT, entry.data, entry.size);
	entry.size = 0;
	bytes_number(&entry, 3, 1ULL << 32);
	bytes_span(&bytes, DISPLACEMENT, entry.data, entry.size);
	entry.size = 0;
	bytes_number(&entry, 8, 2); /* a bool is any varint */
	bytes_number(&entry, 3, UINT64_MAX);
	bytes_span(&bytes, CLAIMS, entry.data, entry.size);
	entry.size = 0;
	bytes_number(&entry, 1, UINT64_MAX);
	bytes_number(&entry, 2, UINT64_MAX);
	bytes_span(&bytes, SENT, entry.data, entry.size);
	expect(&bytes, true,
		"error displacement.round.range @displacement[1].round;"
		" error displacement.figure.range @displacement[2].figure;"
		" error casualty_claims.low.range @casualty_claims[0].low");
	bytes.size = 0;
	entry.size = 0;
	bytes_number(&entry, 2, 1ULL << 31);
	bytes_span(&bytes, SENT, entry.data, entry.size);
	expect(&bytes, true, "error sent.nanos.range @sent.nanos");
}

static void texts(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *expected;
	} rows[] = {
		{TEXT("Kouakourou, cercle de Djenn\xc3\xa9"), ""},
		{TEXT("ML05\0tail"), "error reporter_ref.control @reporter_ref"},
		{TEXT("bell\x07"), "error reporter_ref.control @reporter_ref"},
		{TEXT("\xc3\x28"), "error reporter_ref.utf8 @reporter_ref"},
		{TEXT("\xed\xa0\x80"), "error reporter_ref.utf8 @reporter_ref"},
	};
	static struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bytes.size = 0;
		bytes_span(&bytes, REPORTER_REF, rows[i].text, rows[i].size);
		expect(&bytes, true, rows[i].expected);
	}
}

/* Limits count code points: the text is made of e with an acute accent. */
static void text_limits(void **state)
{
	static const struct {
		uint64_t outer, inner;
		size_t limit;
		const char *over;
	} rows[] = {
		{0, HEADLINE, 160, "error headline.length @headline"},
		{0, DESCRIPTION, 4000, "error description.length @description"},
		{0, INSTRUCTION, 4000, "error instruction.length @instruction"},
		{0, REPORTER_REF, 200, "error reporter_ref.length @reporter_ref"},
		{0, 24, 200, "error correlation_key.length @correlation_key"},
		{EVENT, 2, 200, "error event.sub_type.length @event.sub_type"},
		{LOCATION, 5, 200, "error location.locality.length @location.locality"},
		{SOURCES, 3, 2000, "error sources.url.length @sources[0].url"},
		{SOURCES, 1, 200, "error sources.name.length @sources[0].name"},
		{CLAIMS, 6, 200, "error casualty_claims.claimant.length @casualty_claims[0].claimant"},
		{CLOSE, 2, 1000, "error close.note.length @close.note"},
	};
	static struct bytes text, inner, bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t over = 0; over < 2; over++) {
			text.size = inner.size = bytes.size = 0;
			for (size_t j = 0; j < rows[i].limit + over; j++) {
				bytes_raw(&text, "\xc3\xa9", 2);
			}
			bytes_span(&inner, rows[i].inner, text.data, text.size);
			if (rows[i].outer) {
				bytes_span(&bytes, rows[i].outer, inner.data, inner.size);
			} else {
				bytes_raw(&bytes, inner.data, inner.size);
			}
			expect(&bytes, true, over ? rows[i].over : "");
		}
	}
}

static void statement_limit(void **state)
{
	static struct bytes text, attribution, actor, bytes;

	(void)state;
	text.size = attribution.size = actor.size = bytes.size = 0;
	memset(text.data, 'a', 1001);
	bytes_span(&attribution, 1, text.data, 1000);
	bytes_span(&actor, 4, attribution.data, attribution.size);
	bytes_span(&bytes, ACTORS, actor.data, actor.size);
	expect(&bytes, true, "");
	attribution.size = actor.size = 0;
	bytes_span(&attribution, 1, text.data, 1001);
	bytes_span(&actor, 4, attribution.data, attribution.size);
	bytes_span(&bytes, ACTORS, actor.data, actor.size);
	expect(
		&bytes, true, "error actors.attribution.statement.length @actors[1].attribution.statement");
}

static void counts(void **state)
{
	static const struct {
		uint64_t tag;
		size_t limit;
		const char *over;
	} rows[] = {
		{DISPLACEMENT, 256, "error displacement.count @displacement"},
		{CLAIMS, 64, "error casualty_claims.count @casualty_claims"},
		{ACTORS, 64, "error actors.count @actors"},
		{SOURCES, 64, "error sources.count @sources"},
		{REFERENCES, 16, "error references.count @references"},
	};
	static struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bytes.size = 0;
		for (size_t j = 0; j < rows[i].limit; j++) {
			/* Interleaved: the ceiling is over the whole message. */
			bytes_span(&bytes, rows[i].tag, "", 0);
			if (j == 0) {
				bytes_number(&bytes, STATUS, 1);
			}
		}
		expect(&bytes, true, "");
		bytes_span(&bytes, rows[i].tag, "", 0);
		expect(&bytes, false, rows[i].over);
	}
	/* 60 kB of empty claims: said once. */
	bytes.size = 0;
	while (bytes.size < 60000) {
		bytes_span(&bytes, CLAIMS, "", 0);
	}
	expect(&bytes, false, "error casualty_claims.count @casualty_claims");
}

static void singular_twice(void **state)
{
	static struct bytes bytes, entry;

	(void)state;
	bytes.size = 0;
	bytes_number(&bytes, STATUS, 1);
	bytes_number(&bytes, STATUS, 1);
	bytes_number(&bytes, STATUS, 2);
	bytes_span(&bytes, ID, "", 0);
	bytes_span(&bytes, ID, "", 0);
	bytes_span(&bytes, EVENT, "", 0);
	bytes_span(&bytes, EVENT, "", 0);
	entry.size = 0;
	bytes_number(&entry, 3, 5);
	bytes_number(&entry, 3, 5);
	bytes_span(&bytes, DISPLACEMENT, entry.data, entry.size);
	expect(&bytes, true,
		"error status.repeated @status; error id.repeated @id; error event.repeated @event;"
		" error displacement.figure.repeated @displacement[0].figure");
}

/* What is said of the first violation. */
static void expect_message(const struct bytes *bytes, const char *message)
{
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);
	struct tocsin_violations list;

	tocsin_violations_init(&list, arena);
	(void)tocsin_wire_walk(&tocsin__v1__incident__descriptor, bytes->data, bytes->size, &list);
	assert_true(list.count > 0);
	assert_string_equal(list.items[0].message, message);
	tocsin_arena_destroy(arena);
}

static void says_limits_and_what_there_is(void **state)
{
	static struct bytes bytes, text;

	(void)state;
	bytes.size = 0;
	bytes_number(&bytes, SEVERITY, 6);
	expect_message(&bytes,
		"has a value unknown to this version: one of unknown, minor, moderate, severe, extreme");
	bytes.size = 0;
	bytes_span(&bytes, REPORTER_REF, "two lines\r\n", 11);
	expect_message(
		&bytes, "holds a control character other than tab and line feed: a carriage return?");
	bytes.size = text.size = 0;
	memset(text.data, 'a', 161);
	bytes_span(&bytes, HEADLINE, text.data, 161);
	expect_message(&bytes, "is too long: at most 160 characters");
	bytes.size = 0;
	bytes_number(&bytes, UNKNOWN, 1);
	expect_message(
		&bytes, "a field unknown to this version is ignored and not forwarded: field number 900");
	bytes.size = 0;
	for (int i = 0; i < 17; i++) {
		bytes_number(&bytes, NEEDS, 1);
	}
	expect_message(&bytes, "has too many entries: at most 16");
}

static void unknown_fields(void **state)
{
	static struct bytes bytes, event;

	(void)state;
	event.size = 0;
	bytes_number(&event, UNKNOWN, 1);
	bytes.size = 0;
	bytes_span(&bytes, EVENT, event.data, event.size);
	bytes_span(&bytes, UNKNOWN, "x", 1);
	bytes_key(&bytes, UNKNOWN, 1);
	bytes_raw(&bytes, "12345678", 8);
	bytes_key(&bytes, UNKNOWN + 1, 5);
	bytes_raw(&bytes, "1234", 4);
	expect(&bytes, true, "warning payload.unknown_field @event; warning payload.unknown_field @");
	bytes.size = 0;
	for (int i = 0; i < 32; i++) {
		bytes_number(&bytes, UNKNOWN, 1);
	}
	expect(&bytes, true, "warning payload.unknown_field @");
	bytes_span(&bytes, EVENT, event.data, event.size);
	expect(&bytes, false, "warning payload.unknown_field @; error payload.unknown_fields @");
}

static void broken_inside(void **state)
{
	static struct bytes bytes;

	(void)state;
	bytes.size = 0;
	bytes_span(&bytes, LOCATION, "\x0a\x05", 2);
	bytes_number(&bytes, STATUS, 77);
	expect(&bytes, false, "error payload.malformed @location; error status.enum @status");
}

static void all_at_once(void **state)
{
	static struct bytes bytes, entry;
	struct tocsin_arena *arena = tocsin_arena_create(1 << 16, NULL);
	struct tocsin_violations list;

	(void)state;
	bytes.size = entry.size = 0;
	bytes_number(&entry, 2, 99);
	for (int i = 0; i < 200; i++) {
		bytes_span(&bytes, DISPLACEMENT, entry.data, entry.size);
	}
	tocsin_violations_init(&list, arena);
	assert_true(tocsin_wire_walk(&tocsin__v1__incident__descriptor, bytes.data, bytes.size, &list));
	assert_int_equal(list.count, TOCSIN_MAX_VIOLATIONS);
	assert_int_equal(list.errors, 200);
	assert_string_equal(list.items[31].field, "displacement[31].unit");
	tocsin_arena_destroy(arena);
}

/* No message of ours holds itself; one that did would be stopped. */
static void depth(void **state)
{
	static struct bytes bytes, inner;
	ProtobufCMessageDescriptor nested = {.n_fields = 1};
	const ProtobufCFieldDescriptor field = {.name = "inner",
		.id = 1,
		.label = PROTOBUF_C_LABEL_NONE,
		.type = PROTOBUF_C_TYPE_MESSAGE,
		.descriptor = &nested};

	(void)state;
	nested.fields = &field;
	inner.size = 0;
	for (int depth = 1; depth < TOCSIN_MAX_DEPTH; depth++) {
		bytes.size = 0;
		bytes_span(&bytes, 1, inner.data, inner.size);
		memcpy(&inner, &bytes, sizeof(bytes));
	}
	expect_type(&nested, &bytes, true, "");
	bytes.size = 0;
	bytes_span(&bytes, 1, inner.data, inner.size);
	expect_type(&nested, &bytes, false,
		"error payload.depth @inner.inner.inner.inner.inner.inner.inner.inner");
}

static void types_fit_the_walk(void **state)
{
	static const ProtobufCMessageDescriptor *const types[] = {&tocsin__v1__incident__descriptor,
		&tocsin__v1__alert__descriptor, &tocsin__v1__displacement__descriptor,
		&tocsin__v1__receipt__descriptor, &tocsin__v1__digest__descriptor,
		&tocsin__v1__replay_request__descriptor, &tocsin__v1__replay_end__descriptor};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		assert_true(types[i]->n_fields <= TOCSIN_MAX_FIELDS);
	}
}

/* What the hub writes has no ceiling that the rules behind it could pass. */
static void outbound_limits(void **state)
{
	const ProtobufCMessageDescriptor *alert = &tocsin__v1__alert__descriptor;
	const ProtobufCMessageDescriptor *receipt = &tocsin__v1__receipt__descriptor;

	(void)state;
	assert_true(tocsin_wire_count_limit(alert,
					protobuf_c_message_descriptor_get_field_by_name(alert, "rules")) == SIZE_MAX);
	assert_int_equal(tocsin_wire_text_limit(
						 alert, protobuf_c_message_descriptor_get_field_by_name(alert, "text")),
		160);
	assert_int_equal(tocsin_wire_count_limit(alert,
						 protobuf_c_message_descriptor_get_field_by_name(alert, "displacement")),
		256);
	assert_int_equal(tocsin_wire_count_limit(receipt,
						 protobuf_c_message_descriptor_get_field_by_name(receipt, "violations")),
		32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_bytes),
		cmocka_unit_test(enums_on_the_raw_varint),
		cmocka_unit_test(repeated_enums),
		cmocka_unit_test(numbers),
		cmocka_unit_test(texts),
		cmocka_unit_test(text_limits),
		cmocka_unit_test(statement_limit),
		cmocka_unit_test(counts),
		cmocka_unit_test(singular_twice),
		cmocka_unit_test(says_limits_and_what_there_is),
		cmocka_unit_test(unknown_fields),
		cmocka_unit_test(broken_inside),
		cmocka_unit_test(all_at_once),
		cmocka_unit_test(depth),
		cmocka_unit_test(types_fit_the_walk),
		cmocka_unit_test(outbound_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
