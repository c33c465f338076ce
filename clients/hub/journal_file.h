/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A hub's journal, read only: the hub may be running, and is not held up. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/decode.h"

struct tocsin_journal_entry {
	uint64_t journal_id;
	const char *incident_id, *sender;
	enum tocsin_form form;
	int64_t received_ms;
	const uint8_t *bytes; /* as published */
	size_t size;
};

/* Calls take with every entry whose bytes are still kept, oldest first, in one
 * snapshot, and tells of the others; what it points to is valid during the call. A take that
 * returns false does not end it. False where the file cannot be read, which is said on stderr in
 * command's name, or a take was. */
bool tocsin_journal_file_each(const char *command, const char *path,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx);

/* Calls take with one entry: id is a journal id, an incident's UUID (its newest entry),
 * or "last". False as above, and where there is no such entry. */
bool tocsin_journal_file_find(const char *command, const char *path, const char *id,
	bool (*take)(void *ctx, const struct tocsin_journal_entry *entry), void *ctx);
