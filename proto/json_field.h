/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Fields and values of a message as Tocsin JSON names them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

/* The field by its snake_case name or its lowerCamelCase form, or NULL. */
const ProtobufCFieldDescriptor *tocsin_json_field(
	const ProtobufCMessageDescriptor *type, const char *name);

/* The name of the field, or of the enum's value, that was probably meant, or NULL. */
const char *tocsin_json_suggest(const ProtobufCMessageDescriptor *type, const char *name);
const char *tocsin_json_suggest_value(const ProtobufCEnumDescriptor *type, const char *name);

/* True where a name could be some field's: short, letters and underscores only.
 * Other unknown names are the sender's own text and are not repeated. */
bool tocsin_json_name_is_plain(const char *name);

/* Bytes of one value of the field in the message's struct. */
size_t tocsin_json_value_size(const ProtobufCFieldDescriptor *field);

/* The field is a google.protobuf.Timestamp, written as RFC 3339 text. */
bool tocsin_json_is_time(const ProtobufCFieldDescriptor *field);
