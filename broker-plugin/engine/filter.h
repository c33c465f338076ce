/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Whether the archive may have an id, without asking it: a Bloom filter (B. H. Bloom,
 * 1970) that grows by adding layers, four to eight bytes an id. All that a layer knows of
 * an id lies in one line of memory (F. Putze, P. Sanders and J. Singler, 2007). It may
 * say yes without reason, about once in a hundred thousand for each layer that is full,
 * and never says no without one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/lines.h"
#include "proto/status.h"

enum { TOCSIN_FILTER_LAYERS = 24 };

struct tocsin_filter_layer {
	struct tocsin_lines *pieces; /* each made for the first id that falls into it */
	size_t capacity, count;      /* ids */
};

struct tocsin_filter {
	const struct tocsin_allocator *heap;
	struct tocsin_filter_layer layers[TOCSIN_FILTER_LAYERS];
	size_t count; /* layers */
	bool full;    /* one could not be added: it says yes to everything */
};

void tocsin_filter_init(struct tocsin_filter *filter, const struct tocsin_allocator *heap);
void tocsin_filter_finish(struct tocsin_filter *filter);

/* hash is keyed: senders choose ids. */
void tocsin_filter_add(struct tocsin_filter *filter, uint64_t hash);
bool tocsin_filter_may_have(const struct tocsin_filter *filter, uint64_t hash);
/* Fetches what _may_have will read, while something else is done. */
void tocsin_filter_prefetch(const struct tocsin_filter *filter, uint64_t hash);
