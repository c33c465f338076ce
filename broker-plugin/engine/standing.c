/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
/* What stands retained with the broker, as memory knows it. */
#include <stdlib.h>
#include <string.h>

#include "engine/repeat.h"
#include "engine/state.h"

static bool is_open(const struct tocsin_chain *chain)
{
	for (size_t i = 0; i < chain->state->reach_count; ++i) {
		if (chain->state->reaches[i]->open) {
			return true;
		}
	}
	return false;
}

enum tocsin_status tocsin_engine_open_chains(
	const struct tocsin_engine *engine, uint8_t (**keys)[TOCSIN_UUID], size_t *count)
{
	uint8_t(*list)[TOCSIN_UUID] = calloc(engine->chains.count + 1, sizeof(*list));
	size_t open = 0;

	if (!list) {
		return TOCSIN_NO_MEMORY;
	}
	for (const struct tocsin_node *node = engine->chains.oldest; node; node = node->newer) {
		const struct tocsin_chain *chain = (const struct tocsin_chain *)node;

		if (is_open(chain)) {
			memcpy(list[open++], chain->key, TOCSIN_UUID);
		}
	}
	*keys = list;
	*count = open;
	return TOCSIN_OK;
}

bool tocsin_engine_open_waits(const struct tocsin_engine *engine, const uint8_t chain[TOCSIN_UUID])
{
	const struct tocsin_chain *found =
		tocsin_chain_find(&engine->chains, chain, tocsin_id_hash(engine, chain));

	return found && found->node.pins > 0;
}

struct tocsin_outcome *tocsin_engine_clear_figures(
	struct tocsin_engine *engine, const struct tocsin_sights *sights, size_t max)
{
	struct tocsin_draft draft = {.engine = engine};
	enum tocsin_status status = TOCSIN_OK;
	size_t count = 0;

	tocsin_arena_reset(engine->working);
	for (struct tocsin_node *node = engine->figures.oldest;
		 node && count < max && status == TOCSIN_OK; node = node->newer) {
		struct tocsin_topic *topic = (struct tocsin_topic *)node;
		const char *audience =
			topic->count.formats ? tocsin_topic_audience(engine, topic->text) : NULL;

		if (!audience || !tocsin_sights_narrowed(sights, audience)) {
			continue;
		}
		status = tocsin_tick_begin(&draft) ? tocsin_send_clear(&draft, TOCSIN_PUBLISH_FIGURE,
												 topic->text, audience, topic->count.formats)
										   : TOCSIN_NO_MEMORY;
		if (status == TOCSIN_OK) {
			topic->count.formats = 0;
			++count;
		}
	}
	return draft.outcome;
}
