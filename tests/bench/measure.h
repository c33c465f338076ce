/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Measures one thing many times and prints one JSON line of it, for engine.py. The
 * same program run by callgrind counts instructions instead of time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct measuring {
	unsigned rounds;  /* each gives one figure */
	int64_t round_ns; /* how long each is to last */
	bool quick;       /* a smoke test: everything small */
	bool counting;    /* callgrind runs us */
	const char *only; /* measures what begins so, as in "submit/one alert"; NULL: all */
};

/* What a line is about: step and variant name it, axis and at say what grew to where. */
struct measured {
	const char *step, *variant;
	const char *axis;
	size_t at;
};

struct measuring measuring_begin(bool quick, const char *only);

/* Whether anything of a label that begins so is to be measured. */
bool measure_wants(const struct measuring *measuring, const char *label);

/* Calls once over and over. Processor time of this thread, so that others on the
 * machine cost little. */
void measure(const struct measuring *measuring, const struct measured *measured,
	void (*once)(void *ctx), void *ctx);

/* A figure that was not timed here. */
void measure_tell(const struct measured *measured, const char *unit, double value);

/* Bytes that the heap has handed out, its own administration included. */
size_t measure_heap(void);

/* Processor time of this thread. */
int64_t measure_now_ns(void);

/* Ends the program where what is to be measured does not work. */
void measure_require(bool works, const char *what);
