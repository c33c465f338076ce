/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Changes of a folder that survive power loss: a file is there whole or not at all,
 * and what was promised stays. Files are made with mode 0600. Source: POSIX fsync,
 * rename; what they promise is the file system's to keep. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "proto/status.h"

/* What a change asks of the system, each as the system call of its name (open is
 * openat with mode 0600, and so on), so that a test can fail or end it between any
 * two. */
struct tocsin_keep_calls {
	void *ctx;
	int (*open)(void *ctx, int folder, const char *name, int flags);
	ssize_t (*write)(void *ctx, int file, const void *data, size_t size);
	int (*sync)(void *ctx, int file);
	int (*close)(void *ctx, int file);
	int (*rename)(void *ctx, int folder, const char *from, const char *to);
	int (*remove)(void *ctx, int folder, const char *name);
};

/* The system itself. */
extern const struct tocsin_keep_calls tocsin_keep_disk;

struct tocsin_keep {
	int folder; /* descriptor; borrowed */
	const struct tocsin_keep_calls *calls;
};

/* Begins the name of what is being written; such files may be removed by whoever
 * knows that nobody writes. */
#define TOCSIN_KEEP_FRESH ".new-"

/* All return TOCSIN_OK or TOCSIN_IO with errno. Names are within the folder. */

/* Writes or replaces a whole file. On return it is on disk; on failure the folder is
 * as it was, or holds the whole file. */
TOCSIN_MUST_USE enum tocsin_status tocsin_keep_write(
	const struct tocsin_keep *keep, const char *name, const void *bytes, size_t size);

/* Adds bytes to a file's end, made where it is missing. On return they are on disk;
 * after a failure the file may end in a part of them. */
TOCSIN_MUST_USE enum tocsin_status tocsin_keep_append(
	const struct tocsin_keep *keep, const char *name, const void *bytes, size_t size);

/* Makes an empty file, removes a file: neither is on disk before tocsin_keep_sync.
 * There already, or gone already, is fine. */
TOCSIN_MUST_USE enum tocsin_status tocsin_keep_mark(
	const struct tocsin_keep *keep, const char *name);
TOCSIN_MUST_USE enum tocsin_status tocsin_keep_remove(
	const struct tocsin_keep *keep, const char *name);

TOCSIN_MUST_USE enum tocsin_status tocsin_keep_sync(const struct tocsin_keep *keep);

/* Overwrites a file's bytes and removes it. On flash and on file systems that copy on
 * write the old bytes may stay where nobody looks; nothing here can reach them. */
TOCSIN_MUST_USE enum tocsin_status tocsin_keep_erase(
	const struct tocsin_keep *keep, const char *name);
