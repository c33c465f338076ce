/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Decimal numbers of a list, with a point whatever the locale. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* -?digits[.digits], at most 15 digits in all. False where it is not one. */
bool tocsin_gazetteer_number(const char *text, size_t length, double *number);
