/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json_field.h"

#include <string.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "proto/enum_name.h"

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

/* What comes closest to a name, so far. */
struct guess {
	const char *name; /* at most MAX_NAME long */
	size_t length;
	const char *best;
	size_t best_mistakes;
};

/* False where nothing of ours is that long. */
static bool guess_begin(struct guess *guess, const char *name)
{
	*guess = (struct guess){
		.name = name, .length = strnlen(name, MAX_NAME + 1), .best_mistakes = MAX_MISTAKES + 1};
	return guess->length <= MAX_NAME;
}

/* More than half of what was written has to be right. */
static void guess_try(struct guess *guess, const char *meant)
{
	size_t count = strlen(meant) <= MAX_NAME ? mistakes(guess->name, meant) : MAX_NAME;
	if (count < guess->best_mistakes && count * 2 < guess->length) {
		guess->best = meant;
		guess->best_mistakes = count;
	}
}

const char *tocsin_json_suggest(const ProtobufCMessageDescriptor *type, const char *name)
{
	struct guess guess;
	if (!guess_begin(&guess, name)) {
		return NULL;
	}
	for (unsigned i = 0; i < type->n_fields; i++) {
		guess_try(&guess, type->fields[i].name);
	}
	return guess.best;
}

const char *tocsin_json_suggest_value(const ProtobufCEnumDescriptor *type, const char *name)
{
	struct guess guess;
	if (!guess_begin(&guess, name)) {
		return NULL;
	}
	for (unsigned i = 0; i < type->n_values; i++) {
		if (type->values[i].value != 0) { /* unspecified is never what is meant */
			guess_try(&guess, tocsin_enum_name(type, type->values[i].value));
		}
	}
	return guess.best;
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
