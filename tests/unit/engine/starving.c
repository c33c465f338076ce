/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/starving.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>

#define EXPORTED __attribute__((visibility("default")))

/* glibc's own, beneath what every library calls. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static enum starving how;
static size_t fails_at, calls, live;
static size_t bytes, bytes_begun, bytes_peak;

static bool refused(void)
{
	calls++;
	if (how == STARVING_NOT || calls < fails_at || (how == STARVING_ONCE && calls > fails_at))
		return false;
	errno = ENOMEM;
	return true;
}

static void *handed_out(void *memory)
{
	live += memory != NULL;
	bytes += malloc_usable_size(memory);
	bytes_peak = bytes > bytes_peak ? bytes : bytes_peak;
	return memory;
}

EXPORTED void *malloc(size_t size)
{
	return refused() ? NULL : handed_out(__libc_malloc(size));
}

EXPORTED void *calloc(size_t count, size_t size)
{
	return refused() ? NULL : handed_out(__libc_calloc(count, size));
}

EXPORTED void *realloc(void *memory, size_t size)
{
	if (refused())
		return NULL;
	const size_t before = malloc_usable_size(memory);
	void *grown = __libc_realloc(memory, size);
	if (grown || size == 0) {
		live -= memory != NULL;
		bytes -= before;
	}
	return handed_out(grown);
}

EXPORTED void free(void *memory)
{
	live -= memory != NULL;
	bytes -= malloc_usable_size(memory);
	__libc_free(memory);
}

void starving_begin(enum starving new_how, size_t n)
{
	how = new_how;
	fails_at = n;
	calls = 0;
	bytes_begun = bytes_peak = bytes;
}

size_t starving_end(void)
{
	how = STARVING_NOT;
	return calls;
}

size_t starving_live(void)
{
	return live;
}

size_t starving_peak(void)
{
	return bytes_peak - bytes_begun;
}
