/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "engine/engine.h"

#include <string.h>

#include "engine/state.h"

static char *copy_text(const struct tocsin_allocator *heap, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = heap->alloc(heap->ctx, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

static bool tables_init(struct tocsin_engine *engine)
{
	static const char purpose[] = "tables";
	uint8_t key[TOCSIN_SHA256];
	const struct tocsin_allocator *heap = engine->heap;

	if (tocsin_hmac(&engine->key, purpose, sizeof(purpose), key) != TOCSIN_OK) {
		return false;
	}
	tocsin_tokens_init(&engine->tokens, heap, key);
	tocsin_known_init(&engine->known, heap, key, TOCSIN_MAX_KNOWN, &engine->tokens);
	tocsin_chains_init(&engine->chains, heap, key, TOCSIN_MAX_CHAINS, &engine->tokens);
	tocsin_topics_init(&engine->topics, heap, key, TOCSIN_MAX_TOPICS);
	tocsin_topics_init(&engine->figures, heap, key, TOCSIN_MAX_FIGURES);
	tocsin_topics_init(&engine->counts, heap, key, SIZE_MAX);
	tocsin_awaited_init(&engine->awaited, heap, key, TOCSIN_MAX_AWAITED);
	tocsin_nearby_init(&engine->nearby, heap, key, TOCSIN_MAX_NEARBY);
	tocsin_windows_init(&engine->windows, heap, key, TOCSIN_MAX_WINDOWS, &engine->rings);
	tocsin_rates_init(&engine->rates, heap, key, TOCSIN_MAX_RATED, &engine->rings);
	tocsin_groups_init(&engine->groups, heap, key, TOCSIN_MAX_GROUPS);
	engine->rings.heap = heap;
	engine->tallies.heap = heap;
	engine->tallies.tokens = &engine->tokens;
	/* A clock that was set back before this start is seen likewise. */
	engine->tallies.looked_ms = INT64_MAX;
	return true;
}

uint64_t tocsin_id_hash(const struct tocsin_engine *engine, const uint8_t id[TOCSIN_UUID])
{
	return tocsin_table_hash(&engine->known, id, TOCSIN_UUID);
}

/* The count of an audience goes on where it was, through reloads and restarts. */
static enum tocsin_status count_obtain(
	struct tocsin_engine *engine, const char *name, struct tocsin_topic **count)
{
	const struct tocsin_archive *archive = engine->archive;

	*count = tocsin_topic_find(&engine->counts, name);
	if (*count) {
		return TOCSIN_OK;
	}
	struct tocsin_topic *made = tocsin_topic_create(&engine->counts, name);
	if (!made) {
		return TOCSIN_NO_MEMORY;
	}
	if (archive &&
		archive->audience_sequence(archive->ctx, name, &made->count.sequence) == TOCSIN_IO) {
		engine->counts.destroy(engine->counts.ctx, &made->node);
		return TOCSIN_IO;
	}
	tocsin_table_add(
		&engine->counts, &made->node, tocsin_table_hash(&engine->counts, name, strlen(name)));
	*count = made;
	return TOCSIN_OK;
}

/* The counts and names of a rule set's audiences. What was counted before goes on
 * by name, through reloads. A failure leaves the engine as it was. */
static enum tocsin_status audiences_bind(
	struct tocsin_engine *engine, const struct tocsin_ruleset *ruleset)
{
	struct tocsin_topic *counts[TOCSIN_MAX_AUDIENCES] = {0};
	struct tocsin_token *names[TOCSIN_MAX_AUDIENCES] = {0};
	enum tocsin_status status = TOCSIN_OK;

	for (size_t i = 0; status == TOCSIN_OK && i < ruleset->audience_count; ++i) {
		const char *name = ruleset->audiences[i].name;

		status = count_obtain(engine, name, &counts[i]);
		names[i] = tocsin_token_take(&engine->tokens, name, strlen(name));
		if (status == TOCSIN_OK && !names[i]) {
			status = TOCSIN_NO_MEMORY;
		}
	}
	struct tocsin_token **gone = status == TOCSIN_OK ? engine->audience_names : names;
	for (size_t i = 0; i < TOCSIN_MAX_AUDIENCES; ++i) {
		tocsin_token_drop(&engine->tokens, gone[i]);
	}
	if (status == TOCSIN_OK) {
		memcpy(engine->audiences, counts, sizeof(counts));
		memcpy(engine->audience_names, names, sizeof(names));
	}
	return status;
}

static bool engine_fill(struct tocsin_engine *engine, const struct tocsin_engine_config *config)
{
	engine->root = copy_text(engine->heap, config->root);
	engine->configured_hub = config->hub ? copy_text(engine->heap, config->hub) : NULL;
	engine->max_payload = config->max_payload ? config->max_payload : TOCSIN_MAX_PAYLOAD;
	engine->durable = config->durable;
	engine->archive = config->archive;
	tocsin_filter_init(&engine->stored, engine->heap);
	engine->next_journal_id = config->next_journal_id ? config->next_journal_id : 1;
	engine->decoding = tocsin_arena_create(TOCSIN_MAX_INCIDENT_MEMORY, engine->heap);
	engine->working = tocsin_arena_create(TOCSIN_MAX_RENDERING, engine->heap);
	engine->rendering = tocsin_arena_create(TOCSIN_MAX_RENDERING, engine->heap);
	engine->packing = tocsin_arena_create(TOCSIN_MAX_RENDERING, engine->heap);
	return tocsin_hmac_key_init(&engine->key, config->key, sizeof(config->key)) == TOCSIN_OK &&
		tables_init(engine) && engine->root && (!config->hub || engine->configured_hub) &&
		engine->decoding && engine->working && engine->rendering && engine->packing;
}

struct tocsin_engine *tocsin_engine_create(
	const struct tocsin_engine_config *config, struct tocsin_ruleset *ruleset)
{
	const struct tocsin_allocator *heap = config->heap ? config->heap : &tocsin_heap;
	struct tocsin_engine *engine = heap->alloc(heap->ctx, sizeof(*engine));

	if (!engine) {
		return NULL;
	}
	memset(engine, 0, sizeof(*engine));
	engine->heap = heap;
	engine->payload = config->payload ? config->payload : &tocsin_heap;
	engine->scratch = tocsin_scratch_create(ruleset);
	if (!engine_fill(engine, config) || !engine->scratch ||
		audiences_bind(engine, ruleset) != TOCSIN_OK) {
		tocsin_engine_destroy(engine);
		return NULL;
	}
	engine->ruleset = ruleset;
	return engine;
}

void tocsin_engine_destroy(struct tocsin_engine *engine)
{
	if (!engine) {
		return;
	}
	const struct tocsin_allocator *heap = engine->heap;

	/* Chains and ids give their names back to the tokens, so these go last. */
	tocsin_table_finish(&engine->chains);
	tocsin_table_finish(&engine->known);
	tocsin_table_finish(&engine->topics);
	tocsin_table_finish(&engine->figures);
	tocsin_table_finish(&engine->counts);
	tocsin_table_finish(&engine->awaited);
	tocsin_table_finish(&engine->nearby);
	tocsin_silences_finish(engine);
	tocsin_table_finish(&engine->windows);
	tocsin_table_finish(&engine->rates);
	tocsin_table_finish(&engine->groups);
	tocsin_tallies_finish(&engine->tallies);
	tocsin_table_finish(&engine->tokens);
	tocsin_expiries_finish(&engine->expiries, heap);
	tocsin_expiries_finish(&engine->misdated, heap);
	tocsin_filter_finish(&engine->stored);
	tocsin_scratch_destroy(engine->scratch);
	tocsin_ruleset_destroy(engine->ruleset);
	while (engine->idle_count > 0) {
		tocsin_arena_destroy(engine->idle[--engine->idle_count]);
	}
	tocsin_arena_destroy(engine->decoding);
	tocsin_arena_destroy(engine->working);
	tocsin_arena_destroy(engine->rendering);
	tocsin_arena_destroy(engine->packing);
	heap->free(heap->ctx, engine->configured_hub);
	heap->free(heap->ctx, engine->root);
	tocsin_hmac_key_finish(&engine->key);
	heap->free(heap->ctx, engine);
}

enum tocsin_status tocsin_engine_swap_rules(
	struct tocsin_engine *engine, struct tocsin_ruleset *ruleset, struct tocsin_ruleset **old)
{
	struct tocsin_scratch *scratch = tocsin_scratch_create(ruleset);
	struct tocsin_silence *silences[TOCSIN_MAX_SILENCES] = {0};

	enum tocsin_status status =
		scratch ? tocsin_silences_read(engine, ruleset, silences) : TOCSIN_NO_MEMORY;
	if (status == TOCSIN_OK) {
		status = audiences_bind(engine, ruleset);
	}
	if (status != TOCSIN_OK) {
		for (size_t i = 0; i < engine->silences.count; ++i) {
			tocsin_silence_destroy(silences[i]);
		}
		tocsin_scratch_destroy(scratch);
		return status;
	}
	tocsin_silences_swap(engine, silences);
	tocsin_digests_of_gone(engine, ruleset);
	tocsin_scratch_destroy(engine->scratch);
	engine->scratch = scratch;
	*old = engine->ruleset;
	engine->ruleset = ruleset;
	return TOCSIN_OK;
}

const struct tocsin_ruleset *tocsin_engine_rules(const struct tocsin_engine *engine)
{
	return engine->ruleset;
}

const char *tocsin_engine_hub(const struct tocsin_engine *engine)
{
	if (engine->configured_hub) {
		return engine->configured_hub;
	}
	return engine->ruleset->hub ? engine->ruleset->hub : "hub";
}

void tocsin_engine_count_reserved(struct tocsin_engine *engine)
{
	++engine->ledger.reserved;
}

void tocsin_engine_count_guarded(struct tocsin_engine *engine)
{
	++engine->ledger.guarded;
}

uint64_t tocsin_engine_figures_left_out(const struct tocsin_engine *engine)
{
	return engine->figures_left_out;
}

uint64_t tocsin_engine_next_journal_id(const struct tocsin_engine *engine)
{
	return engine->next_journal_id;
}

const struct tocsin_ledger *tocsin_engine_ledger(const struct tocsin_engine *engine)
{
	return &engine->ledger;
}

uint64_t tocsin_engine_sequence(const struct tocsin_engine *engine, const char *audience)
{
	const struct tocsin_topic *count = tocsin_topic_find(&engine->counts, audience);

	return count ? count->count.sequence : 0;
}

struct tocsin_outcome *tocsin_outcome_create(struct tocsin_engine *engine)
{
	struct tocsin_arena *arena = engine->idle_count > 0
		? engine->idle[--engine->idle_count]
		: tocsin_arena_create(TOCSIN_MAX_OUTCOME, engine->heap);
	struct tocsin_outcome *outcome = arena ? tocsin_arena_zero(arena, 1, sizeof(*outcome)) : NULL;
	struct tocsin_undo *undo = outcome ? tocsin_arena_zero(arena, 1, sizeof(*undo)) : NULL;

	if (!undo) {
		tocsin_arena_destroy(arena);
		return NULL;
	}
	undo->steps.arena = arena;
	undo->steps.chains = &engine->chains;
	outcome->undo = undo;
	outcome->memory = arena;
	return outcome;
}

void tocsin_outcome_destroy(struct tocsin_engine *engine, struct tocsin_outcome *outcome)
{
	if (!outcome) {
		return;
	}
	struct tocsin_arena *arena = outcome->memory;

	tocsin_publications_drop(engine, outcome);
	/* One that was neither settled nor failed: the engine is about to end. */
	tocsin_steps_settle(&outcome->undo->steps);
	if (engine->idle_count < TOCSIN_MAX_IDLE_ARENAS) {
		tocsin_arena_reset(arena);
		engine->idle[engine->idle_count++] = arena;
	} else {
		tocsin_arena_destroy(arena);
	}
}
