/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "journal/query_search.h"

#include "journal/query_plan.h"

/* Whether a's next row comes before b's. */
static bool is_before(const struct tocsin_query_search *search, const struct tocsin_query_stream *a,
	const struct tocsin_query_stream *b)
{
	const struct tocsin_query_key *x = &a->keys[a->at];
	const struct tocsin_query_key *y = &b->keys[b->at];
	const bool rising = search->query->oldest_first;

	if (x->received_ms != y->received_ms) {
		return (x->received_ms < y->received_ms) == rising;
	}
	const int one = (int)tocsin_query_source_verdict(a->source);
	const int two = (int)tocsin_query_source_verdict(b->source);
	if (one != two) {
		return (one < two) == rising;
	}
	return (x->row < y->row) == rising;
}

static void sink(struct tocsin_query_search *search, size_t at)
{
	struct tocsin_query_stream *one = search->heap[at];

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < search->count &&
			is_before(search, search->heap[child + 1], search->heap[child])) {
			child++;
		}
		if (child >= search->count || !is_before(search, search->heap[child], one)) {
			break;
		}
		search->heap[at] = search->heap[child];
		at = child;
	}
	search->heap[at] = one;
}

int tocsin_query_search_start(struct tocsin_query_search *search)
{
	struct tocsin_query_streams streams = {0};
	int result = tocsin_query_plan(search, &streams);

	search->heap = streams.list;
	for (size_t i = 0; i < streams.count && result == SQLITE_OK; i++) {
		struct tocsin_query_stream *stream = streams.list[i];

		result = tocsin_query_stream_read(search, stream);
		if (stream->count > 0) {
			search->heap[search->count++] = stream;
		}
	}
	for (size_t i = search->count / 2; i > 0; i--) {
		sink(search, i - 1);
	}
	return result;
}

void tocsin_query_search_finish(struct tocsin_query_search *search)
{
	for (size_t i = 0; i < TOCSIN_QUERY_SOURCES; i++) {
		sqlite3_finalize(search->heads[i]);
	}
}

int tocsin_query_search_next(
	struct tocsin_query_search *search, Tocsin__V1__Verdict *verdict, struct tocsin_query_key *key)
{
	int result = SQLITE_OK;

	if (search->count == 0) {
		return SQLITE_DONE;
	}
	struct tocsin_query_stream *first = search->heap[0];
	*verdict = tocsin_query_source_verdict(first->source);
	*key = first->keys[first->at++];
	if (first->at == first->count && !first->ended) {
		result = tocsin_query_stream_read(search, first);
	}
	if (first->at == first->count) {
		search->heap[0] = search->heap[--search->count];
	}
	if (search->count > 0) {
		sink(search, 0);
	}
	return result == SQLITE_OK ? SQLITE_ROW : result;
}

bool tocsin_query_search_over(const struct tocsin_query_search *search)
{
	return search->count == 0;
}
