/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "proto/check.h"

static const struct tocsin_check_row rows[TOCSIN_CHECK_COUNT] = {
#define CHECK(name, id, level, message, source)                                                    \
	[TOCSIN_CHECK_##name] = {id, TOCSIN_LEVEL_##level, message, source},
#include "proto/check.inc"
#undef CHECK
};

const struct tocsin_check_row *tocsin_check_row(enum tocsin_check check)
{
	return &rows[check];
}

const char *tocsin_level_name(enum tocsin_level level)
{
	return level == TOCSIN_LEVEL_ERROR ? "error" : "warning";
}
