/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/filter.h"

#include <string.h>

/* A layer is made piece by piece: to clear it at once would hold the broker up. */
enum {
	FIRST_CAPACITY = 65536, /* others are twice the one before */
	BITS_AN_ID = 32,
	PROBES = 10,
	WORD_BITS = 64,
	LINE_WORDS = TOCSIN_LINE / sizeof(uint64_t),
	LINE_IDS = LINE_WORDS * WORD_BITS / BITS_AN_ID,
	PIECE_LINES = 1024,
	PIECE_IDS = PIECE_LINES * LINE_IDS,
};

void tocsin_filter_init(struct tocsin_filter *filter, const struct tocsin_allocator *heap)
{
	memset(filter, 0, sizeof(*filter));
	filter->heap = heap;
}

void tocsin_filter_finish(struct tocsin_filter *filter)
{
	while (filter->count > 0) {
		struct tocsin_filter_layer *layer = &filter->layers[--filter->count];

		for (size_t i = 0; i < layer->capacity / PIECE_IDS; ++i) {
			tocsin_lines_finish(&layer->pieces[i], filter->heap);
		}
		filter->heap->free(filter->heap->ctx, layer->pieces);
	}
}

/* The line of an id. Capacities are powers of two. */
static size_t line_number(const struct tocsin_filter_layer *layer, uint64_t hash)
{
	return (size_t)hash & (layer->capacity / LINE_IDS - 1);
}

/* NULL where no id fell near it yet. */
static uint64_t *line_of(const struct tocsin_filter_layer *layer, uint64_t hash)
{
	const size_t number = line_number(layer, hash);
	uint64_t *words = layer->pieces[number / PIECE_LINES].at;

	return words ? words + number % PIECE_LINES * LINE_WORDS : NULL;
}

/* One bit of the line after another: the upper ones of a product depend on all of the
 * hash. */
static unsigned next_bit(uint64_t *hash)
{
	*hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)(*hash >> 55);
}

_Static_assert(LINE_WORDS *WORD_BITS == 1 << (64 - 55), "a bit of the line");

static bool line_has(const uint64_t *words, uint64_t hash)
{
	for (int i = 0; i < PROBES; ++i) {
		const unsigned bit = next_bit(&hash);

		if (!(words[bit / WORD_BITS] >> (bit % WORD_BITS) & 1)) {
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
	const size_t size = capacity / PIECE_IDS * sizeof(struct tocsin_lines);
	struct tocsin_lines *pieces = filter->heap->alloc(filter->heap->ctx, size);

	if (!pieces) {
		return false;
	}
	memset(pieces, 0, size);
	filter->layers[filter->count++] =
		(struct tocsin_filter_layer){.pieces = pieces, .capacity = capacity};
	return true;
}

/* The line of an id that is being added; NULL without memory. */
static uint64_t *line_obtain(struct tocsin_filter *filter, uint64_t hash)
{
	struct tocsin_filter_layer *layer =
		filter->count > 0 ? &filter->layers[filter->count - 1] : NULL;

	if (!layer || layer->count >= layer->capacity) {
		if (!layer_begin(filter)) {
			return NULL;
		}
		layer = &filter->layers[filter->count - 1];
	}
	struct tocsin_lines *piece = &layer->pieces[line_number(layer, hash) / PIECE_LINES];
	if (!piece->at && !tocsin_lines_init(piece, filter->heap, (size_t)PIECE_LINES * TOCSIN_LINE)) {
		return NULL;
	}
	++layer->count;
	return line_of(layer, hash);
}

void tocsin_filter_add(struct tocsin_filter *filter, uint64_t hash)
{
	uint64_t *words = line_obtain(filter, hash);

	if (!words) {
		filter->full = true;
		return;
	}
	for (int i = 0; i < PROBES; ++i) {
		const unsigned bit = next_bit(&hash);

		words[bit / WORD_BITS] |= UINT64_C(1) << (bit % WORD_BITS);
	}
}

bool tocsin_filter_may_have(const struct tocsin_filter *filter, uint64_t hash)
{
	for (size_t i = filter->count; i-- > 0;) {
		const uint64_t *words = line_of(&filter->layers[i], hash);

		if (words && line_has(words, hash)) {
			return true;
		}
	}
	return filter->full;
}

void tocsin_filter_prefetch(const struct tocsin_filter *filter, uint64_t hash)
{
	for (size_t i = 0; i < filter->count; ++i) {
		const uint64_t *words = line_of(&filter->layers[i], hash);

		if (words) {
			__builtin_prefetch(words);
		}
	}
}
