/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json_parse.h"

#include <stdbool.h>

enum { PARSE_FLAGS = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL };

/* Looked at before parsing, since jansson recurses at each bracket. Brackets in
 * strings do not count; text that is no JSON is left to jansson to refuse. */
static bool is_too_deep(const char *text, size_t length)
{
	size_t depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < length; i++) {
		char byte = text[i];
		if (in_string && byte == '\\') {
			i++;
		} else if (byte == '"') {
			in_string = !in_string;
		} else if (!in_string && (byte == '{' || byte == '[')) {
			if (++depth > TOCSIN_MAX_JSON_DEPTH) {
				return true;
			}
		} else if (!in_string && (byte == '}' || byte == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

/* jansson's own text quotes what it stumbled over, so it is not passed on. */
static const char *explain(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_invalid_utf8:
		return "not valid UTF-8";
	case json_error_premature_end_of_input:
		return "the text ends too early";
	case json_error_end_of_input_expected:
		return "something follows the object";
	case json_error_duplicate_key:
		return "a name is given twice";
	case json_error_null_byte_in_key:
		return "a name holds NUL";
	case json_error_numeric_overflow:
		return "a number is too large";
	default:
		return "not as JSON is written";
	}
}

static enum tocsin_status refuse(struct tocsin_violations *violations, const json_error_t *error)
{
	if (json_error_code(error) == json_error_out_of_memory ||
		json_error_code(error) == json_error_unknown) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_MEMORY, "", NULL);
		return TOCSIN_NO_MEMORY;
	}
	tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_JSON, "", ": line %d, column %d: %s",
		error->line, error->column, explain(error));
	return TOCSIN_INVALID;
}

/* Where memory is short jansson says nothing, or leaves a byte out and takes the text for
 * a broken one. What is wrong with the text itself is wrong twice. */
static json_t *load(const char *text, size_t length, size_t flags, json_error_t *error)
{
	json_t *root = NULL;
	for (int i = 0; i < 2 && root == NULL; i++) {
		*error = (json_error_t){.line = -1}; /* jansson leaves the code of the last time */
		root = json_loadb(text, length, flags, error);
	}
	return root;
}

enum tocsin_status tocsin_json_parse(
	const char *text, size_t length, struct tocsin_violations *violations, json_t **tree)
{
	if (length == 0) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_JSON, "", ": there is no text");
		return TOCSIN_INVALID;
	}
	if (is_too_deep(text, length)) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_DEPTH, "", ": at most %d levels",
			TOCSIN_MAX_JSON_DEPTH);
		return TOCSIN_INVALID;
	}
	json_error_t error;
	json_t *root = load(text, length, PARSE_FLAGS, &error);
	if (root == NULL && json_error_code(&error) == json_error_numeric_overflow) {
		/* An integer beyond 2^63 - 1 is out of range for its field, which a
		 * real number of that size shows with the field's path. */
		root = load(text, length, PARSE_FLAGS | JSON_DECODE_INT_AS_REAL, &error);
	}
	if (root == NULL) {
		return refuse(violations, &error);
	}
	if (!json_is_object(root)) {
		tocsin_violations_add(violations, TOCSIN_CHECK_PAYLOAD_JSON, "", ": an object is wanted");
		json_decref(root);
		return TOCSIN_INVALID;
	}
	*tree = root;
	return TOCSIN_OK;
}
