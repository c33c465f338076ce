/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whole files, or standard input. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "proto/status.h"

struct tocsin_input {
	uint8_t *data; /* malloc'ed, with a NUL behind its end */
	size_t size;
};

/* Reads path, or standard input where it is "-". TOCSIN_LIMIT beyond ceiling,
 * TOCSIN_IO with errno. */
TOCSIN_MUST_USE enum tocsin_status tocsin_input_read(
	const char *path, size_t ceiling, struct tocsin_input *input);

/* The rest of an open file. */
TOCSIN_MUST_USE enum tocsin_status tocsin_input_read_open(
	int file, size_t ceiling, struct tocsin_input *input);

void tocsin_input_finish(struct tocsin_input *input);

/* Says on stderr why reading failed. */
void tocsin_input_complain(const char *path, enum tocsin_status status, size_t ceiling);
