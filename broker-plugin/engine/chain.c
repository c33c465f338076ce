/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/chain.h"

#include <string.h>

static void *chain_alloc(const struct tocsin_table *chains, size_t size)
{
	return chains->heap->alloc(chains->heap->ctx, size);
}

static void chain_release(const struct tocsin_table *chains, void *memory)
{
	chains->heap->free(chains->heap->ctx, memory);
}

static struct tocsin_table *chain_tokens(const struct tocsin_table *chains)
{
	return chains->ctx;
}

void tocsin_closing_drop(const struct tocsin_table *chains, struct tocsin_closing *closing)
{
	if (closing && --closing->refs == 0) {
		chain_release(chains, closing);
	}
}

void tocsin_state_destroy(const struct tocsin_table *chains, struct tocsin_state *state)
{
	if (!state) {
		return;
	}
	for (size_t i = 0; i < state->reach_count; ++i) {
		tocsin_reach_drop(chains, state->reaches[i]);
	}
	tocsin_closing_drop(chains, state->closing);
	tocsin_token_drop(chain_tokens(chains), state->region);
	chain_release(chains, state);
}

static void chain_free(const struct tocsin_table *chains, struct tocsin_chain *chain)
{
	tocsin_state_destroy(chains, chain->state);
	tocsin_token_drop(chain_tokens(chains), chain->sender);
	chain_release(chains, chain);
}

/* The table's own destroy has only the tokens, which share the heap. */
static void chain_node_free(void *ctx, struct tocsin_node *node)
{
	const struct tocsin_table *tokens = ctx;
	const struct tocsin_table chains = {.heap = tokens->heap, .ctx = ctx};

	chain_free(&chains, (struct tocsin_chain *)node);
}

static bool chain_equal(const struct tocsin_node *node, const void *key)
{
	return memcmp(((const struct tocsin_chain *)node)->key, key, TOCSIN_UUID) == 0;
}

static bool chain_same(const struct tocsin_node *node, const void *other)
{
	return chain_equal(node, ((const struct tocsin_chain *)other)->key);
}

void tocsin_chains_init(struct tocsin_table *chains, const struct tocsin_allocator *heap,
	const uint8_t key[16], size_t ceiling, struct tocsin_table *tokens)
{
	tocsin_table_init(chains, heap, key, ceiling, chain_node_free, tokens);
	chains->same = chain_same;
}

struct tocsin_chain *tocsin_chain_find(
	const struct tocsin_table *chains, const uint8_t key[TOCSIN_UUID], uint64_t hash)
{
	return (struct tocsin_chain *)tocsin_table_find(chains, hash, chain_equal, key);
}

struct tocsin_chain *tocsin_chain_create(struct tocsin_table *chains,
	const uint8_t key[TOCSIN_UUID], const char *sender, Tocsin__V1__Status status)
{
	struct tocsin_chain *chain = chain_alloc(chains, sizeof(*chain));

	if (!chain) {
		return NULL;
	}
	memset(chain, 0, sizeof(*chain));
	memcpy(chain->key, key, TOCSIN_UUID);
	chain->status = status;
	chain->sender = tocsin_token_take(chain_tokens(chains), sender, strlen(sender));
	chain->state = tocsin_state_create(chains, NULL, 0);
	if (!chain->sender || !chain->state) {
		chain_free(chains, chain);
		return NULL;
	}
	return chain;
}

void tocsin_chain_destroy(struct tocsin_table *chains, struct tocsin_chain *chain)
{
	if (chain) {
		chain_free(chains, chain);
	}
}

bool tocsin_chain_closed(const struct tocsin_chain *chain, int64_t now_ms)
{
	return chain->state->cancelled || (chain->state->named && chain->state->expires_ms <= now_ms);
}

struct tocsin_reach *tocsin_reach_create(
	const struct tocsin_table *chains, const struct tocsin_reach *like)
{
	const size_t pointers = like->topic_count + like->figure_count;
	const size_t ids = like->alert_count * TOCSIN_UUID;
	const size_t text = like->open_topic ? strlen(like->open_topic) + 1 : 0;
	struct tocsin_reach *reach = chain_alloc(chains,
		sizeof(*reach) + pointers * sizeof(struct tocsin_topic *) + ids + text + like->last_size);

	if (!reach) {
		return NULL;
	}
	*reach = *like;
	reach->refs = 1;
	tocsin_token_share(reach->audience);
	struct tocsin_topic **topics = (struct tocsin_topic **)(reach + 1);
	for (size_t i = 0; i < pointers; ++i) {
		topics[i] = i < like->topic_count ? like->topics[i] : like->figures[i - like->topic_count];
		++topics[i]->node.pins;
	}
	reach->topics = topics;
	reach->figures = topics + like->topic_count;
	uint8_t *bytes = (uint8_t *)(topics + pointers);
	reach->alerts = (const uint8_t(*)[TOCSIN_UUID])bytes;
	if (ids > 0) {
		memcpy(bytes, like->alerts, ids);
	}
	if (text > 0) {
		reach->open_topic = memcpy(bytes + ids, like->open_topic, text);
	}
	reach->last = bytes + ids + text;
	if (like->last_size > 0) {
		memcpy(bytes + ids + text, like->last, like->last_size);
	}
	return reach;
}

void tocsin_reach_drop(const struct tocsin_table *chains, struct tocsin_reach *reach)
{
	if (!reach || --reach->refs > 0) {
		return;
	}
	for (size_t i = 0; i < reach->topic_count; ++i) {
		--reach->topics[i]->node.pins;
	}
	for (size_t i = 0; i < reach->figure_count; ++i) {
		--reach->figures[i]->node.pins;
	}
	tocsin_token_drop(chain_tokens(chains), reach->audience);
	chain_release(chains, reach);
}

struct tocsin_state *tocsin_state_create(
	const struct tocsin_table *chains, const struct tocsin_state *like, size_t reaches)
{
	struct tocsin_state *state =
		chain_alloc(chains, sizeof(*state) + reaches * sizeof(struct tocsin_reach *));

	if (!state) {
		return NULL;
	}
	memset(state, 0, sizeof(*state));
	if (like) {
		*state = *like;
		state->reach_count = 0;
	}
	if (state->closing) {
		++state->closing->refs;
	}
	if (state->region) {
		tocsin_token_share(state->region);
	}
	return state;
}

const struct tocsin_reach *tocsin_state_reach(
	const struct tocsin_state *state, const char *audience)
{
	for (size_t i = 0; i < state->reach_count; ++i) {
		if (strcmp(state->reaches[i]->audience->bytes, audience) == 0) {
			return state->reaches[i];
		}
	}
	return NULL;
}

struct tocsin_closing *tocsin_closing_create(const struct tocsin_table *chains,
	const uint8_t incident[TOCSIN_UUID], const Tocsin__V1__Close *close)
{
	const size_t length = close ? strlen(close->note) : 0;
	struct tocsin_closing *closing = chain_alloc(chains, sizeof(*closing) + length + 1);

	if (!closing) {
		return NULL;
	}
	memset(closing, 0, sizeof(*closing));
	closing->refs = 1;
	memcpy(closing->incident, incident, TOCSIN_UUID);
	closing->stated = close != NULL;
	closing->cause = close ? close->cause : TOCSIN__V1__CLOSE_CAUSE__CLOSE_CAUSE_UNSPECIFIED;
	if (length > 0) {
		memcpy(closing->note, close->note, length);
	}
	closing->note[length] = '\0';
	return closing;
}
