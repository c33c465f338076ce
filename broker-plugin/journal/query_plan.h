/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Which index a query reads: the one with the fewest entries that matter. */
#pragma once

#include "journal/query_search.h"

struct tocsin_query_streams {
	struct tocsin_query_stream **list; /* in the search's arena */
	size_t count, capacity;
};

/* Fills the streams whose rows, together, hold all that is asked for, none twice. */
TOCSIN_MUST_USE int tocsin_query_plan(
	struct tocsin_query_search *search, struct tocsin_query_streams *streams);

/* True where a path such as "/ML/ML05/" has the codes, "ML05" or "ML/ML05", in it. */
bool tocsin_query_path_has(const char *path, const char *codes);
