/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Enum values by the spelling of YAML, JSON, topics and the command line: the
 * lower-case rest of the value's name. SEVERITY_SEVERE is "severe". */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

/* The spelling of a value: static storage, "unspecified" for 0, NULL for a number
 * that the enum does not have. */
const char *tocsin_enum_name(const ProtobufCEnumDescriptor *type, int value);

/* Reads a spelling without regard to case; the full ProtoJSON name is taken too.
 * Returns false and leaves value alone where there is no such spelling. */
bool tocsin_enum_read(
	const ProtobufCEnumDescriptor *type, const char *text, size_t length, int *value);

enum { TOCSIN_ENUM_LIST = 256 }; /* bytes of the longest list below, with NUL */

/* Writes the spellings of all values but "unspecified": "unknown, minor, moderate". */
void tocsin_enum_list(const ProtobufCEnumDescriptor *type, char text[TOCSIN_ENUM_LIST]);
