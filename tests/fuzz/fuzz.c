/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "fuzz.h"

#include <time.h>

enum { TRIES = 3 };

static int64_t slowest_ns, limit_ns;
static size_t slowest_size;

/* Time of this thread alone: others on the machine do not count. */
static int64_t thread_ns(void)
{
	struct timespec time;

	FUZZ_HOLDS(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t measure(const uint8_t *data, size_t size)
{
	const int64_t before_ns = thread_ns();

	fuzz_input(data, size);
	return thread_ns() - before_ns;
}

static void tell(void)
{
	(void)fprintf(stderr, "slowest: %.3f ms, an input of %zu bytes\n", (double)slowest_ns / 1e6,
		slowest_size);
}

static void begin(void)
{
	const char *limit_ms = getenv("TOCSIN_FUZZ_LIMIT_MS");

	limit_ns = limit_ms ? strtol(limit_ms, NULL, 10) * 1000000 : 0;
	FUZZ_HOLDS(atexit(tell) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool begun;

	if (!begun) {
		begin();
		begun = true;
		fuzz_input(data, size); /* the first reads what is read once */
	}
	int64_t took_ns = measure(data, size);
	/* A page fault or an interrupt is not the input's own; what is comes each time. */
	for (int i = 1; i < TRIES && took_ns > slowest_ns; i++) {
		const int64_t again_ns = measure(data, size);
		took_ns = again_ns < took_ns ? again_ns : took_ns;
	}
	if (took_ns > slowest_ns) {
		slowest_ns = took_ns;
		slowest_size = size;
	}
	FUZZ_HOLDS(!limit_ns || took_ns <= limit_ns);
	return 0;
}
