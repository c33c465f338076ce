/* SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause */
#include <stdlib.h>

#include "parts.h"
#include "payload.h"
#include "proto/json.h"
#include "rules/render.h"

enum { ARENA = 1 << 20 };

struct rendering {
	const struct tocsin_ruleset *ruleset;
	const struct tocsin_audience *audience;
	const Tocsin__V1__Incident *incident;
	struct tocsin_facts facts;
	struct tocsin_version version;
	struct tocsin_arena *arena;
	uint8_t packed[64 * 1024];
};

static const Tocsin__V1__Alert *render(struct rendering *rendering)
{
	Tocsin__V1__Alert *alert = NULL;

	tocsin_arena_reset(rendering->arena);
	measure_require(
		tocsin_render_alert(rendering->incident, &rendering->facts, rendering->ruleset,
			rendering->audience, &rendering->version, rendering->arena, &alert) == TOCSIN_OK,
		"the alert to be measured cannot be rendered");
	return alert;
}

static void as_protobuf(void *ctx)
{
	struct rendering *rendering = ctx;
	const Tocsin__V1__Alert *alert = render(rendering);

	measure_require(tocsin__v1__alert__get_packed_size(alert) <= sizeof(rendering->packed),
		"the alert to be measured is too long");
	(void)tocsin__v1__alert__pack(alert, rendering->packed);
}

static void as_json(void *ctx)
{
	struct rendering *rendering = ctx;
	const Tocsin__V1__Alert *alert = render(rendering);
	char *text;
	size_t length;

	measure_require(tocsin_json_write(&alert->base, rendering->arena, &text, &length) == TOCSIN_OK,
		"the alert to be measured cannot be written");
}

static const struct tocsin_version version = {
	.alert_id = "053ec228-1c13-8379-ac3c-73b271984aee",
	.incident_id = "a7789d7e-4989-4b08-bffc-000000000000",
	.revision = 1,
	.hub = "bench",
	.received_ms = PAYLOAD_NOW_MS,
	.expires_ms = PAYLOAD_NOW_MS + 24 * 3600 * 1000,
	.rules = (const char *const[]){"rule-000000", "rule-000200"},
	.rule_count = 2,
	.sequence = 100,
	.reports = 1,
};

static void measure_audience(const struct measuring *measuring, struct rendering *rendering,
	const struct tocsin_audience *audience)
{
	const struct measured measured = {.step = "render as protobuf",
		.variant = audience->name,
		.axis = "bytes",
		.at = payload_sizes[PAYLOAD_MIDDLE]};
	struct measured twin = measured;

	rendering->audience = audience;
	twin.step = "render as JSON";
	measure(measuring, &measured, as_protobuf, rendering);
	measure(measuring, &twin, as_json, rendering);
}

void measure_rendering(const struct measuring *measuring, const struct tocsin_ruleset *ruleset)
{
	static const char *const levels[] = {"severe", "high", "moderate", "low"};
	struct payload payload = payload_make(payload_sizes[PAYLOAD_MIDDLE], TOCSIN_FORM_PROTOBUF);
	struct tocsin_arena *kept = tocsin_arena_create(ARENA, NULL);
	struct rendering *rendering = calloc(1, sizeof(*rendering));
	struct tocsin_violations violations;

	measure_require(kept && rendering, "out of memory");
	rendering->arena = tocsin_arena_create(ARENA, NULL);
	rendering->ruleset = ruleset;
	rendering->version = version;
	rendering->incident = payload_decode(&payload, kept, &violations);
	measure_require(rendering->arena &&
			tocsin_facts_read(rendering->incident, "field-1", PAYLOAD_NOW_MS, ruleset->gazetteer,
				kept, &rendering->facts) == TOCSIN_OK,
		"out of memory");
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		measure_audience(
			measuring, rendering, &ruleset->audiences[tocsin_ruleset_audience(ruleset, levels[i])]);
	}
	tocsin_arena_destroy(rendering->arena);
	free(rendering);
	tocsin_arena_destroy(kept);
	payload_finish(&payload);
}
