/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The checks that a message passes through, one table for all: check.inc. */
#pragma once

enum tocsin_level { TOCSIN_LEVEL_ERROR = 1, TOCSIN_LEVEL_WARNING };

enum tocsin_check {
#define CHECK(name, id, level, message, source) TOCSIN_CHECK_##name,
#include "proto/check.inc"
#undef CHECK
	TOCSIN_CHECK_COUNT
};

struct tocsin_check_row {
	const char *id; /* with a leading '.': a suffix to the field's path */
	enum tocsin_level level;
	const char *message; /* English, for a person; never holds a value */
	const char *source;  /* standard and section */
};

/* The table's row of a check. Static storage. */
const struct tocsin_check_row *tocsin_check_row(enum tocsin_check check);

/* "error" or "warning". */
const char *tocsin_level_name(enum tocsin_level level);
