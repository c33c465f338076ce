/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/json_number.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_NUMBER_TEXT = 64 }; /* bytes of a number written as text */

/* Beyond this a real number no longer says which whole number was meant. */
#define MAX_WHOLE_REAL 9007199254740992.0

struct whole {
	bool negative;
	uint64_t magnitude;
};

static enum tocsin_json_fit split_integer(json_int_t integer, struct whole *whole)
{
	whole->negative = integer < 0;
	whole->magnitude = integer < 0 ? UINT64_C(0) - (uint64_t)integer : (uint64_t)integer;
	return TOCSIN_JSON_FITS;
}

static enum tocsin_json_fit split_real(double real, struct whole *whole)
{
	if (!isfinite(real) || trunc(real) != real) {
		return TOCSIN_JSON_WRONG_TYPE;
	}
	if (fabs(real) > MAX_WHOLE_REAL) {
		return TOCSIN_JSON_OUT_OF_RANGE;
	}
	whole->negative = real < 0;
	whole->magnitude = (uint64_t)fabs(real);
	return TOCSIN_JSON_FITS;
}

/* Digits alone are read here, since jansson's integers end at 2^63 - 1. */
static bool read_digits(const char *text, size_t length, struct whole *whole)
{
	uint64_t magnitude = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		uint64_t digit = (uint64_t)(text[i] - '0');
		if (magnitude > (UINT64_MAX - digit) / 10) {
			return false;
		}
		magnitude = magnitude * 10 + digit;
	}
	bool padded = length > 1 && text[0] == '0';
	if (length == 0 || padded) {
		return false;
	}
	*whole = (struct whole){.magnitude = magnitude};
	return true;
}

/* The number within a text, by JSON's own grammar and without spaces; the caller
 * owns it. NULL where it is none. */
static json_t *parse_text(const json_t *value, bool as_real)
{
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);
	if (length == 0 || length > MAX_NUMBER_TEXT || strspn(text, "+-.0123456789eE") != length) {
		return NULL;
	}
	size_t flags = JSON_DECODE_ANY | (as_real ? JSON_DECODE_INT_AS_REAL : 0U);
	return json_loadb(text, length, flags, NULL);
}

static enum tocsin_json_fit read_whole(const json_t *value, struct whole *whole)
{
	if (json_is_integer(value)) {
		return split_integer(json_integer_value(value), whole);
	}
	if (json_is_real(value)) {
		return split_real(json_real_value(value), whole);
	}
	if (!json_is_string(value)) {
		return TOCSIN_JSON_WRONG_TYPE;
	}
	if (read_digits(json_string_value(value), json_string_length(value), whole)) {
		return TOCSIN_JSON_FITS;
	}
	json_t *number = parse_text(value, true);
	enum tocsin_json_fit fit =
		number == NULL ? TOCSIN_JSON_WRONG_TYPE : split_real(json_real_value(number), whole);
	json_decref(number);
	return fit;
}

enum tocsin_json_fit tocsin_json_unsigned(const json_t *value, uint64_t max, uint64_t *number)
{
	struct whole whole;
	enum tocsin_json_fit fit = read_whole(value, &whole);
	if (fit != TOCSIN_JSON_FITS) {
		return fit;
	}
	if (whole.magnitude > max || (whole.negative && whole.magnitude != 0)) {
		return TOCSIN_JSON_OUT_OF_RANGE;
	}
	*number = whole.magnitude;
	return TOCSIN_JSON_FITS;
}

enum tocsin_json_fit tocsin_json_int32(const json_t *value, int32_t *number)
{
	struct whole whole;
	enum tocsin_json_fit fit = read_whole(value, &whole);
	if (fit != TOCSIN_JSON_FITS) {
		return fit;
	}
	if (whole.magnitude > (uint64_t)INT32_MAX + (whole.negative ? 1 : 0)) {
		return TOCSIN_JSON_OUT_OF_RANGE;
	}
	int64_t magnitude = (int64_t)whole.magnitude;
	*number = (int32_t)(whole.negative ? -magnitude : magnitude);
	return TOCSIN_JSON_FITS;
}

enum tocsin_json_fit tocsin_json_double(const json_t *value, double *number)
{
	if (json_is_number(value)) {
		*number = json_number_value(value);
		return TOCSIN_JSON_FITS;
	}
	json_t *parsed = json_is_string(value) ? parse_text(value, true) : NULL;
	if (parsed == NULL) {
		return TOCSIN_JSON_WRONG_TYPE;
	}
	*number = json_real_value(parsed);
	json_decref(parsed);
	return TOCSIN_JSON_FITS;
}
