/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json_field.h"

#include <string.h>

#include "google/protobuf/timestamp.pb-c.h"

enum {
	MAX_NAME = 40,   /* bytes; no field name of Tocsin is longer */
	MAX_MISTAKES = 2 /* edits between what was written and what was meant */
};

/* Not tolower, which follows the locale. */
static int lower(char letter)
{
	unsigned char byte = (unsigned char)letter;
	return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
}

static bool is_upper(char letter)
{
	return letter >= 'A' && letter <= 'Z';
}

/* ProtoJSON: an underscore goes and the letter after it becomes a capital. */
static bool is_camel_of(const char *snake, const char *name)
{
	while (*snake != '\0') {
		bool capital = *snake == '_';
		snake += capital ? 1 : 0;
		bool letter = *snake >= 'a' && *snake <= 'z';
		if (is_upper(*name) != (capital && letter) || lower(*name) != lower(*snake)) {
			return false;
		}
		snake++;
		name++;
	}
	return *name == '\0';
}

const ProtobufCFieldDescriptor *tocsin_json_field(
	const ProtobufCMessageDescriptor *type, const char *name)
{
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field_by_name(type, name);
	if (field != NULL) {
		return field;
	}
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (is_camel_of(type->fields[i].name, name)) {
			return &type->fields[i];
		}
	}
	return NULL;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein distance without regard to case. Both are at most MAX_NAME long. */
static size_t mistakes(const char *written, const char *meant)
{
	size_t row[MAX_NAME + 1];
	size_t width = strlen(meant);
	for (size_t j = 0; j <= width; j++) {
		row[j] = j;
	}
	for (size_t i = 1; written[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t change = diagonal + (lower(written[i - 1]) == lower(meant[j - 1]) ? 0 : 1);
			diagonal = row[j];
			row[j] = least(change, least(row[j - 1], row[j]) + 1);
		}
	}
	return row[width];
}

const char *tocsin_json_suggest(const ProtobufCMessageDescriptor *type, const char *name)
{
	const char *best = NULL;
	size_t best_mistakes = MAX_MISTAKES + 1;
	size_t length = strlen(name);
	if (length > MAX_NAME) {
		return NULL;
	}
	for (unsigned i = 0; i < type->n_fields; i++) {
		const char *meant = type->fields[i].name;
		if (strlen(meant) > MAX_NAME) {
			continue;
		}
		size_t count = mistakes(name, meant);
		if (count < best_mistakes && count < length) {
			best = meant;
			best_mistakes = count;
		}
	}
	return best;
}

bool tocsin_json_name_is_plain(const char *name)
{
	size_t length = 0;
	for (; name[length] != '\0'; length++) {
		int letter = lower(name[length]);
		if (length == MAX_NAME || (letter != '_' && (letter < 'a' || letter > 'z'))) {
			return false;
		}
	}
	return length > 0;
}

size_t tocsin_json_value_size(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_ENUM:
		return sizeof(int);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_UINT32:
		return sizeof(uint32_t);
	case PROTOBUF_C_TYPE_UINT64:
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_DOUBLE:
		return sizeof(double);
	default:
		return sizeof(void *);
	}
}

bool tocsin_json_is_time(const ProtobufCFieldDescriptor *field)
{
	return field->type == PROTOBUF_C_TYPE_MESSAGE &&
		field->descriptor == &google__protobuf__timestamp__descriptor;
}
