/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/filter.h"

#include <string.h>

enum {
	FIRST_CAPACITY = 65536,
	BITS_AN_ID = 32,
	PROBES = 10,
	WORD_BITS = 64,
};

void tocsin_filter_init(struct tocsin_filter *filter, const struct tocsin_allocator *heap)
{
	memset(filter, 0, sizeof(*filter));
	filter->heap = heap;
}

void tocsin_filter_finish(struct tocsin_filter *filter)
{
	while (filter->count > 0) {
		filter->heap->free(filter->heap->ctx, filter->layers[--filter->count].words);
	}
}

/* Two independent halves give as many probes as are wanted (Kirsch and Mitzenmacher,
 * 2006). Capacities are powers of two. */
static size_t probe(const struct tocsin_filter_layer *layer, uint64_t hash, uint32_t number)
{
	const uint64_t step = (hash >> 32) | 1;

	return (size_t)(hash + number * step) & (layer->capacity * BITS_AN_ID - 1);
}

static bool layer_has(const struct tocsin_filter_layer *layer, uint64_t hash)
{
	for (uint32_t i = 0; i < PROBES; ++i) {
		const size_t bit = probe(layer, hash, i);

		if (!(layer->words[bit / WORD_BITS] >> (bit % WORD_BITS) & 1)) {
			return false;
		}
	}
	return true;
}

static bool layer_begin(struct tocsin_filter *filter)
{
	if (filter->count == TOCSIN_FILTER_LAYERS) {
		return false;
	}
	const size_t capacity = (size_t)FIRST_CAPACITY << filter->count;
	const size_t size = capacity * BITS_AN_ID / 8;
	uint64_t *words = filter->heap->alloc(filter->heap->ctx, size);

	if (!words) {
		return false;
	}
	memset(words, 0, size);
	filter->layers[filter->count++] =
		(struct tocsin_filter_layer){.words = words, .capacity = capacity};
	return true;
}

void tocsin_filter_add(struct tocsin_filter *filter, uint64_t hash)
{
	struct tocsin_filter_layer *layer =
		filter->count > 0 ? &filter->layers[filter->count - 1] : NULL;

	if (!layer || layer->count >= layer->capacity) {
		if (!layer_begin(filter)) {
			filter->full = true;
			return;
		}
		layer = &filter->layers[filter->count - 1];
	}
	for (uint32_t i = 0; i < PROBES; ++i) {
		const size_t bit = probe(layer, hash, i);

		layer->words[bit / WORD_BITS] |= UINT64_C(1) << (bit % WORD_BITS);
	}
	++layer->count;
}

bool tocsin_filter_may_have(const struct tocsin_filter *filter, uint64_t hash)
{
	for (size_t i = filter->count; i-- > 0;) {
		if (layer_has(&filter->layers[i], hash)) {
			return true;
		}
	}
	return filter->full;
}
