/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What every fuzz target shares. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Called once an input; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An invariant: stops the run and says which one does not hold. Unlike assert it
 * is never compiled out. */
#define FUZZ_HOLDS(condition)                                                                      \
	do {                                                                                           \
		if (!(condition)) {                                                                        \
			(void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);   \
			abort();                                                                               \
		}                                                                                          \
	} while (0)
