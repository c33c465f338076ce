/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/wire.h"

#include <stdio.h>
#include <string.h>

#include "proto/enum_name.h"
#include "proto/text.h"
#include "proto/wire_item.h"

/* Where the walk stands: the field of the message above that holds this one.
 * Paths are put together only when there is something to say. */
struct frame {
	const struct frame *parent;
	const ProtobufCFieldDescriptor *field;
	size_t index;
	unsigned depth;
};

struct walk {
	struct tocsin_violations *violations;
	size_t unknown;
	bool sound;
};

static size_t write_step(
	char *path, size_t used, const ProtobufCFieldDescriptor *field, size_t index)
{
	const char *dot = used > 0 ? "." : "";
	const size_t left = TOCSIN_MAX_FIELD_PATH - used;
	const int length = index == SIZE_MAX
		? snprintf(path + used, left, "%s%s", dot, field->name)
		: snprintf(path + used, left, "%s%s[%zu]", dot, field->name, index);

	return length < 0 || (size_t)length >= left ? TOCSIN_MAX_FIELD_PATH - 1 : used + (size_t)length;
}

static size_t write_frame(char *path, const struct frame *frame)
{
	const size_t used = frame->parent ? write_frame(path, frame->parent) : 0;

	return frame->field ? write_step(path, used, frame->field, frame->index) : used;
}

static void add_enum(struct walk *walk, const char *path, const ProtobufCFieldDescriptor *field)
{
	char names[TOCSIN_ENUM_LIST] = "";

	if (walk->violations->errors < TOCSIN_MAX_VIOLATIONS) { /* else nobody reads it */
		tocsin_enum_list(field->descriptor, names);
	}
	tocsin_violations_add(walk->violations, TOCSIN_CHECK_ENUM_UNKNOWN, path, ": one of %s", names);
}

/* Reports on a field of the frame's message, or on the message itself where field
 * is NULL. number, a limit or a field's, is put into the text where it is not 0. */
static void report(struct walk *walk, enum tocsin_check check, const struct frame *frame,
	const ProtobufCFieldDescriptor *field, size_t index, size_t number)
{
	struct tocsin_violations *violations = walk->violations;
	char path[TOCSIN_MAX_FIELD_PATH] = "";
	const size_t used = write_frame(path, frame);

	if (field) {
		(void)write_step(path, used, field, index);
	}
	switch (check) {
	case TOCSIN_CHECK_ENUM_UNKNOWN:
		add_enum(walk, path, field);
		return;
	case TOCSIN_CHECK_TEXT_CONTROL:
		tocsin_violations_add(violations, check, path, ": a carriage return?");
		return;
	case TOCSIN_CHECK_TEXT_LENGTH:
		tocsin_violations_add(violations, check, path, ": at most %zu characters", number);
		return;
	case TOCSIN_CHECK_PAYLOAD_DEPTH:
		tocsin_violations_add(violations, check, path, ": at most %zu levels", number);
		return;
	case TOCSIN_CHECK_PAYLOAD_UNKNOWN_FIELD:
		tocsin_violations_add(violations, check, path, ": field number %zu", number);
		return;
	default:
		tocsin_violations_add(violations, check, path, number > 0 ? ": at most %zu" : NULL, number);
		return;
	}
}

/* Reports what makes unpacking pointless or unsafe. */
static void report_broken(struct walk *walk, enum tocsin_check check, const struct frame *frame,
	const ProtobufCFieldDescriptor *field, size_t limit)
{
	walk->sound = false;
	report(walk, check, frame, field, SIZE_MAX, limit);
}

static const ProtobufCFieldDescriptor *find_field(
	const ProtobufCMessageDescriptor *type, uint32_t tag)
{
	unsigned low = 0;
	unsigned high = type->n_fields;

	if (tag <= type->n_fields && type->fields[tag - 1].id == tag) {
		return &type->fields[tag - 1];
	}
	while (low < high) {
		const unsigned middle = low + (high - low) / 2;

		if (type->fields[middle].id == tag) {
			return &type->fields[middle];
		}
		if (type->fields[middle].id < tag) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

static bool enum_has(const ProtobufCEnumDescriptor *type, uint64_t number)
{
	if (number < type->n_values && type->values[number].value == (int64_t)number) {
		return true;
	}
	for (unsigned i = 0; i < type->n_values; i++) {
		if ((uint64_t)(int64_t)type->values[i].value == number) {
			return true;
		}
	}
	return false;
}

static void check_number(struct walk *walk, const struct frame *frame,
	const ProtobufCFieldDescriptor *field, size_t index, uint64_t number)
{
	const int64_t value = (int64_t)number;

	switch (field->type) {
	case PROTOBUF_C_TYPE_ENUM:
		if (!enum_has(field->descriptor, number)) {
			report(walk, TOCSIN_CHECK_ENUM_UNKNOWN, frame, field, index, 0);
		}
		return;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32:
		if (number > UINT32_MAX) {
			report(walk, TOCSIN_CHECK_NUMBER_RANGE, frame, field, index, UINT32_MAX);
		}
		return;
	case PROTOBUF_C_TYPE_INT32:
		if (value < INT32_MIN || value > INT32_MAX) {
			report(walk, TOCSIN_CHECK_NUMBER_RANGE, frame, field, index, 0);
		}
		return;
	default:
		return;
	}
}

static void check_text(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const struct frame *frame, const ProtobufCFieldDescriptor *field, size_t index,
	const struct tocsin_wire_item *item)
{
	size_t code_points = 0;
	const enum tocsin_text_fault fault =
		tocsin_text_check((const char *)item->bytes, item->size, &code_points);

	if (fault == TOCSIN_TEXT_BAD_UTF8) {
		report(walk, TOCSIN_CHECK_TEXT_UTF8, frame, field, index, 0);
		return;
	}
	if (fault == TOCSIN_TEXT_CONTROL) {
		report(walk, TOCSIN_CHECK_TEXT_CONTROL, frame, field, index, 0);
	}
	/* No limit is below this one, and most texts are. */
	if (code_points <= TOCSIN_MAX_HEADLINE) {
		return;
	}
	const size_t limit = tocsin_wire_text_limit(type, field);
	if (code_points > limit) {
		report(walk, TOCSIN_CHECK_TEXT_LENGTH, frame, field, index, limit);
	}
}

static void walk_message(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const uint8_t *at, const uint8_t *end, const struct frame *frame);

static void check_value(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const struct frame *frame, const ProtobufCFieldDescriptor *field, size_t index,
	const struct tocsin_wire_item *item)
{
	if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		const struct frame below = {frame, field, index, frame->depth + 1};

		walk_message(walk, field->descriptor, item->bytes, item->bytes + item->size, &below);
	} else if (field->type == PROTOBUF_C_TYPE_STRING) {
		check_text(walk, type, frame, field, index, item);
	} else if (tocsin_wire_type(field->type) == PROTOBUF_C_WIRE_TYPE_VARINT) {
		check_number(walk, frame, field, index, item->number);
	}
}

/* Takes one entry of a repeated field into account. False beyond the ceiling,
 * where it is reported once and nothing more is looked at. */
static bool count_entry(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const struct frame *frame, const ProtobufCFieldDescriptor *field, uint32_t *count)
{
	/* No limit is below this one, and most lists are. */
	if (*count < TOCSIN_MAX_REPEATED) {
		*count += 1;
		return true;
	}
	const size_t limit = tocsin_wire_count_limit(type, field);
	if (*count < limit) {
		*count += 1;
		return true;
	}
	if (*count == limit) {
		*count += 1;
		report_broken(walk, TOCSIN_CHECK_LIST_COUNT, frame, field, limit);
	}
	return false;
}

static void check_packed(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const struct frame *frame, const ProtobufCFieldDescriptor *field, uint32_t *count,
	const struct tocsin_wire_item *item)
{
	const unsigned wire = tocsin_wire_type(field->type);
	const size_t step = wire == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;
	const uint8_t *at = item->bytes;
	const uint8_t *end = at + item->size;

	while (at < end) {
		struct tocsin_wire_item one = {0};

		if (wire == PROTOBUF_C_WIRE_TYPE_VARINT) {
			at = tocsin_wire_varint(at, end, TOCSIN_LONGEST_VARINT, &one.number);
		} else {
			at = (size_t)(end - at) >= step ? at + step : NULL;
		}
		if (!at) {
			report_broken(walk, TOCSIN_CHECK_PAYLOAD_MALFORMED, frame, field, 0);
			return;
		}
		if (!count_entry(walk, type, frame, field, count)) {
			return;
		}
		check_value(walk, type, frame, field, *count - 1, &one);
	}
}

/* The place where a singular field is counted: members of a oneof share one. */
static unsigned place_of(
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	const unsigned own = (unsigned)(field - type->fields);

	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)) {
		return own;
	}
	for (unsigned i = 0; i < own; i++) {
		const ProtobufCFieldDescriptor *other = &type->fields[i];

		if ((other->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
			other->quantifier_offset == field->quantifier_offset) {
			return i;
		}
	}
	return own;
}

static void check_field(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const struct frame *frame, const ProtobufCFieldDescriptor *field, uint32_t *counts,
	const struct tocsin_wire_item *item)
{
	const unsigned wire = tocsin_wire_type(field->type);
	uint32_t *count = &counts[place_of(type, field)];

	if (field->label == PROTOBUF_C_LABEL_REPEATED && wire != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED &&
		item->wire == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
		check_packed(walk, type, frame, field, count, item);
		return;
	}
	if (item->wire != wire) {
		report_broken(walk, TOCSIN_CHECK_PAYLOAD_MALFORMED, frame, field, 0);
		return;
	}
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		if (count_entry(walk, type, frame, field, count)) {
			check_value(walk, type, frame, field, *count - 1, item);
		}
		return;
	}
	if (*count > 0) {
		report(walk, TOCSIN_CHECK_FIELD_REPEATED, frame, field, SIZE_MAX, 0);
	}
	*count = 1;
	check_value(walk, type, frame, field, SIZE_MAX, item);
}

static void count_unknown(struct walk *walk, const struct frame *frame, uint32_t tag)
{
	walk->unknown++;
	if (walk->unknown <= TOCSIN_MAX_UNKNOWN_FIELDS) {
		report(walk, TOCSIN_CHECK_PAYLOAD_UNKNOWN_FIELD, frame, NULL, 0, tag);
	} else if (walk->unknown == TOCSIN_MAX_UNKNOWN_FIELDS + 1) {
		static const struct frame top = {0};

		report_broken(
			walk, TOCSIN_CHECK_PAYLOAD_UNKNOWN_FIELDS, &top, NULL, TOCSIN_MAX_UNKNOWN_FIELDS);
	}
}

static void walk_message(struct walk *walk, const ProtobufCMessageDescriptor *type,
	const uint8_t *at, const uint8_t *end, const struct frame *frame)
{
	uint32_t counts[TOCSIN_MAX_FIELDS];

	if (frame->depth >= TOCSIN_MAX_DEPTH) {
		report_broken(walk, TOCSIN_CHECK_PAYLOAD_DEPTH, frame, NULL, TOCSIN_MAX_DEPTH);
		return;
	}
	if (type->n_fields > TOCSIN_MAX_FIELDS) {
		report_broken(walk, TOCSIN_CHECK_PAYLOAD_MALFORMED, frame, NULL, 0);
		return;
	}
	memset(counts, 0, type->n_fields * sizeof(counts[0]));
	while (at < end) {
		struct tocsin_wire_item item;

		at = tocsin_wire_item(at, end, &item);
		if (!at) {
			report_broken(walk, TOCSIN_CHECK_PAYLOAD_MALFORMED, frame, NULL, 0);
			return;
		}
		const ProtobufCFieldDescriptor *field = find_field(type, item.tag);
		if (field) {
			check_field(walk, type, frame, field, counts, &item);
		} else {
			count_unknown(walk, frame, item.tag);
		}
	}
}

bool tocsin_wire_walk(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size,
	struct tocsin_violations *violations)
{
	struct walk walk = {.violations = violations, .sound = true};
	const struct frame top = {0};

	if (size > 0) {
		walk_message(&walk, type, data, data + size, &top);
	}
	return walk.sound;
}
