/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "measure.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Its client requests cost a few instructions where nothing listens, and need nothing
 * at run time. */
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(text) ((void)(text))
#endif

enum { COUNTED_CALLS = 50, MAX_LABEL = 160 };

struct measuring measuring_begin(bool quick, const char *only)
{
	return (struct measuring){
		.rounds = quick ? 2 : 15,
		.round_ns = quick ? 200 * 1000 : 20 * 1000 * 1000,
		.quick = quick,
		.counting = RUNNING_ON_VALGRIND > 0,
		.only = only,
	};
}

int64_t measure_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

size_t measure_heap(void)
{
	const struct mallinfo2 heap = mallinfo2();

	return heap.uordblks + heap.hblkhd;
}

void measure_require(bool works, const char *what)
{
	if (!works) {
		(void)fprintf(stderr, "bench_engine: %s\n", what);
		exit(2);
	}
}

bool measure_wants(const struct measuring *measuring, const char *label)
{
	const size_t length = strlen(label);
	const size_t wanted = measuring->only ? strlen(measuring->only) : 0;

	return !measuring->only ||
		strncmp(label, measuring->only, length < wanted ? length : wanted) == 0;
}

static void line_begin(const struct measured *measured)
{
	(void)printf("{\"step\": \"%s\", \"variant\": \"%s\", \"axis\": \"%s\", \"at\": %zu",
		measured->step, measured->variant, measured->axis, measured->at);
}

void measure_tell(const struct measured *measured, const char *unit, double value)
{
	line_begin(measured);
	(void)printf(", \"unit\": \"%s\", \"value\": %.1f}\n", unit, value);
	(void)fflush(stdout);
}

static int64_t run(size_t calls, void (*once)(void *ctx), void *ctx)
{
	const int64_t begun = measure_now_ns();

	for (size_t i = 0; i < calls; i++) {
		once(ctx);
	}
	return measure_now_ns() - begun;
}

/* The dump carries the label by which engine.py finds it. */
static void count(
	const struct measured *measured, const char *label, void (*once)(void *ctx), void *ctx)
{
	CALLGRIND_START_INSTRUMENTATION;
	(void)run(2, once, ctx);
	CALLGRIND_ZERO_STATS;
	(void)run(COUNTED_CALLS, once, ctx);
	CALLGRIND_DUMP_STATS_AT(label);
	CALLGRIND_STOP_INSTRUMENTATION;
	line_begin(measured);
	(void)printf(", \"calls\": %d}\n", COUNTED_CALLS);
}

/* How many calls a round takes; this warms everything up, too. */
static size_t calls_for(int64_t round_ns, void (*once)(void *ctx), void *ctx)
{
	size_t calls = 1;

	while (run(calls, once, ctx) < round_ns / 2) {
		calls *= 2;
	}
	return calls;
}

void measure(const struct measuring *measuring, const struct measured *measured,
	void (*once)(void *ctx), void *ctx)
{
	char label[MAX_LABEL];

	(void)snprintf(label, sizeof(label), "%s/%s/%s/%zu", measured->step, measured->variant,
		measured->axis, measured->at);
	if (measuring->only && strncmp(label, measuring->only, strlen(measuring->only)) != 0) {
		return;
	}
	if (measuring->counting) {
		count(measured, label, once, ctx);
		return;
	}
	const size_t calls = calls_for(measuring->round_ns, once, ctx);

	line_begin(measured);
	(void)printf(", \"calls\": %zu, \"ns\": [", calls);
	for (unsigned i = 0; i < measuring->rounds; i++) {
		(void)printf("%s%.1f", i > 0 ? ", " : "", (double)run(calls, once, ctx) / (double)calls);
	}
	(void)printf("]}\n");
	(void)fflush(stdout);
}
