/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Memory that runs out: every malloc, calloc and realloc of this process, those within
 * libyaml, jansson, OpenSSL and the C library among them. One thread. */
#pragma once

#include <stddef.h>

enum starving {
	STARVING_NOT,
	STARVING_ONCE, /* the nth allocation from now on fails */
	STARVING_ON,   /* and all after it */
};

/* Counts anew from here; n from 1. */
void starving_begin(enum starving how, size_t n);

/* Back to plenty. How many allocations there were since it began. */
size_t starving_end(void);

/* Blocks that are out, of all the process. */
size_t starving_live(void);

/* Bytes that were out at most since it began, beyond what was out then. */
size_t starving_peak(void);
