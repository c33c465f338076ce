/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include "rules/decide.h"
#include "parts.h"
#include "payload.h"
#include "proto/validate.h"
#include "world.h"

enum { ARENA = 1 << 20 };

struct deciding {
	const struct tocsin_ruleset *ruleset;
	struct tocsin_places places;
	struct tocsin_scratch *scratch;
	struct payload payload;
	struct tocsin_arena *decoding, *working; /* as the engine's own */
	const Tocsin__V1__Incident *incident;    /* decoded before */
	struct tocsin_violations violations;
	struct tocsin_decision decision;
};

static void validate_incident(struct deciding *deciding, const Tocsin__V1__Incident *incident)
{
	tocsin_incident_validate(incident, &deciding->places, PAYLOAD_NOW_MS, &deciding->violations);
	measure_require(
		tocsin_violations_pass(&deciding->violations), "the incident to be measured is refused");
}

static void decide_incident(struct deciding *deciding, const Tocsin__V1__Incident *incident)
{
	struct tocsin_facts facts;

	measure_require(tocsin_facts_read(incident, "field-1", PAYLOAD_NOW_MS,
						deciding->ruleset->gazetteer, deciding->working, &facts) == TOCSIN_OK,
		"out of memory");
	tocsin_decide(deciding->ruleset, &facts, NULL, deciding->scratch, &deciding->decision);
	measure_require(deciding->decision.fired_count == WORLD_MATCHING, "other rules fired");
}

static void validate(void *ctx)
{
	struct deciding *deciding = ctx;

	tocsin_arena_reset(deciding->working);
	tocsin_violations_init(&deciding->violations, deciding->working);
	validate_incident(deciding, deciding->incident);
}

static void decide(void *ctx)
{
	struct deciding *deciding = ctx;

	tocsin_arena_reset(deciding->working);
	decide_incident(deciding, deciding->incident);
}

static void all_three(void *ctx)
{
	struct deciding *deciding = ctx;
	Tocsin__V1__Incident *incident = NULL;

	tocsin_arena_reset(deciding->decoding);
	tocsin_arena_reset(deciding->working);
	tocsin_violations_init(&deciding->violations, deciding->working);
	measure_require(tocsin_incident_decode(deciding->payload.form, deciding->payload.bytes,
						deciding->payload.size, deciding->decoding, &deciding->violations,
						&incident) == TOCSIN_OK,
		"the incident to be measured is refused");
	validate_incident(deciding, incident);
	decide_incident(deciding, incident);
}

void measure_deciding(const struct measuring *measuring, const struct tocsin_ruleset *ruleset)
{
	struct tocsin_arena *kept = tocsin_arena_create(ARENA, NULL);
	struct tocsin_violations violations;
	struct deciding deciding = {
		.ruleset = ruleset,
		.places = tocsin_gazetteer_places(ruleset->gazetteer),
		.scratch = tocsin_scratch_create(ruleset),
		.payload = payload_make(payload_sizes[PAYLOAD_MIDDLE], TOCSIN_FORM_PROTOBUF),
		.decoding = tocsin_arena_create(ARENA, NULL),
		.working = tocsin_arena_create(ARENA, NULL),
	};
	const struct {
		const char *step;
		void (*once)(void *ctx);
	} steps[] = {
		{"validate", validate}, {"decide", decide}, {"decode + validate + decide", all_three}};

	measure_require(
		kept && deciding.scratch && deciding.decoding && deciding.working, "out of memory");
	deciding.incident = payload_decode(&deciding.payload, kept, &violations);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct measured measured = {
			.step = steps[i].step, .variant = "600 B", .axis = "rules", .at = ruleset->rule_count};

		measure(measuring, &measured, steps[i].once, &deciding);
	}
	tocsin_arena_destroy(deciding.working);
	tocsin_arena_destroy(deciding.decoding);
	payload_finish(&deciding.payload);
	tocsin_scratch_destroy(deciding.scratch);
	tocsin_arena_destroy(kept);
}
