/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Reading one JSON value that holds no other, into the member of a message's
 * struct. What is wrong is reported at the reader's path. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

#include "proto/arena.h"
#include "proto/violations.h"

struct tocsin_json_reader {
	struct tocsin_arena *arena;
	struct tocsin_violations *violations;
	size_t path_length;
	char path[TOCSIN_MAX_FIELD_PATH];
	bool no_memory;
};

/* Reports at the reader's path; detail is appended to the message, or NULL. */
void tocsin_json_refuse(
	struct tocsin_json_reader *reader, enum tocsin_check check, const char *detail);

/* Reads a value of any type of field but a message other than a time. False where
 * nothing was stored. */
bool tocsin_json_read_scalar(struct tocsin_json_reader *reader,
	const ProtobufCFieldDescriptor *field, const json_t *value, void *member);
