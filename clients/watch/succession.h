/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether alerts come without a gap. A filter takes whole topics, so a topic's own count
 * tells for certain that one was missed; the count of the audience goes on for what a
 * filter leaves out as well, and only hints. Bounded: a topic on which nothing comes for
 * TOCSIN_MAX_RELAYED alerts may be forgotten, and then begins anew. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOCSIN_MAX_SUCCESSIONS = 16 };

struct tocsin_succession;

/* What an alert says of its place, and where it came. */
struct tocsin_succession_step {
	size_t audience;   /* below TOCSIN_MAX_SUCCESSIONS */
	const char *topic; /* without "-json": twins share their count */
	uint64_t sequence, topic_sequence;
};

/* NULL without memory. */
struct tocsin_succession *tocsin_succession_create(void);
void tocsin_succession_destroy(struct tocsin_succession *succession);

/* An alert that came live. Returns how many are missing before it on its topic; *after
 * is then the sequence of the last one that came there. */
uint64_t tocsin_succession_take(struct tocsin_succession *succession,
	const struct tocsin_succession_step *step, uint64_t *after);

/* One that came before, in whatever order: it only moves counts on. */
void tocsin_succession_raise(
	struct tocsin_succession *succession, const struct tocsin_succession_step *step);

/* The hub says how far the audience has come. Returns true where that is further than
 * what came here. The first time it is where we begin. A count that went back is a hub
 * that counts anew; a retained one may only be old. */
bool tocsin_succession_hear(
	struct tocsin_succession *succession, size_t audience, uint64_t sequence, bool retained);

/* Everything of the audience up to this sequence is here or was asked for. */
void tocsin_succession_reach(
	struct tocsin_succession *succession, size_t audience, uint64_t sequence);

/* How far the audience has come here; false where nothing is known. */
bool tocsin_succession_last(
	const struct tocsin_succession *succession, size_t audience, uint64_t *sequence);
