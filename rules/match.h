/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* The clauses of a match, one function each; what the index ends in, and what
 * explain tells apart. A clause that a rule does not ask holds. */
#pragma once

#include <stdbool.h>

#include "rules/index.h"

/* A list of enum values as a mask. */
bool tocsin_match_value(uint32_t mask, int value);

/* A minimum on a scale on which unknown is 1. */
bool tocsin_match_minimum(uint32_t minimum, int value);

/* Any of the incident's values, itself a mask. */
bool tocsin_match_any(uint32_t mask, uint32_t values);

/* The wall's day and hours at the time of receipt; NULL holds. */
bool tocsin_match_hours(const struct tocsin_hours *hours, int64_t received_ms);

/* Any text of a list. */
bool tocsin_match_text(const char *const *list, size_t count, const char *text);

/* The incident's region or one of its ancestors. */
bool tocsin_match_region(const struct tocsin_match *match, const struct tocsin_facts *facts);
