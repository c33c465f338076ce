/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#pragma once

#include <jansson.h>

#include "clients/rule/diff_against.h"

/* What was found as one value, new; its form is in clients/README.md. NULL without
 * memory. */
json_t *tocsin_diff_value(const struct tocsin_diff_feed *feed);

/* The same for people, on stdout; all: every single change. False without memory. */
bool tocsin_diff_print(const struct tocsin_diff_feed *feed, bool all);
