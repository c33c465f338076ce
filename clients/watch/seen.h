/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Ids met before, so that repeats can be dropped. Bounded: it remembers at least
 * the newest TOCSIN_MAX_SEEN of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { TOCSIN_MAX_SEEN = 32768 };

struct tocsin_seen;

/* NULL without memory. */
struct tocsin_seen *tocsin_seen_create(size_t remembered);
void tocsin_seen_destroy(struct tocsin_seen *seen);

bool tocsin_seen_has(const struct tocsin_seen *seen, const char *id);

/* True where the id is new; it is then remembered. Without memory an id stays new:
 * shown twice is better than not at all. */
bool tocsin_seen_add(struct tocsin_seen *seen, const char *id);
