/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* A rule file replaced as a whole. */
#pragma once

#include <stddef.h>

#include "proto/status.h"

/* Writes text beside the file that path means (a link is followed), syncs it, gives it
 * that file's mode and, where that is allowed, its owner, and renames it over: at any
 * moment one whole file is there, and after a return with OK the new one is on disk. A
 * file that is not there yet is made with mode 0644. TOCSIN_IO with errno: nothing has
 * changed. Waits for the disk. */
TOCSIN_MUST_USE enum tocsin_status tocsin_install(
	const char *path, const char *text, size_t length);
