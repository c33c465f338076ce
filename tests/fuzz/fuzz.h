/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What every fuzz target shares. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What a target does with one input. fuzz.c calls it, and measures how long it takes:
 * the slowest is printed at the end; with TOCSIN_FUZZ_LIMIT_MS in the environment one
 * that takes longer, each of three times, stops the run. */
void fuzz_input(const uint8_t *data, size_t size);

/* An invariant: stops the run and says which one does not hold. Unlike assert it
 * is never compiled out. */
#define FUZZ_HOLDS(condition)                                                                      \
	do {                                                                                           \
		if (!(condition)) {                                                                        \
			(void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);   \
			abort();                                                                               \
		}                                                                                          \
	} while (0)
