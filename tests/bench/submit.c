/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "engine/pool.h"
#include "engine/silences.h"
#include "parts.h"
#include "payload.h"

enum { MAX_SILENCE = 256 };

/* An engine, with its memory as in the plugin, and a sender whose every incident is a new
 * one. */
struct submitting {
	struct tocsin_pool *pool;
	struct tocsin_engine *engine;
	struct payload payload;
	uint64_t count;
};

static struct submitting submitting_begin(struct tocsin_ruleset *ruleset, bool durable)
{
	struct tocsin_pool *pool = tocsin_pool_create(&tocsin_heap);

	measure_require(pool != NULL, "out of memory");
	const struct tocsin_engine_config config = {.root = "tocsin/v1",
		.hub = "bench",
		.durable = durable,
		.heap = tocsin_pool_allocator(pool)};
	struct submitting submitting = {
		.pool = pool,
		.engine = tocsin_engine_create(&config, ruleset),
		.payload = payload_make(payload_sizes[PAYLOAD_MIDDLE], TOCSIN_FORM_PROTOBUF),
	};

	measure_require(submitting.engine != NULL, "out of memory");
	return submitting;
}

static void submitting_end(struct submitting *submitting)
{
	measure_require(tocsin_ledger_adds_up(tocsin_engine_ledger(submitting->engine)),
		"the ledger does not add up");
	tocsin_engine_destroy(submitting->engine);
	tocsin_pool_destroy(submitting->pool);
	payload_finish(&submitting->payload);
}

static void submit(void *ctx)
{
	struct submitting *submitting = ctx;
	const struct tocsin_submission submission = {
		.topic_sender = "field-1",
		.topic_sender_length = strlen("field-1"),
		.user = "field-1",
		.client_id = "field-1",
		.payload = submitting->payload.bytes,
		.payload_size = submitting->payload.size,
	};

	payload_number(&submitting->payload, ++submitting->count);
	struct tocsin_outcome *outcome =
		tocsin_engine_submit(submitting->engine, &submission, PAYLOAD_NOW_MS);
	measure_require(outcome && outcome->verdict == TOCSIN__V1__VERDICT__VERDICT_ACCEPTED,
		"the incident to be measured is refused");
	tocsin_engine_settle(submitting->engine, outcome);
	tocsin_outcome_destroy(submitting->engine, outcome);
}

void measure_submitting(const struct measuring *measuring, const char *variant, const char *axis,
	size_t at, struct tocsin_ruleset *ruleset)
{
	struct submitting submitting = submitting_begin(ruleset, strcmp(variant, "for a journal") == 0);
	const struct measured measured = {.step = "submit", .variant = variant, .axis = axis, .at = at};

	measure(measuring, &measured, submit, &submitting);
	submitting_end(&submitting);
}

static void fill(struct submitting *submitting, size_t target)
{
	while (submitting->count < target) {
		submit(submitting);
	}
}

static void measure_full(
	const struct measuring *measuring, struct submitting *submitting, const char *axis, size_t at)
{
	const struct measured measured = {
		.step = "submit", .variant = "with open/", .axis = axis, .at = at};

	measure(measuring, &measured, submit, submitting);
}

/* What the ids from here to the target take: the oldest chain goes for each new one. */
static void tell_ids(struct submitting *submitting, size_t target)
{
	const struct measured measured = {
		.step = "memory", .variant = "a remembered id", .axis = "remembered ids", .at = target};
	const size_t heap = measure_heap(), count = (size_t)submitting->count;

	fill(submitting, target);
	measure_tell(&measured, "bytes", (double)(measure_heap() - heap) / (double)(target - count));
}

void measure_filling(const struct measuring *measuring, struct tocsin_ruleset *ruleset)
{
	static const size_t marks[] = {1000, 10000, 100000, 250000};
	const size_t count = measuring->quick ? 2 : sizeof(marks) / sizeof(marks[0]);
	struct submitting submitting = submitting_begin(ruleset, false);

	for (size_t i = 0; i < count; i++) {
		fill(&submitting, marks[i]);
		measure_full(measuring, &submitting, "remembered ids", marks[i]);
		measure_full(measuring, &submitting, "open incidents", marks[i]);
	}
	/* Chains have reached their ceiling; ids reach theirs. */
	if (!measuring->quick && !measuring->counting) {
		fill(&submitting, 300000);
		tell_ids(&submitting, 1000000);
		measure_full(measuring, &submitting, "remembered ids", 1000000);
	}
	submitting_end(&submitting);
}

static void add_silence(struct tocsin_engine *engine, size_t number)
{
	struct tocsin_diagnostics diagnostics;
	struct tocsin_silence *silence = NULL;
	const char *id;
	char text[MAX_SILENCE];

	(void)snprintf(text, sizeof(text),
		"{match: {region: [BF, NE], sender: field-%zu}, author: bench, reason: bench,"
		" until: 2026-01-02T00:00:00Z}",
		number);
	tocsin_diagnostics_init(&diagnostics);
	measure_require(tocsin_silence_read(tocsin_engine_rules(engine), "silence", text, strlen(text),
						PAYLOAD_NOW_MS, &diagnostics, &silence) == TOCSIN_OK &&
			tocsin_engine_silence_add(engine, silence, PAYLOAD_NOW_MS, &id) == TOCSIN_OK,
		"the silence to be measured is refused");
	tocsin_diagnostics_finish(&diagnostics);
}

void measure_silences(
	const struct measuring *measuring, size_t count, struct tocsin_ruleset *ruleset)
{
	struct submitting submitting = submitting_begin(ruleset, false);
	const struct measured measured = {
		.step = "submit", .variant = "one alert", .axis = "silences", .at = count};

	for (size_t i = 0; i < count; i++) {
		add_silence(submitting.engine, i);
	}
	measure(measuring, &measured, submit, &submitting);
	submitting_end(&submitting);
}
