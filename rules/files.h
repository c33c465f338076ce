/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Where rule texts come from: the disk, or the copy of the last good set. */
#pragma once

#include <stddef.h>

#include "proto/status.h"

struct tocsin_files {
	void *ctx;
	/* Reads a whole file. A path that ends in a slash names a folder: its text is
	 * the names of the rule files in it (.yaml and .yml, but no .rehearsal.yaml and
	 * nothing hidden), sorted by their bytes, a line each. path is absolute, or relative to the
	 * working directory. *text is malloc'ed, NUL-terminated, the caller's. At most ceiling bytes:
	 * TOCSIN_LIMIT beyond. TOCSIN_NOT_FOUND, or TOCSIN_IO with errno. */
	enum tocsin_status (*read)(
		void *ctx, const char *path, size_t ceiling, char **text, size_t *length);
};

/* The disk. */
extern const struct tocsin_files tocsin_disk;
