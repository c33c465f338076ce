/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include "clients/report/parcel.h"

/* Names of an outbox's own files, sorted by their bytes. */
struct tocsin_names {
	char **items;
	size_t count;
};

TOCSIN_MUST_USE enum tocsin_status tocsin_names_read(int folder, struct tocsin_names *names);
void tocsin_names_finish(struct tocsin_names *names);
bool tocsin_names_have(const struct tocsin_names *names, const char *name);

/* A whole file and when it was last changed. TOCSIN_NOT_FOUND, TOCSIN_LIMIT beyond
 * ceiling, TOCSIN_IO with errno. */
TOCSIN_MUST_USE enum tocsin_status tocsin_outbox_file_read(
	int folder, const char *name, size_t ceiling, struct tocsin_input *input, int64_t *changed_ms);

/* An answer and when it came, or NULL. */
Tocsin__V1__Receipt *tocsin_outbox_answer_read(
	int folder, const char *name, struct tocsin_arena *arena, int64_t *at_ms);

/* Reads the report of a file and its state. TOCSIN_NOT_FOUND where it went meanwhile. */
TOCSIN_MUST_USE enum tocsin_status tocsin_parcel_read(int folder, const struct tocsin_names *names,
	const char *name, const struct tocsin_parcel_name *parts, struct tocsin_parcel **parcel);
