/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json_scalar.h"

#include <string.h>

#include "proto/enum_name.h"
#include "proto/instant.h"
#include "proto/json_field.h"
#include "proto/json_number.h"

enum {
	UNKNOWN_ENUM = -1,    /* no enum of Tocsin has it */
	IMPOSSIBLE_NANOS = -1 /* no time has it */
};

void tocsin_json_refuse(
	struct tocsin_json_reader *reader, enum tocsin_check check, const char *detail)
{
	tocsin_violations_add(
		reader->violations, check, reader->path, detail == NULL ? NULL : "%s", detail);
}

static bool read_string(struct tocsin_json_reader *reader, const json_t *value, char **out)
{
	if (!json_is_string(value)) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, ": a text is wanted");
		return false;
	}
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);
	if (memchr(text, '\0', length) != NULL) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_TEXT_CONTROL, ": NUL");
		return false;
	}
	char *copy = tocsin_arena_text(reader->arena, text, length);
	if (copy == NULL) {
		reader->no_memory = true;
		return false;
	}
	*out = copy;
	return true;
}

/* Says what was meant, or what there is. text is NULL where a number was given. */
static void refuse_enum(
	struct tocsin_json_reader *reader, const ProtobufCEnumDescriptor *type, const char *text)
{
	bool heard = reader->violations->errors < TOCSIN_MAX_VIOLATIONS; /* else thousands cost time */
	const char *meant = heard && text != NULL ? tocsin_json_suggest_value(type, text) : NULL;
	char names[TOCSIN_ENUM_LIST] = "";
	if (heard && meant == NULL) {
		tocsin_enum_list(type, names);
	}
	tocsin_violations_add(reader->violations, TOCSIN_CHECK_ENUM_UNKNOWN, reader->path,
		meant != NULL ? ": did you mean %s?" : ": one of %s", meant != NULL ? meant : names);
}

/* An unknown value is kept as one: left out, the field would also be reported as
 * missing, which it is not. */
static bool read_enum(struct tocsin_json_reader *reader, const ProtobufCEnumDescriptor *type,
	const json_t *value, int *out)
{
	if (json_is_string(value)) {
		if (!tocsin_enum_read(type, json_string_value(value), json_string_length(value), out)) {
			refuse_enum(reader, type, json_string_value(value));
			*out = UNKNOWN_ENUM;
		}
		return true;
	}
	int32_t number = UNKNOWN_ENUM;
	if (tocsin_json_int32(value, &number) == TOCSIN_JSON_WRONG_TYPE) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, ": a text is wanted");
		return false;
	}
	if (tocsin_enum_name(type, number) == NULL) {
		refuse_enum(reader, type, NULL);
	}
	*out = number;
	return true;
}

static bool read_bool(
	struct tocsin_json_reader *reader, const json_t *value, protobuf_c_boolean *out)
{
	if (!json_is_boolean(value)) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, ": true or false is wanted");
		return false;
	}
	*out = json_is_true(value);
	return true;
}

static bool judge_number(struct tocsin_json_reader *reader, enum tocsin_json_fit fit,
	const char *wanted, const char *range)
{
	if (fit == TOCSIN_JSON_WRONG_TYPE) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, wanted);
	} else if (fit == TOCSIN_JSON_OUT_OF_RANGE) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_NUMBER_RANGE, range);
	}
	return fit == TOCSIN_JSON_FITS;
}

static bool read_uint32(struct tocsin_json_reader *reader, const json_t *value, uint32_t *out)
{
	uint64_t number = 0;
	enum tocsin_json_fit fit = tocsin_json_unsigned(value, UINT32_MAX, &number);
	if (!judge_number(reader, fit, ": a whole number is wanted", ": 0 to 4294967295")) {
		return false;
	}
	*out = (uint32_t)number;
	return true;
}

static bool read_uint64(struct tocsin_json_reader *reader, const json_t *value, uint64_t *out)
{
	enum tocsin_json_fit fit = tocsin_json_unsigned(value, UINT64_MAX, out);
	return judge_number(reader, fit, ": a whole number is wanted",
		": 0 to 9223372036854775807; up to 18446744073709551615 as text");
}

static bool read_double(struct tocsin_json_reader *reader, const json_t *value, double *out)
{
	return judge_number(reader, tocsin_json_double(value, out), ": a number is wanted", NULL);
}

static bool read_time(
	struct tocsin_json_reader *reader, const json_t *value, ProtobufCMessage **out)
{
	if (!json_is_string(value)) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_JSON_TYPE, ": a text is wanted");
		return false;
	}
	Google__Protobuf__Timestamp *time = tocsin_arena_alloc(reader->arena, sizeof *time);
	if (time == NULL) {
		reader->no_memory = true;
		return false;
	}
	google__protobuf__timestamp__init(time);
	if (!tocsin_instant_read(json_string_value(value), json_string_length(value), time)) {
		tocsin_json_refuse(reader, TOCSIN_CHECK_TIME_RANGE,
			": RFC 3339 with its offset from UTC, such as 2024-08-07T20:30:00+02:00; Z is UTC");
		time->nanos = IMPOSSIBLE_NANOS; /* present, so not reported as missing too */
	}
	*out = &time->base;
	return true;
}

bool tocsin_json_read_scalar(struct tocsin_json_reader *reader,
	const ProtobufCFieldDescriptor *field, const json_t *value, void *member)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return read_string(reader, value, member);
	case PROTOBUF_C_TYPE_ENUM:
		return read_enum(reader, field->descriptor, value, member);
	case PROTOBUF_C_TYPE_BOOL:
		return read_bool(reader, value, member);
	case PROTOBUF_C_TYPE_UINT32:
		return read_uint32(reader, value, member);
	case PROTOBUF_C_TYPE_UINT64:
		return read_uint64(reader, value, member);
	case PROTOBUF_C_TYPE_DOUBLE:
		return read_double(reader, value, member);
	default: /* json_write_test.c proves that no message has another type */
		return read_time(reader, value, member);
	}
}
