/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/topic.h"

#include <string.h>

static bool topic_equal(const struct tocsin_node *node, const void *key)
{
	return strcmp(((const struct tocsin_topic *)node)->text, key) == 0;
}

static bool topic_same(const struct tocsin_node *node, const void *other)
{
	return topic_equal(node, ((const struct tocsin_topic *)other)->text);
}

static void topic_destroy(void *ctx, struct tocsin_node *node)
{
	const struct tocsin_allocator *heap = ctx;

	heap->free(heap->ctx, node);
}

void tocsin_topics_init(struct tocsin_table *topics, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling)
{
	tocsin_table_init(topics, heap, key, ceiling, topic_destroy, (void *)(uintptr_t)heap);
	topics->same = topic_same;
}

struct tocsin_topic *tocsin_topic_find(const struct tocsin_table *topics, const char *text)
{
	return (struct tocsin_topic *)tocsin_table_find(
		topics, tocsin_table_hash(topics, text, strlen(text)), topic_equal, text);
}

struct tocsin_topic *tocsin_topic_create(const struct tocsin_table *topics, const char *text)
{
	const size_t length = strlen(text);
	struct tocsin_topic *topic =
		topics->heap->alloc(topics->heap->ctx, sizeof(*topic) + length + 1);

	if (topic) {
		memset(topic, 0, sizeof(*topic));
		memcpy(topic->text, text, length + 1);
	}
	return topic;
}
