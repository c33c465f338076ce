/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Numbers of JSON: as numbers, or as text, which ProtoJSON allows for each. */
#pragma once

#include <stdint.h>

#include <jansson.h>

enum tocsin_json_fit {
	TOCSIN_JSON_FITS,
	TOCSIN_JSON_WRONG_TYPE, /* not a number, or not a whole one */
	TOCSIN_JSON_OUT_OF_RANGE,
};

/* A whole number from 0 to max; 1e2 and 100.0 are whole. */
enum tocsin_json_fit tocsin_json_unsigned(const json_t *value, uint64_t max, uint64_t *number);

/* A whole number of 32 bits with its sign. */
enum tocsin_json_fit tocsin_json_int32(const json_t *value, int32_t *number);

enum tocsin_json_fit tocsin_json_double(const json_t *value, double *number);
