/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* Names that something counts on: alert topics and figure topics with their
 * topic_sequence, audiences with their sequence. A topic and its JSON twin carry
 * the same messages, so they share one count. */
#pragma once

#include "engine/table.h"
#include "engine/uuid.h"

/* What changes, so that it can be put back. */
struct tocsin_count {
	uint64_t sequence; /* of the last message; 0: none yet */
	/* Of a figure topic: the figure that stands there. */
	int64_t as_of_ms;
	int64_t received_ms;
	uint8_t chain[TOCSIN_UUID];
	uint8_t formats; /* in which it stands; 0: nothing stands */
};

struct tocsin_topic {
	struct tocsin_node node;
	struct tocsin_count count;
	char text[];
};

void tocsin_topics_init(struct tocsin_table *topics, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling);

/* NULL where it is not there. */
struct tocsin_topic *tocsin_topic_find(const struct tocsin_table *topics, const char *text);

/* A new one that is not in the table yet; NULL without memory. */
struct tocsin_topic *tocsin_topic_create(const struct tocsin_table *topics, const char *text);
