/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What a recording holds; only the last good set looks inside. */
#pragma once

#include "rules/last_good.h"

struct tocsin_recorded {
	char *path;
	char *text;
	size_t length;
};

struct tocsin_recording {
	const struct tocsin_files *from;
	struct tocsin_files files;
	struct tocsin_recorded *items; /* in the order of reading, each path once */
	size_t count;
};

/* Adds a file; text and path are copied. */
TOCSIN_MUST_USE enum tocsin_status tocsin_recording_add(
	struct tocsin_recording *recording, const char *path, const char *text, size_t length);
