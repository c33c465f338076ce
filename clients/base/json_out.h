/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* Writes a message as one line of Tocsin JSON. False where memory is short or a
 * text is not UTF-8; nothing is then written. */
bool tocsin_json_line(const ProtobufCMessage *message, FILE *out);

/* Writes a value as one line and releases it. NULL is an error. */
bool tocsin_json_line_value(json_t *value, FILE *out);
